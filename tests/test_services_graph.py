"""The association graph around a record."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.model.names import UnknownObject
from crmcli.services.associations import LinkRequest, link
from crmcli.services.graph import GraphRequest, TooDeep, UnknownGraphLabel, association_graph
from office import made, make_office, reopened


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


@pytest.fixture
def firm(office):
    """Acme with Ada and Ben, Ben the employee of Ada, and a deal of both."""
    acme = made(office, "company", "name=Acme", "domain=acme.example")
    ada = made(office, "contact", "firstname=Ada", links=((acme, None),))
    ben = made(office, "contact", "firstname=Ben", links=((acme, None),))
    deal = made(office, "deal", "dealname=Order", links=((ada, None), (ben, None)))
    link(office, LinkRequest(ada, ben, "Manager"))
    return office, acme, ada, ben, deal


def edges(graph):
    return [(str(edge.a), str(edge.b), edge.again) for edge in graph.edges]


def test_a_graph_goes_level_by_level_and_marks_what_closes_a_circle(firm):
    office, acme, ada, ben, deal = firm
    graph = association_graph(office, GraphRequest(acme))
    assert edges(graph) == [
        ("company:1", "contact:1", False),
        ("company:1", "contact:2", False),
        ("contact:1", "contact:2", True),
        ("contact:1", "deal:1", False),
        ("contact:2", "deal:1", True),
    ]
    assert [graph.nodes[ref].title for ref in (acme, ada, ben, deal)] == ["Acme", "Ada", "Ben", "Order"]
    assert graph.folds == ()


def test_labels_that_begin_at_both_ends_are_one_association(firm):
    office, _, ada, ben, _ = firm
    schema = Path(office.root) / "schemas" / "contact.yaml"
    schema.parent.mkdir(exist_ok=True)
    schema.write_text("associations: {contact: {labels: {Mentor: {inverse: Pupil}}}}\n")
    office = reopened(schema.parent.parent.parent)
    link(office, LinkRequest(ben, ada, "Mentor"))
    for request in (GraphRequest(ada, depth=1), GraphRequest(ben, depth=1), GraphRequest(ada, depth=1, label="pupil")):
        graph = association_graph(office, request)
        (edge,) = [edge for edge in graph.edges if {edge.a, edge.b} == {ada, ben}]
        ends = {edge.a: set(edge.a_is), edge.b: set(edge.b_is)}
        assert ends == {ada: {"Manager", "Pupil"}, ben: {"Employee", "Mentor"}}
        assert graph.folds == ()


def test_an_association_reads_from_both_ends(firm):
    office, _, ada, ben, _ = firm
    graph = association_graph(office, GraphRequest(ada, depth=1))
    edge = next(edge for edge in graph.edges if edge.b == ben)
    assert (edge.a_is, edge.b_is) == (("Manager",), ("Employee",))
    primary = next(edge for edge in graph.edges if edge.b.object_name == "company")
    assert primary.primary


def test_only_some_objects_are_entered(firm):
    office, acme, *_ = firm
    assert edges(association_graph(office, GraphRequest(acme, 3, objects=("deals",)))) == []
    graph = association_graph(office, GraphRequest(acme, 1, objects=("contacts", "deal")))
    assert edges(graph) == [("company:1", "contact:1", False), ("company:1", "contact:2", False)]
    with pytest.raises(UnknownObject):
        association_graph(office, GraphRequest(acme, objects=("ships",)))


def test_a_label_is_followed_from_either_end(firm):
    office, acme, ada, ben, _ = firm
    for word, begin, end in (("manager", ada, ben), ("Employee", ada, ben), ("MANAGER", ben, ada)):
        assert edges(association_graph(office, GraphRequest(begin, label=word))) == [(str(begin), str(end), False)]
    assert edges(association_graph(office, GraphRequest(acme, label="Manager"))) == []
    with pytest.raises(UnknownGraphLabel) as refusal:
        association_graph(office, GraphRequest(acme, label="Managr"))
    assert "Manager" in refusal.value.hint


def test_a_big_fan_is_folded_with_its_count(office):
    acme = made(office, "company", "name=Acme")
    people = [made(office, "contact", f"firstname=P{n}", links=((acme, None),)) for n in range(7)]
    graph = association_graph(office, GraphRequest(acme, fan=3))
    assert edges(graph) == [("company:1", f"contact:{n}", False) for n in (1, 2, 3)]
    assert [(str(fold.ref), fold.noun, fold.count) for fold in graph.folds] == [("company:1", "contacts", 4)]
    assert len(association_graph(office, GraphRequest(acme, fan=0)).edges) == 7
    # The way that one came is no record that is left out.
    graph = association_graph(office, GraphRequest(people[-1], fan=3))
    assert [fold.count for fold in graph.folds] == [3]
    assert association_graph(office, GraphRequest(acme, fan=6)).folds[0].noun == "contact"


@pytest.mark.parametrize("depth", [0, -1, 11])
def test_a_depth_is_bounded(firm, depth):
    office, acme, *_ = firm
    with pytest.raises(TooDeep):
        association_graph(office, GraphRequest(acme, depth))
