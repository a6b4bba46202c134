"""Another system's definitions of properties: read from JSON and CSV, compared, put into schema files."""

from __future__ import annotations

import json

import pytest

from crmcli.render.schema_files import with_entries
from crmcli.services.property_definitions import NotDefinitions, read_definitions
from crmcli.services.property_import import compare
from crmcli.services.schema_edit import edit_schemas
from office import make_office, reopened

ROAST = {
    "name": "roast_level",
    "label": "Roast level",
    "type": "enumeration",
    "fieldType": "select",
    "groupName": "coffee_taste",
    "options": [
        {"label": "Dark", "value": "dark", "displayOrder": 1},
        {"label": "Light", "value": "light", "displayOrder": 0},
        {"label": "Light", "value": "old", "displayOrder": 2, "hidden": True},
    ],
}
PRIORITY = {
    "name": "hs_priority",
    "label": "Priority",
    "type": "enumeration",
    "fieldType": "select",
    "options": [{"label": "Urgent", "value": "urgent"}, {"label": "Low", "value": "low"}],
}


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


def definitions(tmp_path, content, *options):
    path = tmp_path / "definitions"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_definitions(str(path), *options)


def taken_over(office, tmp_path, found):
    edits = {name: lambda text, entries=entries: with_entries(text, entries) for name, entries in found.entries.items()}
    edit_schemas(office, edits)
    return reopened(tmp_path)


def test_new_properties_and_options_go_into_the_schema_file_and_nothing_else(office, tmp_path):
    overlay = tmp_path / "office" / "schemas" / "deal.yaml"
    overlay.write_text("# ours\nproperties:\n  hs_priority: {label: How urgent}  # by hand\n", encoding="utf-8")
    office = reopened(tmp_path)
    amount = {"name": "amount", "label": "Amount", "type": "string", "fieldType": "text"}
    found = compare(office, definitions(tmp_path, {"results": [ROAST, PRIORITY, amount]}), "deals")
    assert (found.properties, found.options) == (1, 1)
    assert found.conflicts == (
        'deal.hs_priority: the label stays "How urgent"; there it is "Priority"',
        'deal.amount: the type stays "number"; there it is "string"',
    )
    deal = taken_over(office, tmp_path, found).object("deal")
    assert overlay.read_text(encoding="utf-8").startswith("# ours\nproperties:\n")
    assert [(o.value, o.label, o.hidden) for o in deal.properties["roast_level"].options] == [
        ("light", "Light", False),
        ("dark", "Dark", False),
        ("old", "Light", True),
    ]
    assert deal.groups["coffee_taste"] == "Coffee taste"
    assert [option.value for option in deal.properties["hs_priority"].options] == ["low", "medium", "high", "urgent"]
    again = compare(reopened(tmp_path), definitions(tmp_path, {"results": [ROAST, PRIORITY]}), "deals")
    assert not again.entries


def test_a_group_is_the_one_that_is_there_however_it_is_spelled(office, tmp_path):
    inside = {**ROAST, "groupName": "dealinformation"}
    found = compare(office, definitions(tmp_path, {"results": [inside]}), "deals")
    groups = reopened(tmp_path).object("deal").groups
    assert taken_over(office, tmp_path, found).object("deal").groups == groups


@pytest.mark.parametrize(
    "content", [{"deals": {"results": [ROAST]}}, {"deal": [ROAST]}, {"all": {"results": []}, "0": [], "deal": [ROAST]}]
)
def test_definitions_by_object(office, tmp_path, content):
    assert set(compare(office, definitions(tmp_path, content)).entries) == {"deal"}


def test_what_kinds_of_values_are_meant(office, tmp_path):
    items = [
        {"name": "fee", "type": "number", "fieldType": "number", "showCurrencySymbol": True},
        {"name": "share", "type": "number", "fieldType": "number", "numberDisplayHint": "percentage"},
        {"name": "helper", "type": "enumeration", "fieldType": "select", "referencedObjectType": "OWNER"},
        {"name": "sku", "type": "string", "fieldType": "text", "hasUniqueValue": True},
        {"name": "sum_up", "type": "number", "fieldType": "calculation_equation", "calculated": True},
        {"name": "amount_label", "label": "Amount", "type": "string"},
    ]
    office = taken_over(office, tmp_path, compare(office, definitions(tmp_path, items), "deal"))
    made = office.object("deal").properties
    assert [made[name].value_type.name for name in ("fee", "share", "helper")] == ["money", "percent", "user"]
    assert made["sku"].unique
    assert made["sum_up"].read_only
    assert made["amount_label"].label == "Amount (amount_label)"


def test_a_csv_of_definitions_with_its_options(office, tmp_path):
    (tmp_path / "options.csv").write_text(
        "property_id,label,value,display_order,hidden\n7,Second,b,1,false\n7,First,a,0,true\n9,Other,x,0,false\n",
        encoding="utf-8",
    )
    text = (
        "_fivetran_id,name,label,type,field_type,hubspot_object,group_name\n"
        "7,roast,Roast,enumeration,radio,contact,fVQ==\n8,made,Made,date,date,cake,x\n"
    )
    found = compare(office, definitions(tmp_path, text, str(tmp_path / "options.csv")))
    assert found.conflicts == ('made: there is no object "cake"',)
    (entry,) = found.entries["contact"]
    assert entry.path == ("properties", "roast")
    assert entry.value["options"] == {"a": {"label": "First", "hidden": True}, "b": "Second"}


def test_what_cannot_be_taken_is_told(office, tmp_path):
    items = [
        {"name": "9lives", "type": "string"},
        {"name": "odd", "type": "teapot"},
        {"name": "twice", "type": "string"},
        {"name": "twice", "type": "number"},
        {
            "name": "dealstage",
            "label": "Deal stage",
            "type": "enumeration",
            "options": [{"value": "new", "label": "New"}],
        },
    ]
    found = compare(office, definitions(tmp_path, items), "deal")
    assert [conflict.partition(":")[0] for conflict in found.conflicts] == [
        "deal.9lives",
        "deal.odd",
        "deal.twice",
        "deal.dealstage",
    ]
    assert compare(office, definitions(tmp_path, items)).conflicts[0].startswith("9lives: the file does not say")


@pytest.mark.parametrize("content", ["[]", "{", "name;type\na;b\n", "", '{"results": [3]}'])
def test_files_without_definitions_are_refused(tmp_path, content):
    with pytest.raises(NotDefinitions):
        definitions(tmp_path, content)
