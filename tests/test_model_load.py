"""YAML text becomes nodes with line numbers, and what a schema must not hold is named with its line."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.load import MAX_NODES, read_yaml
from crmcli.model.nodes import Block, Items, Scalar

BOMB = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def plain(node):
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key: plain(item) for key, item in node.entries.items()}


def read(text):
    return read_yaml(text if isinstance(text, bytes) else text.encode(), "schemas/x.yaml")


def test_texts_stay_as_written_and_know_their_lines():
    tree, problems = read("label: Country\noptions:\n  NO: Norway\n  1.0: one\n  on: ~\nlist:\n- a\n- b\n")
    assert problems == []
    assert plain(tree) == {
        "label": "Country", "options": {"NO": "Norway", "1.0": "one", "on": "~"}, "list": ["a", "b"],
    }  # fmt: skip
    options = tree.entries["options"]
    assert isinstance(options, Block)
    assert options.where == "schemas/x.yaml:2"
    assert options.entries["1.0"].where == "schemas/x.yaml:4"
    assert [item.where for item in tree.entries["list"].items] == ["schemas/x.yaml:7", "schemas/x.yaml:8"]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "\ufeff"])
def test_an_empty_file_is_an_empty_mapping(text):
    assert read(text) == (Block({}, "schemas/x.yaml:1"), [])


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("label: a: b\n", 1, "is not YAML at column 9"),
        ("label: x\n\tplural: y\n", 2, "is not YAML at column 1"),
        ("a: [1, 2\nb: 3\n", 2, "is not YAML at column"),
        ("a: 1\nb: 'open\n", 3, "is not YAML at column 1"),
        ("a: 1\nb: \x07\n", 2, "is not YAML"),
        (b"a: 1\nb: \xff\n", 2, "is not UTF-8 text"),
        ("- a\n- b\n", 1, "holds no mapping"),
        ("just text\n", 1, "holds no mapping"),
        ("a: 1\n---\nb: 2\n", 2, "a second document begins here"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, 'has the tag "tag:yaml.org,2002:python/object:os.system"'),
        ("a: *nowhere\n", 1, 'the alias "*nowhere" has no anchor'),
        ("a: &a\n  b: *a\n", 2, 'the alias "*a" has no anchor'),
        ("a: 1\n? [x, y]\n: 2\n", 2, "a key is not a text"),
        ("a:\n  " + "[" * 40 + "]" * 40, 2, "is nested deeper than 30 levels"),
        ("[" * 5000, 1, ""),
        (BOMB, 5, f"stands for more than {MAX_NODES:,} values"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem(text, line, message):
    tree, problems = read(text)
    assert plain(tree) == {}
    assert [problem.where for problem in problems] == [f"schemas/x.yaml:{line}"]
    assert message in problems[0].message


def test_a_key_that_stands_twice_is_named_with_both_lines_at_any_depth():
    tree, problems = read("label: A\ngroups:\n  one:\n    label: B\n    label: C\nlabel: D\n")
    assert [(p.where, p.message, p.hint) for p in problems] == [
        ("schemas/x.yaml:5", '"label" stands here a second time', "first in line 4"),
        ("schemas/x.yaml:6", '"label" stands here a second time', "first in line 1"),
    ]
    assert plain(tree) == {"label": "A", "groups": {"one": {"label": "B"}}}


def test_an_alias_stands_for_its_anchor_at_its_own_line():
    tree, problems = read("a: &list\n  x: X\nb: *list\n")
    assert problems == []
    assert plain(tree) == {"a": {"x": "X"}, "b": {"x": "X"}}
    assert tree.entries["b"].where == "schemas/x.yaml:3"


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=8)
trees = st.recursive(
    words, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4), max_leaves=20
)


@given(st.dictionaries(words, trees, max_size=5))
def test_whatever_text_yaml_writes_is_read_back(tree):
    text = yaml.safe_dump(tree, allow_unicode=True, default_style='"')
    assert plain(read(text)[0]) == tree


@given(st.binary(max_size=200))
def test_any_bytes_give_a_mapping_or_problems_with_lines(content):
    tree, problems = read(content)
    assert isinstance(tree, Block)
    assert all(problem.where.rpartition(":")[2].isdigit() and problem.message for problem in problems)
