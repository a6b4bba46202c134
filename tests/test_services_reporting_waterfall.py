"""From one forecast to another: out of the history, out of snapshots, against figures worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmcli.services.as_of import as_of
from crmcli.services.moving import MoveRecords, move
from crmcli.services.records import Targets, delete
from crmcli.services.reporting.request import ReportRequest
from crmcli.services.reporting.snapshots import DamagedSnapshot, NoSnapshotOf, keep_snapshot
from crmcli.services.reporting.subject import NoRate
from crmcli.services.undo import undo
from office import changed, made
from sales_office import at, behind, cells, report, sales_office

A, C, B, D, F, E, G = range(1, 8)


@pytest.fixture
def office(tmp_path):
    return sales_office(tmp_path)


def steps(workspace, **said):
    """The steps that are not empty, and the records behind them; the parts must add up."""
    table = report(workspace, "waterfall", **said)
    amounts = [float(amount) for _, _, amount in cells(table)]
    assert round(sum(amounts[:-1]), 6) == amounts[-1]
    counts = {step: count for step, count, _ in cells(table)}
    gone = sum(counts[step] for step in ("Pushed out", "Won", "Lost", "Gone"))
    assert sum(counts[step] for step in ("Start", "New", "Pulled in", "Reopened")) - gone == counts["End"]
    return {row[0]: (row[2], ids) for row, ids in zip(cells(table), behind(table), strict=True) if row[1]}


def test_from_the_beginning_of_the_quarter_until_now(office):
    assert steps(office[0]) == {
        "Start": ("1650.5", (A, C, B)),
        "New": ("1499.99", (D, F, G)),
        "Won": ("-1200", (C, G)),
        "Lost": ("-99.99", (D,)),
        "End": ("1850.5", (A, B, F)),
    }


def test_between_two_days_out_of_the_history(office):
    assert steps(office[0], since="2026-10-31", period="2026-Q4") == {
        "Start": ("1350.49", (A, B, D)),
        "New": ("800", (G,)),
        "Pulled in": ("600", (F,)),
        "Won": ("-800", (G,)),
        "Lost": ("-99.99", (D,)),
        "End": ("1850.5", (A, B, F)),
    }
    assert steps(office[0], since="2026-10-31", until="2026-11-04", where="owner = ben") == {
        "Start": ("99.99", (D,)),
        "Lost": ("-99.99", (D,)),
    }


def test_of_a_month_that_is_over(office):
    assert steps(office[0], period="2026-10") == {
        "Start": ("650.5", (C, B)),
        "Pushed out": ("-250.5", (B,)),
        "Won": ("-400", (C,)),
    }


def test_amounts_that_changed_what_was_deleted_and_what_was_reopened(office):
    workspace, refs = office
    changed(workspace, refs["A"], "amount=1200.25")
    changed(workspace, refs["F"], "amount=500")
    delete(workspace, Targets((refs["B"],)))
    move(workspace, MoveRecords((refs["D"],), "contractsent"))
    assert steps(workspace, since="2026-11-22") == {
        "Start": ("1850.5", (A, B, F)),
        "Reopened": ("99.99", (D,)),
        "Increased": ("200.25", (A,)),
        "Decreased": ("-100", (F,)),
        "Gone": ("-250.5", (B,)),
        "End": ("1800.24", (A, D, F)),
    }


def test_a_snapshot_is_kept_undone_and_used_for_its_day(office):
    workspace, refs = office
    written = keep_snapshot(workspace, "forecast", ReportRequest())
    path = Path(workspace.root, "forecasts", "deal-2026-11-23.jsonl")
    assert written.notes == ("7 deals as they stand now are kept in forecasts/deal-2026-11-23.jsonl",)
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[2]) == {
        "id": B, "pipeline": "default", "stage": "appointmentscheduled", "state": "open", "amount": "250.5",
        "due": "2026-11-30", "owner": "ada", "category": "commit",
    }  # fmt: skip
    later = at(workspace, "2026-11-25")
    changed(later, refs["A"], "amount=900")
    move(later, MoveRecords((refs["F"],), "closedwon"))
    by_snapshot = steps(later, since="2026-11-23")
    assert by_snapshot == {
        "Start": ("1850.5", (A, B, F)),
        "Decreased": ("-100", (A,)),
        "Won": ("-600", (F,)),
        "End": ("1150.5", (A, B)),
    }
    assert (
        "2026-11-23: as it was kept in forecasts/deal-2026-11-23.jsonl"
        in report(later, "waterfall", since="2026-11-23").notes
    )
    undo(at(workspace, "2026-11-26"), written.operation.id)
    assert not path.exists()
    assert steps(later, since="2026-11-23") == by_snapshot


def test_a_snapshot_that_is_no_snapshot(office):
    workspace, _ = office
    with pytest.raises(NoSnapshotOf):
        keep_snapshot(workspace, "pipeline", ReportRequest())
    with pytest.raises(NoSnapshotOf):
        keep_snapshot(workspace, "forecast", ReportRequest(by="owner"))
    folder = Path(workspace.root, "forecasts")
    folder.mkdir()
    (folder / "deal-2026-11-22.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(DamagedSnapshot, match=r"deal-2026-11-22\.jsonl:1"):
        report(workspace, "waterfall", since="2026-11-22")


def test_amounts_without_a_rate_are_not_added_up(office):
    made(office[0], "deal", "name=X", "amount=5", "currency=USD", "closedate=2026-12-01")
    with pytest.raises(NoRate):
        report(office[0], "waterfall")


def test_a_waterfall_of_the_past_opens_two_pasts(office):
    past = as_of(office[0], "2026-11-05")
    try:
        assert steps(past, since="2026-10-31") == {
            "Start": ("1350.49", (A, B, D)),
            "Pulled in": ("600", (F,)),
            "Lost": ("-99.99", (D,)),
            "End": ("1850.5", (A, B, F)),
        }
    finally:
        past.store.close()
