"""Widths, cutting and wrapping, by columns of a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.render.cells import clip, fill, width, wrap


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("Ada", 3), ("Zoë", 3), ("Zoe\u0308", 3), ("李明", 4), ("👍!", 3)]
)
def test_width(text, columns):
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "cut"), [("Ada", 3, "Ada"), ("Adam", 3, "Ad…"), ("李明李", 4, "李…"), ("李明", 4, "李明")]
)
def test_clip(text, columns, cut):
    assert clip(text, columns) == cut


def test_fill():
    assert fill("李", 4) == "李  "
    assert fill("12", 4, right=True) == "  12"
    assert fill("longer", 3) == "longer"


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one\ntwo", 20, ["one", "two"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("a abcdef b", 4, ["a", "abcd", "ef b"]),
        ("", 5, [""]),
        ("李明李", 1, ["李", "明", "李"]),
    ],
)
def test_wrap(text, columns, lines):
    assert wrap(text, columns) == lines


@given(st.text(alphabet="ab 李é", max_size=60), st.integers(2, 20))
def test_wrapped_lines_fit_and_lose_no_word(text, columns):
    lines = wrap(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.text(alphabet="ab李é👍"), st.integers(1, 20))
def test_clipped_text_fits(text, columns):
    assert width(clip(text, columns)) <= max(columns, 1)
