"""What is left of many pairs before spellings are looked at: rows that have a key in common, and a hope to be one."""

from __future__ import annotations

import numpy as np
import pytest

from crmcli.dedupe import block
from crmcli.dedupe.block import candidates
from crmcli.dedupe.keys import Keys
from crmcli.dedupe.normalise import fields
from crmcli.dedupe.plain import first_look
from crmcli.dedupe.roles import roles
from crmcli.dedupe.table import Column

PEOPLE = {
    "given": ["Maria", "Maria", "Mariah", "Peter", "Maria", ""],
    "surname": ["Ostrander", "Ostrander", "Ostrender", "Ostrander", "Kowalski", "Ostrander"],
    "email": ["maria@one.example", "maria@one.example", "", "", "", "maria@one.example"],
    "city": ["Omaha", "Omaha", "Omaha", "Omaha", "Tulsa", "Omaha"],
}


def looked_at(rows: dict[str, list[str]], pairs: list[tuple[int, int]], *, often: bool = False) -> tuple[str, str]:
    """Which pairs are surely one, and which are hopeful, each a 1 or a 0."""
    known = fields([Column(name, name, values) for name, values in rows.items()])
    left, right = np.array(pairs, np.int32).T.copy()
    sure, hopeful = first_look(
        known, Keys(known), roles(known, "person"), (left, right, np.full(len(pairs), often, bool))
    )
    return "".join("01"[one] for one in sure.tolist()), "".join("01"[one] for one in hopeful.tolist())


def crowd(count: int) -> dict[str, list[str]]:
    """The people above among others, who have nothing to do with them but a few given names and cities."""
    others = range(count)
    return {
        "given": [*PEOPLE["given"], *(("Maria", "Anna", "Peter", "Ines")[n % 4] for n in others)],
        "surname": [*PEOPLE["surname"], *(f"B{'abcdefghij'[n % 10] * 3}{n}" for n in others)],
        "email": [*PEOPLE["email"], *(f"somebody{n}@{n}.example" for n in others)],
        "city": [*PEOPLE["city"], *(("Omaha", "Tulsa", "Boise")[n % 3] for n in others)],
    }


def test_what_agrees_exactly_is_sure_and_a_household_is_not() -> None:
    assert looked_at(crowd(500), [(0, 1), (0, 5), (3, 5)])[0] == "100"


def test_misspelled_names_leave_hope_and_other_names_do_not() -> None:
    assert looked_at(crowd(500), [(0, 2), (0, 4), (2, 4), (20, 236)])[1] == "1000"


def test_several_keys_in_common_count_for_a_pair() -> None:
    rows = {"surname": [f"Name{n // 20}" for n in range(400)], "text": ["same"] * 400}
    assert [looked_at(rows, [(0, 1)], often=often)[1] for often in (False, True)] == ["0", "1"]


@pytest.mark.parametrize("meaning", ["phone", "text", "email", "org", "date"])
def test_tables_of_one_column_are_looked_at(meaning: str) -> None:
    assert looked_at({meaning: ["20010203", "20010203", "7"]}, [(0, 1)])[0] in ("0", "1")


def found(rows: dict[str, list[str]]) -> list[tuple[int, int]]:
    known = fields([Column(name, name, values) for name, values in rows.items()])
    left, right, _ = candidates(Keys(known), "person", np.ones(len(next(iter(rows.values()))), bool))
    return list(zip(left.tolist(), right.tolist(), strict=True))


def test_pairs_are_in_order_each_once_and_the_lower_row_first() -> None:
    pairs = found(PEOPLE)
    assert pairs == sorted(set(pairs))
    assert all(one < other for one, other in pairs)
    assert {(0, 1), (0, 2)} <= set(pairs)


def test_a_recipe_gives_no_more_pairs_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"phone": [f"555{n // 10:07}" for n in range(400)]}
    assert len(found(rows)) == 40 * 45
    monkeypatch.setattr(block, "_LEAST", 0)
    assert len(found(rows)) < 40 * 45


def test_large_blocks_lose_pairs_before_small_ones_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block, "_LEAST", 60)
    two, many = [f"555{n // 2:07}" for n in range(20)], [f"777{50 + n // 12:07}" for n in range(24)]
    pairs = found({"phone": [*two, *many]})
    assert {(n, n + 1) for n in range(0, 20, 2)} <= set(pairs)
    assert len(pairs) < 10 + 2 * 66
