"""The four built-in objects have all that HubSpot gives them; deviations are listed with their reason."""

from __future__ import annotations

import csv
import io
import lzma
from pathlib import Path

import pytest
import yaml

from crmcli.model.compiled import load_model
from crmcli.model.names import fold
from crmcli.model.stage_properties import STAGE_TIMES

SHARED = Path(__file__).parents[2] / "shared"
REFERENCE = SHARED / "reference" / "hubspot"
OBJECTS = ("contact", "company", "deal", "ticket")

# HubSpot calls these `select` and keeps several values in them all the same.
SEVERAL = {"hs_additional_emails", "hs_all_owner_ids", "hs_all_team_ids"}
# Another system's id of the record: read-only there, and what an import brings here.
IMPORTED = {"hs_object_id", "hs_unique_creation_key"}

needs_reference = pytest.mark.skipif(not REFERENCE.exists(), reason="the reference stands beside the repository")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model("", str(tmp_path_factory.mktemp("cache")))


def reference(name):
    return yaml.safe_load((REFERENCE / f"{name}.yaml").read_text(encoding="utf-8"))


@needs_reference
@pytest.mark.parametrize("name", OBJECTS)
def test_every_property_is_there_with_its_label_type_and_options(model, name):
    said = {p["name"]: p for part in ("_common", name) for p in reference(f"properties/{part}")["properties"]}
    ours = {key: prop for key, prop in model.objects[name].properties.items() if prop.group != STAGE_TIMES}
    said = {key: prop for key, prop in said.items() if not key.startswith("hs_v2_")}
    assert said.keys() == ours.keys()
    piped = {model.objects[name].roles.get("pipeline"), model.objects[name].roles.get("stage")}
    for key, theirs in said.items():
        mine = ours[key]
        field_type = "checkbox" if key in SEVERAL else theirs["fieldType"]
        assert (mine.label, mine.type, mine.field_type) == (theirs["label"], theirs["type"], field_type), key
        if key not in piped:
            options = [(o["value"], o["label"]) for o in theirs.get("options", [])]
            assert [(o.value, o.label) for o in mine.options] == options, key
        assert mine.unique == theirs["unique"], key
        assert mine.read_only == (theirs["read_only"] and key not in IMPORTED), key


@needs_reference
@pytest.mark.parametrize("name", OBJECTS)
def test_the_object_is_as_told(model, name):
    (theirs,) = [o for o in reference("objects")["objects"] if o["name"] == name]
    mine = model.objects[name]
    assert (mine.label, mine.plural, mine.type_id) == (
        theirs["label"],
        theirs["label_plural"],
        theirs["object_type_id"],
    )
    assert list(mine.categories) == theirs["categories"]
    assert list(mine.display) == theirs["primary_display"]
    assert theirs["unique_key"]["property"] in mine.keys
    assert list(mine.required_any) == theirs["required_on_create"]["any_of"]
    # A pipeline and a stage are filled in by default, so that nobody is asked for them.
    piped = {mine.roles.get("pipeline"), mine.roles.get("stage")}
    assert list(mine.required) == [p for p in theirs["required_on_create"]["all_of"] if p not in piped]


@needs_reference
@pytest.mark.parametrize("name", ["deal", "ticket"])
def test_the_default_pipeline_is_there(model, name):
    told = reference("pipelines")["objects"][name]["pipelines"][0]
    (mine,) = model.objects[name].pipelines
    assert (mine.id, mine.label) == (told["id"], told["label"])
    closed = {stage["id"]: stage.get("is_closed", stage.get("ticketState") == "CLOSED") for stage in told["stages"]}
    assert [(s.id, s.label, s.probability, s.closed) for s in mine.stages] == [
        (stage["id"], stage["label"], stage.get("probability"), closed[stage["id"]]) for stage in told["stages"]
    ]


