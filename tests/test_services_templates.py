"""Ready models: each is sound, can be used at once, and overrides nothing that a workspace says."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.render.schema_text import with_entry
from crmcli.services.schema_edit import edit_schemas
from crmcli.services.templates import TemplateConflict, UnknownTemplate, plan, template, template_edits, templates
from crmcli.services.undo import undo
from office import made, make_office, reopened, values

NAMES = ["coffee-roaster", "consulting", "property-sales", "software-subscriptions"]


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


def use(office, name, **more):
    return edit_schemas(office, template_edits(template(name), with_entry), **more)


def schema_file(office, name):
    return Path(office.root, "schemas", f"{name}.yaml")


def test_the_templates_are_these():
    assert [each.name for each in templates()] == NAMES
    assert all(each.label and each.description and each.files for each in templates())
    with pytest.raises(UnknownTemplate) as refusal:
        template("coffee-roster")
    assert "coffee-roaster" in refusal.value.hint


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_taken_over_whole_and_can_be_taken_back(tmp_path, office, name):
    chosen = template(name)
    written = use(office, name)
    for file, text in chosen.files.items():
        assert schema_file(office, file).read_text(encoding="utf-8") == text
    again = reopened(tmp_path)
    assert set(chosen.files) <= set(again.model.objects)
    undo(again, written.operation.id)
    assert not any(schema_file(office, file).exists() for file in chosen.files)


def test_all_templates_go_together_and_twice_is_once(tmp_path):
    make_office(tmp_path)
    for name in NAMES:
        use(reopened(tmp_path), name)
        assert use(reopened(tmp_path), name).operation is None
    deal = reopened(tmp_path).model.objects["deal"]
    assert {"default", "proposals", "new_business", "renewals"} <= {pipeline.id for pipeline in deal.pipelines}


def test_a_roaster_can_begin_at_once(tmp_path, office):
    use(office, "coffee-roaster")
    office = reopened(tmp_path)
    buyer = made(office, "contact", "firstname=Ada")
    batch = made(office, "roast batches", "batch=B-1", "quality score=87", links=((buyer, None),))
    assert values(office, batch)["quality_score"] == 87


def test_what_a_workspace_says_stays_and_the_rest_is_added(tmp_path, office):
    file = schema_file(office, "company")
    file.write_text("# Ours\nlabel: Firm\ngroups:\n  plan:\n    label: Plan  # as sold\n", encoding="utf-8")
    use(reopened(tmp_path), "software-subscriptions")
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# Ours\nlabel: Firm\ngroups:\n  plan:\n    label: Plan  # as sold\n")
    company = reopened(tmp_path).model.objects["company"]
    assert company.label == "Firm"
    assert company.properties["mrr"].formula == "seats * seat_price"


def test_a_template_that_says_otherwise_is_refused_and_writes_nothing(tmp_path, office):
    file = schema_file(office, "company")
    file.write_text("groups:\n  plan:\n    label: Contract\n", encoding="utf-8")
    with pytest.raises(TemplateConflict) as refusal:
        use(reopened(tmp_path), "software-subscriptions")
    assert refusal.value.conflicts == ("schemas/company.yaml:3 (groups.plan.label)",)
    assert file.read_text(encoding="utf-8") == "groups:\n  plan:\n    label: Contract\n"
    assert not schema_file(office, "deal").exists()


def test_a_plan_says_what_is_added(office):
    lines = plan(office, template("coffee-roaster"))
    assert lines[0] == "Companies: properties Kind of customer, Kilos a month, Delivery day"
    assert lines[1].startswith("New object Roast batch: properties Batch, Roast date, Green lot #")
    assert lines[1].endswith("associations Contacts, Companies, Deals, Tickets")
