"""Record data cannot steer a terminal."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.render.safe import safe


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("", ""),
        ("[red]Ada[/]", "[red]Ada[/]"),
        ("\x1b[31mred\x1b[0m", "\\u001b[31mred\\u001b[0m"),
        ("bell\x07 nul\x00 del\x7f c1\x9b", "bell\\u0007 nul\\u0000 del\\u007f c1\\u009b"),
        ("\u202eright\u2066", "\\u202eright\\u2066"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("two\nlines\tand a tab\r", "two⏎lines⇥and a tab\\u000d"),
        ("as Windows\r\nwrites\r\r\nlines", "as Windows⏎writes\\u000d⏎lines"),
        ("\U000e0041tag", "\\udb40\\udc41tag"),
        ("lone \ud800", "lone \\ud800"),
        ("non\xa0breaking", "non\xa0breaking"),
        ("👩\u200d💻 Zoë 李", "👩\u200d💻 Zoë 李"),
        ("a\u200db", "a\\u200db"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_is_shown(text, shown):
    assert safe(text) == shown


def test_lines_may_be_kept():
    assert safe("a\nb\x1b", lines=True) == "a\nb\\u001b"


@given(st.text())
def test_nothing_that_steers_comes_through(text):
    dangerous = {"Cc", "Cs", "Co", "Zl", "Zp"}
    assert not [c for c in safe(text) if unicodedata.category(c) in dangerous or c in "\u202e\u2066\u200b\ufeff"]


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_stays_the_same_value(value):
    """The escapes are JSON's own, so a document that went through it for a terminal can still be read back."""
    assert json.loads(safe(json.dumps(value, ensure_ascii=False, indent=2), lines=True)) == value
