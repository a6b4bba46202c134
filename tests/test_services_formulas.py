"""The expressions of schemas: what is wrong with them is found, with file, line and column."""

from __future__ import annotations

import pytest

from crmcli.query import Selection, select
from crmcli.query.mistakes import BrokenFormula, FormulaCircle
from crmcli.services.init import Answers, create_workspace
from crmcli.services.schema import check
from crmcli.services.workspace import open_workspace
from office import circumstances

HEAD = "label: Cake\nplural: Cakes\n"
ASSOCIATED = "associations:\n  contact: {}\n"


@pytest.fixture
def root(tmp_path):
    path = tmp_path / "office"
    answers = Answers("Office", "EUR", "Europe/Amsterdam", "NL", "Ada King", "ada@king.nl")
    create_workspace(str(path), answers, workspace_id="0123456789abcdef")
    (path / "schemas").mkdir(exist_ok=True)
    return path


def found(root, **files):
    for name, text in files.items():
        (root / "schemas" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return [(problem.where, problem.message, problem.hint) for problem in check(str(root))]


def prop(name, formula, kind="number"):
    return f"  {name}: {{label: {name.upper()}, type: {kind}, formula: '{formula}'}}\n"


def test_those_of_the_built_in_schemas_are_good(root):
    assert found(root) == []


@pytest.mark.parametrize(("formula", "says", "hint"), [
    ("size +", "column 7: a value is missing here", ""),
    ("siz * 2", 'column 1: "siz" is not a property of Cake', "did you mean size?"),
    ("size + nam", 'column 8: "nam" is not a property of Cake', "did you mean name?"),
    ("name + 1", "column 1: string + number means nothing", "texts are joined by concat(…)"),
    ("name", "column 1: its formula gives string, it is declared as number", ""),
    ("count(deals)", 'column 7: "deals" is not associated with cakes', ""),
    ("sum(contacts, firstname)", "column 1: sum of string means nothing", ""),
    ("entered(closedwon)", "column 1: cakes have no pipelines, so no stages", ""),
])  # fmt: skip
def test_a_formula_is_compiled(root, formula, says, hint):
    text = (
        HEAD + ASSOCIATED + "properties:\n" + prop("size", "1") + prop("made", formula) + prop("name", '"x"', "string")
    )
    ((where, message, offered),) = found(root, cake=text)
    assert (where, message) == ("schemas/cake.yaml:7", f"`formula` of made, {says}")
    assert not hint or hint in offered


def test_other_expressions_are_compiled_too(root):
    text = HEAD + (
        "properties:\n"
        "  a:\n"
        "    label: A\n"
        "    type: number\n"
        "    rules:\n"
        "      check: a > b\n"
        "    show_when: a = x\n"
        "    required_when: a and a\n"
        "associate_also:\n"
        "  deal:\n"
        "    where: stag = closedwon\n"
    )
    assert [(where, message.split(":")[0]) for where, message, _ in found(root, cake=text)] == [
        ("schemas/cake.yaml:8", "`check` of a, column 5"),
        ("schemas/cake.yaml:9", "`show_when` of a, column 5"),
        ("schemas/cake.yaml:10", "`required_when` of a, column 1"),
        ("schemas/cake.yaml:13", "`where` of deal, column 1"),
    ]


def test_a_circle_is_named_once_with_its_way(root):
    text = HEAD + "properties:\n" + prop("a", "b + 1") + prop("b", "c * 2") + prop("c", "a") + prop("d", "a + 1")
    assert found(root, cake=text) == [
        (
            "schemas/cake.yaml:4",
            "a schema cycle: cake.a → cake.b → cake.c → cake.a",
            "a formula cannot need its own result",
        )
    ]


def test_a_circle_may_lead_over_other_objects(root):
    cake = HEAD + "associations:\n  contact: {}\nproperties:\n" + prop("price", "sum(contacts, eaten)")
    contact = "properties:\n" + prop("eaten", "max(cakes, price)")
    ((where, message, _),) = found(root, cake=cake, contact=contact)
    assert (where, message) == (
        "schemas/contact.yaml:2", "a schema cycle: contact.eaten → cake.price → contact.eaten"
    )  # fmt: skip


def test_a_word_that_another_object_has_too_is_no_circle(root):
    cake = HEAD + "associations:\n  contact: {}\nproperties:\n" + prop("price", "2")
    assert found(root, cake=cake, contact="properties:\n" + prop("price", "sum(cakes, price)")) == []


def test_formulas_are_nested_at_most_sixteen_deep(root):
    formulas = {f"f{n}": f"f{n + 1} + 1" for n in range(16)} | {"f16": "1"}
    text = HEAD + "properties:\n" + "".join(prop(*item) for item in formulas.items())
    assert [(where, message) for where, message, _ in found(root, cake=text)] == [
        ("schemas/cake.yaml:4", "`formula` of f0, column 1: more than 16 levels of calculated properties")
    ]


def test_users_may_be_named(root):
    assert found(root, deal="properties:\n  amount: {show_when: owner = me or owner = ada_king}\n") == []


def test_a_mistake_is_told_on_first_use_with_its_place(root, tmp_path):
    circle = HEAD + "properties:\n" + prop("a", "siz + 1") + prop("b", "c") + prop("c", "b")
    (root / "schemas" / "cake.yaml").write_text(circle, encoding="utf-8")
    workspace = open_workspace(str(root), str(tmp_path / "cache"), circumstances(tmp_path))
    for column, refusal, says in [
        ("a", BrokenFormula, r"in the formula of cake.a \(schemas/cake.yaml:4\): \"siz\" is not a property of Cake"),
        ("b", FormulaCircle, "a schema cycle: cake.b → cake.c → cake.b"),
    ]:
        selection = Selection(workspace.model.objects["cake"], columns=(column,))
        with pytest.raises(refusal, match=says):
            select(selection, workspace.model, workspace.context)
