"""Which value stays when records are merged stands in the schema, or is told by what the property is."""

from __future__ import annotations

import pytest

from crmcli.model.check import check_schemas
from crmcli.model.compiled import load_model
from crmcli.model.survivorship import moving_together, rule_of


@pytest.fixture
def model(tmp_path):
    def load(**files):
        (tmp_path / "schemas").mkdir(exist_ok=True)
        for name, text in files.items():
            (tmp_path / "schemas" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load_model(str(tmp_path), str(tmp_path / "cache"))

    return load


def rules(found, *names):
    return [rule_of(found, found.properties[name]) for name in names]


def test_a_contact_s_rules_come_of_the_schema_and_of_what_its_properties_are(model):
    contact = model().objects["contact"]
    names = ("firstname", "hs_additional_emails", "lifecyclestage", "createdate", "num_conversion_events")
    assert rules(contact, *names) == ["primary", "union", "furthest", "oldest", "sum"]
    assert moving_together(contact) == {"address": ("address", "city", "state", "zip", "country")}


def test_an_object_that_says_nothing_fills_blanks(model):
    deal = model().objects["deal"]
    assert rules(deal, "dealname", "amount") == ["primary", "primary"]
    assert moving_together(deal) == {}


def test_a_workspace_changes_one_rule_and_adds_a_group(model):
    found = model(
        contact="survivorship:\n  rules: {jobtitle: latest, num_conversion_events: kept}\n"
        "  together: {name: [firstname, lastname]}\n"
    ).objects["contact"]
    assert rules(found, "jobtitle", "num_conversion_events", "hs_analytics_num_visits") == ["latest", "kept", "sum"]
    assert list(moving_together(found)) == ["address", "name"]
    assert found.survivorship.source == "schemas/contact.yaml:1"
    assert model().objects["contact"] == found  # out of the compiled schema, too


def test_rules_do_not_concern_the_index(model):
    before = model().layout
    assert model(contact="survivorship:\n  rules: {jobtitle: latest}\n").layout == before


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("rules: {jobtitel: latest}", 'there is no property "jobtitel"'),
        ("rules: {jobtitle: sum}", '"sum" is no rule for "jobtitle", a string'),
        ("rules: {jobtitle: newset}", '"jobtitle" cannot be "newset"'),
        ("rules: {jobtitle: furthest}", '"jobtitle" has no options, so none is the furthest'),
        ("rules: {jobtitle: union}", '"jobtitle" holds one value, so there is nothing to unite'),
        ("rules: {hs_days_to_close: sum}", None),
        ("rules: {days_to_close: oldest}", '"days_to_close" is calculated, so merging chooses nothing'),
        ("together: {name: [firstname, lastnam]}", 'there is no property "lastnam"'),
        ("together: {name: [city]}", '"city" stands in "address" already'),
    ],
)
def test_what_cannot_be_is_named_with_its_line(tmp_path, said, message):
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "contact.yaml").write_text(f"survivorship:\n  {said}\n", encoding="utf-8")
    found = [(p.where, p.message) for p in check_schemas(str(tmp_path))]
    expected = message or 'there is no property "hs_days_to_close"'
    assert found == [("schemas/contact.yaml:2", expected)]
