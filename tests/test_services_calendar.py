"""A month of records, and records from one date to another."""

from __future__ import annotations

from datetime import date

import pytest

from crmcli.services.calendar import NoDate, NoDates, UnknownMonth, calendar
from crmcli.services.gantt import GanttRequest, gantt
from crmcli.services.lists import ListRequest
from office import made, make_office


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)  # in Amsterdam, on 2026-11-23


def days(office, word="deal", *, limit=None, where="", **asked):
    found = calendar(office, ListRequest(word, where=where, limit=limit), **asked)
    return {day.day.isoformat(): (day.count, [card.title for card in day.cards]) for day in found.days if day.count}


def test_days_are_those_of_the_workspaces_zone(office):
    made(office, "deal", "name=Last", "closedate=2026-11-30T22:59:00Z")
    made(office, "deal", "name=Next", "closedate=2026-11-30T23:00:00Z")
    made(office, "deal", "name=First", "closedate=2026-10-31T23:00:00Z")
    assert days(office, by="closedate") == {"2026-11-01": (1, ["First"]), "2026-11-30": (1, ["Last"])}
    assert days(office, by="closedate", month="2026-12") == {"2026-12-01": (1, ["Next"])}


def test_the_time_of_day_is_told_where_there_is_one(office):
    made(office, "deal", "name=Timed", "closedate=2026-11-25T13:30:00Z")
    made(office, "deal", "name=Untimed", "closedate=2026-11-25")
    found = calendar(office, ListRequest("deal"))
    assert [(card.title, card.clock) for card in found.days[24].cards] == [("Untimed", ""), ("Timed", "14:30")]
    assert (found.title, found.by, found.count, found.today) == ("Close Date", "closedate", 2, date(2026, 11, 23))


def test_more_than_the_limit_is_counted(office):
    for number in range(4):
        made(office, "deal", f"name={number}", "closedate=2026-11-25")
    assert days(office, limit=2, where='name != "0"') == {"2026-11-25": (3, ["1", "2"])}


@pytest.mark.parametrize(
    ("month", "first", "length"),
    [
        ("2024-02", "2024-02-01", 29),
        ("Next Month", "2026-12-01", 31),
        ("last month", "2026-10-01", 31),
        ("", "2026-11-01", 30),
    ],
)
def test_months(office, month, first, length):
    found = calendar(office, ListRequest("deal"), month=month)
    assert (found.days[0].day.isoformat(), len(found.days)) == (first, length)


@pytest.mark.parametrize("month", ["2026", "2026-13", "november", "this week", "2026-Q1", "2026-11-01"])
def test_what_is_no_month_is_refused(office, month):
    with pytest.raises(UnknownMonth):
        calendar(office, ListRequest("deal"), month=month)


def test_the_day_may_be_reckoned(office):
    made(office, "deal", "name=Renewal", "closedate=2026-11-25")
    assert days(office, by="closedate + 1m", month="next month") == {"2026-12-25": (1, ["Renewal"])}


def test_what_is_no_date_is_refused(office):
    with pytest.raises(NoDate):
        calendar(office, ListRequest("deal"), by="amount")
    with pytest.raises(NoDate):
        gantt(office, ListRequest("deal"), GanttRequest("createdate", "amount"))
    with pytest.raises(NoDates):
        gantt(office, ListRequest("product"))


def test_bars_go_from_one_date_to_another(office):
    made(office, "meeting", "name=Later", "start=2026-11-10 22:00", "until=2026-11-11 01:00")
    made(office, "meeting", "name=Sooner", "start=2026-11-01", "until=2026-11-05", "outcome=COMPLETED")
    found = gantt(office, ListRequest("meeting"))
    assert [(bar.title, bar.begin, bar.end, bar.status) for bar in found.bars] == [
        ("Sooner", date(2026, 11, 1), date(2026, 11, 5), "Completed"),
        ("Later", date(2026, 11, 10), date(2026, 11, 11), ""),
    ]
    assert (found.starts.heading, found.ends.heading) == ("Meeting start time", "Meeting end time")
    assert (found.total, found.undated) == (2, 0)


def test_records_without_either_date_are_only_counted(office):
    made(office, "deal", "name=One", "closedate=2026-12-01")
    made(office, "deal", "name=None")
    found = gantt(office, ListRequest("deal"), GanttRequest("closedate", "hs_closed_won_date"))
    assert [(bar.title, bar.begin, bar.end) for bar in found.bars] == [("One", date(2026, 12, 1), None)]
    assert (found.total, found.undated) == (1, 1)
