"""The forecast, its goals, and what was won and lost, against figures worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.services.moving import MoveRecords, move
from crmcli.services.records import SetValues, Targets, set_values
from crmcli.services.reporting.service_rules import RulesRefused
from crmcli.services.reporting.subject import NoRole, NoWonStage
from crmcli.services.schema import check
from office import values
from sales_office import at, behind, cells, report, sales_office

GOALS = """
goals:
  - {user: ada, period: 2026-10, amount: 1000}
  - {user: ada, period: 2026-11, amount: "1,000.00"}
  - {user: ada, period: 2026-12, amount: 1000}
  - {user: ada, period: 2027-01, amount: 7}
  - {team: South, period: 2026-Q4, amount: 2000}
"""


@pytest.fixture
def office(tmp_path):
    workspace, refs = sales_office(tmp_path)
    return workspace, refs


def with_goals(workspace, text=GOALS):
    Path(workspace.root, "goals.yaml").write_text(text, encoding="utf-8")
    return workspace


def test_by_category_with_what_was_set_by_hand(office):
    table = report(office[0], "forecast")
    assert cells(table) == [
        ("closed", 2, "1200", "1200", 0),
        ("commit", 2, "1250.5", "950.1", 1),
        ("best_case", 0, "0", "0", 0),
        ("pipeline", 1, "600", "240", 0),
        ("omit", 1, "99.99", "0", 0),
    ]
    assert table.totals.cells == (None, 5, "3050.5", "2390.1", 1)
    assert behind(table)[:2] == [(2, 7), (1, 3)]
    assert table.notes == (
        "By hand: deal:3 Commit (its stage: Pipeline)",
        "To follow the stage again: crm set deal:3 --clear forecast",
    )


def test_goals_of_users_teams_and_everyone(office):
    workspace = with_goals(office[0])
    table = report(workspace, "forecast", by="owner")
    assert [column.name for column in table.columns[1:]] == [
        "count", "closed", "goal", "gap", "coverage", "commit", "best_case", "pipeline", "weighted",
    ]  # fmt: skip
    assert cells(table) == [
        ("ada", 3, "0", "3000", "3000", "0.62", "1250.5", "0", "600", "1190.1"),
        ("ben", 3, "1200", None, None, None, "0", "0", "0", "1200"),
    ]
    assert table.totals.cells[3:6] == ("5000", "3800", "0.49")
    assert [row[:6] for row in cells(report(workspace, "forecast", by="team"))] == [
        ("North", 3, "0", "3000", "3000", "0.62"),
        ("South", 3, "1200", "2000", "800", 0),
    ]
    assert report(workspace, "forecast").notes[0] == (
        "Goal 5,000.00 EUR; gap 3,800.00 EUR, which what is open covers 0.49 times"
    )


def test_a_holder_of_a_goal_is_there_without_a_sale_and_parts_of_a_period_are_no_goal(office):
    workspace = with_goals(office[0])
    assert cells(report(workspace, "forecast", by="owner", period="2027-01")) == [
        ("ada", 0, "0", "7", "7", 0, "0", "0", "0", "0")
    ]
    table = report(workspace, "forecast", by="owner", period="2027")
    assert [column.name for column in table.columns][3:5] == ["goal", "gap"]
    assert (cells(table), table.totals.cells[3]) == ([], None)


def test_a_goal_of_a_pipeline_and_one_of_everyone(office):
    text = "goals:\n  - {period: 2026-Q4, amount: 10}\n  - {period: 2026-Q4, pipeline: Sales, amount: 4}\n"
    workspace = with_goals(office[0], text)
    table = report(workspace, "forecast", by="pipeline")
    assert (table.rows[0].cells[:5], table.totals.cells[3]) == (("default", 6, "1200", "4", "0"), "10")


def test_a_category_by_hand_outlives_moves_until_it_is_cleared(office):
    workspace, refs = office
    move(workspace, MoveRecords((refs["B"],), "decisionmakerboughtin"))
    assert cells(report(workspace, "forecast"))[1] == ("commit", 2, "1250.5", "1100.4", 1)
    set_values(workspace, SetValues(Targets((refs["B"],)), clears=("forecast",)))
    assert [row[:2] for row in cells(report(workspace, "forecast"))][1:3] == [("commit", 1), ("best_case", 1)]


def test_what_is_won_is_closed_whatever_was_said_before(office):
    workspace, refs = office
    move(workspace, MoveRecords((refs["B"],), "closedwon"))
    assert values(workspace, refs["B"])["hs_manual_forecast_category"] == "COMMIT"
    assert [row[:3] for row in cells(report(workspace, "forecast"))][:2] == [
        ("closed", 3, "1450.5"),
        ("commit", 1, "1000"),
    ]


@pytest.mark.parametrize(("line", "where", "message"), [
    ("{period: 2026-Q4}", "goals.yaml:2", "a goal needs `amount`"),
    ("{amount: 5}", "goals.yaml:2", "a goal needs `period`"),
    ("{period: last month, amount: 5}", "goals.yaml:2", '"last month" is no fixed period'),
    ("{period: 2026-13, amount: 5}", "goals.yaml:2", '"2026-13" is no fixed period'),
    ("{user: bob, period: 2026, amount: 5}", "goals.yaml:2", '"bob" is no user of this CRM'),
    ("{team: Nord, period: 2026, amount: 5}", "goals.yaml:2", '"Nord" is no team of this CRM'),
    ("{user: ben, team: South, period: 2026, amount: 5}", "goals.yaml:2", "a goal is a user's or a team's"),
    ("{period: 2026, amount: much}", "goals.yaml:2", '"much" is not a number'),
    ("{period: 2026, amount: 5, pipeline: Renewals}", "goals.yaml:2", 'Deals have no pipeline "Renewals"'),
    ("{period: 2026, amount: 5, object: contact}", "goals.yaml:2", "Contacts have no amount"),
    ("{period: 2026, amonut: 5, amount: 5}", "goals.yaml:2", '"amonut" is no key of "goals"'),
    ("{period: 2026, amount: 5}\n  - {period: 2026, amount: 6}", "goals.yaml:3", "this goal is set twice"),
])  # fmt: skip
def test_what_is_wrong_with_goals_is_found_with_its_line(office, line, where, message):
    workspace = with_goals(office[0], f"goals:\n  - {line}\n")
    assert [(problem.where, problem.message) for problem in check(workspace.root)] == [(where, message)]
    with pytest.raises(RulesRefused, match=where):
        report(workspace, "forecast")


def test_what_was_won_by_month_with_empty_ones(office):
    table = report(office[0], "won", period="2026-Q4")
    assert [column.heading for column in table.columns] == ["Month", "Deals", "Share", "Amount", "Average"]
    assert cells(table) == [("2026-10-01", 1, "0.5", "400", "400"), ("2026-11-01", 1, "0.5", "800", "800")]
    assert table.totals.cells == (None, 2, "1", "1200", "600")
    table = report(office[0], "won", period="2026-09..2026-10")
    assert [row[:2] for row in cells(table)] == [("2026-09-01", 0), ("2026-10-01", 1)]
    assert cells(report(office[0], "won", by="owner")) == [("ben", 2, "1", "1200", "600")]


def test_what_was_lost_by_its_reason(office):
    assert cells(report(office[0], "lost")) == [("Price", 1, "1", "99.99", "99.99")]
    assert cells(report(at(office[0], "2026-11-01"), "lost", period="last year")) == []


def test_objects_that_are_not_won(office):
    with pytest.raises(NoWonStage):
        report(office[0], "won", object_name="tickets")
    with pytest.raises(NoWonStage):
        report(office[0], "lost", object_name="tickets")
    with pytest.raises(NoRole):
        report(office[0], "forecast", object_name="tickets")
