"""The built-in objects have all that HubSpot gives them; deviations are listed with their reason."""

from __future__ import annotations

import csv
import io
import lzma
from itertools import combinations_with_replacement
from pathlib import Path

import pytest
import yaml

from crmcli.model.compiled import load_model
from crmcli.model.files import built_in_folder
from crmcli.model.matrix import cell
from crmcli.model.names import fold

SHARED = Path(__file__).parents[2] / "shared"
REFERENCE = SHARED / "reference" / "hubspot"
SCHEMAS = Path(built_in_folder("schemas"))
OBJECTS = (
    "contact", "company", "marketing_event", "campaign", "note", "communication", "deal", "lead", "call", "meeting",
    "email", "service", "listing", "cart", "order", "ticket", "conversation", "appointment", "course", "product",
    "line_item", "invoice", "quote", "subscription", "payment", "project", "task", "postal_mail",
    "feedback_submission",
)  # fmt: skip
ACTIVITIES = ("call", "email", "meeting", "note", "task", "communication", "postal_mail")

PIPED = ("deal", "ticket", "lead", "service", "course", "order", "listing", "appointment", "project")

# HubSpot calls these `select` and keeps several values in them all the same.
SEVERAL = {"hs_additional_emails", "hs_all_owner_ids", "hs_all_team_ids"}
# Another system's id of the record: read-only there, and what an import brings here.
IMPORTED = {"hs_object_id", "hs_unique_creation_key"}
# A length of time, which HubSpot gives as the moment of its beginning.
LENGTHS = {"hs_v2_time_in_current_stage"}
# Filled by a payment processor, a survey, a mail server or a numbering there; entered and imported here.
ENTERED = {
    "payment": {
        "hs_payment_id", "hs_latest_status", "hs_initial_amount", "hs_currency_code", "hs_customer_email",
        "hs_initiated_date", "hs_payment_method_type",
    },
    "feedback_submission": {
        "hs_submission_name", "hs_survey_id", "hs_survey_name", "hs_survey_type", "hs_survey_channel", "hs_value",
        "hs_response_group", "hs_sentiment", "hs_content", "hs_contact_id", "hs_submission_timestamp",
    },
    "email": {f"hs_email_{end}_{part}" for end in ("from", "to") for part in ("email", "firstname", "lastname")},
    "invoice": {"hs_number"},
    "quote": {"hs_quote_number", "hs_accepted_date"},
    "marketing_event": {"hs_event_status"},
    "conversation": {"closed_at"},
    "task": {"hs_task_completion_date"},
}  # fmt: skip
# Words for people, where the reference says how a value is stored.
SPOKEN = {
    "hs_task_reminders": "Reminder", "hs_task_is_completed": "Is completed", "hs_lead_is_qualified": "Is qualified",
    "hs_lead_is_disqualified": "Is disqualified", "hs_call_duration": "Call duration",
    "hs_recurring_billing_period": "Term", "hs_custom_fields": "Custom fields", "hs_email_headers": "Email headers",
    "hs_pinned_engagement_id": "Pinned activity",
}  # fmt: skip
# Whether an activity counts as contact with a person, which HubSpot keeps to itself; what mail programs and calendars
# go by, so that an import finds their records again.
OUR_OWN = {
    "contacting", "hs_email_cc_email", "hs_email_bcc_email", "hs_email_message_id", "hs_i_cal_uid", "calendar_uid",
}  # fmt: skip
# An invoice has no number before it has been issued.
SHOWN_TOO = {"invoice": ["hs_title"]}

