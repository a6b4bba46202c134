"""Pairs of values are put on the level on which they agree."""

from __future__ import annotations

import numpy as np
import pytest

from crmcli.dedupe.compare import comparer, levels
from crmcli.dedupe.levels import LEVELS
from crmcli.dedupe.normalise import fields
from crmcli.dedupe.table import Column


def level(meaning: str, one: str, other: str, *more: str) -> str:
    """Give the level of two values, among others where how rare words are matters."""
    found = next(each for each in fields([Column("it", meaning, [one, other, *more])]) if each.meaning == meaning)
    ends = (found.first[:1], found.first[1:2])
    there, back = (levels(pair, comparer(found), len(found.words)) for pair in (ends, ends[::-1]))
    assert there.tolist() == back.tolist()
    return LEVELS[there[0]]


OTHERS = ("Blue Bakery", "Red Roofing", "Green Design", "North Law", "Summit Design", "Summit Law", "Old Mill")


@pytest.mark.parametrize(
    ("meaning", "one", "other", "expected"),
    [
        ("given", "Anna", "ANNA", "same"),
        ("given", "Anna", "", "missing"),
        ("given", "William", "Bill", "nickname"),
        ("given", "Bob", "Robert", "nickname"),
        ("given", "Anna", "A.", "initial"),
        ("given", "Michael", "Micheal", "one letter"),
        ("given", "Arny", "Amy", "one letter"),
        ("given", "Stephanie", "Stefany", "close"),
        ("given", "Mary", "Mary Jane", "close"),
        ("given", "Kai", "Ottilie", "differs"),
        ("surname", "Smith-Jones", "Jones", "part"),
        ("surname", "de la Cruz", "Delacruz", "close"),
        ("surname", "Ward", "Okafor", "differs"),
        ("email", "anna@x.com", "anna@y.org", "other mail host"),
        ("email", "anna@x.com", "ana@x.com", "one letter"),
        ("email", "kim730828@x.com", "jim.lo730828@y.com", "same number"),
        ("email", "anna@x.com", "bob@z.com", "differs"),
        ("phone", "212-555-0123", "(212) 555 0123 x9", "same"),
        ("phone", "212-555-0123", "212-555-0132", "one letter"),
        ("phone", "212-555-0123", "313-555-0123", "part"),
        ("phone", "212-555-0123", "212-777-9999", "same area"),
        ("phone", "212-555-0123", "313-777-9999", "differs"),
        ("date", "1980-03-05", "1980-05-03", "one letter"),
        ("date", "1980-03-05", "1981-03-05", "one letter"),
        ("date", "1980-03-05", "1992-03-05", "close"),
        ("date", "1980-03-05", "1980-11-28", "same area"),
        ("date", "1980-03-05", "1951-11-28", "differs"),
        ("postcode", "02134", "02143", "one letter"),
        ("postcode", "02134", "02189", "same area"),
        ("street", "12 Main Street", "12 Main St.", "same"),
        ("street", "12 Main Street", "12 Mian Street", "one letter"),
        ("street", "12 Main Street", "14 Elm Road", "differs"),
        ("org", "Summit Bakery Inc", "Summit Bakery, LLC", "same"),
        ("org", "Summit Bakery Inc", "Summit Bakry", "one letter"),
        ("org", "National Bread Company", "N.B.", "part"),
        ("org", "Premier Enterprises", "Pre", "part"),
        ("org", "Summit Bakery", "Frontier Plumbing", "differs"),
        ("domain", "example.com", "exmaple.com", "one letter"),
        ("domain", "titanlaw.com", "titanlawtex.com", "differs"),
        ("state", "NY", "NJ", "differs"),
        ("city", "Milwaukee", "Millwaukee", "one letter"),
        ("city", "Springfield", "Sprngfeild", "close"),
        ("house", "12", "13", "differs"),
        ("org", "Roasted Batch 12", "Roasted Batch 13", "resembles"),
    ],
)
def test_values_are_put_on_a_level_the_same_both_ways(meaning: str, one: str, other: str, expected: str) -> None:
    assert level(meaning, one, other, *(OTHERS if meaning == "org" else ())) == expected


def test_a_distinct_pair_is_compared_once() -> None:
    asked = []

    def compare(i: np.ndarray, j: np.ndarray) -> np.ndarray:
        asked.append(list(zip(i.tolist(), j.tolist(), strict=True)))
        return np.full(len(i), 5, np.uint8)

    left, right = np.array([0, 1, 0, 2, -1], np.int32), np.array([1, 0, 1, 2, 0], np.int32)
    assert levels((left, right), compare, 3).tolist() == [5, 5, 5, 1, 0]
    assert asked == [[(0, 1)]]
