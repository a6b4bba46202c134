"""What there is to do today: one group below the other for people, else as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render import moments
from crmcli.render.cells import wrap
from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.services.today import GROUPS

if TYPE_CHECKING:
    from datetime import tzinfo

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.today import Group, Item, Today
    from crmcli.types.base import Stored

_RECORDS = 3  # so many records that an activity is on are named


def write_today(output: Output, found: Today, zone: tzinfo) -> None:
    """Write the groups in the form that was asked for."""
    if output.format != "table":
        write_sheet(output, _sheet(found, zone))
        return
    output.line((f"{found.day:%A} {found.day}", "title"), (f" · {found.whose or 'everyone'}", "dim"))
    if not found.groups:
        output.say(("Nothing to do today", "good"))
    for group in found.groups:
        output.line()
        output.line((GROUPS[group.name], "bad" if group.name == "overdue" else "heading"))
        for item in group.items:
            _write_item(output, item, found, zone)
        if len(group.items) < group.total:
            output.line((f"  {len(group.items):,} of {group.total:,} · --limit 0 lists all", "dim"))


def _write_item(output: Output, item: Item, found: Today, zone: tzinfo) -> None:
    facts = " · ".join(item.facts)
    output.line(
        "  ", (f"{_when(item, found, zone):<10}", "dim"), "  ", (str(item.ref), "ref"), "  ", (item.title, "title"),
        *([("  " + facts, "dim")] if facts else []),
    )  # fmt: skip
    named = [f"{title} ({ref})" for ref, title in item.also[:_RECORDS]]
    more = len(item.also) - _RECORDS
    also = "; ".join([*named, *([f"{more:,} more"] if more > 0 else [])])
    for line in wrap(also, max(output.width - 14, 20)) if also else ():
        output.line(" " * 14, (line, "dim"))


def _when(item: Item, found: Today, zone: tzinfo) -> str:
    """Say the time of what is today, else the day; of nothing that it has not been."""
    if item.at is None:
        return "never"
    day, _, clock = moments.shown(item.at, zone).partition(" ")
    return (day if day != found.day.isoformat() else "today") if clock == "00:00" or day != f"{found.day}" else clock


def _sheet(found: Today, zone: tzinfo) -> Sheet:
    def when(value: object) -> str:
        from datetime import datetime

        return moments.shown(datetime.fromisoformat(str(value)), zone).removesuffix(" 00:00")

    columns = (
        Column("group", "Group"),
        Column("at", "When", when),
        Column("title", "What"),
        Column("details", "Details"),
        Column("records", "Records"),
    )
    rows: list[Row] = [(str(item.ref), _cells(group, item)) for group in found.groups for item in group.items]
    return Sheet(columns, rows, reference="Record")


def _cells(group: Group, item: Item) -> tuple[Stored | None, ...]:
    records: list[Stored] = [str(ref) for ref, _ in item.also]
    at = moments.iso(item.at) if item.at else None
    return group.name, at, item.title or None, ", ".join(item.facts) or None, records