needs_reference = pytest.mark.skipif(not REFERENCE.exists(), reason="the reference stands beside the repository")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model("", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="module")
def with_own(tmp_path_factory):
    """The model of a workspace with an object of its own."""
    root = tmp_path_factory.mktemp("workspace")
    (root / "schemas").mkdir()
    for name in ("custom_object", "other_custom_object"):
        text = f"label: {name}\nplural: {name}s\nbased_on: _custom\n"
        (root / "schemas" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_model(str(root), str(tmp_path_factory.mktemp("cache")))


def reference(name):
    return yaml.safe_load((REFERENCE / f"{name}.yaml").read_text(encoding="utf-8"))


def told_of(name):
    return next(o for o in reference("objects")["objects"] if o["name"] == name)


def told_properties(*names):
    return {p["name"]: p for name in names for p in reference(f"properties/{name}")["properties"]}


def same_property(mine, theirs, key, *, entered=frozenset(), piped=frozenset()):
    field_type = "checkbox" if key in SEVERAL else theirs["fieldType"]
    kind = "number" if key in LENGTHS else theirs["type"]
    label = SPOKEN.get(key, theirs["label"])
    assert (mine.label, mine.type, mine.field_type) == (label, kind, field_type), key
    if key not in piped:
        options = [(str(o["value"]), o["label"]) for o in theirs.get("options") or []]
        assert [(o.value, o.label) for o in mine.options] == options, key
    assert mine.unique == theirs["unique"], key
    assert mine.read_only == (theirs["read_only"] and key not in IMPORTED | entered), key


def piped(thing):
    return {thing.roles.get("pipeline"), thing.roles.get("stage")}


def test_there_are_thirty_objects(model):
    assert set(model.objects) == {*OBJECTS, "message"}  # a message is in the thread of a conversation


@needs_reference
@pytest.mark.parametrize("name", OBJECTS)
def test_every_property_is_there_with_its_label_type_and_options(model, name):
    said = told_properties("_common", name)
    thing = model.objects[name]
    timed = {key for key in thing.properties if key.startswith("hs_v2_") and key not in said}  # generated for stages
    assert said.keys() == thing.properties.keys() - timed - OUR_OWN
    for key, theirs in said.items():
        same_property(thing.properties[key], theirs, key, entered=ENTERED.get(name, frozenset()), piped=piped(thing))


@needs_reference
@pytest.mark.parametrize("name", OBJECTS)
def test_the_object_is_as_told(model, name):
    theirs, mine = told_of(name), model.objects[name]
    assert (mine.label, mine.plural, mine.type_id) == (
        theirs["label"],
        theirs["label_plural"],
        theirs["object_type_id"],
    )
    assert list(mine.categories) == theirs["categories"]
    assert list(mine.display) == theirs["primary_display"] + SHOWN_TOO.get(name, [])
    assert theirs["unique_key"]["property"] in mine.keys
    assert list(mine.required_any) == theirs["required_on_create"]["any_of"]
    # A pipeline and a stage are filled in by default, so that nobody is asked for them.
    assert list(mine.required) == [p for p in theirs["required_on_create"]["all_of"] if p not in piped(mine)]
    assert mine.active == (not theirs["super_admin_activation"])
    assert ("activity" in mine.object_roles) == theirs["is_activity"]
    stage = (theirs.get("pipeline_property"), theirs.get("stage_property"))
    assert (mine.roles.get("pipeline"), mine.roles.get("stage")) == stage
    assert bool(mine.pipelines) == theirs["has_pipelines"]


@needs_reference
@pytest.mark.parametrize("name", OBJECTS)
def test_the_tools_are_as_told(model, name):
    told = {tool: (said["value"], said["confidence"]) for tool, said in told_of(name)["tools"].items()}
    assert {tool.name: (tool.value, tool.confidence) for tool in model.objects[name].tools} == told


@needs_reference
@pytest.mark.parametrize("name", OBJECTS)
def test_how_sure_a_property_is_stands_in_the_yaml(name):
    told = {
        key: theirs["confidence"]
        for key, theirs in told_properties(name).items()
        if theirs.get("confidence", "high") != "high"
    }
    tree = yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text(encoding="utf-8"))
    declared = {key: prop or {} for group in tree["groups"].values() for key, prop in group["properties"].items()}
    mine = {key: prop["confidence"] for key, prop in declared.items() if "confidence" in prop and key not in OUR_OWN}
    common = {p["name"] for p in reference("properties/_common")["properties"]}
    assert mine == {key: confidence for key, confidence in told.items() if key not in common}


@needs_reference
def test_an_object_of_ones_own_has_what_a_custom_object_has(with_own):
    theirs, mine = told_of("custom_object"), with_own.objects["custom_object"]
    for key, prop in told_properties("_common", "custom_object").items():
        same_property(mine.properties[key], prop, key, piped=piped(mine))
    assert (mine.roles["pipeline"], mine.roles["stage"]) == (theirs["pipeline_property"], theirs["stage_property"])
    told = {tool: (said["value"], said["confidence"]) for tool, said in theirs["tools"].items()}
    assert {tool.name: (tool.value, tool.confidence) for tool in mine.tools} == told


@needs_reference
@pytest.mark.parametrize("name", PIPED)
def test_the_default_pipeline_is_there(model, name):
    # Only the first one: a store's integration makes the deals' second, whose ids are guesses.
    told = reference("pipelines")["objects"][name]["pipelines"][0]
    (mine,) = model.objects[name].pipelines
    assert (mine.id, mine.label) == (told["id"], told["label"])
    closed = {stage["id"]: stage.get("is_closed", stage.get("ticketState") == "CLOSED") for stage in told["stages"]}
    assert [(s.id, s.label, s.probability, s.closed) for s in mine.stages] == [
        (stage["id"], stage["label"], stage.get("probability"), closed[stage["id"]]) for stage in told["stages"]
    ]


# What a label is called in the reference, which has none for what a label is between the objects of one kind.
KINDS = {
    "Billing Contact": ("billing", "billing"),
    "Billing Company": ("billing", "billing"),
    "Contact Signer": ("signer", "signer"),
    "Upcoming line item": ("upcoming", "upcoming"),
    "Current Line Item": ("current", "current"),
    "Parent Company": ("parent_to_child", "child_to_parent"),  # "is Parent Company of" goes to the child
}


