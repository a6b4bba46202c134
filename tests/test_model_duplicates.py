"""What makes two records the same stands in the schema, or is told by what the properties are."""

from __future__ import annotations

import pytest

from crmcli.model.check import check_schemas
from crmcli.model.compiled import load_model
from crmcli.model.duplicate_settings import DuplicateSettings, duplicate_settings
from crmcli.model.duplicates import duplicate_rules
from crmcli.model.own import OWN
from crmcli.services.schema import check

CAKE = "label: Cake\nplural: Cakes\nbased_on: _custom\n"


@pytest.fixture
def model(tmp_path):
    def load(**files):
        (tmp_path / "schemas").mkdir(exist_ok=True)
        for name, text in files.items():
            (tmp_path / "schemas" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load_model(str(tmp_path), str(tmp_path / "cache"))

    return load


def problems(root, **files):
    (root / "schemas").mkdir(exist_ok=True)
    for name, text in files.items():
        (root / "schemas" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return [(p.where, p.message, p.hint) for p in check_schemas(str(root))]


@pytest.mark.parametrize("name", ["contact", "company", "lead", "deal", "ticket", "product"])
def test_the_shipped_objects_that_are_often_doubled_have_rules(model, name):
    thing = model().objects[name]
    assert thing.duplicates
    assert thing.duplicates.source.startswith(f"built-in schemas/{name}.yaml:")
    assert duplicate_rules(model(), thing) == thing.duplicates


def test_a_contact_is_told_by_names_addresses_and_its_company(model):
    rules = model().objects["contact"].duplicates
    assert rules.kind == "person"
    assert rules.meanings["hs_additional_emails"] == "email"
    assert rules.associations == {"company": "org"}


def test_a_workspace_changes_one_meaning_and_leaves_another_out(model):
    rules = model(
        contact="duplicates:\n  meanings: {jobtitle: none, badge: id}\n"
        "properties:\n  badge: {label: Badge, type: string}\n"
    ).objects["contact"]
    assert rules.duplicates.meanings["badge"] == "id"
    assert "jobtitle" not in rules.duplicates.meanings
    assert rules.duplicates.meanings["email"] == "email"
    assert rules.duplicates.source == "schemas/contact.yaml:1"


def test_rules_do_not_concern_the_index(model):
    before = model().layout
    changed = model(contact="duplicates:\n  meanings: {jobtitle: none}\n")
    assert changed.layout == before


def test_an_object_without_rules_goes_by_what_its_properties_are(model):
    found = model(
        cake=CAKE + "display: [title]\n"
        "associations: {contact: {}, company: {}}\n"
        "properties:\n"
        "  title: {label: Title, type: string}\n"
        "  baker: {label: Baker, type: string, format: email}\n"
        "  lines: {label: Lines, type: enumeration, fieldType: checkbox, format: phone}\n"
        "  town: {label: Town, type: string}\n"
        "  code: {label: Code, type: string, unique: true}\n"
        "  taste: {label: Taste, type: enumeration, options: {sweet: Sweet}}\n"
        "  baked: {label: Baked on, type: date}\n"
        "  page: {label: Page, type: string, format: url}\n"
        "  weight: {label: Weight, type: number}\n"
        "  story: {label: Story, type: string, fieldType: textarea}\n"
        "  total: {label: Total, type: number, fieldType: calculation_equation, formula: weight * 2}\n"
        "pipelines:\n  oven: {label: Oven, stages: {cold: Cold, hot: Hot}}\n"
    )
    rules = duplicate_rules(found, found.objects["cake"])
    assert rules.kind == "thing"
    assert rules.source == ""
    assert rules.meanings == {
        "title": "org",
        "baker": "email",
        "lines": "phone",
        "town": "city",
        "code": "id",
        "taste": "category",
        "baked": "date",
        "weight": "category",
        "story": "text",
    }
    assert rules.associations == {"company": "category"}
    assert rules.weights == {"title": 1.5}


def test_an_object_of_people_has_a_persons_names(model):
    found = model(
        patient=CAKE.replace("Cake", "Patient")
        + "object_roles: [person]\nroles: {first_name: called}\nassociations: {company: {}}\n"
        "properties:\n  called: {label: Called, type: string}\n  family_name: {label: Family name, type: string}\n"
    )
    rules = duplicate_rules(found, found.objects["patient"])
    assert rules.kind == "person"
    assert rules.meanings == {"called": "given", "family_name": "surname"}
    assert rules.associations == {"company": "org"}


@pytest.mark.parametrize(("kind", "other"), [("", {"contact": "category"}), ("object_roles: [organisation]\n", {})])
def test_whose_a_thing_is_counts_where_it_has_no_company(model, kind, other):
    found = model(cake=f"{CAKE}{kind}associations: {{contact: {{}}}}\n")
    assert duplicate_rules(found, found.objects["cake"]).associations == other


def test_mistakes_are_named_by_file_and_line(tmp_path):
    text = (
        "duplicates:\n  kind: persn\n  meanings:\n    jobtitel: category\n    email: mail\n"
        "    days_to_close: category\n  associations:\n    compny: org\n    line_item: org\n"
        "  wieghts: {}\n  weights: {emial: 2}\n"
    )
    assert problems(tmp_path, contact=text) == [
        ("schemas/contact.yaml:2", '"kind" cannot be "persn"', "did you mean person?"),
        ("schemas/contact.yaml:4", 'there is no property "jobtitel" to mean category', "did you mean jobtitle?"),
        ("schemas/contact.yaml:5", '"email" cannot be "mail"', "did you mean email or domain?"),
        (
            "schemas/contact.yaml:6",
            '"days_to_close" is calculated, so it tells nothing new',
            "name what it is made from",
        ),
        ("schemas/contact.yaml:8", 'there is no object "compny"', "did you mean company?"),
        (
            "schemas/contact.yaml:9",
            '"contact" and "line_item" do not associate, so no name of one tells of the other',
            "declare `line_item` under `associations`, or leave it out",
        ),
        ("schemas/contact.yaml:10", '"wieghts" is no key of "duplicates"', "did you mean weights?"),
        ("schemas/contact.yaml:11", 'there is no property "emial" to weigh', "did you mean email?"),
    ]


def test_every_object_has_rules(model):
    found = model(cake=CAKE + "display: [title]\nproperties:\n  title: {label: Title, type: string}\n")
    for name, thing in found.objects.items():
        rules = duplicate_rules(found, thing)
        assert rules.meanings.keys() <= thing.properties.keys(), name
        assert OWN not in rules.associations


def settings(root, text, name="contact"):
    (root / "dedupe").mkdir(exist_ok=True)
    (root / "dedupe" / f"{name}.yaml").write_text(text, encoding="utf-8")
    found = load_model(str(root), str(root / "cache"))
    return duplicate_settings(str(root), found, found.objects[name])


def test_without_a_file_of_settings_the_rules_of_the_schema_hold(tmp_path):
    found = load_model(str(tmp_path), str(tmp_path / "cache"))
    rules = duplicate_rules(found, found.objects["deal"])
    assert duplicate_settings(str(tmp_path), found, found.objects["deal"]) == (DuplicateSettings(rules), [])


def test_settings_add_meanings_weigh_and_block(tmp_path):
    text = (
        "meanings: {jobtitle: none, fax: phone}\n"
        "weights: {phone: 0.5, company.name: 2}\n"
        "blocked: [info@acme.example]\n"
        "minimum: 0.8\n"
    )
    found, problems = settings(tmp_path, text)
    assert problems == []
    assert found.rules.meanings["fax"] == "phone"
    assert "jobtitle" not in found.rules.meanings
    assert (found.rules.weights, found.blocked, found.minimum) == (
        {"phone": 0.5, "company.name": 2.0},
        ("info@acme.example",),
        0.8,
    )


def test_mistakes_in_settings_are_part_of_what_a_check_finds(tmp_path):
    (tmp_path / "crm.toml").write_text('[crm]\nid = "a"\n', encoding="utf-8")
    (tmp_path / "dedupe").mkdir()
    files = {
        "contact.yaml": "meanings:\n  jobtitel: category\nweights:\n  phon: 2\n  email: 11\nminimum: high\n",
        "contract.yaml": "minimum: 0.5\n",
        "deal.yml": "",
        "notes.txt": "nothing of ours\n",
        "ticket.yaml": "blocked: test\n",
    }
    for name, text in files.items():
        (tmp_path / "dedupe" / name).write_text(text, encoding="utf-8")
    assert [(p.where, p.message, p.hint) for p in check(str(tmp_path))] == [
        ("dedupe/contact.yaml:2", 'there is no property "jobtitel" to mean category', "did you mean jobtitle?"),
        ("dedupe/contact.yaml:4", 'there is no property "phon" to weigh', "did you mean phone?"),
        ("dedupe/contact.yaml:5", '"email" cannot be "11"', "it needs a number from 0 to 10"),
        ("dedupe/contact.yaml:6", '"minimum" cannot be "high"', "it needs a number from 0 to 1"),
        ("dedupe/contract.yaml", 'there is no object "contract"', "did you mean contact or conversation?"),
        ("dedupe/deal.yml", "is not read: its name must end in .yaml", "rename it to deal.yaml"),
        ("dedupe/ticket.yaml:1", '"blocked" needs a list', "such as `blocked: [a, b]`"),
    ]
