"""`name=text` as typed, and the values it means."""

from __future__ import annotations

import pytest

from crmcli.model.names import UnknownProperty
from crmcli.services.assignments import (
    AssignedTwice,
    Assignment,
    AssignmentSyntax,
    NotSeveral,
    parse_assignments,
    values,
)
from crmcli.types.base import InvalidValue
from office import make_office


@pytest.fixture
def read(tmp_path):
    """Read assignments to an object's record."""
    workspace = make_office(tmp_path)

    def read(object_name, *texts, **more):
        return values(workspace, workspace.object(object_name), parse_assignments(texts), **more)

    return read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("firstname=Ada", Assignment("firstname", "=", "Ada")),
        ("First Name=Ada", Assignment("First Name", "=", "Ada")),
        ("note=a=b", Assignment("note", "=", "a=b")),
        ("tags+=x", Assignment("tags", "+=", "x")),
        ("tags-=x", Assignment("tags", "-=", "x")),
        ("extra:={}", Assignment("extra", ":=", "{}")),
        ("note@=file.txt", Assignment("note", "@=", "file.txt")),
        ("name=@file", Assignment("name", "=", "@file")),
        ("x=-1", Assignment("x", "=", "-1")),
    ],
)
def test_an_assignment_is_taken_apart_at_the_first_equals_sign(text, expected):
    assert parse_assignments([text]) == (expected,)


@pytest.mark.parametrize("text", ["firstname", "=Ada", " =Ada", ""])
def test_what_has_no_name_or_no_sign_is_refused(text):
    with pytest.raises(AssignmentSyntax, match="is no assignment"):
        parse_assignments([text])


def test_an_empty_value_is_refused_with_the_way_to_clear():
    with pytest.raises(AssignmentSyntax) as refusal:
        parse_assignments(["phone="])
    assert refusal.value.hint == "To clear it: --clear phone"


def test_values_are_parsed_by_their_types(read):
    assert read("contact", "First Name=Ada", "email=ADA@Example.COM", "phone=06 12345678") == {
        "firstname": "Ada",
        "email": "ada@example.com",
        "phone": "+31612345678",
    }


def test_a_refusal_names_the_label_and_what_was_typed(read):
    with pytest.raises(InvalidValue) as refusal:
        read("contact", "email=nobody")
    assert refusal.value.message.startswith("Email: ")
    assert "nobody" in refusal.value.message


def test_role_words_stand_for_properties(read):
    assert read("deal", "name=Big one", "amount=1,200.50", "owner=Ada King") == {
        "dealname": "Big one",
        "amount": "1200.5",
        "hubspot_owner_id": "ada_king",
    }


def test_a_whole_name_is_divided_at_its_last_blank(read):
    assert read("contact", "name=Ada Augusta King") == {"firstname": "Ada Augusta", "lastname": "King"}


def test_half_a_name_is_refused(read):
    with pytest.raises(AssignmentSyntax, match="is one word"):
        read("contact", "name=Ada")


def test_clearing_gives_none(read):
    assert read("contact", clears=["Phone Number"]) == {"phone": None}


def test_several_values_are_added_to_and_taken_from(read):
    current = {"hs_additional_emails": ["a@x.nl", "b@x.nl"]}
    assert read("contact", "hs_additional_emails+=c@x.nl", "hs_additional_emails+=a@x.nl", current=current) == {
        "hs_additional_emails": ["a@x.nl", "b@x.nl", "c@x.nl"]
    }
    assert read("contact", "hs_additional_emails-=A@x.nl", current=current) == {"hs_additional_emails": ["b@x.nl"]}


def test_values_are_added_where_none_was(read):
    assert read("contact", "hs_additional_emails+=c@x.nl") == {"hs_additional_emails": ["c@x.nl"]}
    assert read("contact", "hs_additional_emails-=c@x.nl") == {"hs_additional_emails": None}


def test_a_list_that_runs_empty_is_cleared(read):
    current = {"hs_additional_emails": ["a@x.nl"]}
    assert read("contact", "hs_additional_emails-=a@x.nl", current=current) == {"hs_additional_emails": None}


def test_adding_to_one_value_is_refused(read):
    with pytest.raises(NotSeveral, match=r'"\+="'):
        read("contact", "firstname+=Ada")


def test_json_values_and_null(read):
    assert read("contact", 'firstname:="Ada"', "phone:=null") == {"firstname": "Ada", "phone": None}
    with pytest.raises(AssignmentSyntax, match="is not JSON"):
        read("contact", "firstname:=Ada")
    with pytest.raises(InvalidValue, match="First Name: "):
        read("contact", "firstname:=[1]")


def test_a_property_given_twice_is_refused(read):
    with pytest.raises(AssignedTwice):
        read("contact", "firstname=Ada", "First Name=Bea")
    with pytest.raises(AssignedTwice):
        read("contact", "firstname=Ada", clears=["firstname"])


def test_an_unknown_property_offers_the_nearest(read):
    with pytest.raises(UnknownProperty) as refusal:
        read("contact", "fristname=Ada")
    assert "firstname" in refusal.value.near
