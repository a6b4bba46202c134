"""Counts of records, and what is asked of any report: its rows, its definition, the records behind a row."""

from __future__ import annotations

import pytest

from crmcli.query import QueryError
from crmcli.services.lists import list_records
from crmcli.services.reporting.built_in import ReportTakesNo
from crmcli.services.reporting.known import UnknownReport, known_reports
from crmcli.services.reporting.records import NoSuchRow, records_behind
from crmcli.services.reporting.request import ReportRequest
from crmcli.services.reporting.running import run_report
from office import made, make_office


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    for name, amount in (("Small", "10.50"), ("Big", "1200"), ("Middle", "99"), ("Other", "99")):
        made(workspace, "deal", f"name={name}", f"amount={amount}")
    made(workspace, "deal", "name=Unpriced")
    made(workspace, "contact", "name=Ada King", "email=ada@example.com", "hs_buying_role=CHAMPION")
    made(workspace, "contact", "name=Ben Day", "hs_buying_role=CHAMPION;BLOCKER")
    return workspace


def counts(office, object_name="", **said):
    return run_report(office, "counts", ReportRequest(object_name, **said))


def cells(table):
    return [row.cells for row in table.rows]


def behind(office, table, row):
    listed = list_records(office, records_behind(table, row, office.context))
    return [f"{listed.object_name}:{row[0]}" for row in listed.rows]


def test_of_every_object_that_has_records(office):
    found = counts(office)
    assert cells(found) == [("contact", 2), ("deal", 5)]
    assert [found.columns[0].value_type.show(value, office.context) for value, _ in cells(found)] == [
        "Contacts",
        "Deals",
    ]
    assert found.notes == (f"{len(office.in_use()) - 2} objects without records",)


def test_of_one_object(office):
    assert cells(counts(office, "deals", where="amount > 50")) == [("deal", 3)]
    assert behind(office, counts(office, "deals", where="amount > 50"), "deals") == ["deal:2", "deal:3", "deal:4"]


def test_by_a_property_the_most_first(office):
    assert cells(counts(office, "deals", by="amount")) == [("99", 2), (None, 1), ("1200", 1), ("10.5", 1)]


@pytest.mark.parametrize(
    ("by", "row", "refs"),
    [
        ("amount", "1", ["deal:3", "deal:4"]),
        ("amount", "99.00 EUR", ["deal:3", "deal:4"]),
        ("amount", "–", ["deal:5"]),
        ("amount", "1200", ["deal:2"]),
        ("amount > 50", "yes", ["deal:2", "deal:3", "deal:4"]),
    ],
)
def test_the_records_behind_a_row_are_those_that_it_counts(office, by, row, refs):
    assert behind(office, counts(office, "deals", by=by), row) == refs


def test_a_record_with_several_values_is_behind_each_of_them(office):
    found = counts(office, "contacts", by="hs_buying_role")
    assert cells(found) == [("CHAMPION", 2), ("BLOCKER", 1)]
    assert [behind(office, found, row) for row in ("1", "2")] == [["contact:1", "contact:2"], ["contact:2"]]


def test_what_cannot_be_asked_is_refused(office):
    with pytest.raises(NoSuchRow, match='no row "Amstelveen"'):
        records_behind(counts(office), "Amstelveen", office.context)
    with pytest.raises(NoSuchRow):
        records_behind(counts(office), "3", office.context)
    with pytest.raises(QueryError):
        counts(office, "deals", by="amuont")
    with pytest.raises(ReportTakesNo, match="takes no --period"):
        counts(office, "deals", period="last month")


def test_a_misspelt_name_gets_the_nearest_of_reports_and_objects(office):
    with pytest.raises(UnknownReport) as refused:
        run_report(office, "count", ReportRequest())
    assert refused.value.hint == "did you mean counts or contacts?"
    with pytest.raises(UnknownReport) as refused:
        run_report(office, "daels", ReportRequest())
    assert "deals" in refused.value.hint


def test_the_list_has_every_built_in_report(office):
    assert ("counts", "Data") in {(report.name, report.family) for report in known_reports(office)}
