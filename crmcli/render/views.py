"""Saved views: the list of them, and what one says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.schema_text import with_entry, without_entry
from crmcli.render.sheets import Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.view_edits import Entry
    from crmcli.services.view_files import ViewFile


def view_text(text: str, entries: Mapping[str, Entry | None]) -> str:
    """Give the text of a view's file with these entries put in, and those that are None taken out."""
    for key, value in entries.items():
        text = without_entry(text, (key,)) if value is None else with_entry(text, (key,), value)
    return text


def write_views(output: Output, views: Sequence[ViewFile]) -> None:
    """Write the list of views."""
    columns = (
        Column("view", "View", whole=True, last=True),
        Column("object", "Object"),
        Column("layout", "Layout"),
        Column("default", "Default", lambda value: "default" if value else ""),
        Column("where", "Where"),
        Column("shipped", "From", lambda value: "crm" if value else "here"),
    )
    rows: list[Row] = [
        (
            "",
            (
                each.name,
                each.object_name or None,
                each.view.layout or "table",
                each.view.default,
                each.view.where or None,
                each.built_in,
            ),
        )
        for each in views
    ]
    write_sheet(output, Sheet(columns, rows, footer=_counted))


def _counted(views: int) -> str:
    if not views:
        return "No views: crm view save NAME OBJECT … makes one"
    return "1 view" if views == 1 else f"{views:,} views"


def write_view(output: Output, view: ViewFile) -> None:
    """Write what a view says, and how to list by it."""
    entries = view.view.entries()
    value = {"view": view.name, "object": view.object_name, **entries}

    def text(out: Output) -> None:
        out.line((view.name, "title"), (f"  {view.path}{' of crm' if view.built_in else ''}", "dim"))
        shown = {"object": view.object_name, **entries}
        space = max(map(len, shown))
        for key, said in shown.items():
            words = ", ".join(said) if isinstance(said, tuple) else str(said).lower() if said is True else str(said)
            out.line("  ", (key.ljust(space), "dim"), f"  {words}")
        out.say((f"crm list {view.object_name} --view {view.name}", "dim"))

    def sheet() -> Sheet:
        rows: list[Row] = [("", (key, list(said) if isinstance(said, tuple) else said)) for key, said in value.items()]
        return Sheet((Column("key", "Key"), Column("value", "Value")), rows)

    write_document(output, Document(value, text, sheet))
