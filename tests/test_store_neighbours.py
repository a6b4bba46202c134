"""Associations are found by seeks from either end, however many a pair has."""

from __future__ import annotations

import pytest

from crmcli.model.objects import Pair
from crmcli.services.associations import LinkRequest, link
from crmcli.services.graph import GraphRequest, association_graph
from crmcli.services.lists import ListRequest, list_records
from crmcli.services.show import show
from crmcli.services.timeline import TimelineRequest, timeline
from crmcli.store.neighbours import PairEnd
from office import made, make_office


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


@pytest.fixture
def firm(office):
    """Acme, the company of Ada and Ben and Cas, primary of Ben alone; Ada and Ben bill."""
    acme = made(office, "company", "name=Acme")
    other = made(office, "company", "name=Other")
    for name, links, label in (
        ("Ada", (other, acme), "Billing Contact"),
        ("Ben", (acme,), "Billing Contact"),
        ("Cas", (other, acme), ""),
    ):
        person = made(office, "contact", f"firstname={name}", links=tuple((each, None) for each in links))
        if label:
            link(office, LinkRequest(person, acme, label))
    return office, acme


def pair_of(office) -> Pair:
    return office.model.pair("contact", "company")


def found(office, ids, most=0, labels=None, *, from_owner=False):
    ends = office.store.neighbours(PairEnd(pair_of(office), from_owner), ids, most, labels)
    return [(one.id, one.other_id, one.primary, one.total) for one in ends]


def test_primary_ones_come_first_then_ids(firm):
    office, acme = firm
    assert found(office, [acme.id]) == [(acme.id, 2, True, 3), (acme.id, 1, False, 3), (acme.id, 3, False, 3)]
    assert found(office, [acme.id], most=2) == [(acme.id, 2, True, 3), (acme.id, 1, False, 3)]


def test_those_with_a_label_are_counted_alone(firm):
    office, acme = firm
    assert found(office, [acme.id], 1, ["Billing Contact"]) == [(acme.id, 2, True, 2)]


def test_every_record_has_its_own_first_ones(firm):
    office, acme = firm
    assert found(office, [1, 2, 3], most=1, from_owner=True) == [
        (1, 2, True, 2),
        (2, acme.id, True, 1),
        (3, 2, True, 2),
    ]


def test_no_look_up_goes_through_all_associations_of_a_pair(firm):
    office, acme = firm
    said: list[str] = []
    connection = office.store.index.connection
    connection.set_trace_callback(said.append)
    association_graph(office, GraphRequest(acme, 3))
    show(office, acme)
    timeline(office, TimelineRequest(acme))
    columns = ("name", "num_associated_contacts", "contact.firstname")
    assert list(list_records(office, ListRequest("company", columns=columns)).rows)
    link(office, LinkRequest(made(office, "contact", "firstname=Dee"), acme, "Billing Contact"))
    connection.set_trace_callback(None)
    asked = [text for text in said if text.lstrip().startswith("SELECT") and " _association" in text]
    plans = {text: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}")] for text in asked}
    assert len(plans) > 5
    through = {text: plan for text, plan in plans.items() for step in plan if step.endswith("(pair=?)")}
    assert through == {}
