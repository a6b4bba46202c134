"""What is to be done next, by when it is due."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from crmcli.render import moments
from crmcli.render.cells import wrap
from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.render.timelines import with_whom

if TYPE_CHECKING:
    from datetime import tzinfo

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.next_tasks import NextTasks, Task
    from crmcli.types.base import Stored


def write_next(output: Output, found: NextTasks, zone: tzinfo) -> None:
    """Write open tasks: for people by overdue, today and upcoming, else as rows."""
    if output.format != "table":
        write_sheet(output, _sheet(found, zone))
        return
    whose = f" of {found.whose}" if found.whose else ""
    if not found.tasks:
        output.say((f"No open tasks{whose}", "dim"))
    for at, (group, tasks) in enumerate(groupby(found.tasks, key=lambda task: task.group)):
        if at:
            output.line()
        output.line((group.capitalize(), "bad" if group == "overdue" else "heading"))
        for task in tasks:
            _write_task(output, task, zone, whose=not found.whose)
    if len(found.tasks) < found.total:
        output.say((f"{len(found.tasks):,} of {found.total:,} open tasks{whose} · --limit 0 lists all", "dim"))


def write_first(output: Output, found: NextTasks, queue: str, zone: tzinfo) -> None:
    """Write the first task of a queue, before the record that it is on."""
    if not found.tasks:
        output.say((f'Nothing is left in the queue "{queue}"', "good"))
        return
    output.line((f"{queue}: 1 of {found.total:,}", "heading"))
    _write_task(output, found.tasks[0], zone)
    for line in found.tasks[0].entry.text.splitlines():
        output.line("    ", line)
    output.line()


def _write_task(output: Output, task: Task, zone: tzinfo, *, whose: bool = False) -> None:
    entry = task.entry
    when = "no date" if entry.at is None else moments.shown(entry.at, zone).removesuffix(" 00:00")
    facts = " · ".join([*entry.details.values(), *([entry.who] if whose and entry.who else [])])
    output.line(
        "  ", (when, "dim"), "  ", (str(entry.ref), "ref"), "  ", (entry.title, "title"),
        *([("  " + facts, "dim")] if facts else []),
    )  # fmt: skip
    if entry.also:
        for line in wrap(with_whom(entry), max(output.width - 4, 20)):
            output.line("    ", (line, "dim"))


def _sheet(found: NextTasks, zone: tzinfo) -> Sheet:
    def when(value: object) -> str:
        from datetime import datetime

        return moments.shown(datetime.fromisoformat(str(value)), zone).removesuffix(" 00:00")

    columns = (
        Column("due", "Due", when),
        Column("group", "Group"),
        Column("title", "Task"),
        Column("details", "Details"),
        Column("owner", "Owner"),
        Column("text", "Text"),
        Column("records", "Records"),
    )
    rows: list[Row] = [(str(task.entry.ref), _cells(task)) for task in found.tasks]
    return Sheet(columns, rows, reference="Record")


def _cells(task: Task) -> tuple[Stored | None, ...]:
    entry = task.entry
    records: list[Stored] = [str(ref) for ref, _ in entry.also]
    return (
        moments.iso(entry.at) if entry.at else None,
        task.group,
        entry.title or None,
        ", ".join(entry.details.values()) or None,
        entry.who or None,
        entry.text or None,
        records,
    )
