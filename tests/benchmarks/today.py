"""The day of one of ten users: contacts, companies, sales, tasks and meetings, a million records together."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from bench import Bench
from timing import Figure, P, alternate, milliseconds, run

NOW = "2026-11-23T09:30:00Z"
_TODAY = date(2026, 11, 23)
_USERS = 10
_SEGMENT = """\
name: Owners of companies
object: contact
where: jobtitle = "Owner" and city = "Utrecht" and lifecyclestage = customer and owner is known
follow_up: 30d
"""


def figures(bench: Bench) -> Iterator[Figure]:
    """Mine and everyone's, and mine with a segment that has a cadence."""
    folder = bench.kept(f"today-{bench.rows}", lambda made: _fill(bench, made))
    segment = folder / "segments" / "owners.yaml"
    segment.unlink(missing_ok=True)
    for what, words in (("today", ("today",)), ("today, everyone's", ("today", "--all"))):
        yield _figure(bench, folder, what, words, 12 if words == ("today",) else None)
    segment.parent.mkdir(exist_ok=True)
    segment.write_text(_SEGMENT)
    yield _figure(bench, folder, "today, with a cadence", ("today",), None)
    segment.unlink()


def _figure(bench: Bench, folder: Path, what: str, words: tuple[str, ...], limit: float | None) -> Figure:
    command = bench.crm(folder, *words)
    command.variables.update(CRM_NOW=NOW, CRM_ACTOR="user0")
    ours, bare = alternate(bench.runs, command, P)
    least = min(bare)
    return Figure(what, median(ours) / least, limit, "P", f"{milliseconds(ours)}; P {least * 1000:.1f} ms")


def _fill(bench: Bench, folder: Path) -> None:
    """Of ten records seven are contacts; the tasks, sales and meetings are of three years, most of them over."""
    for number in range(_USERS):
        run(bench.crm(folder, "user", "add", f"User {number}", "--id", f"user{number}"))
    people = bench.rows * 7 // 10
    run(bench.crm(folder, "import", "contacts", bench.csv(people), "--associate-companies"))
    plans = {
        "deals": (("Name", "Amount", "Stage", "Close date", "Owner"), _deal, bench.rows // 10),
        "tasks": (("Title", "Due date", "Status", "Owner"), _task, bench.rows // 10),
        "meetings": (("Title", "Start", "Outcome", "Owner"), _meeting, bench.rows * 3 // 100),
    }
    for name, (headings, row, rows) in plans.items():
        path = folder.with_name(f"{folder.name}-{name}.csv")
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(headings)
            writer.writerows((*row(n), f"user{n * 7 % _USERS}") for n in range(rows))
        run(bench.crm(folder, "import", name, path))


def _day(n: int) -> date:
    """A day of the three years up to a month from now."""
    return _TODAY + timedelta(days=30 - n * 37 % 1095)


def _deal(n: int) -> tuple[object, ...]:
    open_stages = ("appointmentscheduled", "qualifiedtobuy", "contractsent")
    stage = open_stages[n % 3] if n % 50 == 0 else ("closedwon", "closedlost")[n % 2]
    return f"Deal {n}", n % 100_000, stage, _day(n)


def _task(n: int) -> tuple[object, ...]:
    return f"Task {n}", _day(n), "NOT_STARTED" if n % 100 == 0 else "COMPLETED"


def _meeting(n: int) -> tuple[object, ...]:
    return f"Meeting {n}", f"{_day(n)} 10:00", "SCHEDULED" if _day(n) >= _TODAY else "COMPLETED"