def type_ids(model):
    """Every type id of the model: (from, to, kind) → id."""
    mine = {}
    for (owner, other), pair in model.pairs.items():
        ends = (owner, other), (other, owner)
        mine |= {(*end, "unlabeled"): i for end, i in zip(ends, pair.type_ids, strict=False)}
        mine |= {(*end, "primary"): i for end, i in zip(ends, pair.primary_type_ids, strict=False)}
        for label in pair.labels:
            there, back = KINDS.get(label.name, ("", ""))
            mine[label.from_object, label.to_object, there] = label.type_id
            mine[label.to_object, label.from_object, back] = label.inverse_type_id
    return {key: type_id for key, type_id in mine.items() if type_id}


@needs_reference
def test_all_associations_are_there_with_their_type_ids(model):
    rows = reference("associations")["association_types"]
    told = {
        (row["from"], row["to"], row["kind"]): row["type_id"]
        for row in rows
        if {row["from"], row["to"]} <= set(OBJECTS)
    }
    assert type_ids(model) == told


def members(word):
    return ACTIVITIES if word == "activity" else (word,)


def of_axis(model, a, b):
    """The cell of two words of the reference's axis: of several objects the strongest one."""
    other = "other_custom_object" if a == b == "custom_object" else b
    found = [cell(model, one, two) for one in members(a) for two in members(other)]
    strength = ["yes", "assets_only", "configurable", "unknown", "no"]
    best = min(found, key=lambda each: strength.index(each.value))
    return best.value, best.confidence


@needs_reference
def test_the_matrix_of_associations_equals_the_reference_cell_by_cell(with_own):
    told = reference("associations")
    # HubSpot's "no" between activities leaves out that a call may belong to a meeting, whose ids are known.
    said = {
        (a, b): (told["matrix"][a][b], told["matrix_confidence"][a][b])
        for a, b in combinations_with_replacement(told["matrix_axis"], 2)
        if (a, b) != ("activity", "activity")
    }
    assert {ends: of_axis(with_own, *ends) for ends in said} == said


@needs_reference
def test_each_object_has_the_activities_that_it_supports(model):
    told = reference("associations")["activity_support"]["objects"]
    for name in OBJECTS:
        if name in told and name not in (
            "campaign",
            *ACTIVITIES,
        ):  # a campaign links its assets, which is no association
            mine = {activity for activity in ACTIVITIES if model.pair(name, activity)}
            assert mine == set(told[name]), name


def test_a_product_is_associated_through_its_line_items(model):
    for other in ("deal", "quote", "contact", "note"):
        said = cell(model, "product", other)
        assert (said.value, said.confidence) == ("no", "high")
        assert "line item" in said.note


def test_each_pair_of_the_four_is_owned_by_the_end_that_has_few(model):
    four = ("contact", "company", "deal", "ticket")
    assert {key: pair.primary for key, pair in model.pairs.items() if set(key) <= set(four)} == {
        ("contact", "company"): True, ("contact", "contact"): False, ("company", "company"): False,
        ("deal", "company"): True, ("deal", "contact"): False, ("deal", "deal"): False,
        ("ticket", "company"): True, ("ticket", "contact"): False, ("ticket", "deal"): False,
        ("ticket", "ticket"): False,
    }  # fmt: skip
    assert model.pair("company", "deal") is model.pairs["deal", "company"]


def test_an_activity_owns_its_associations(model):
    for owner, other in model.pairs:
        assert other not in ACTIVITIES or owner in ACTIVITIES


def test_every_property_has_a_type_and_what_its_values_are(model):
    for thing in model.objects.values():
        assert all(prop.value_type.name for prop in thing.properties.values())
    kinds = {
        f"{key}.{name}": model.objects[key].properties[name].value_type.name
        for key, name in [
            ("contact", "email"), ("contact", "phone"), ("contact", "website"), ("contact", "hs_additional_emails"),
            ("contact", "hubspot_owner_id"), ("company", "domain"), ("company", "annualrevenue"), ("deal", "amount"),
            ("deal", "hs_forecast_probability"), ("ticket", "time_to_close"), ("ticket", "content"),
            ("call", "hs_call_duration"), ("task", "hs_task_reminders"), ("campaign", "hs_owner"),
            ("line_item", "price"), ("invoice", "hs_invoice_link"),
        ]
    }  # fmt: skip
    assert list(kinds.values()) == [
        "email", "phone", "url", "options", "user", "domain", "money", "money", "percent", "duration", "text",
        "duration", "datetime", "user", "money", "url",
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
            words = {fold(prop.name)} | (set() if prop.system else {fold(prop.label), *map(fold, prop.aliases)})
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
