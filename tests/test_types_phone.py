"""Telephone numbers: what is read, and that reading by digits alone never differs from the library."""

from __future__ import annotations

import re

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmcli.frozen import replace
from crmcli.types import phone
from crmcli.types.base import InvalidValue
from crmcli.types.dialled import by_digits, by_library
from declared import CONTEXT, of, parse, refusal


@pytest.mark.parametrize(
    ("country", "typed", "stored"),
    [
        ("US", "+1-850-804-0793x37915", "+18508040793 ext 37915"),
        ("US", "001-274-832-5529", "+12748325529"),
        ("US", "001-274-832-5529x0282", "+12748325529 ext 0282"),
        ("US", "(701)916-4104", "+17019164104"),
        ("US", "884.523.7782x60241", "+18845237782 ext 60241"),
        ("US", "701 916 4104 ext. 5", "+17019164104 ext 5"),
        ("US", "1-701-916-4104", "+17019164104"),
        ("US", "1-800-FLOWERS", "+18003569377"),
        ("US", "tel:+31-6-12345678", "+31612345678"),
        ("US", "+1 555-2001", "+15552001"),
        ("NL", "06 12345678", "+31612345678"),
        ("NL", "06-12 34 56 78", "+31612345678"),
        ("NL", "0031 6 12345678", "+31612345678"),
        ("NL", "001-274-832-5529", "+12748325529"),
        ("GB", "020 7946 0958", "+442079460958"),
        ("IT", "06 698 12345", "+390669812345"),
        ("DE", "+49 (0) 30 123456", "+4930123456"),
        ("", "+31612345678", "+31612345678"),
        ("US", "+1 701 916 4104 ext ١٢", "+17019164104 ext 12"),
    ],
)
def test_number_is_stored_in_e164_with_its_extension(country, typed, stored):
    assert parse("phone", typed, country=country) == stored
    assert of("phone").accept(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "call me",
        "call me 701 916 4104",
        "raj@agency.in / 9876501234",
        "701-916-4104 / 701-916-4105",
        "12",
        "+",
        "+999 123456789",
        "1" * 30,
        "2026-12-01T09:30",
    ],
)
def test_what_is_no_possible_number_is_refused(typed):
    message, hint = refusal("phone", typed)
    assert message == f'"{typed}" is not a possible telephone number in US'
    assert hint.startswith("write it with a plus and the country's calling code")


def test_without_a_country_a_plus_is_needed():
    assert refusal("phone", "701-916-4104", country="")[0] == '"701-916-4104" is not a possible telephone number'


def test_numbers_of_any_spelling_meet_without_extension():
    spellings = ["+1-701-916-4104", "(701) 916-4104", "7019164104x5", "001 701 916 4104", "1.701.916.4104 ext 77"]
    assert {phone.canonical(s, CONTEXT) for s in spellings} == {"+17019164104"}
    assert of("phone").canonical("+17019164104 ext 5") == "+17019164104"


@pytest.mark.parametrize("value", ["7019164104", "+1 701 916 4104", "+17019164104x5", 17019164104, "+0123456"])
def test_stored_number_is_e164(value):
    with pytest.raises(InvalidValue):
        of("phone").accept(value)


COUNTRIES = st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)) | st.sampled_from(
    ["US", "NL", "GB", "DE", "IT", "CA", "KZ", "AR", "MX"]
)
CODES = st.sampled_from([str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE])
SHAPES = (
    """
+1-###-###-####x##### | +1-###-###-#### | 001-###-###-#### | 001-###-###-####x#### | (###)###-#### | ###.###.####x#####
###-###-#### | ########## | 1-###-###-#### | 0######### | 0########## | 00########### | 8########## | 011###########
06-######## | +########## | +############ | ####### | ######## | ############ | (0##) ### #### | ## ## ## ## ##
""".strip()
    .replace("\n", " | ")
    .split(" | ")
)


@st.composite
def numbers(draw):
    shape = draw(
        st.sampled_from(SHAPES)
        | CODES.map(lambda code: f"+{code}#########")
        | CODES.map(lambda code: f"{code}########")
    )
    return re.sub("#", lambda _: draw(st.sampled_from("0123456789")), shape)


@settings(max_examples=1500, deadline=None)
@given(numbers(), COUNTRIES)
def test_digits_alone_decide_as_the_library_does(text, country):
    quick = by_digits(text, country)
    assert quick is None or quick == by_library(text, country)


@settings(max_examples=500, deadline=None)
@given(st.from_regex(r"\+?[0-9(][0-9 ().-]{5,20}[0-9]( ?x[0-9]{1,9}| ext [0-9]{1,9})?", fullmatch=True), COUNTRIES)
def test_digits_in_any_arrangement_decide_as_the_library_does(text, country):
    quick = by_digits(text, country)
    assert quick is None or quick == by_library(text, country)


@settings(max_examples=300, deadline=None)
@given(numbers(), COUNTRIES)
@example("+43000000000", "AC")  # a trunk prefix after a trunk prefix
def test_number_that_is_stored_reads_as_itself_everywhere(text, country):
    stored = by_digits(text, country) or by_library(text, country)
    if stored:
        assert parse("phone", stored, country="US") == parse("phone", stored, country=country) == stored


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("US", "+1-850-804-0793x37915"),
        ("US", "001-274-832-5529"),
        ("US", "(701)916-4104"),
        ("US", "884.523.7782x60241"),
        ("US", "1-850-804-0793"),
        ("US", "+31612345678"),
        ("NL", "0612345678"),
        ("NL", "0031612345678"),
        ("CA", "(701)916-4104"),
        ("GB", "020 7946 0958"),
        ("FR", "06 12 34 56 78"),
        ("DE", "0151 23456789"),
    ],
)
def test_numbers_that_files_are_full_of_need_no_library(country, text):
    assert by_digits(text, country) == by_library(text, country) is not None


def test_column_of_numbers_reads_as_its_cells():
    texts = ["", "+1-850-804-0793x37915", "call me", " (701)916-4104 ", "06 12345678"]
    context = replace(CONTEXT, country="NL")
    bound = of("phone")
    assert [str(v) for v in bound.parse_many(texts, context)] == [str(bound.parse_cell(t, context)) for t in texts]
