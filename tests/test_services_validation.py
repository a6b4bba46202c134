"""The rules of required, read-only, stages and defaults, on objects made for the purpose."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crmcli.model.objects import ObjectType, Pipeline, Property, Stage
from crmcli.services.validation import (
    RuleBroken,
    check_changed,
    check_new,
    check_settable,
    complete,
    defaults,
    required_problem,
    stage_problem,
    with_stage,
)

MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PROPERTIES = {
    name: Property(name, name.title(), kind, field)
    for name, kind, field in [
        ("title", "string", "text"),
        ("code", "string", "text"),
        ("mail", "string", "text"),
        ("line", "string", "text"),
        ("step", "string", "text"),
        ("born", "datetime", "date"),
    ]
}
HATCH = Pipeline("hatch", "Hatchery", (Stage("egg", "Egg"), Stage("chick", "Chick")))
FARM = Pipeline("farm", "Farm", (Stage("hen", "Hen"), Stage("soup", "Soup")))
BIRD = ObjectType(
    "bird",
    "Bird",
    "Birds",
    PROPERTIES,
    required=("title",),
    required_any=("code", "mail"),
    pipelines=(HATCH, FARM),
    roles={"pipeline": "line", "stage": "step", "created": "born"},
)


def test_what_is_required_is_named():
    assert required_problem(BIRD, {"code"}) == "A bird needs Title (title)"
    assert required_problem(BIRD, {"title"}) == "A bird needs Code (code) or Mail (mail)"
    assert required_problem(BIRD, {"title", "mail"}) is None


def test_a_new_record_gets_the_first_stage_of_the_first_pipeline():
    assert defaults(BIRD, MOMENT) == {"born": "2026-11-23T09:30:00Z", "line": "hatch", "step": "egg"}


def test_a_stage_brings_its_pipeline_and_a_pipeline_its_first_stage():
    assert complete(BIRD, {"step": "soup"}, MOMENT)["line"] == "farm"
    assert complete(BIRD, {"line": "farm"}, MOMENT)["step"] == "hen"


def test_what_is_given_is_kept():
    given = {"born": "2001-01-01T00:00:00Z", "line": "farm", "step": "soup"}
    assert complete(BIRD, given, MOMENT) == given


def test_a_stage_must_belong_to_its_pipeline():
    assert stage_problem(BIRD, "hatch", "chick") is None
    assert stage_problem(BIRD, "hatch", "soup") == 'Hatchery has no stage "Soup"; its stages are Egg, Chick'
    assert stage_problem(BIRD, "zoo", "soup") == 'There is no pipeline "zoo"; there are hatch, farm'


def test_force_overrides_what_is_required_and_nothing_else():
    check_new(BIRD, {}, force=True)
    with pytest.raises(RuleBroken, match="needs Title"):
        check_new(BIRD, {}, force=False)
    with pytest.raises(RuleBroken, match="has no stage"):
        check_new(BIRD, {"line": "hatch", "step": "soup"}, force=True)


def test_a_record_that_lacked_something_may_be_changed_elsewhere():
    check_changed(BIRD, {}, {"mail": "x"}, force=False)


def test_clearing_what_is_required_is_refused():
    with pytest.raises(RuleBroken, match="needs Title"):
        check_changed(BIRD, {"title": "x", "code": "1"}, {"title": None}, force=False)
    check_changed(BIRD, {"title": "x", "code": "1", "mail": "m"}, {"mail": None}, force=False)
    with pytest.raises(RuleBroken, match="needs Code"):
        check_changed(BIRD, {"title": "x", "code": "1"}, {"code": None}, force=False)


def test_a_move_to_another_pipeline_begins_at_its_first_stage():
    assert with_stage(BIRD, {"line": "hatch", "step": "egg"}, {"line": "farm"}) == {"line": "farm", "step": "hen"}
    assert with_stage(BIRD, {"line": "hatch", "step": "egg"}, {"step": "soup"}) == {"step": "soup", "line": "farm"}
    assert with_stage(BIRD, {"line": "hatch", "step": "egg"}, {"step": "chick"}) == {"step": "chick"}


def test_calculated_and_read_only_properties_are_not_set():
    with pytest.raises(RuleBroken, match="is calculated"):
        check_settable([Property("sum", "Sum", "number", "number", formula="1 + 1")])
    with pytest.raises(RuleBroken, match="is read-only"):
        check_settable([Property("sum", "Sum", "number", "number", read_only=True)])
