"""Reports on the data, against a small store counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.services.associations import LinkRequest, link
from crmcli.services.reporting.data import ObjectNeeded
from crmcli.services.reporting.request import ReportRequest
from crmcli.services.reporting.running import run_report
from crmcli.services.reporting.subject import NoRole
from office import made, make_office, reopened


def cells(table):
    return [row.cells for row in table.rows]


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


def test_people_by_lifecycle_stage_and_source(office):
    for name, stage, source in (
        ("Ann", "customer", "REFERRALS"),
        ("Bea", "customer", "ORGANIC_SEARCH"),
        ("Cas", "customer", "REFERRALS"),
        ("Dee", "lead", ""),
    ):
        ref = made(office, "contact", f"firstname={name}", f"lifecyclestage={stage}")
        with office.store.write(office.intent()) as change:  # as an import does: people do not set it
            change.set(ref.object_name, ref.id, {"hs_analytics_source": source or None})
            change.commit()
    made(office, "contact", "firstname=Eva")
    table = run_report(office, "lifecycle", ReportRequest())
    assert cells(table) == [
        ("lead", None, 1, "0.2"),
        ("customer", "REFERRALS", 2, "0.4"),
        ("customer", "ORGANIC_SEARCH", 1, "0.2"),
        (None, None, 1, "0.2"),
    ]
    assert table.totals.cells == (None, None, 5, None)
    assert run_report(office, "lifecycle", ReportRequest(period="last month")).rows == ()
    with pytest.raises(NoRole):
        run_report(office, "lifecycle", ReportRequest(object_name="deals"))


def test_how_well_properties_are_filled(office):
    for number in range(3):
        made(office, "contact", f"firstname=Person {number}", *(["phone=0612345678"] if number else []))
    table = run_report(office, "fill-rates", ReportRequest(object_name="contacts"))
    found = {row[1]: row[2:] for row in cells(table)}
    assert found["firstname"] == (3, "1")
    assert found["phone"] == (2, "0.667")
    assert found["fax"] == (0, "0")
    assert "hs_persona" not in found  # a system's, and empty
    assert "num_notes" not in found  # calculated
    (phone,) = (row for row in table.rows if row.cells[1] == "phone")
    assert phone.behind.where == "phone is known"
    only = run_report(office, "fill-rates", ReportRequest(object_name="contacts", where="phone is unknown"))
    assert {row[1]: row[2:] for row in cells(only)}["firstname"] == (1, "1")
    with pytest.raises(ObjectNeeded, match="about one object"):
        run_report(office, "fill-rates", ReportRequest())


def test_companies_by_what_is_open_with_them_and_their_children(office, tmp_path):
    names = ("Group", "North", "South", "Far north", "Alone", "Idle")
    company = {name: made(office, "company", f"name={name}") for name in names}
    for parent, child in (("Group", "North"), ("Group", "South"), ("North", "Far north"), ("Group", "Idle")):
        link(office, LinkRequest(company[parent], company[child], "Parent Company"))

    def deal(name, amount, *more, stage="qualifiedtobuy"):
        given = [f"amount={amount}"] if amount else []
        return made(office, "deal", f"name={name}", f"stage={stage}", *given, *more, links=((company[name], None),)).id

    group = deal("Group", "100.10")
    north = deal("North", "20.20"), deal("North", "")
    far = deal("Far north", "3.33")
    deal("Far north", "1000", stage="closedwon")
    alone = deal("Alone", "500")
    south = deal("South", "77", "deal_currency_code=USD")
    made(office, "deal", "name=Nobody's", "amount=9")
    table = run_report(office, "open-pipeline", ReportRequest())
    assert [(row.depth, *row.cells) for row in table.rows] == [
        (0, "Alone", 1, "500", 1, "500"),
        (0, "Group", 1, "100.1", 5, "123.63"),
        (1, "North", 2, "20.2", 3, "23.53"),
        (2, "Far north", 1, "3.33", 1, "3.33"),
        (1, "South", 1, None, 1, None),
    ]
    assert table.rows[0].behind.ids == (alone,)
    assert sorted(table.rows[1].behind.ids) == sorted([group, *north, far, south])
    assert table.totals.cells == (None, 6, "623.63", None, None)
    assert table.notes == (
        "1 open deal without company is left out",
        "1 amount in a currency that crm.toml has no rate for, [rates], is left out",
    )
    settings = Path(office.root, "crm.toml")
    settings.write_text(settings.read_text() + '\n[rates]\nUSD = "0.5"\n')
    table = run_report(reopened(tmp_path), "open-pipeline", ReportRequest(where="amount > 50"))
    assert [(row.depth, *row.cells) for row in table.rows] == [
        (0, "Alone", 1, "500", 1, "500"),
        (0, "Group", 1, "100.1", 2, "138.6"),
        (1, "South", 1, "38.5", 1, "38.5"),
    ]
