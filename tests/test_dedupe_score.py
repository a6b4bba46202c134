"""Evidence: what goes together counts once, e-mails count beside the names they are made of."""

from __future__ import annotations

import numpy as np
import pytest

from crmcli.dedupe.context import Tuples
from crmcli.dedupe.levels import LEVELS
from crmcli.dedupe.mail import with_names_from_mail
from crmcli.dedupe.normalise import fields
from crmcli.dedupe.priors import matching
from crmcli.dedupe.score import Scorer
from crmcli.dedupe.table import MEANINGS, Column

ROWS = 1024
STREETS = [f"{row + 1} {chr(97 + row % 26)}{chr(97 + row // 26 % 26)}el Street" for row in range(ROWS)]


def scorer(**values: dict[int, str]) -> Scorer:
    """Score people who have nothing in common but the values given for some rows (by column, then row)."""
    base = {
        "given": [f"gi{chr(97 + row % 26)}{chr(97 + row // 26 % 26)}{chr(97 + row // 676)}en" for row in range(ROWS)],
        "surname": [f"su{chr(97 + row // 26 % 26)}{chr(97 + row % 26)}{chr(97 + row // 676)}ma" for row in range(ROWS)],
        "email": [
            f"qx{chr(97 + row % 26)}{chr(97 + row // 26 % 26)}{chr(97 + row // 676)}@mail.com" for row in range(ROWS)
        ],
        "phone": [f"{2_000_000_000 + row * 7_654_321}" for row in range(ROWS)],
        "street": STREETS,
        "city": [f"city {chr(97 + row % 8)}" for row in range(ROWS)],
    }
    for column, changed in values.items():
        base[column] = [changed.get(row, value) for row, value in enumerate(base[column])]
    return Scorer(fields([Column(name, name, column) for name, column in base.items()]), "person", {})


def bits(scored: Scorer, one: int, other: int) -> dict[str, float]:
    """Give the bits of each part by its first column; what goes together is "joint"."""
    a, b = np.array([one], np.int32), np.array([other], np.int32)
    parts = scored.parts(scored.levels(a, b), a, b)
    named = {
        "joint" if part.members is not None else scored.fields[part.fields[0]].meaning: part.bits[0] for part in parts
    }
    return {name: float(value) for name, value in named.items()}


def test_two_columns_together_are_rarer_than_each() -> None:
    one, other = np.arange(64, dtype=np.int32) % 8, np.arange(64, dtype=np.int32) // 8
    tuples = Tuples([one, other], np.ones(64, np.float32))
    row = np.array([9], np.int32)
    alone, together, none = (tuples.rarity(np.array([chosen], np.uint32), row, row)[0] for chosen in (1, 3, 0))
    assert together == pytest.approx(alone + 3, abs=0.5)
    assert none == 0


def test_what_ten_rows_share_says_as_much_as_ten_rows_are_rare() -> None:
    office = dict.fromkeys(range(10), "1 Office Street"), dict.fromkeys(range(10), "2125550100")
    shared = bits(scorer(street=office[0], phone=office[1]), 0, 1)["joint"]
    single = bits(scorer(street={0: "1 Office Street", 1: "1 Office Street"}), 0, 1)["joint"]
    assert shared < np.log2(ROWS / 10) + 0.5
    assert single > shared


def test_the_surname_of_a_household_counts_with_its_address() -> None:
    home = {0: "1 Elm Street", 1: "1 Elm Street"}
    family = scorer(given={0: "Zoe", 1: "Hubert"}, surname={0: "Ward", 1: "Ward"}, street=home)
    assert bits(family, 0, 1)["surname"] == 0
    person = scorer(surname={0: "Ward", 1: "Ward"}, given={0: "Zoe", 1: "Zoe"})
    assert bits(person, 0, 1)["surname"] > 5


def test_an_address_made_of_the_name_says_less_than_one_that_is_not() -> None:
    names = {"given": {0: "Anna", 1: "Anna"}, "surname": {0: "Ward", 1: "Ward"}}
    made = bits(scorer(**names, email={0: "anna.ward@x.com", 1: "anna.ward@y.org"}), 0, 1)["email"]
    own = bits(scorer(**names, email={0: "skaterboy@x.com", 1: "skaterboy@y.org"}), 0, 1)["email"]
    numbered = bits(scorer(**names, email={0: "anna54@x.com", 1: "anna71@x.com"}), 0, 1)["email"]
    assert numbered <= 0.01 < made < own - 3


def test_a_mailbox_of_several_people_says_little() -> None:
    shared = bits(scorer(given={0: "Zoe", 1: "Zoe"}, email={0: "info@x.com", 1: "info@x.com"}), 0, 1)
    assert shared["email"] <= 5


def test_a_move_is_held_against_a_pair_once() -> None:
    against = bits(scorer(), 0, 1)
    assert against["street"] + against["city"] >= -3.01


def test_a_missing_name_is_read_from_the_address() -> None:
    columns = [
        Column("g", "given", ["", "Justin", "Maria"]),
        Column("s", "surname", ["Lucia", "Boone", ""]),
        Column("e", "email", ["justin_lucia@x.com", "", "mboone@x.com"]),
    ]
    found, filled = with_names_from_mail(fields(columns))
    given, surname = found[0], found[1]
    assert given.words[given.first[0]] == "justin"
    assert surname.first[2] == -1
    assert filled.tolist() == [True, False, False]


@pytest.mark.parametrize("meaning", MEANINGS)
def test_what_is_held_beforehand_are_shares(meaning: str) -> None:
    shares = matching(meaning)
    assert shares.sum() == pytest.approx(1)
    assert len(shares) == len(LEVELS)
    assert shares[0] == 0
