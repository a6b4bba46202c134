"""Numbers with marks in them: which can be the decimal one, and the same number as programs write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.services.importing.number_formats import decimal_marks, plain, unclear


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("1234", ",."),
        ("", ",."),
        ("n/a", ",."),
        ("1,234.56", "."),
        ("1.234,56", ","),
        ("1,234,567", "."),
        ("1.234.567", ","),
        ("12,50", ","),
        ("12.5", "."),
        ("0.125", "."),
        ("1234.567", "."),
        ("1,234", ",."),
        ("€ 1.234", ",."),
        ("-1.234", ",."),
        ("1 234,567", ","),
        ("1'234.567", "."),
        ("12,34,567", "."),
        ("25,5 %", ","),
        ("Rs. 1,200.50", "."),
    ],
)
def test_the_marks_that_may_be_decimal(text, marks):
    assert "".join(sorted(decimal_marks(text))) == marks


def test_one_mark_before_three_digits_is_unclear():
    texts = ("1,234", "1.234", "12.34", "1234", "0.125", "1,234.5", "USD 12,345")
    assert [text for text in texts if unclear(text)] == ["1,234", "1.234", "USD 12,345"]


@pytest.mark.parametrize(
    ("text", "mark", "result"),
    [
        ("1.234,56", ",", "1234.56"),
        ("1,234.56", ".", "1234.56"),
        ("1 234,56", ",", "1234.56"),
        ("1'234.56", ".", "1234.56"),
        ("€ 1.234,56", ",", "€ 1234.56"),
        ("1.234 EUR", ",", "1234 EUR"),
        ("-12,5 %", ",", "-12.5 %"),
        ("1.5e3", ".", "1.5e3"),
        ("12.50", ",", None),
        ("12,50", ".", None),
        ("1.234,56", ".", None),
        ("1,2345", ".", None),
        ("12,34,567", ".", "1234567"),
        ("12,34,567", ",", None),
        ("soon", ",", "soon"),
    ],
)
def test_a_number_is_written_as_programs_do(text, mark, result):
    assert plain(text, mark) == result


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from([",.", ".,", " ,", "'."]))
def test_any_amount_comes_back(number, marks):
    text = f"{number:,}".translate(str.maketrans(",.", marks))
    assert plain(text, marks[1]) == str(number)
