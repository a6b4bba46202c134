"""What became of duplicates that nobody looked at one by one: merged since they are sure, or kept in a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.render.documents import Document, write_document
from crmcli.render.duplicates import probability_text
from crmcli.render.sheets import Column, Sheet
from crmcli.render.writes import write_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.render.output import Output
    from crmcli.services.duplicates.proposals import Automatic, Proposal
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored


def write_automatic(output: Output, workspace: Workspace, done: Automatic) -> None:
    """Write what was merged, and which groups were left, with the reason."""
    write_written(output, workspace, replace(done.written, notes=(*done.written.notes, *_left(done))))


def _left(done: Automatic) -> Iterator[str]:
    for each in done.left:
        refs = ", ".join(map(str, each.refs))
        yield f"Left: {refs} ({probability_text(each.group.probability)}): {each.left}"
    if done.less_sure:
        yield f"Left: {_groups(done.less_sure)} less sure than that"


def write_saved(output: Output, path: str, proposals: Sequence[Proposal]) -> None:
    """Say what a plan holds and how it is done; `path` is its file."""
    refused = sum(bool(each.left) for each in proposals)
    value: dict[str, Stored | None] = {"file": path, "groups": len(proposals), "refused": refused}

    def text(out: Output) -> None:
        more = f", of which {refused:,} cannot be merged as they are" if refused else ""
        out.line((f"{_groups(len(proposals))} planned{more}", "good"))
        out.say((f"See and edit {path}, then: crm apply {path}", "dim"))

    columns = tuple(Column(key, key.capitalize()) for key in value)
    write_document(output, Document(value, text, lambda: Sheet(columns, [("", tuple(value.values()))])))


def _groups(count: int) -> str:
    return f"{count:,} group{'s' * (count != 1)}"
