"""A board by any enumeration; those by stages are in test_services_pipelines."""

from __future__ import annotations

import pytest

from crmcli.services.board import BoardRequest, NoBoardColumns, board
from crmcli.services.lists import ListRequest
from crmcli.services.stage_words import NoPipelines
from office import made, make_office


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


def shown(office, word="deal", *, limit=None, where="", **asked):
    found = board(office, ListRequest(word, where=where, limit=limit), BoardRequest(**asked))
    return {column.label: (column.total.count, [card.title for card in column.cards]) for column in found.columns}


def test_options_are_columns_in_their_order_and_unset_comes_last(office):
    made(office, "deal", "name=Low", "hs_priority=low")
    made(office, "deal", "name=High", "hs_priority=high", "amount=3")
    made(office, "deal", "name=Higher", "hs_priority=high", "amount=5")
    made(office, "deal", "name=None")
    found = shown(office, by="priority", limit=1)
    assert found == {"Low": (1, ["Low"]), "Medium": (0, []), "High": (2, ["Higher"]), "None": (1, ["None"])}


def test_of_many_options_only_those_with_records_are_columns(office):
    made(office, "company", "name=Mill", "industry=DAIRY")
    made(office, "company", "name=Tool", "industry=COMPUTER_SOFTWARE")
    assert list(shown(office, "company", by="industry")) == ["Computer Software", "Dairy"]


def test_yes_and_no_and_owners_are_columns(office):
    made(office, "company", "name=Mill", "is_public=yes", "owner=me")
    made(office, "company", "name=Tool", "is_public=no")
    assert shown(office, "company", by="is_public") == {"no": (1, ["Tool"]), "yes": (1, ["Mill"])}
    assert shown(office, "company", by="owner") == {"Ada King": (1, ["Mill"]), "None": (1, ["Tool"])}


def test_a_record_with_several_values_stands_in_each_column(office):
    name = next(p.name for p in office.object("contact").properties.values() if p.value_type.several and p.options)
    options = office.object("contact").properties[name].options
    made(office, "contact", "firstname=Both", f"{name}={options[0].value};{options[1].value}")
    found = shown(office, "contact", by=name)
    assert [found[option.label] for option in options[:2]] == [(1, ["Both"]), (1, ["Both"])]


def test_what_is_added_up_may_be_said(office):
    made(office, "deal", "name=a", "hs_priority=high", "amount=3")
    found = board(office, ListRequest("deal"), BoardRequest(by="priority", summed=("amount", "amount * 2")))
    assert [each.shown for each in found.columns[2].total.sums] == [("3.00 EUR",), ("6.00 EUR",)]


def test_the_stage_by_its_name_is_the_board_of_the_pipeline(office):
    made(office, "deal", "name=a")
    found = board(office, ListRequest("deal"), BoardRequest(by="dealstage"))
    assert (found.pipeline.id, found.title, len(found.columns)) == ("default", "Sales Pipeline", 7)


@pytest.mark.parametrize("by", ["amount", "name", "closedate", "count(companies)"])
def test_what_is_no_enumeration_makes_no_board(office, by):
    with pytest.raises(NoBoardColumns):
        board(office, ListRequest("deal"), BoardRequest(by=by))


def test_an_object_without_pipelines_needs_to_be_told(office):
    with pytest.raises(NoPipelines):
        board(office, ListRequest("company"))