@needs_reference
def test_all_associations_are_there_with_their_type_ids(model):
    told = {
        (row["from"], row["to"], row["kind"]): row["type_id"]
        for row in reference("associations")["association_types"]
        if {row["from"], row["to"]} <= set(OBJECTS)
    }
    mine = {}
    for (owner, other), pair in model.pairs.items():
        ends = (owner, other), (other, owner)
        mine |= {(*end, "unlabeled"): i for end, i in zip(ends, pair.type_ids, strict=False)}
        mine |= {(*end, "primary"): i for end, i in zip(ends, pair.primary_type_ids, strict=False)}
    billing = model.pair("contact", "company").labels[0]
    parent = model.pair("company", "company").labels[0]
    mine["contact", "company", "billing"] = billing.type_id
    mine["company", "contact", "billing"] = billing.inverse_type_id
    # "is Parent Company of" goes from the parent to the child.
    mine["company", "company", "parent_to_child"] = parent.type_id
    mine["company", "company", "child_to_parent"] = parent.inverse_type_id
    assert mine == told


def test_each_pair_of_the_four_is_owned_by_the_end_that_has_few(model):
    assert {key: pair.primary for key, pair in model.pairs.items()} == {
        ("contact", "company"): True, ("contact", "contact"): False, ("company", "company"): False,
        ("deal", "company"): True, ("deal", "contact"): False, ("deal", "deal"): False,
        ("ticket", "company"): True, ("ticket", "contact"): False, ("ticket", "deal"): False,
        ("ticket", "ticket"): False,
    }  # fmt: skip
    assert model.pair("company", "deal") is model.pairs["deal", "company"]


def test_every_property_has_a_type_and_what_its_values_are(model):
    names = {key: [p.value_type.name for p in thing.properties.values()] for key, thing in model.objects.items()}
    assert all(len(kinds) > 70 for kinds in names.values())
    kinds = {
        f"{key}.{name}": model.objects[key].properties[name].value_type.name
        for key, name in [
            ("contact", "email"), ("contact", "phone"), ("contact", "website"), ("contact", "hs_additional_emails"),
            ("contact", "hubspot_owner_id"), ("company", "domain"), ("company", "annualrevenue"), ("deal", "amount"),
            ("deal", "hs_forecast_probability"), ("ticket", "time_to_close"), ("ticket", "content"),
        ]
    }  # fmt: skip
    assert list(kinds.values()) == [
        "email", "phone", "url", "options", "user", "domain", "money", "money", "percent", "duration", "text",
    ]  # fmt: skip


def test_keys_come_first_with_their_additional_holders(model):
    contact, deal = model.objects["contact"], model.objects["deal"]
    assert [p.name for p in contact.unique_properties()] == [
        "hs_object_id", "email", "hs_additional_emails", "hs_unique_creation_key",
    ]  # fmt: skip
    assert [p.name for p in deal.unique_properties()] == ["hs_object_id", "hs_unique_creation_key"]


def test_no_two_headings_of_an_object_are_alike_but_for_system_ones(model):
    for thing in model.objects.values():
        seen = {}
        for prop in thing.properties.values():
            words = {fold(prop.name), *map(fold, prop.aliases)} | (set() if prop.system else {fold(prop.label)})
            for word in words:
                assert seen.setdefault(word, prop.name) == prop.name, (thing.name, word)


@pytest.mark.skipif(not SHARED.exists(), reason="the data stand beside the repository")
def test_the_customers_file_needs_no_mapping(model):
    with lzma.open(SHARED / "data" / "datablist" / "customers-100000.csv.xz", "rt", encoding="utf-8") as file:
        header = next(csv.reader(io.StringIO(file.readline())))
    contact = model.objects["contact"]
    known = {fold(w): p.name for p in contact.properties.values() for w in (p.name, p.label, *p.aliases)}
    assert {heading: known.get(fold(heading)) for heading in header} == {
        "Index": None, "Customer Id": "hs_unique_creation_key", "First Name": "firstname", "Last Name": "lastname",
        "Company": "company", "City": "city", "Country": "country", "Phone 1": "phone", "Phone 2": "mobilephone",
        "Email": "email", "Subscription Date": None, "Website": "website",
    }  # fmt: skip
