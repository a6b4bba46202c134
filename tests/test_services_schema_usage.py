"""How much properties are used, where, and everything about one of them."""

from __future__ import annotations

import os

import pytest

from changing import Changing, labelled
from crmcli.model.names import UnknownProperty
from crmcli.services.schema_property import NoProperty, property_page
from crmcli.services.schema_usage import usage
from office import made

MORE = """\
columns: [name, size]
associations:
  contact: {requires: [kind]}
"""


@pytest.fixture
def cakes(tmp_path):
    changing = Changing(tmp_path)
    changing.write(
        {
            "size": labelled("size", type="number", rules='{min: "1"}'),
            "kind": labelled(
                "kind", type="enumeration", options="{a: {label: Apple, color: red}, b: {label: Bun, hidden: true}}"
            ),
            "double": labelled("double", type="number", formula='"size * 2"'),
        },
        more=MORE,
    )
    made(changing.open(), "cake", "name=Tart", "size=12", "kind=a")
    made(changing.open(), "cake", "name=Pie", "size=12")
    return changing


def test_usage_counts_values_and_names_what_uses_them(cakes):
    os.makedirs(os.path.join(cakes.root, "views"))
    with open(os.path.join(cakes.root, "views", "big.yaml"), "w", encoding="utf-8") as file:
        file.write("object: cake\nwhere: size > 10 and contact.jobtitle is known\ncolumns: [kind]\n")
    office = cakes.open()
    lines = {line.name: line for line in usage(office, "cake").lines}
    assert list(lines)[:3] == ["name", "size", "kind"]
    assert [(lines[name].filled, lines[name].share) for name in ("size", "kind", "double")] == [
        (2, 1),
        (1, 0.5),
        (None, None),
    ]
    assert lines["size"].used_in == ("columns", "formula of cake.double", "views/big.yaml")
    assert lines["kind"].used_in == ("association with contact", "views/big.yaml")
    assert {line.object_name for line in usage(office).lines} == {"cake"}
    made(office, "contact", "firstname=Ada")
    assert "views/big.yaml" in {line.name: line for line in usage(cakes.open()).lines}["jobtitle"].used_in


def test_what_a_search_for_duplicates_compares_is_used(cakes):
    os.makedirs(os.path.join(cakes.root, "dedupe"))
    with open(os.path.join(cakes.root, "dedupe", "contact.yaml"), "w", encoding="utf-8") as file:
        file.write("weights: {phone: 2, name: 1}\n")
    office = cakes.open()
    contacts = {line.name: line.used_in for line in usage(office, "contact").lines}
    assert "duplicates" in contacts["email"]
    assert "dedupe/contact.yaml" in contacts["phone"]
    assert "dedupe/contact.yaml" not in {place for line in usage(office, "cake").lines for place in line.used_in}


def test_the_page_of_a_property_tells_everything(cakes):
    office = cakes.open()
    page = property_page(office, "cake.Size")
    assert (page.records, page.filled, page.different) == (2, 2, 1)
    assert page.column == '"cake"."size" INTEGER, times 10^6'
    assert page.property.source == "schemas/cake.yaml:6"
    assert not page.waits
    assert property_page(office, "cake.double").needs == ("size",)
    assert property_page(office, "cake.kind").required == ("to be associated with contacts",)
    assert property_page(office, "deal.stage").pipelines[0].stages[0].id == "appointmentscheduled"
    assert "amount" in property_page(office, "deals.hs_forecast_amount").needs


def test_a_property_that_waits_says_so(cakes):
    cakes.write({"size": labelled("size", type="string")})
    assert property_page(cakes.open(), "cake.size").waits
    assert property_page(cakes.open(), "cake.kind").property.source == "data/schema.json"


def test_what_is_no_property_is_refused(cakes):
    with pytest.raises(NoProperty):
        property_page(cakes.open(), "cake.")
    with pytest.raises(UnknownProperty):
        property_page(cakes.open(), "cake.nothing")


def test_what_hygiene_looks_at_is_used_of_each_object_apart(cakes):
    with open(os.path.join(cakes.root, "hygiene.yaml"), "w", encoding="utf-8") as file:
        file.write("Large: {object: cake, where: size > 3}\nNameless: {object: contact, where: jobtitle is unknown}\n")
    used = {
        (line.object_name, line.name): line.used_in
        for word in ("cake", "contact")
        for line in usage(cakes.open(), word, system=True).lines
    }
    named = {place for place, where in used.items() if "hygiene.yaml" in where}
    assert named == {("cake", "size"), ("contact", "jobtitle")}
