"""Funnel, time in stage, conversion and movements, against figures worked out by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crmcli.services.reporting.lives import path_of
from office import make_office
from sales_office import at, behind, cells, made, report, sales_office

A, C, B, D, F, E, G = range(1, 8)  # in the order of their creation


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return sales_office(tmp_path_factory.mktemp("sales"))[0]


def days(count, hours=0.0):
    return int(timedelta(days=count, hours=hours) / timedelta(milliseconds=1))


def test_the_funnel_both_ways(office):
    table = report(office, "funnel")
    assert cells(table) == [
        ("appointmentscheduled", 7, "1", "1", 7, "1", "1"),
        ("qualifiedtobuy", 4, "0.571", "0.571", 4, "0.571", "0.571"),
        ("presentationscheduled", 1, "0.25", "0.143", 1, "0.25", "0.143"),
        ("decisionmakerboughtin", 1, "1", "0.143", 1, "1", "0.143"),
        ("contractsent", 2, "2", "0.286", 1, "1", "0.143"),
        ("closedwon", 2, "1", "0.286", 1, "1", "0.143"),
    ]
    assert behind(table)[-1] == (C, G)


def test_the_funnel_of_those_that_came_in_a_period_and_by_owner(office):
    came = [(row[0], row[1], row[4]) for row in cells(report(office, "funnel", period="2026-11"))]
    assert (came[0], came[1], came[-1]) == (
        ("appointmentscheduled", 2, 2),
        ("qualifiedtobuy", 0, 0),
        ("closedwon", 1, 0),
    )
    reached = {row[:2]: row[2] for row in cells(report(office, "funnel", by="team"))}
    assert [reached[team, "qualifiedtobuy"] for team in ("North", "South", None)] == [3, 1, 0]


def test_time_in_stage_adds_up_the_stays_of_a_record_until_now(office):
    b, e = days(10) + days(48, 21.5), days(21, 21.5)
    f, a = days(43, 20.5), days(52, 21.5)
    table = report(office, "time-in-stage")
    assert cells(table) == [
        ("appointmentscheduled", 7, 8, (days(10 + 2 + 32 + 2, 1) + b + e) // 7, days(10), b),
        ("qualifiedtobuy", 4, 4, (days(50) + f) // 4, days(20), f),
        ("presentationscheduled", 1, 1, days(10), days(10), days(10)),
        ("decisionmakerboughtin", 1, 1, days(10), days(10), days(10)),
        ("contractsent", 2, 2, (days(10) + a) // 2, (days(10) + a) // 2, a),
    ]
    assert behind(table)[1] == (A, C, B, F)


def test_time_in_stage_of_the_stays_that_ended_in_a_period(office):
    assert [row[:4] for row in cells(report(office, "time-in-stage", period="2026-10"))] == [
        ("appointmentscheduled", 1, 1, days(0, 1)),
        ("qualifiedtobuy", 2, 2, days(20)),
        ("presentationscheduled", 0, 0, None),
        ("decisionmakerboughtin", 1, 1, days(10)),
        ("contractsent", 1, 1, days(10)),
    ]


def test_conversion_says_where_they_went(office):
    table = report(office, "conversion")
    assert cells(table) == [
        ("appointmentscheduled", 7, 4, 1, 0, 2, "0.571"),
        ("qualifiedtobuy", 4, 2, 0, 1, 1, "0.5"),
        ("presentationscheduled", 1, 1, 0, 0, 0, "1"),
        ("decisionmakerboughtin", 1, 1, 0, 0, 0, "1"),
        ("contractsent", 2, 1, 0, 0, 1, "0.5"),
    ]
    assert cells(report(office, "conversion", period="2026-10"))[0] == ("appointmentscheduled", 3, 1, 1, 0, 1, "0.333")


def test_what_came_and_went_this_month(office):
    table = report(office, "stages")
    assert [row for row in cells(table) if any(row[1:])] == [
        ("appointmentscheduled", 2, 2, 2, 2),
        ("qualifiedtobuy", 1, 0, 0, 1),
        ("contractsent", 1, 0, 0, 1),
        ("closedwon", 1, 1, 0, 2),
        ("closedlost", 0, 1, 0, 1),
    ]
    assert behind(table)[0] == (B, E)


def test_an_object_without_probabilities_ends_at_the_first_closed_stage(tmp_path):
    office = make_office(tmp_path)
    (pipeline,) = office.model.objects["order"].pipelines
    assert [stage.label for stage in path_of(pipeline)] == ["Open", "Processed", "Shipped", "Delivered"]
    made(at(office, "2026-11-03"), "ticket", "subject=Help")
    assert [row[:3] for row in cells(report(office, "time-in-stage", object_name="tickets"))][:1] == [("1", 1, 1)]


def test_a_move_that_was_undone_has_not_been(tmp_path):
    from crmcli.services.moving import MoveRecords, move
    from crmcli.services.undo import undo

    office = at(make_office(tmp_path), "2026-11-03")
    ref = made(office, "deal", "name=X")
    move(at(office, "2026-11-04"), MoveRecords((ref,), "contractsent"))
    undo(at(office, "2026-11-05"))
    assert [row[1] for row in cells(report(office, "funnel"))] == [1, 0, 0, 0, 0, 0]


def test_velocity_is_one_fraction(office):
    """Won are C in 42 days and G in 2, of three that were closed; four are open."""
    cycle = days(44) // 2
    daily = f"{4 * 1200 * 2 / 3 / 44:.2f}"
    table = report(office, "velocity")
    assert cells(table) == [("default", 4, 2, "600", "0.667", cycle, daily)]
    by_team = cells(report(office, "velocity", by="team"))
    assert by_team == [
        ("North", 3, 0, None, None, None, None),
        ("South", 0, 2, "600", "0.667", cycle, "0"),
        (None, 1, 0, None, None, None, None),
    ]
    assert cells(report(office, "velocity", period="2026-11"))[0][2:5] == (1, "800", "0.5")


def test_slippage_counts_what_was_put_off_while_it_was_open(office):
    table = report(office, "slippage")
    assert (cells(table), behind(table)) == ([("ada", 1, 1, 41, 41, "250.5")], [(B,)])
    assert cells(report(office, "slippage", period="2026-11")) == []
    assert cells(report(office, "slippage", by="team", where="amount < 300")) == [("North", 1, 1, 41, 41, "250.5")]
