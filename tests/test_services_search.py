"""Search: what is shown of what was found, where the words stand, and since when."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.services.assignments import parse_assignments
from crmcli.services.records import CreateRecord
from crmcli.services.records import create as create_record
from crmcli.services.search import Marked, NothingToSearch, SearchRequest, marked, search
from crmcli.types.base import InvalidValue
from office import changed, later, made, make_office, reopened


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    ada = made(workspace, "contact", "firstname=Ada", "lastname=Müller", "email=ada@loom.example", "jobtitle=Engineer")
    made(workspace, "company", "name=Loom", "domain=loom.example")
    body = "<p>She wants an <b>offer</b> for ten engines, and to see them run before the end of the year, in Delft.</p>"
    for values in (["hs_call_title=Engines", f"hs_call_body={body}"], ["hs_call_title=Nothing", "hs_call_body=None"]):
        assigned = parse_assignments([*values, "hs_timestamp=2026-10-01"])
        create_record(workspace, CreateRecord("call", assigned, links=((ada, None),)))
    return workspace


def found(workspace, text, **more):
    return [str(one.ref) for one in search(workspace, SearchRequest(text, **more))]


def test_what_activities_say_is_shown_around_the_words(office):
    (one,) = search(office, SearchRequest("offer ten"))
    assert (str(one.ref), one.within) == ("call:1", "Call notes")
    assert one.context.text == "She wants an offer for ten engines, and to see them run before…"
    assert [one.context.text[begin:end] for begin, end in one.context.places] == ["offer", "ten"]
    (one,) = search(office, SearchRequest("Delft"))
    assert one.context.text.startswith("…")
    assert one.context.text.endswith("of the year, in Delft.")
    assert len(one.context.text) <= 66


def test_a_hit_in_the_name_needs_no_context(office):
    (one,) = search(office, SearchRequest("muller"))
    assert one.title == Marked("Ada Müller", ((4, 10),))
    assert (one.within, one.context) == ("", Marked(""))
    (one,) = search(office, SearchRequest("ada engineer", objects=("contacts",)))
    assert (one.within, one.context.text, one.secondary.places) == ("", "", ((0, 8),))


@pytest.mark.parametrize(
    ("text", "words", "places"),
    [
        ("Ada Lovelace", ["ada", "love"], ((0, 3), (4, 8))),
        ("Straße Ⅷ", ["strasse", "viii"], ((0, 6), (7, 8))),
        ("ana banana", ["an"], ((0, 2),)),
        ("banana", ["an"], ((1, 5),)),
        ("E\u0301mile", ["emi"], ((0, 4),)),
        ("nothing", ["x"], ()),
        ("", ["x"], ()),
    ],
)
def test_the_places_of_words_are_those_of_the_text_as_it_is(text, words, places):
    assert marked(text, words).places == places


def test_since_is_when_activities_happened_and_others_were_changed(office):
    made(later(office, minutes=60 * 24 * 9), "contact", "firstname=Ada", "lastname=Later")
    assert found(office, "ada", since="2026-12-01") == ["contact:2"]
    changed(later(office, minutes=60 * 24 * 10), search(office, SearchRequest("muller"))[0].ref, "jobtitle=Analyst")
    assert found(office, "ada", since="2026-12-01") == ["contact:2", "contact:1"]
    assert found(office, "engines", since="2026-10-01") == ["call:1"]
    assert found(office, "engines", since="2026-10-02") == []
    assert found(office, "engines", since="last month") == ["call:1"]
    assert found(office, "engines", since="this month") == []
    with pytest.raises(InvalidValue):
        found(office, "engines", since="soon")


def test_nothing_to_search_is_refused(office):
    with pytest.raises(NothingToSearch):
        search(office, SearchRequest("  "))
    assert found(office, "nobody") == []


def test_what_activities_say_is_searched_though_their_schema_names_it_not(tmp_path):
    office = make_office(tmp_path)
    (Path(office.root) / "schemas" / "call.yaml").write_text("search: [hs_call_title]\n")
    office = reopened(tmp_path)
    made(office, "call", "hs_call_title=Hello", "hs_call_body=Of looms", "hs_timestamp=2026-10-01")
    assert found(office, "looms") == ["call:1"]
