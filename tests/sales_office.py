"""A small workspace with a history of sales, whose every figure can be worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from crmcli.frozen import replace
from crmcli.services.moving import MoveRecords, move
from crmcli.services.reporting.request import ReportRequest
from crmcli.services.reporting.running import run_report
from office import changed, made, make_office, reopened

USERS = """
[users.ada]
name = "Ada King"
email = "ada@king.nl"
team = "North"

[users.ben]
name = "Ben Ott"
team = "South"
"""

# Name, owner, amount, created, due, then what happened to it: a stage, or values, from a day on.
DEALS = [
    ("A", "ada", "1000", "2026-09-01", "2026-12-15",
     [("2026-09-11", "qualifiedtobuy"), ("2026-10-01", "contractsent")]),
    ("B", "ada", "250.50", "2026-09-05", "2026-10-20",
     [("2026-09-15", "qualifiedtobuy"), ("2026-10-05", "appointmentscheduled"),
      ("2026-10-06", ("forecast=COMMIT",)), ("2026-10-10", ("closedate=2026-11-30",))]),
    ("C", "ben", "400", "2026-09-01", "2026-10-31",
     [("2026-09-03", "qualifiedtobuy"), ("2026-09-13", "presentationscheduled"),
      ("2026-09-23", "decisionmakerboughtin"), ("2026-10-03", "contractsent"), ("2026-10-13", "closedwon")]),
    ("D", "ben", "99.99", "2026-10-01", "2026-11-15", [("2026-11-02", "closedlost")]),
    ("E", "", "", "2026-11-01", "", []),
    ("F", "ada", "600", "2026-10-10", "2027-01-10",
     [("2026-10-10T13:00", "qualifiedtobuy"), ("2026-11-05", ("closedate=2026-12-20",))]),
    ("G", "ben", "800", "2026-11-10", "2026-12-01", [("2026-11-12", "closedwon")]),
]  # fmt: skip


def at(workspace, day):
    """The same workspace at noon of a day, or at another moment of it."""
    moment = datetime.fromisoformat(day if "T" in day else f"{day}T12:00").replace(tzinfo=UTC)
    return replace(workspace, context=replace(workspace.context, moment=moment))


def sales_office(tmp_path):
    """Make it, every step at its own moment, and open it at the usual one."""
    workspace = make_office(tmp_path)
    settings = Path(workspace.root, "crm.toml")
    head, _, _ = settings.read_text(encoding="utf-8").partition("[users.")
    settings.write_text(head + USERS, encoding="utf-8")
    workspace = reopened(tmp_path)
    steps = [(day, name, what) for name, *_, happened in DEALS for day, what in happened]
    steps += [(created, name, (owner, amount, due)) for name, owner, amount, created, due, _ in DEALS]
    refs = {}
    for day, name, what in sorted(steps, key=lambda step: (step[0], step[1])):
        _do(at(workspace, day), refs, name, what)
    return workspace, refs


def _do(workspace, refs, name, what):
    if name not in refs:
        owner, amount, due = what
        values = [f"name={name}", *([f"owner={owner}"] if owner else []), *([f"amount={amount}"] if amount else [])]
        refs[name] = made(workspace, "deal", *values, *([f"closedate={due}"] if due else []))
    elif isinstance(what, str):
        move(workspace, MoveRecords((refs[name],), what, reason="Price" if what == "closedlost" else ""))
    else:
        changed(workspace, refs[name], *what)


def report(workspace, name, **said):
    """Run a report by its name."""
    return run_report(workspace, name, ReportRequest(**said))


def cells(table):
    """What the rows of a report hold."""
    return [row.cells for row in table.rows]


def behind(table):
    """The ids of the records behind each row."""
    return [row.behind.ids if row.behind else None for row in table.rows]
