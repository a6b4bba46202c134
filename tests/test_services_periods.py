"""Periods of reports, by the workspace's day, zone and fiscal year."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crmcli.frozen import replace
from crmcli.model.settings import InvalidSettings, parse_settings
from crmcli.services.lists import ListRequest, list_records
from crmcli.services.reporting.periods import UnknownPeriod, report_period, within
from office import made, make_office, reopened


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


def test_words_are_read_by_the_workspaces_day(workspace):
    for hour, month in ((22, 11), (23, 12)):  # Amsterdam is an hour ahead
        late = replace(workspace.context, moment=datetime(2026, 11, 30, hour, 59, tzinfo=UTC))
        period = report_period(replace(workspace, context=late), "  This  MONTH ")
        assert period.first == date(2026, month, 1)


def test_a_condition_has_the_last_day(workspace):
    assert within("closedate", report_period(workspace, "2026-Q4")) == "closedate between 2026-10-01 and 2026-12-31"


@pytest.mark.parametrize("text", ["", "soon", "2026-13", "2026-03..2026-01", "last good year"])
def test_other_words_are_refused_with_examples(workspace, text):
    with pytest.raises(UnknownPeriod, match="is no period of the calendar") as refused:
        report_period(workspace, text)
    assert "2026-Q4" in refused.value.hint


def test_expressions_know_the_fiscal_year_of_the_workspace(tmp_path):
    make_office(tmp_path)
    with open(tmp_path / "office" / "crm.toml", "r+") as file:
        text = file.read()
        file.seek(0)
        file.write(text.replace("[workspace]\n", '[workspace]\nfiscal_year_starts = "04"\n'))
    workspace = reopened(tmp_path)
    for day in ("2026-03-31", "2026-04-01", "2026-10-01", "2027-03-31"):
        made(workspace, "deal", f"dealname={day}", f"closedate={day}")

    def days(where):
        listed = list_records(workspace, ListRequest("deal", where, columns=("dealname",)))
        return [name for _, name in listed.rows]

    year = ["2026-04-01", "2026-10-01", "2027-03-31"]
    said = ("in this fiscal year", "in fiscal 2027", "in fiscal", '= "this fiscal year"', "in next fiscal year - 1y")
    for words in said:
        assert days(f"closedate {words}") == year, words
    assert days("closedate in fiscal 2027-Q3") == days("closedate in this fiscal quarter") == ["2026-10-01"]
    assert days("closedate in last fiscal year") == ["2026-03-31"]
    assert str(report_period(workspace, "fiscal").first) == "2026-04-01"


def test_the_month_of_the_fiscal_year_is_checked():
    with pytest.raises(InvalidSettings, match='"fiscal_year_starts" cannot be "13"'):
        parse_settings('[workspace]\nfiscal_year_starts = "13"\n', "crm.toml")
