"""Mistakes in rules, defaults, and what stages and pipelines ask for: each with its file, line and way out."""

from __future__ import annotations

import pytest

from crmcli.model.check import check_schemas
from crmcli.model.check_users import user_problems
from crmcli.model.declarations import declarations
from crmcli.services.formulas import formula_problems
from crmcli.types.base import User
from test_model_check import HEAD, write

NUMBER = "properties:\n  a: {label: A, type: number, %s}\n"
TEXT = "properties:\n  a: {label: A, type: string, %s}\n"
DAY = "properties:\n  a: {label: A, type: date, fieldType: date, %s}\n"
STAGED = (
    "roles: {pipeline: line, stage: step}\n"
    "pipelines:\n"
    "  one:\n"
    "    label: One\n"
    "    rules: {creation_stages: [%s], movers: [%s]}\n"
    "    stages:\n"
    "      x: {label: X, required: [%s]}\n"
    "properties:\n"
    "  line: {label: Line, type: enumeration}\n"
    "  step: {label: Step, type: enumeration}\n"
    "  sum: {label: Sum, type: number, formula: 1 + 1}\n"
)


def found(tmp_path, text):
    """What is wrong with an object, by line from its third on."""
    problems = check_schemas(write(tmp_path, cake=HEAD + text))
    return [(int(problem.where.rpartition(":")[2]), problem.message, problem.hint) for problem in problems]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (NUMBER % "rules: {min: ten}", '`min` of "a": "ten" is not a number', None),
        (NUMBER % "rules: {min: 5, max: 1}", 'no value of "a" is from 5 to 1', "`min` must not be beyond `max`"),
        (
            DAY % "rules: {after: today, before: today - 1d}",
            'no value of "a" is from today to today - 1d',
            "`after` must not be beyond `before`",
        ),
        (DAY % "rules: {before: someday}", '`before` of "a": "someday" is not a date', None),
        (
            TEXT % "rules: {min_length: 9, max_length: 2}",
            "no text has from 9 to 2 characters",
            "`min_length` must not be beyond `max_length`",
        ),
        (
            TEXT % "rules: {pattern: '('}",
            'the pattern of "a" is no regular expression: missing ): (',
            "patterns are those of RE2, without look-around and references back",
        ),
        (
            TEXT % "rules: {max: 5}",
            '"a" is a string, for which there is no rule `max`',
            "it is for number, money, percent, duration",
        ),
        (TEXT % "rules: {message: no}", '"a" has a message and no rule', "say what must hold"),
        (NUMBER % "default: many", 'the default of "a": "many" is not a number', None),
        (
            NUMBER % "default: 5, formula: 1 + 1",
            '"a" is calculated, so it has no default',
            "leave one of them out",
        ),
        (
            "properties:\n  a: {label: A, type: enumeration, default: y, options: {x: X}}\n",
            'the default of "a": "y" is not an option',
            "one of: x",
        ),
    ],
)
def test_a_mistake_in_a_rule_is_found(tmp_path, text, message, hint):
    ((line, said, remedy),) = found(tmp_path, text)
    assert (line, said) == (4, message)
    assert hint is None or remedy == hint


@pytest.mark.parametrize(
    "text",
    [
        NUMBER % "default: 5, rules: {min: 5, max: 5}",
        DAY % "rules: {after: today - 120y, before: today, message: a birthday}",
        TEXT % "rules: {digits: true, min_length: 2}",
        "properties:\n  a: {label: A, type: enumeration, format: user, default: me}\n",
        STAGED % ("x", "", "step"),
    ],
)
def test_good_rules_are_good(tmp_path, text):
    assert found(tmp_path, text) == []


def test_a_stage_requires_what_there_is_and_can_be_set(tmp_path):
    assert found(tmp_path, STAGED % ("x", "", "stepp, sum")) == [
        (9, 'the stage "x" requires "stepp", which is no property', "did you mean step?"),
        (9, 'the stage "x" requires "sum", which is calculated', "require what it is calculated from"),
    ]


def test_records_begin_at_stages_that_there_are(tmp_path):
    assert found(tmp_path, STAGED % ("y", "", "")) == [(7, '"y" is no stage of the pipeline "one"', "one of: x")]


def test_movers_and_owners_are_users_of_this_crm(tmp_path):
    owned = "  owner: {label: Owner, type: enumeration, format: user, default: Bem}\n"
    root = write(tmp_path, cake=HEAD + STAGED % ("x", "adda, ben", "") + owned)
    users = (User("ada", "Ada King"), User("ben", "Ben Nevis"))
    assert [(p.message, p.hint) for p in user_problems(declarations(root).objects, users)] == [
        ('"adda" is no user of this CRM, so cannot move anything', "did you mean ada?"),
        ('the default of "owner", "Bem", is no user of this CRM', "did you mean ben?"),
    ]


def test_an_expression_of_a_rule_is_checked_with_its_column(tmp_path):
    root = write(tmp_path, cake=HEAD + NUMBER % 'rules: {check: "a > b"}, required_when: a >')
    problems = [(p.where, p.message) for p in formula_problems(declarations(root))]
    assert [where.rpartition(":")[2] for where, _ in problems] == ["4", "4"]
    assert {message.partition(":")[0] for _, message in problems} == {
        "`check` of a, column 5",
        "`required_when` of a, column 4",
    }
