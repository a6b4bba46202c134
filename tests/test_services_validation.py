"""The rules of required, read-only, stages, values, conditions and defaults, on objects made for the purpose."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crmcli.frozen import replace
from crmcli.model.objects import ObjectType, Pipeline, Property, Rules, Stage
from crmcli.services.rules import RuleBroken
from crmcli.services.stages import namesake, stage_problem, with_stage
from crmcli.services.validation import Validator, check_settable, complete, defaults, required_problem
from crmcli.store.values import Record
from declared import CONTEXT
from office import make_office

MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HERE = replace(CONTEXT, moment=MOMENT)
PROPERTIES = {
    name: Property(name, name.title(), kind, field)
    for name, kind, field in [
        ("title", "string", "text"),
        ("code", "string", "text"),
        ("mail", "string", "text"),
        ("line", "string", "text"),
        ("step", "string", "text"),
        ("born", "datetime", "date"),
        ("ended", "datetime", "date"),
    ]
}
HATCH = Pipeline(
    "hatch", "Hatchery", (Stage("egg", "Egg"), Stage("chick", "Chick"), Stage("gone", "Gone", closed=True))
)
FARM = Pipeline("farm", "Farm", (Stage("hen", "Hen"), Stage("soup", "Soup", closed=True), Stage("away", "Gone")))
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


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


def changes(office, found, current, changed, *, force=False):
    """What a change of a record with these values comes to."""
    return Validator(office, found, force=force).change(Record(found.name, 1, current), changed)


def refusals(office, found, current, changed, *, force=False):
    """The codes and sentences with which a change is refused."""
    with pytest.raises(RuleBroken) as refused:
        changes(office, found, current, changed, force=force)
    return [(each.code, each.sentence) for each in refused.value.broken]


def test_what_is_required_is_named():
    assert required_problem(BIRD, {"code"}) == "A bird needs Title (title)"
    assert required_problem(BIRD, {"title"}) == "A bird needs Code (code) or Mail (mail)"
    assert required_problem(BIRD, {"title", "mail"}) is None


def test_what_is_hidden_is_not_required():
    assert required_problem(BIRD, {"code"}, hidden={"title"}) is None


def test_a_new_record_gets_the_first_stage_of_the_first_pipeline():
    assert defaults(BIRD, HERE) == {"born": "2026-11-23T09:30:00Z", "line": "hatch", "step": "egg"}


def test_a_stage_brings_its_pipeline_and_a_pipeline_its_first_stage():
    assert complete(BIRD, {"step": "soup"}, HERE)["line"] == "farm"
    assert complete(BIRD, {"line": "farm"}, HERE)["step"] == "hen"


def test_what_is_given_is_kept():
    given = {"born": "2001-01-01T00:00:00Z", "line": "farm", "step": "soup"}
    assert complete(BIRD, given, HERE) == given


def test_a_default_is_read_as_a_value_is_and_gives_way_to_what_is_given():
    code, line = (replace(PROPERTIES[name], default=text) for name, text in [("code", " A1 "), ("line", "farm")])
    bird = replace(BIRD, properties={**PROPERTIES, "code": code, "line": line}, ruled=("code", "line"))
    assert complete(bird, {}, HERE) == {"code": "A1", "line": "farm", "born": "2026-11-23T09:30:00Z", "step": "hen"}
    assert complete(bird, {"code": "B2", "line": "hatch"}, HERE)["code"] == "B2"
    assert complete(bird, {"line": "hatch"}, HERE)["step"] == "egg"


def test_a_stage_must_belong_to_its_pipeline():
    assert stage_problem(BIRD, "hatch", "chick") is None
    assert stage_problem(BIRD, "hatch", "soup") == 'Hatchery has no stage "Soup"; its stages are Egg, Chick, Gone'
    assert stage_problem(BIRD, "zoo", "soup") == 'There is no pipeline "zoo"; there are hatch, farm'


def test_a_label_that_two_pipelines_have_means_the_stage_of_the_records_own():
    assert namesake(BIRD, "farm", "gone") == "away"
    assert namesake(BIRD, "hatch", "gone") is None
    assert complete(BIRD, {"line": "farm", "step": "gone"}, HERE)["step"] == "away"
    assert with_stage(BIRD, {"line": "farm", "step": "hen"}, {"step": "gone"}) == {"step": "away"}


def test_force_overrides_what_is_required_and_nothing_else(office):
    Validator(office, BIRD, force=True).new({})
    with pytest.raises(RuleBroken, match="needs Title"):
        Validator(office, BIRD).new({})
    with pytest.raises(RuleBroken, match="has no stage"):
        Validator(office, BIRD, force=True).new({"line": "hatch", "step": "soup"})


def test_a_record_that_lacked_something_may_be_changed_elsewhere(office):
    assert changes(office, BIRD, {}, {"mail": "x"}) == {"mail": "x"}


def test_clearing_what_is_required_is_refused(office):
    full = {"title": "x", "code": "1"}
    assert refusals(office, BIRD, full, {"title": None}) == [
        ("MISSING_REQUIRED_PROPERTY", "A bird needs Title (title)")
    ]
    changes(office, BIRD, {**full, "mail": "m"}, {"mail": None})
    assert refusals(office, BIRD, full, {"code": None})[0][1] == "A bird needs Code (code) or Mail (mail)"


def test_a_move_to_another_pipeline_begins_at_its_first_stage():
    assert with_stage(BIRD, {"line": "hatch", "step": "egg"}, {"line": "farm"}) == {"line": "farm", "step": "hen"}
    assert with_stage(BIRD, {"line": "hatch", "step": "egg"}, {"step": "soup"}) == {"step": "soup", "line": "farm"}
    assert with_stage(BIRD, {"line": "hatch", "step": "egg"}, {"step": "chick"}) == {"step": "chick"}


def test_calculated_and_read_only_properties_are_not_set():
    with pytest.raises(RuleBroken, match="is calculated"):
        check_settable([Property("sum", "Sum", "number", "number", formula="1 + 1")])
    with pytest.raises(RuleBroken, match="is read-only"):
        check_settable([Property("sum", "Sum", "number", "number", read_only=True)])


# Rules of values are looked at where they change.


def ruled(**rules):
    code = replace(PROPERTIES["code"], rules=Rules(**rules))
    return replace(BIRD, properties={**PROPERTIES, "code": code}, ruled=("code",))


def test_a_value_that_breaks_its_rule_is_refused_with_what_was_typed_whatever_the_force(office):
    bird = ruled(digits=True)
    for force in (False, True):
        with pytest.raises(RuleBroken) as refused:
            Validator(office, bird, force=force).new({"title": "x", "code": "A1"}, {"code": "a1"})
        assert refused.value.message == 'Code (code): "a1" does not consist of digits'
        assert refused.value.hint == "Write digits only"


def test_a_value_that_broke_its_rule_before_may_stay(office):
    broken = {"title": "x", "code": "A1"}
    assert changes(office, ruled(digits=True), broken, {"mail": "m", "code": "A1"}) == {"mail": "m", "code": "A1"}
    assert refusals(office, ruled(digits=True), broken, {"code": "A2"}) == [
        ("INVALID_CUSTOM_PROPERTY_VALIDATION", 'Code (code): "A2" does not consist of digits')
    ]


def test_all_that_is_broken_is_said_at_once(office):
    found = refusals(office, ruled(min_length=3), {"title": "x", "code": "abc"}, {"title": None, "code": "a"})
    assert {code for code, _ in found} == {"INVALID_CUSTOM_PROPERTY_VALIDATION", "MISSING_REQUIRED_PROPERTY"}


# Closing and opening again.

CLOSING = replace(BIRD, roles={**BIRD.roles, "closed": "ended"})
EXPECTING = replace(BIRD, roles={**BIRD.roles, "closed": "ended", "due": "ended"})
NOW = "2026-11-23T09:30:00Z"
OPEN = {"line": "hatch", "step": "egg", "title": "x", "code": "1"}


def test_closing_says_when_and_opening_again_forgets_it(office):
    assert changes(office, CLOSING, OPEN, {"step": "gone"}) == {"step": "gone", "ended": NOW}
    closed = {**OPEN, "step": "gone", "ended": "2020-01-01T00:00:00Z"}
    assert changes(office, CLOSING, closed, {"step": "egg"}) == {"step": "egg", "ended": None}
    assert changes(office, CLOSING, closed, {"title": "y"}) == {"title": "y"}


def test_the_date_when_it_is_due_becomes_the_date_when_it_closed_and_stays(office):
    expected = {**OPEN, "ended": "2030-01-01T00:00:00Z"}
    assert changes(office, EXPECTING, expected, {"step": "gone"}) == {"step": "gone", "ended": NOW}
    assert changes(office, EXPECTING, {**expected, "step": "gone"}, {"step": "egg"}) == {"step": "egg"}


def test_a_date_of_closing_that_is_given_stands(office):
    given = {"step": "gone", "ended": "2021-01-01T00:00:00Z"}
    assert changes(office, EXPECTING, OPEN, given) == given


def test_a_record_that_begins_closed_closed_now(office):
    given = {"title": "x", "code": "1", "step": "gone"}
    assert Validator(office, CLOSING).new(given)["ended"] == NOW
