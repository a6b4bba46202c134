"""A workspace changes what it names, the rest stands, and each part says where it came from."""

from __future__ import annotations

import pytest

from crmcli.model.check import check_schemas
from crmcli.model.compiled import load_model
from crmcli.model.names import find_object
from crmcli.model.objects import Option


@pytest.fixture
def model(tmp_path):
    def load(**files):
        (tmp_path / "schemas").mkdir(exist_ok=True)
        for name, text in files.items():
            (tmp_path / "schemas" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load_model(str(tmp_path), str(tmp_path / "cache"))

    return load


def test_a_property_is_added_to_its_group_and_says_its_line(model):
    deal = model(
        deal="groups:\n  deal_information:\n    properties:\n      margin: {label: Margin, type: number}\n"
    ).objects["deal"]
    margin = deal.properties["margin"]
    assert (margin.label, margin.group, margin.field_type) == ("Margin", "deal_information", "number")
    assert (margin.source, margin.changed) == ("schemas/deal.yaml:4", ())
    assert margin.value_type.name == "number"
    assert deal.groups["deal_information"] == "Deal information"


def test_a_changed_label_keeps_the_rest_and_names_both_files(model):
    firstname = (
        model(contact="properties:\n  firstname: {label: Voornaam, aliases: [Roepnaam]}\n")
        .objects["contact"]
        .properties["firstname"]
    )
    assert (firstname.label, firstname.type, firstname.field_type) == ("Voornaam", "string", "text")
    assert firstname.aliases == ("First", "Given name", "Forename", "Christian name", "Roepnaam")
    assert firstname.source.startswith("built-in schemas/contact.yaml:")
    assert firstname.changed == ("schemas/contact.yaml:2",)


def test_options_are_added_hidden_and_relabelled(model):
    overlay = (
        "properties:\n  dealtype:\n    options:\n      newbusiness: New customer\n"
        "      existingbusiness: {hidden: true}\n"
        "      renewal: {label: Renewal, color: green, closed: true, aliases: [again]}\n"
    )
    dealtype = model(deal=overlay).objects["deal"].properties["dealtype"]
    assert dealtype.options == (
        Option("newbusiness", "New customer", source="schemas/deal.yaml:4"),
        Option("existingbusiness", "Existing Business", hidden=True, source="schemas/deal.yaml:5"),
        Option("renewal", "Renewal", color="green", source="schemas/deal.yaml:6", closed=True, aliases=("again",)),
    )


def test_lists_are_replaced_and_roles_merged(model):
    contact = model(
        contact="label: Klant\naliases: [relatie]\ncolumns: [lastname, city]\nroles:\n  status: hs_lead_status\n"
    ).objects["contact"]
    assert (contact.label, contact.plural, contact.columns) == ("Klant", "Contacts", ("lastname", "city"))
    assert contact.aliases == ("person", "people", "relatie")
    assert (contact.roles["status"], contact.roles["email"]) == ("hs_lead_status", "email")
    assert contact.sources["columns"] == "schemas/contact.yaml:3"
    assert contact.sources["roles"] == "schemas/contact.yaml:4"
    assert contact.sources["search"].startswith("built-in schemas/contact.yaml:")


def test_a_pipeline_is_added_and_the_stages_of_one_are_replaced(model):
    overlay = (
        "pipelines:\n  default:\n    stages:\n"
        "      talk: {label: Talk, probability: 0.1}\n      won: {label: Won, closed: true}\n"
        "  partners: {label: Partners, stages: {begun: Begun}}\n"
    )
    deal = model(deal=overlay).objects["deal"]
    assert [(p.id, p.label, [s.id for s in p.stages]) for p in deal.pipelines] == [
        ("default", "Sales Pipeline", ["talk", "won"]),
        ("partners", "Partners", ["begun"]),
    ]
    assert [option.value for option in deal.properties["dealstage"].options] == ["talk", "won", "begun"]
    assert [option.label for option in deal.properties["pipeline"].options] == ["Sales Pipeline", "Partners"]
    assert deal.stage("talk").probability == 0.1
    assert deal.stage("won").closed


def test_a_label_is_added_to_a_pair(model):
    pair = model(
        contact="associations:\n  contact:\n    labels:\n      Mentor: {inverse: Mentee}\n      Friend:\n"
    ).pair("contact", "contact")
    assert [(label.name, label.inverse, label.paired) for label in pair.labels] == [
        ("Manager", "Employee", True), ("Mentor", "Mentee", True), ("Friend", "Friend", False),
    ]  # fmt: skip
    assert [label.source for label in pair.labels][1:] == ["schemas/contact.yaml:4", "schemas/contact.yaml:5"]


def test_what_a_property_holds_changes_only_when_said_twice(model, tmp_path):
    silent = "properties:\n  annualrevenue:\n    type: number\n    format: money\n"
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "contact.yaml").write_text(silent)
    problems = check_schemas(str(tmp_path))
    assert [problem.where for problem in problems] == ["schemas/contact.yaml:3", "schemas/contact.yaml:4"]
    assert problems[0].message.startswith('"annualrevenue" has the type "string" at built-in schemas/contact.yaml:')
    assert "override: true" in problems[0].hint
    said = silent + "    fieldType: number\n    override: true\n"
    assert model(contact=said).objects["contact"].properties["annualrevenue"].value_type.name == "money"


