"""Numbers, percentages, amounts and lengths of time: exact, however they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.types import decimals
from crmcli.types.base import InvalidValue
from declared import CONTEXT, of, parse, refusal


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        ("+5", 5),
        ("\u22125", -5),
        ("1234", 1234),
        ("1,234", 1234),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1.234", "1.234"),
        ("1.234.567", 1234567),
        ("1,234,567", 1234567),
        ("12,34,567", 1234567),
        ("1 234", 1234),
        ("1\u202f234,5", "1234.5"),
        ("1'234.5", "1234.5"),
        ("12,50", "12.5"),
        ("0,123", "0.123"),
        ("1234,567", "1234.567"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("1.50", "1.5"),
        ("1e3", 1000),
        ("1.5E+2", 150),
        ("25e-2", "0.25"),
        ("9007199254740991", None),
        ("9000000000000", 9000000000000),
    ],
)
def test_number_is_read_as_it_is_meant(typed, value):
    if value is None:
        assert "is too large: at most 9,223,372,036,854 either way" in refusal("number", typed)[0]
    else:
        assert parse("number", typed) == value


@pytest.mark.parametrize(
    "typed",
    [
        "abc",
        "1,23,4",
        "1,234,5",
        "12,3456,7",
        "1.2.3",
        "1 23",
        "(12)",
        "NaN",
        "inf",
        "1e999",
        "5-",
        "--5",
        "1,",
        "1.",
        ".",
        "-",
        "٣",
        "²",
        "0x10",
        "1_000",
        "50%",
    ],
)
def test_what_is_not_clearly_a_number_is_refused(typed):
    assert refusal("number", typed) == (f'"{typed}" is not a number', "write it like 1234.5, 1,234.50 or -12")


def test_more_decimals_than_the_scale_are_refused_not_rounded():
    assert refusal("number", "0.1234567")[0] == '"0.1234567" has more than 6 decimals, which this property keeps'
    assert of("number", scale=7).parse("0.1234567", CONTEXT) == "0.1234567"
    assert parse("number", "0.1234560") == "0.123456"


def test_large_whole_number_is_text_since_json_readers_lose_it():
    bound = of("number", scale=0)
    assert bound.parse("9007199254740991", CONTEXT) == 9007199254740991
    assert bound.parse("9007199254740992", CONTEXT) == "9007199254740992"
    assert bound.stored(9007199254740992) == "9007199254740992"
    assert bound.parse("9223372036854775807", CONTEXT) == "9223372036854775807"
    with pytest.raises(InvalidValue, match="is too large"):
        bound.parse("9223372036854775808", CONTEXT)


@pytest.mark.parametrize("scale", [0, 2, 6, 9, 18])
def test_whatever_is_read_fits_the_column(scale):
    bound = of("number", scale=scale)
    for digits in range(1, 25):
        for text in ("9" * digits, "1" + "0" * (digits - 1)):
            [value] = bound.parse_many([text], CONTEXT)
            assert isinstance(value, InvalidValue) == (int(text) * 10**scale >= 2**63)


@pytest.mark.parametrize(
    ("value", "stored"), [(5, 5), (-3, -3), (2.5, "2.5"), (2.0, 2), (1e-06, "0.000001"), ("12.50", "12.5"), ("-7", -7)]
)
def test_json_numbers_are_accepted(value, stored):
    assert of("number").accept(value) == stored


@pytest.mark.parametrize("value", [True, None, [], "1,5", "", "-", "12 EUR", float("nan"), float("inf"), 1e300, 10**30])
def test_other_json_values_are_no_numbers(value):
    with pytest.raises(InvalidValue):
        of("number").accept(value)


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.integers(0, 18))
def test_column_and_stored_are_each_others_inverse(column, scale):
    for name in ("number", "money", "percent"):
        bound = of(name, scale=scale)
        value = bound.stored(column)
        assert bound.column(value) == column
        assert Decimal(str(value)).scaleb(scale) == column
        assert bound.accept(value) == value


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9),
    st.integers(-9, 9),
)
def test_shift_multiplies_by_powers_of_ten(number, places):
    text = decimals.read(str(number))
    assert Decimal(decimals.shift(text, places)) == number.scaleb(places)
    assert decimals.shift(decimals.shift(text, places), -places) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_grouped_numbers_are_read_exactly(number):
    english = f"{number:,.3f}"
    assert Decimal(decimals.read(english)) == number
    if "," in english:  # below a thousand the comma would be taken for that of English thousands
        assert Decimal(decimals.read(english.translate(str.maketrans(",.", ".,")))) == number
    assert Decimal(decimals.read(english.replace(",", "\u00a0"))) == number


@given(st.lists(st.from_regex(r"[-+]?[0-9., ]{0,9}[0-9²٣]{0,20}", fullmatch=True)))
def test_column_of_numbers_reads_as_its_cells(texts):
    for name in ("number", "money"):
        bound = of(name)
        alone = [bound.parse_cell(t, CONTEXT) for t in texts]
        assert [str(v) for v in bound.parse_many(texts, CONTEXT)] == [str(v) for v in alone]


@pytest.mark.parametrize(
    ("typed", "value"),
    [("25%", "0.25"), (".25", "0.25"), ("100 %", 1), ("1", 1), ("12,5%", "0.125"), ("-3%", "-0.03"), ("0%", 0)],
)
def test_percentage_is_stored_as_the_fraction_it_is(typed, value):
    assert parse("percent", typed) == value


def test_percentage_is_shown_with_its_sign():
    show = of("percent").show
    assert [show(v, CONTEXT) for v in ("0.25", 1, "0.125", "-0.03", 0)] == ["25%", "100%", "12.5%", "-3%", "0%"]


@pytest.mark.parametrize("typed", ["%", "25%%", "a%"])
def test_what_is_no_percentage_is_refused(typed):
    assert refusal("percent", typed)[0] == f'"{typed}" is not a number'


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1200", "1200"),
        ("€ 12,50", "12.5"),
        ("$1,200", "1200"),
        ("-$1,200", "-1200"),
        ("$-5", "-5"),
        ("12,000,000 USD", "12000000"),
        ("eur 5", "5"),
        ("US$ 7", "7"),
        ("1.234,50 €", "1234.5"),
        ("0.10", "0.1"),
    ],
)
def test_amount_is_decimal_text(typed, value):
    assert parse("money", typed) == value


@pytest.mark.parametrize("typed", ["(12)", "12 abc", "€", "EUR", "12 EUR USD", "--5", "-€-5", "approx. 900k"])
def test_what_is_no_amount_is_refused(typed):
    assert refusal("money", typed)[0] == f'"{typed}" is not a number'


def test_amount_is_shown_in_its_currency():
    bound = of("money")
    assert bound.show("1200", CONTEXT) == "1,200.00 EUR"
    assert bound.show_in("-1234567.125", "USD") == "-1,234,567.125 USD"
    assert bound.show_in("1200", "JPY") == "1,200 JPY"
    assert bound.show_in("0.5", "KWD") == "0.500 KWD"
    assert bound.show_in("-0.5", "") == "-0.50"


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.sampled_from(["EUR", "JPY", "KWD", ""]), st.integers(0, 9))
def test_amount_shown_in_any_currency_is_read_back(column, currency, scale):
    bound = of("money", scale=scale)
    value = bound.stored(column)
    assert bound.parse(bound.show_in(value, currency), CONTEXT) == value


@pytest.mark.parametrize(("value", "stored"), [(5, "5"), (2.5, "2.5"), ("1200.00", "1200"), (0, "0")])
def test_stored_amount_is_always_text(value, stored):
    assert of("money").accept(value) == stored


@pytest.mark.parametrize(
    ("typed", "milliseconds"),
    [
        ("1h30m", 5_400_000),
        ("1h 30m", 5_400_000),
        ("90m", 5_400_000),
        ("1:30:00", 5_400_000),
        ("1.5h", 5_400_000),
        ("2d", 172_800_000),
        ("1w", 604_800_000),
        ("90 minutes", 5_400_000),
        ("2 hours, 5 min", 7_500_000),
        ("0:00:00.25", 250),
        ("1500ms", 1500),
        ("1.5s", 1500),
        ("1500", 1500),
        ("-90m", -5_400_000),
        ("0", 0),
    ],
)
def test_length_of_time_is_read_in_any_unit(typed, milliseconds):
    assert parse("duration", typed) == milliseconds


@pytest.mark.parametrize(
    "typed", ["1:30", "1h30", "soon", "1x", "0.0001s", "99999999999999999", "1:60:00", "", "-", "9" * 5000]
)
def test_what_is_not_clearly_a_length_of_time_is_refused(typed):
    assert "is not a length of time" in refusal("duration", typed)[0]


def test_length_of_time_is_shown_in_parts():
    show = of("duration").show
    assert [show(v, CONTEXT) for v in (5_400_000, 172_800_000, 61_001, 0, -1500)] == [
        "1h 30m",
        "2d",
        "1m 1s 1ms",
        "0s",
        "-1s 500ms",
    ]


@pytest.mark.parametrize("value", [1.5, True, "90m", 2**53])
def test_stored_length_of_time_is_whole_milliseconds(value):
    with pytest.raises(InvalidValue):
        of("duration").accept(value)
