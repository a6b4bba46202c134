"""Objects and properties answer to the words that people use, and a word that means nothing is answered with help."""

from __future__ import annotations

import pytest

from crmcli.errors import ExitCode
from crmcli.model.compiled import load_model
from crmcli.model.names import UnknownObject, UnknownProperty, find_object, find_object_name, find_property
from crmcli.model.objects import Model, ObjectType, Property


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model("", str(tmp_path_factory.mktemp("cache")))


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("contact", "contact"), ("Contacts", "contact"), ("PEOPLE", "contact"), ("cont", "contact"),
        ("companies", "company"), ("org", "company"), ("Opportunity", "deal"), ("d", "deal"), ("tick", "ticket"),
    ],
)  # fmt: skip
def test_an_object_by_name_plural_alias_or_beginning(model, word, name):
    assert find_object(model, word).name == name
    assert find_object_name(model, word) == name


@pytest.mark.parametrize(
    ("word", "message", "near"),
    [
        ("con", '"con" may mean contact or conversation', ("contact", "conversation")),
        ("contcat", 'there is no object "contcat"', ("contact", "contacts")),
        ("", 'there is no object ""', ()),
        ("-", 'there is no object "-"', ()),
    ],
)
def test_a_word_that_means_no_object(model, word, message, near):
    with pytest.raises(UnknownObject) as caught:
        find_object(model, word)
    assert (caught.value.message, caught.value.near[: len(near)]) == (message, near)
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.hint


@pytest.mark.parametrize(
    ("thing", "word", "name"),
    [
        ("contact", "firstname", "firstname"), ("contact", "FirstName", "firstname"),
        ("contact", "first_name", "firstname"), ("contact", "First Name", "firstname"),
        ("contact", "E-mail", "email"), ("contact", "surname", "lastname"), ("contact", "owner", "hubspot_owner_id"),
        ("contact", "status", "lifecyclestage"), ("contact", "created", "createdate"),
        ("contact", "Record ID", "hs_object_id"), ("contact", "Phone 2", "mobilephone"),
        ("company", "Target Account", "hs_target_account"), ("company", "name", "name"),
        ("deal", "stage", "dealstage"), ("deal", "amount", "amount"), ("deal", "due", "closedate"),
        ("deal", "Close Date", "closedate"), ("ticket", "name", "subject"), ("ticket", "status", "hs_pipeline_stage"),
    ],
)  # fmt: skip
def test_a_property_by_name_label_role_or_alias(model, thing, word, name):
    assert find_property(model.objects[thing], word).name == name


def test_a_word_that_means_no_property_offers_the_nearest(model):
    with pytest.raises(UnknownProperty) as caught:
        find_property(model.objects["contact"], "emial")
    assert caught.value.message == 'a contact has no property "emial"'
    assert caught.value.near[0] == "email"
    assert caught.value.exit_code is ExitCode.USAGE
    with pytest.raises(UnknownProperty) as caught:
        find_property(model.objects["contact"], "qqqqqqq")
    assert caught.value.hint == "see them: crm schema show contact"


@pytest.mark.parametrize("word", ["", "?!", " "])
def test_signs_alone_mean_no_property(model, word):
    with pytest.raises(UnknownProperty):
        find_property(model.objects["contact"], word)


def test_system_properties_are_never_offered(model):
    with pytest.raises(UnknownProperty) as caught:
        find_property(model.objects["contact"], "hs_analytics_sourc")
    assert "hs_analytics_source" not in caught.value.near


def test_a_label_of_two_properties_needs_the_internal_name():
    one, two = (Property(name, "Size", "number", "number") for name in ("one", "two"))
    apple = ObjectType("apple", "Apple", "Apples", {"one": one, "two": two})
    with pytest.raises(UnknownProperty) as caught:
        find_property(apple, "size")
    assert caught.value.message == '"size" may mean one or two of an apple'


def test_a_model_made_by_hand_answers_too():
    thing = ObjectType("cake", "Cake", "Cakes", {}, aliases=("gateau",), object_roles=("person",))
    model = Model({"cake": thing}, {}, "x")
    assert find_object(model, "Gateau") is thing
    assert model.objects_with("person") == ("cake",)
    assert model.objects_with("organisation") == ()
