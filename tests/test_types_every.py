"""What holds of every type alike: it reads or refuses, and what it has read comes back from everywhere."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.types import TYPES, bind
from crmcli.types.base import InvalidValue
from declared import CONTEXT, Choice, Declared, of

OPTIONS = (Choice("a", "A label"), Choice("b", "a"), Choice("c;d", "c; d"), Choice("[e]", "[e]"))
DECLARED = {name: of(name) for name in TYPES if name != "options"} | {
    "options": bind(Declared("enumeration", "checkbox")),
    "option of a list": bind(Declared("enumeration", "select", options=OPTIONS)),
    "options of a list": bind(Declared("enumeration", "checkbox", options=OPTIONS)),
    "several emails": bind(Declared("enumeration", "checkbox", "email")),
    "several users": bind(Declared("enumeration", "checkbox", "user")),
    "whole number": of("number", scale=0),
}
EVERY = pytest.mark.parametrize("bound", DECLARED.values(), ids=DECLARED.keys())
# Fragments of which many values are made, so that what is drawn is often nearly right.
PIECES = (
    "0 1 12 234 00 . , - + % : / ; ( ) e € $ USD EUR h m s d w Z T 2026 12 01 30 Dec fri today now @ ada Ben Nevis x "
    "2026-12-01 10:30 +1701916 4104 example.com www. https:// contact yes no a b c;d [ ] { } \" ' null true "
    "é ß İ 一 ٣ ² \u00a0 \u200b \u202e \0 \ud800"
)
FRAGMENTS = st.sampled_from([" ", *PIECES.split(" ")])
TYPED = st.lists(FRAGMENTS, max_size=8).map("".join) | st.text(max_size=12)


@EVERY
@settings(max_examples=150, deadline=None)
@given(TYPED)
def test_what_is_read_comes_back_from_the_screen_the_file_and_the_index(bound, text):
    value = bound.parse_cell(text, CONTEXT)
    if value is None:
        assert not text.strip()
        return
    if isinstance(value, InvalidValue):
        assert value.message
        assert value.hint
        return
    assert bound.parse(bound.show(value, CONTEXT), CONTEXT) == value
    assert bound.accept(json.loads(json.dumps(value))) == value
    column = bound.column(value)
    assert isinstance(column, {"TEXT": str, "INTEGER": int}[bound.sql])
    assert bound.stored(column) == value
    assert type(bound.stored(column)) is type(value)
    assert column == value or not bound.stored_is_column
    assert isinstance(bound.canonical(value), str)


@EVERY
@settings(max_examples=50, deadline=None)
@given(st.lists(TYPED, max_size=5))
def test_column_reads_as_its_cells(bound, texts):
    assert comparable(bound.parse_many(texts, CONTEXT)) == comparable([bound.parse_cell(t, CONTEXT) for t in texts])


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TYPED
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TYPED, inner, max_size=2), max_leaves=4
)


@EVERY
@settings(max_examples=100, deadline=None)
@given(st.lists(JSON, max_size=3))
def test_json_values_are_accepted_or_refused_and_a_column_of_them_as_each(bound, values):
    results = bound.accept_many(values)
    for value, result in zip(values, results, strict=True):
        if value is None:
            assert result is None
        elif not isinstance(result, InvalidValue):
            assert bound.accept(result) == result
            assert bound.stored(bound.column(result)) == result
    assert comparable(results) == comparable([None if v is None else bound.accept_many([v])[0] for v in values])


def comparable(results):
    return [(r.message, r.hint) if isinstance(r, InvalidValue) else r for r in results]


LONG = ["9" * 5_000, "1," * 20_000, "a" + " " * 50_000 + "b", "@" * 50_000, "a." * 30_000, "é." * 30_000, "a;" * 30_000]
LONG += [
    "<a@" * 20_000,
    "1m" * 20_000,
    "+1" * 20_000,
    "(" * 50_000,
    "[" * 50_000,
    "-" * 50_000,
    "https://" + "a" * 60_000,
]


@EVERY
@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:10].strip())
def test_long_nonsense_is_read_or_refused_at_once_with_a_short_message(bound, text):
    value = bound.parse_cell(text, CONTEXT)
    if isinstance(value, InvalidValue):
        assert len(value.message) + len(value.hint) < 400
    else:
        assert bound.parse(bound.show(value, CONTEXT), CONTEXT) == value
