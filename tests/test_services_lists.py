"""Lists, counts and search."""

from __future__ import annotations

import pytest

from crmcli.frozen import replace
from crmcli.model.names import UnknownObject
from crmcli.query import QueryError
from crmcli.services.lists import ListRequest, count_records, list_records, spare_columns
from crmcli.services.search import NothingToSearch, SearchRequest, search
from office import made, make_office


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    for name, amount in (("Small", "10.50"), ("Big", "1200"), ("Middle", "99")):
        made(workspace, "deal", f"name={name}", f"amount={amount}")
    made(workspace, "deal", "name=Unpriced")
    made(workspace, "contact", "name=Ada King", "email=ada@example.com", "jobtitle=Boss")
    return workspace


def test_rows_hold_the_id_and_stored_values(office):
    listing = list_records(office, ListRequest("deals", columns=("name", "amount"), sort=("-amount",), limit=2))
    assert (listing.object_name, listing.plural) == ("deal", "Deals")
    assert len(listing.columns) == 2
    assert list(listing.rows) == [(2, "Big", "1200"), (3, "Middle", "99")]


def test_amounts_are_shown_in_the_currency_of_their_record(office):
    made(office, "deal", "name=Far", "amount=5", "deal_currency_code=USD")
    listing = list_records(
        office, ListRequest("deal", where="amount < 20", columns=("amount", "name"), sort=("amount",))
    )
    rows = list(listing.rows)
    assert rows == [(5, "5", "Far"), (1, "10.5", "Small")]
    money = listing.columns[0].value_type
    assert [money.show(row[1], office.context) for row in rows] == ["5.00 USD", "10.50 EUR"]
    assert [info.name for info in listing.columns] == ["amount", "dealname"]


def test_texts_need_no_conversion(office):
    listing = list_records(office, ListRequest("deal", where='name = "Big"', columns=("name",)))
    assert list(listing.rows) == [(2, "Big")]


def test_unset_values_are_none(office):
    listing = list_records(office, ListRequest("deal", where="amount is unknown", columns=("amount",)))
    assert list(listing.rows) == [(4, None)]


def test_without_columns_the_schemas_are_taken(office):
    listing = list_records(office, ListRequest("contact"))
    assert len(listing.columns) == len(office.model.objects["contact"].columns)
    assert len(next(listing.rows)) == len(listing.columns) + 1


def test_mistakes_are_refused(office):
    with pytest.raises(UnknownObject):
        list_records(office, ListRequest("zebras"))
    with pytest.raises(QueryError):
        list_records(office, ListRequest("deals", where="amuont > 3"))


def test_records_are_counted(office):
    assert count_records(office, "deals") == 4
    assert count_records(office, "deals", "amount > 50") == 2
    assert count_records(office, "deals", "amount > 50000") == 0


@pytest.mark.parametrize("text", ["ada", "ADA king", "example", "ss"])
def test_search_finds_words_and_parts_of_them(office, text):
    found = search(office, SearchRequest(text))
    told = [(each.object_label, each.title.text, each.secondary.text) for each in found]
    assert told == [("Contact", "Ada King", "Boss")]


def test_search_keeps_to_objects_and_needs_a_word(office):
    assert search(office, SearchRequest("ada", objects=("deals",))) == ()
    with pytest.raises(NothingToSearch):
        search(office, SearchRequest("  "))


def test_spare_columns_are_none_of_the_usual_ones_and_none_is_calculated(office):
    for name in ("deal", "contact", "task", "company"):
        found = office.model.objects[name]
        spare = spare_columns(found)
        assert len({*spare}) == len(spare)
        assert not {*spare} & {*found.columns}
        assert not [each for each in spare if found.properties[each].formula]
    assert spare_columns(office.model.objects["deal"])[:1] == ("hubspot_owner_id",)
    bare = replace(office.model.objects["company"], columns=())
    assert "name" not in spare_columns(bare)


def test_groups_stand_together_and_know_what_they_come_to(office):
    made(office, "deal", "name=Tiny", "amount=1", "hs_priority=low")
    made(office, "deal", "name=Huge", "amount=9000", "hs_priority=low", "deal_currency_code=USD")
    asked = ListRequest(
        "deals", columns=("name",), sort=("-amount",), group_by=("priority",), summed=("amount",), limit=3
    )
    listing = list_records(office, asked)
    assert list(listing.rows) == [(6, "Huge", "low"), (5, "Tiny", "low"), (2, "Big", None)]
    totals = listing.grouping.totals
    assert totals["low",].sums[0].shown == ("9,000.00 USD", "1.00 EUR")
    assert (totals[None,].count, totals[None,].sums[0].shown) == (4, ("1,309.50 EUR",))
    assert listing.total.sums[0].shown == ("9,000.00 USD", "1,310.50 EUR")
    falling = list_records(office, replace(asked, sort=("-priority", "amount"), limit=None))
    assert [row[2] for row in falling.rows] == ["low", "low", None, None, None, None]
