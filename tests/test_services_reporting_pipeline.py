"""What stands open, against figures worked out by hand."""

from __future__ import annotations

import pytest

from crmcli.services.reporting.subject import NoRole
from crmcli.services.stage_words import NoPipelines
from office import make_office
from sales_office import at, behind, cells, made, report, sales_office


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return sales_office(tmp_path_factory.mktemp("sales"))[0]


def test_what_stands_open_by_stage(office):
    table = report(office, "pipeline")
    assert cells(table) == [
        ("appointmentscheduled", 2, "250.5", "50.1"),
        ("qualifiedtobuy", 1, "600", "240"),
        ("presentationscheduled", 0, "0", "0"),
        ("decisionmakerboughtin", 0, "0", "0"),
        ("contractsent", 1, "1000", "900"),
    ]
    assert behind(table)[:2] == [(3, 6), (5,)]
    assert table.totals.cells == (None, 4, "1850.5", "1190.1")


def test_by_owner_team_and_any_property(office):
    assert cells(report(office, "pipeline", by="owner")) == [
        ("ada", 3, "1850.5", "1190.1"),
        (None, 1, "0", "0"),
    ]
    assert cells(report(office, "pipeline", by="team")) == [("North", 3, "1850.5", "1190.1"), (None, 1, "0", "0")]
    assert [row[:2] for row in cells(report(office, "pipeline", by="amount > 500"))] == [
        (False, 1),
        (True, 2),
        (None, 1),
    ]


def test_of_a_period_only_what_is_due_in_it(office):
    table = report(office, "pipeline", period="2026-12", where="owner = ada")
    assert [row[:3] for row in cells(table) if row[1]] == [("qualifiedtobuy", 1, "600"), ("contractsent", 1, "1000")]


def test_a_probability_of_its_own_weighs_while_a_record_is_open(tmp_path):
    office = make_office(tmp_path)
    made(office, "deal", "name=X", "amount=0.05", "probability=50%", "stage=contractsent")
    assert report(office, "pipeline").totals.cells == (None, 1, "0.05", "0.03")


def test_other_currencies_have_rows_of_their_own(tmp_path):
    office = make_office(tmp_path)
    made(office, "deal", "name=X", "amount=10", "currency=EUR")
    made(office, "deal", "name=Y", "amount=20")
    made(office, "deal", "name=Z", "amount=7", "currency=USD")
    table = report(office, "pipeline")
    assert cells(table)[:3] == [
        ("appointmentscheduled", "EUR", 2, "30", "6"),
        ("appointmentscheduled", "USD", 1, "7", "1.4"),
        ("qualifiedtobuy", "EUR", 0, "0", "0"),
    ]
    assert (table.rows[1].cells[3].currency, table.totals.cells) == ("USD", (None, None, 3, None, None))


def test_any_object_with_pipelines(tmp_path):
    office = make_office(tmp_path)
    made(office, "ticket", "subject=Help")
    assert cells(report(office, "pipeline", object_name="tickets")) == [("1", 1), ("2", 0), ("3", 0)]
    with pytest.raises(NoPipelines):
        report(office, "pipeline", object_name="contacts")
    with pytest.raises(NoRole):
        report(office, "pipeline", object_name="tickets", period="2026")


def test_a_hundred_thousand_cents_are_exact(tmp_path):
    office = at(make_office(tmp_path), "2026-11-01")
    with office.store.write(office.intent()) as change:
        block = [["X"] * 100_000, ["0.1"] * 100_000, ["contractsent"] * 100_000]
        change.create_many("deal", ("dealname", "amount", "dealstage"), block)
        change.commit()
    assert report(office, "pipeline").totals.cells == (None, 100_000, "10000", "9000")
