"""Number tokens and lone surrogates go through as they were written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.store.tokens import NumberToken, compact, indented, loads

TOKENS = ("1.50", "1E5", "-0", "-0.0", "1e400", "0.1", "123456789012345678901", "1" * 5000)
scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text() | st.sampled_from(TOKENS).map(NumberToken)
)
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)


@pytest.mark.parametrize("token", TOKENS)
def test_a_number_that_python_would_write_differently_keeps_its_token(token):
    read = loads(f'[{token}, "{token}"]')

    assert read == [token, token]
    assert [type(value) for value in read] == [NumberToken, str]
    assert compact(read) == f'[{token},"{token}"]'


@pytest.mark.parametrize("number", [0, -1, 42, 2**53, -(2**63), 2**64 - 1])
def test_a_whole_number_of_64_bits_is_a_number(number):
    read = loads(str(number))

    assert type(read) is int
    assert read == number


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "[1,]", "{'a': 1}", ""])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(ValueError, match=r"JSON|Expecting|Illegal"):
        loads(text)


def test_a_lone_surrogate_is_written_as_its_escape_and_comes_back():
    assert compact(["\ud800", "é"]) == '["\\ud800","é"]'
    assert loads(compact("a\ud800\\ud800")) == "a\ud800\\ud800"


def test_pairs_make_objects_when_asked():
    assert loads('{"a": 1, "a": 2}', list) == [("a", 1), ("a", 2)]


def _types(value):
    if isinstance(value, dict):
        return {key: _types(item) for key, item in value.items()}
    return [_types(item) for item in value] if isinstance(value, list) else type(value)


@given(documents)
def test_what_is_written_reads_back_the_same_on_one_line_and_on_many(document):
    for text in (compact(document), indented(document, 0)):
        assert loads(text) == document
        assert _types(loads(text)) == _types(document)
    assert "\n" not in compact(document)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_indented_text_is_what_json_dumps_gives(document):
    assert indented(document, 0) == json.dumps(document, indent=2, ensure_ascii=False)