def test_the_common_part_can_be_changed_for_all_objects(model):
    made = model(_common="properties:\n  legacy_id: {label: Legacy ID, type: string, unique: true}\n")
    assert all("legacy_id" in thing.properties for thing in made.objects.values())
    assert len(made.objects) == 30


def test_an_object_of_ones_own_stands_on_the_common_part_and_associates(model):
    text = (
        "label: Cake\nplural: Cakes\naliases: [gateau]\nbased_on: _common\ndisplay: [taste]\n"
        "properties:\n  taste: {label: Taste, type: string}\n"
        "associations:\n  contact: {primary: true, labels: {Baker: }}\n"
    )
    made = model(cake=text)
    cake = made.objects["cake"]
    assert list(made.objects)[:4] == ["contact", "company", "deal", "ticket"]
    assert (cake.own, made.objects["contact"].own) == (True, False)
    assert next(iter(cake.properties)) == "taste"
    assert cake.role("owner").name == "hubspot_owner_id"
    assert cake.sources["display"] == "schemas/cake.yaml:5"
    assert made.pair("contact", "cake").owner == "cake"


def test_an_object_of_ones_own_has_the_activities_unless_it_declares_them_itself(model):
    head = "label: Cake\nplural: Cakes\nassociations:\n"
    made = model(cake=head + "  call: {limit: 1}\n", bread=head.replace("Cake", "Bread") + "  cake: {}\n")
    assert made.pair("cake", "call").owner == "cake"
    assert made.pair("cake", "call").limit == 1
    assert made.pair("bread", "call") is made.pairs["call", "bread"]
    assert made.pair("cake", "note").owner == made.pair("bread", "note").owner == "note"
    assert not any("_custom" in ends for ends in made.pairs)


def test_other_words_for_a_shipped_object_give_way_to_an_object_of_ones_own(model):
    assert find_object(model(), "events").name == "marketing_event"
    made = model(event="label: Event\nplural: Events\naliases: [webinar]\n")
    assert find_object(made, "events").name == find_object(made, "Webinar").name == "event"
    assert made.objects["marketing_event"].aliases == ("webinars",)


def test_one_can_log_on_an_object_that_stands_on_another_only_by_its_own_words(model):
    made = model(
        chat="label: Chat\nplural: Chats\nbased_on: call\n", hut="label: Hut\nplural: Huts\nbased_on: listing\n"
    )
    assert (made.objects["call"].log.keys(), dict(made.objects["chat"].log)) == ({"call"}, {})
    assert (made.objects["listing"].active, made.objects["hut"].active) == (False, True)


def test_an_object_can_stand_on_another_one_but_keeps_its_own_name(model):
    made = model(
        supplier="label: Supplier\nplural: Suppliers\nbased_on: company\n"
        "properties:\n  terms: {label: Terms, type: string}\n"
    )
    supplier = made.objects["supplier"]
    assert supplier.display == ("name",)
    assert set(made.objects["company"].properties) < set(supplier.properties)
    assert (supplier.type_id, supplier.aliases, supplier.object_roles) == ("", (), ())
    assert made.pair("supplier", "supplier") is None


def test_what_a_group_says_holds_for_its_properties_unless_they_say_otherwise(model):
    text = (
        "label: Cake\nplural: Cakes\ngroups:\n  oven:\n    label: Oven\n    system: true\n    read_only: true\n"
        "    properties:\n"
        "      heat: {label: Heat, type: number}\n      note: {label: Note, type: string, read_only: false}\n"
    )
    properties = model(cake=text).objects["cake"].properties
    assert [(p.system, p.read_only) for p in properties.values()] == [(True, True), (True, False)]


def test_a_property_in_two_groups_is_a_problem(tmp_path):
    (tmp_path / "schemas").mkdir()
    text = (
        "groups:\n  address: {properties: {floor: {label: F, type: number}}}\n"
        "properties:\n  floor: {label: G, type: number}\n"
    )
    (tmp_path / "schemas" / "contact.yaml").write_text(text)
    (problem,) = check_schemas(str(tmp_path))
    assert (problem.where, problem.message) == ("schemas/contact.yaml:4", '"floor" is declared twice')
    assert problem.hint == "first at schemas/contact.yaml:2"
