"""Schema files changed as text: what is put in is read back, and all else stays as it was written."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crmcli.render.schema_text import CannotEdit, with_entry, without_entry

FILE = """\
# Our deals.
label: Deal   # as HubSpot says

associations:
  contact: {}
  company: {limit: 1}  # one buyer
  ticket:

groups:
  # What we ask.
  ours:
    label: Ours
    properties:
      margin:   {label: Margin, type: number}
      discount: {label: Discount, type: number}   # in percent

# the end
"""


def changed(text: str, *path: str, value=None) -> list[str]:
    """The lines of the text that were put in or changed, where nothing else moved."""
    before, after = text.splitlines(), with_entry(text, path, value if value is not None else {}).splitlines()
    same = set(before)
    return [line for line in after if line not in same]


@pytest.mark.parametrize(
    ("path", "value", "lines"),
    [
        (["plural"], "Deals", ["plural: Deals"]),
        (["label"], "Case", ["label: Case   # as HubSpot says"]),
        (["associations", "cart"], {}, ["  cart: {}"]),
        (["associations", "contact", "limit"], 3, ["  contact:", "    limit: 3"]),
        (["associations", "company", "required"], True, ["  company: {limit: 1, required: true}  # one buyer"]),
        (["associations", "ticket", "labels", "Case"], {"inverse": "Buyer"},
         ["    labels:", "      Case: {inverse: Buyer}"]),
        (["groups", "ours", "properties", "rank"], {"label": "Rank", "type": "number"},
         ["      rank:     {label: Rank, type: number}"]),
        (["groups", "ours", "properties", "margin", "rules"], {"min": "0"},
         ["      margin:   {label: Margin, type: number, rules: {min: 0}}"]),
        (["pipelines", "main", "stages"], {"a": {"label": "A: first"}},
         ["pipelines:", "  main:", "    stages:", '      a: {label: "A: first"}']),
    ],
)  # fmt: skip
def test_an_entry_is_put_where_it_belongs(path, value, lines):
    assert changed(FILE, *path, value=value) == lines


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "# nothing yet", "{}\n", "---\n"])
def test_into_a_file_that_declares_nothing(text):
    made = with_entry(text, ["associations", "contact"], {})
    assert yaml.safe_load(made) == {"associations": {"contact": {}}}
    assert made.startswith(text.rstrip("{}\n-"))


def test_a_long_line_is_written_out():
    text = f"associations:\n  contact: {{requires: [{'a' * 60}]}}\n"
    made = with_entry(text, ["associations", "contact", "labels", "L" * 60], {})
    assert made.splitlines()[1:3] == ["  contact:", f"    requires: [{'a' * 60}]"]
    assert yaml.safe_load(made)["associations"]["contact"]["labels"] == {"L" * 60: {}}


def test_line_ends_stay_what_they_are():
    assert with_entry("a: 1\r\nb: 2\r\n", ["c", "d"], "x") == "a: 1\r\nb: 2\r\n\r\nc: {d: x}\r\n".replace(
        "\r\n\r\n", "\r\n"
    )
    assert with_entry("a: 1", ["b"], "2") == "a: 1\nb: 2\n"


def test_the_value_of_an_entry_is_replaced():
    text = "stages:\n  a: {label: A}  # first\n  b: {label: B}\nend: x\n"
    made = with_entry(text, ["stages"], {"b": {"label": "B"}, "a": {"label": "A"}})
    assert made == "stages:\n  b: {label: B}\n  a: {label: A}\nend: x\n"


def test_entries_that_are_kept_stand_in_the_new_order_as_they_were_written():
    text = "a:\r\n  # all\r\n  b: [1,\r\n      2]  # beside\r\n  # of c\r\n  c: {x: 1}\r\n# end"
    changed = with_entry(text, ["a"], {"c": {"x": "1"}, "new": "one", "b": []}, keep=("b", "c"))
    kept = "  # of c\r\n  c: {x: 1}\r\n  new: one\r\n  b: [1,\r\n      2]  # beside\r\n"
    assert changed == f"a:\r\n  # all\r\n{kept}# end"


def test_entries_in_braces_have_no_lines_to_keep():
    assert with_entry("a: {b: 1, c: 2}\n", ["a"], {"c": "2", "b": "1"}, keep=("b", "c")) == "a: {c: 2, b: 1}\n"


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        (["associations", "contact"], "  contact: {}\n"),
        (["associations", "ticket"], "  ticket:\n"),
        (["associations", "company"], "  company: {limit: 1}  # one buyer\n"),
        (["groups", "ours", "properties", "discount"],
         "      discount: {label: Discount, type: number}   # in percent\n"),
        (["groups", "ours", "properties", "margin", "type"], ", type: number}\n      discount"),
    ],
)  # fmt: skip
def test_an_entry_is_taken_out(path, gone):
    kept = "}\n      discount" if gone.startswith(",") else ""
    assert without_entry(FILE, path) == FILE.replace(gone, kept, 1)


def test_the_last_entry_leaves_an_empty_mapping():
    assert without_entry("a:\n  b: {c: d}\n", ["a", "b", "c"]) == "a:\n  b: {}\n"
    assert yaml.safe_load(without_entry("a:\n  b: 1\nc: 2\n", ["a", "b"])) == {"a": {}, "c": 2}
    assert without_entry(FILE, ["no", "such"]) == FILE


@pytest.mark.parametrize("text", ["a: &x {b: 1}\nc: *x\n", "c: text\n", "c: [1, 2]\n"])
def test_what_cannot_be_changed_as_text_is_refused(text):
    with pytest.raises(CannotEdit) as refusal:
        with_entry(text, ["c", "d"], "e")
    assert '"c" in line' in refusal.value.message


def test_beside_an_alias_all_is_well():
    text = "a: &x {b: 1}\nc:\n  d: *x\n"
    assert yaml.safe_load(with_entry(text, ["c", "e"], "f"))["c"] == {"d": {"b": 1}, "e": "f"}


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12)
keys = words | st.sampled_from(
    ["associations", "contact", "company", "ticket", "groups", "ours", "properties", "label"]
)
values = st.recursive(words, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3))


def as_texts(node):
    """A tree as our reader has it: every scalar a text, nothing resolved."""
    loaded = yaml.compose(node, Loader=yaml.CSafeLoader)

    def plain(part):
        if isinstance(part, yaml.MappingNode):
            return {plain(key): plain(value) for key, value in part.value}
        return [plain(each) for each in part.value] if isinstance(part, yaml.SequenceNode) else part.value

    return plain(loaded) if loaded else {}


@given(st.lists(st.tuples(st.lists(keys, min_size=1, max_size=4), values), min_size=1, max_size=5))
def test_what_is_put_in_is_read_back(entries):
    text, expected = FILE, as_texts(FILE)
    for path, value in entries:
        inner = expected
        try:
            made = with_entry(text, path, value)
        except CannotEdit:
            continue
        for key in path[:-1]:
            inner[key] = inner.get(key) or {}
            inner = inner[key]
        inner[path[-1]] = value
        assert as_texts(made) == expected
        text = made
    for path, _ in entries:
        try:
            text = without_entry(text, path)
        except CannotEdit:
            continue
        inner = expected
        for key in path[:-1]:
            inner = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            inner.pop(path[-1], None)
        assert as_texts(text) == expected
