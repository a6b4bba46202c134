"""Snapshots of the forecast: what stands in the pipelines today, kept in forecasts/ for the waterfall."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.query.periods import Shift, shifted
from crmcli.services.reporting.categories import categoriser
from crmcli.services.reporting.points import OPEN, Point, day_of, states
from crmcli.services.reporting.request import ReportRequest
from crmcli.services.reporting.subject import DUE, NoRate, standings, subject
from crmcli.services.written import Account

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from crmcli.services.reporting.subject import Subject
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written

FOLDER = "forecasts"
FORECAST = "forecast"
_KEPT = Shift(months=-13)  # what was closed before that is left out


class NoSnapshotOf(CrmError):
    """A snapshot of another report than the forecast, or of a part of it."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            f"--snapshot keeps the whole forecast of an object, not {name} or a part of it",
            f"crm report {FORECAST} --snapshot",
        )


class DamagedSnapshot(CrmError):
    """A snapshot that cannot be read; `where` is its file and line."""

    exit_code = ExitCode.FAILURE

    def __init__(self, where: str) -> None:
        self.where = where
        super().__init__(
            f"{where}: this is no line of a snapshot", "bring it back, or remove it: history is asked then"
        )


def keep_snapshot(workspace: Workspace, name: str, request: ReportRequest, *, dry_run: bool = False) -> Written:
    """Keep how the records of an object stand in its pipelines now, in forecasts/OBJECT-DAY.jsonl; one a day.

    Each line is a record with its state, amount, date, pipeline, owner and forecast category. Those that were closed
    more than 13 months ago are left out. Raises NoSnapshotOf, NoRole, and what `subject` raises.
    """
    if name != FORECAST or request != ReportRequest(object_name=request.object_name):
        raise NoSnapshotOf(name)
    about = subject(workspace, request)
    about.property(*DUE)
    about.property("amount", "amount")
    today = workspace.context.moment.astimezone(workspace.context.zone).date()
    path, lines = _path(about, today), list(_lines(about, shifted(today, _KEPT).isoformat()))
    account = Account(workspace, notes=[f"{len(lines):,} {about.plural} as they stand now are kept in {path}"])
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        change.write_file(path, "".join(f"{line}\n" for line in lines))
        return account.finish(change, dry_run=dry_run)


def _path(about: Subject, day: date) -> str:
    return f"{FOLDER}/{about.found.name}-{day.isoformat()}.jsonl"


def _lines(about: Subject, oldest: str) -> Iterator[str]:
    holders = {stage.id: pipeline.id for pipeline in about.pipelines for stage in pipeline.stages}
    state_of, day, category = states(about), day_of(about.workspace), categoriser(about)
    stored = about.property("amount", "amount").value_type.stored
    for one in standings(about, "amount", "due", "owner", "forecast"):
        state, due = state_of[one.stage], day(one.due)
        if state == OPEN or due is None or due >= oldest:
            said = {
                "id": one.id,
                "pipeline": holders[one.stage],
                "stage": one.stage,
                "state": state,
                "amount": None if one.amount is None else stored(one.amount),
                "currency": one.currency,
                "due": due,
                "owner": one.owner,
                "category": category(one),
            }
            yield json.dumps({key: value for key, value in said.items() if value is not None}, ensure_ascii=False)


def snapshot_of(about: Subject, day: date) -> tuple[str, Mapping[int, Point]] | None:
    """Give the file of a day's snapshot and the records in it, None where there is none.

    Raises DamagedSnapshot, and NoRate.
    """
    path = _path(about, day)
    try:
        with open(os.path.join(about.workspace.root, path), encoding="utf-8") as file:
            return path, _points(about, path, file.read().splitlines())
    except FileNotFoundError:
        return None


def _points(about: Subject, path: str, lines: Sequence[str]) -> Mapping[int, Point]:
    pipelines = {pipeline.id for pipeline in about.pipelines}
    found: dict[int, Point] = {}
    foreign: set[str] = set()
    column = about.property("amount", "amount").value_type.column
    for number, line in enumerate(lines, start=1):
        try:
            said = json.loads(line)
            if said["pipeline"] in pipelines:
                amount = column(said["amount"]) if "amount" in said else 0
                found[int(said["id"])] = Point(str(said["state"]), int(amount or 0), said.get("due"))
                foreign.update([said["currency"]] if "currency" in said else [])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise DamagedSnapshot(f"{path}:{number}") from None
    if foreign:
        raise NoRate(about.found, sorted(foreign), about.workspace.context.currency)
    return found
