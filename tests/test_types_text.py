"""Text, references and documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.types.base import InvalidValue
from declared import CONTEXT, of, parse, refusal


@pytest.mark.parametrize("name", ["string", "text", "option"])
@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("  Ada ", "Ada"),
        ("a\nb\n", "a\nb"),
        ("\x1b[31mred", "\x1b[31mred"),
        ("[red]x[/]", "[red]x[/]"),
        ("\u202eabc", "\u202eabc"),
    ],
)
def test_text_is_kept_but_for_the_blanks_around_it(name, typed, value):
    assert parse(name, typed) == value


def test_string_of_100_000_characters_is_refused_and_text_of_it_is_not():
    long = "x" * 100_000
    message, hint = refusal("string", long)
    assert message == f'"{"x" * 60}…" has 100,000 characters, the longest allowed is 65,536'
    assert hint == "shorten it, or keep it in a property of long text"
    assert parse("text", long) == long
    assert parse("string", "x" * 65_536) == "x" * 65_536


@pytest.mark.parametrize("name", ["string", "text"])
def test_nul_and_half_a_surrogate_pair_are_refused(name):
    assert refusal(name, "a\0b")[0] == '"a\0b" holds a NUL character'
    assert "half of a surrogate pair" in refusal(name, "a\ud800b")[0]


@given(st.lists(st.text(st.characters(codec=None), max_size=4) | st.sampled_from(["", " ", "a\0", "\ud800", "é"])))
def test_column_of_text_reads_as_its_cells(texts):
    bound = of("string")
    assert shown(bound.parse_many(texts, CONTEXT)) == shown([bound.parse_cell(t, CONTEXT) for t in texts])


@given(st.lists(st.none() | st.integers() | st.text(max_size=3) | st.sampled_from(["a\0", "\ud800"])))
def test_column_of_stored_text_is_checked_as_its_values(values):
    bound = of("string")
    alone = [None if v is None else bound.accept_many([v])[0] for v in values]
    assert shown(bound.accept_many(values)) == shown(alone)


def shown(results):
    return [str(r) if isinstance(r, InvalidValue) else r for r in results]


def test_a_number_is_no_stored_text():
    with pytest.raises(InvalidValue, match='"5" is not a string'):
        of("string").accept(5)


def test_reference_is_lowered_and_checked():
    assert parse("reference", " Contact:42 ") == "contact:42"
    assert of("reference").accept("contact:42") == "contact:42"


@pytest.mark.parametrize("typed", ["contact", "contact:", "contact:0", "contact:x", "a b:4", "contact:42 x"])
def test_what_is_no_reference_is_refused(typed):
    assert refusal("reference", typed)[0] == f'"{typed}" is not a reference to a record'
    with pytest.raises(InvalidValue):
        of("reference").accept(typed)


def test_document_is_any_json_value_but_null():
    bound = of("json")
    value = parse("json", ' {"b": [1, 2.5, null, "é"], "a": true} ')
    assert value == {"b": [1, 2.5, None, "é"], "a": True}
    assert bound.column(value) == '{"b":[1,2.5,null,"é"],"a":true}'
    assert bound.stored(bound.column(value)) == value
    assert bound.canonical({"b": 1, "a": 2}) == bound.canonical({"a": 2, "b": 1})


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("{", "Expecting property name enclosed in double quotes at character 2"),
        ("null", "null is no value"),
        ("NaN", "NaN is no number"),
        ("1e999", "Out of range float values are not JSON compliant"),
        ('"\\ud800"', "it holds half of a surrogate pair"),
    ],
)
def test_what_is_no_document_says_why(typed, why):
    assert refusal("json", typed)[0].startswith(f'"{typed}" is not JSON: {why}')


def test_document_nested_beyond_reason_is_refused():
    assert refusal("json", "[" * 100_000)[0].endswith(
        "recursion depth exceeded while decoding a JSON array from a unicode string"
    )


@pytest.mark.parametrize("value", [None, float("nan"), {"a": object()}])
def test_what_json_cannot_hold_is_not_accepted(value):
    with pytest.raises(InvalidValue):
        of("json").accept(value)
