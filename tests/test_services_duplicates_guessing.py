"""What columns that no property has mean to a search for duplicates."""

from __future__ import annotations

import pytest

from crmcli.services.duplicates.guessing import guess

NAMES = ["Ada", "Grace", "Mary", "Joan", "Jean", "Edith"]


@pytest.mark.parametrize(
    ("heading", "values", "meaning"),
    [
        ("given_name", NAMES, "given"),
        ("soc_sec_id", ["6988048", "7364009", "2635962"], "id"),
        ("date_of_birth", ["19081209", "19990219"], "date"),
        ("gender", ["m", "f", "f"], "category"),
        ("middle_initial", ["K", "W"], "text"),
        ("state", ["2", "7"], "state"),
        ("postcode", ["2119", "3165"], "postcode"),
        ("birth year", ["1985", "1990", "1971"], "category"),
    ],
)
def test_a_known_heading_is_believed(heading, values, meaning):
    assert guess(heading, values, "person").meaning == meaning


@pytest.mark.parametrize(
    ("heading", "values", "meaning"),
    [
        ("first name", ["1", "2", "3"], ""),
        ("city", ["ada@king.example", "grace@hopper.example"], "email"),
        ("email", ["yes", "no", "yes"], "category"),
        ("phone", ["home", "work"], "category"),
        ("category", ["1", "2", "2", "3"], ""),
    ],
)
def test_a_known_heading_whose_values_contradict_it_leaves_the_word_to_them(heading, values, meaning):
    assert guess(heading, values, "person").meaning == meaning


@pytest.mark.parametrize(
    ("values", "meaning"),
    [
        (["ada@king.example", "grace@hopper.example"], "email"),
        (["+31 20 123 4567", "(020) 765 4321"], "phone"),
        (["555-123-4567", "555-987-6543"], "phone"),
        (["https://www.king.example/about", "www.hopper.example"], "domain"),
        (["1815-12-10", "1906-12-09", "1971-01-02"], "date"),
        (NAMES, "category"),
        ([f"{name} the {n * 'very '}first" for n in range(5) for name in NAMES], "text"),
    ],
)
def test_an_unknown_heading_is_known_by_values_that_are_plainly_of_a_kind(values, meaning):
    assert guess("xyzzy", values, "person").meaning == meaning


@pytest.mark.parametrize(
    "values",
    [
        ["1", "2", "2", "3"],  # a truth, or a key
        ["0031201234567", "0031207654321"],
        ["Q2296770", "Q2296771"],
        ["0_10885", "0_5620"],
        ["E00001-0000000000253", "HN-000000221"],
        ["402-55-9997", "512-11-2042"],
        ["2026-01-02", "2026-03-04", "2025-11-30"],  # when something was done
        ["d41d8cd9", "98f00b20", "4e980099"],
        ["yes", "yes", "yes"],
        ["words " * 40, "other " * 40],
        ["", "", ""],
    ],
)
def test_numbers_codes_and_what_is_the_same_everywhere_are_never_evidence(values):
    assert not guess("xyzzy", values, "person").meaning


def test_words_for_what_tells_nothing_leave_a_column_out_whatever_its_values():
    assert guess("Owner email", ["ada@king.example"], "person").meaning == ""
    assert guess("Created by", NAMES, "person").why == "no evidence"


def test_a_property_that_means_nothing_is_known_by_a_word_for_it_alone():
    assert guess("xyzzy", ["ada@king.example"], "person", known=True).meaning == ""
    assert guess("gender", ["m", "f"], "person", known=True).meaning == "category"
