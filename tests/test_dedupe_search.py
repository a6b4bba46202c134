"""Groups are found, explained, and the same whatever the order of rows and the seed of hashes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.dedupe.levels import LEVELS
from crmcli.dedupe.search import Found, search
from crmcli.dedupe.settings import KINDS, Settings
from crmcli.dedupe.table import MEANINGS, Column

MEANT = ("given", "surname", "email", "phone", "org", "street", "city", "postcode")
FIRST = [
    one + other
    for one in ("An", "Bo", "Car", "Dmi", "E", "Fa", "Gre", "Hu")
    for other in ("na", "b", "la", "tri", "ve", "rid")
]
LAST = [
    one + other
    for one in ("Ab", "Brun", "Cast", "Di", "Eb", "Fu", "Gr", "Hol")
    for other in ("el", "ner", "ro", "az", "ert", "chs")
]
CITIES = ("Bremen", "Dover", "Essex", "Fargo", "Ghent", "Hilo")


def people(count: int) -> list[list[str]]:
    """Give rows of people who are all different, and live where others live, too."""
    source = random.Random(7)
    rows = []
    for number in range(count):
        first, last = source.choice(FIRST), source.choice(LAST) + source.choice(LAST).lower()
        mail = f"{first}.{last}{number}@mail{number % 5}.com".lower()
        phone, firm = f"212{source.randrange(10**7):07d}", f"{source.choice(LAST)} {source.choice(LAST)} Ltd"
        street, place = f"{number + 1} {source.choice(LAST)} Street", source.choice(CITIES)
        rows.append([first, last, mail, phone, firm, street, place, f"{10000 + number % 60}"])
    return rows


def columns(rows: Sequence[Sequence[str]]) -> list[Column]:
    """Give the columns of rows of people."""
    return [Column(meaning, meaning, [row[place] for row in rows]) for place, meaning in enumerate(MEANT)]


def found(rows: Sequence[Sequence[str]], **judged: Sequence[tuple[int, int]]) -> Found:
    """Search rows of people."""
    return search(columns(rows), Settings("person"), **judged)


def groups(rows: Sequence[Sequence[str]], **judged: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Give the groups among rows of people."""
    return sorted(list(group.rows) for group in found(rows, **judged).groups)


def doubled(changes: dict[int, str], row: int = 3) -> list[list[str]]:
    """Give 300 people and one of them once more, with these values changed."""
    rows = people(300)
    rows[row][:2] = "Anna", "Abelbruner"
    return [*rows, [changes.get(place, value) for place, value in enumerate(rows[row])]]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {0: "Ana", 2: ""},
        {0: "ANNA", 2: ""},
        {1: "Abelbrunerr", 3: ""},
        {2: "new@elsewhere.org", 4: "Another Company"},
        {5: "99 Other Road", 6: "Hilo", 7: "99999"},
        {3: "", 4: "", 5: "", 6: "", 7: ""},
        {2: "", 4: ""},
    ],
)
def test_a_person_written_twice_is_found(changes: dict[int, str]) -> None:
    assert [3, 300] in groups(doubled(changes))


def test_a_table_of_a_few_rows_tells_little_of_what_is_usual() -> None:
    few = [
        ["Katherine", "Johnson", "k@langley.com", "7578641000", "Langley Mills", "", "Hampton", ""],
        ["Kathy", "Jonhson", "", "7578641000", "Langley Mills", "", "Hampton", ""],
        ["Dora", "Vance", "dora@langley.com", "", "Langley Mills", "", "Hampton", ""],
    ]
    assert groups(few) == [[0, 1]]
    reasons = found(few).explain(0, 1).reasons
    assert {reason.level for reason in reasons if reason.bits > 3} == {"same", "one letter", "nickname"}


def test_things_that_are_numbered_are_several() -> None:
    names = ["Ethiopia Guji 12", "Kenya Nyeri 3", "Ethiopia Guji 13", "Ethiopia Guji #12"]
    days = ["2026-11-01", "2026-11-02", "2026-11-08", "2026-11-01"]
    some = [Column("name", "org", names), Column("day", "date", days)]
    assert [list(group.rows) for group in search(some, Settings("thing")).groups] == [[0, 3]]


def test_people_who_share_little_are_not_grouped() -> None:
    assert groups(people(300)) == []


def test_a_family_at_one_address_is_not_one_person() -> None:
    rows = people(300)
    family = [[first, *rows[3][1:2], "", *rows[3][3:4], "", *rows[3][5:]] for first in ("Wanda", "Yorick", "Zelda")]
    assert not [group for group in groups([*rows, *family]) if len(group) > 1 and group[-1] >= 300]


def test_colleagues_are_not_one_person() -> None:
    rows = people(300)
    colleagues = [
        [first, last, "", *rows[5][3:]] for first, last in (("Wim", "Veld"), ("Yara", "Zorn"), ("Abe", "Wolf"))
    ]
    assert not [group for group in groups([*rows, *colleagues]) if group[-1] >= 300]


def test_swapped_names_are_found() -> None:
    rows = people(300)
    assert [3, 300] in groups([*rows, [rows[3][1], rows[3][0], *rows[3][2:4], "", "", "", ""]])


def test_two_hundred_equal_rows_are_one_group() -> None:
    rows = people(300)
    (group,) = found([*rows, *[rows[0]] * 200]).groups
    assert list(group.rows) == [0, *range(300, 500)]
    assert group.probability > 0.95
    assert len(group.links) == 200


def test_organisations_are_found_by_name_and_place() -> None:
    names = [f"{one} {other}" for one, other in combinations(LAST, 2)][:100]
    twice = [*names, f"{names[4].upper()}, Inc."]
    places = [f"{10000 + number * 7}" for number in range(100)]
    streets = [f"{number} {LAST[number % 17]} Road" for number in range(100)]
    table = [
        Column("name", "org", twice),
        Column("zip", "postcode", [*places, places[4]]),
        Column("street", "street", [*streets, streets[4].replace("Road", "Rd.")]),
    ]
    assert [list(group.rows) for group in search(table, Settings("organisation")).groups] == [[4, 100]]


def test_groups_are_ranked_and_linked() -> None:
    rows = people(300)
    result = found([*rows, rows[8], [*rows[9][:4], "", "", "", ""], rows[7]])
    order = [(-group.probability, group.rows[0]) for group in result.groups]
    assert order == sorted(order)
    assert [(link.a, link.b) for group in result.groups for link in group.links] == [
        tuple(g.rows) for g in result.groups
    ]
    assert all(0.5 <= link.probability <= 1 for group in result.groups for link in group.links)


def test_reasons_add_up_and_are_the_same_both_ways() -> None:
    result = found(doubled({0: "Ana", 5: ""}))
    for a, b in ((3, 300), (0, 1), (7, 299), (5, 5)):
        there, back = result.explain(a, b), result.explain(b, a)
        assert there == back
        assert sum(reason.bits for reason in there.reasons) + there.prior == pytest.approx(there.bits, abs=1e-3)
        assert {reason.level for reason in there.reasons} <= set(LEVELS)


def test_a_joint_context_is_one_reason_with_its_columns() -> None:
    result = found(doubled({2: "", 4: ""}))
    joint = next(reason for reason in result.explain(3, 300).reasons if "street" in reason.columns)
    assert set(joint.columns) == {"phone", "street", "city", "postcode"}
    assert joint.bits > 5
    assert result.explain(3, 300).probability > 0.95
    assert result.explain(3, 4).probability < 0.01


def test_judgements_are_kept() -> None:
    rows = doubled({})
    assert groups(rows, apart=[(300, 3)]) == []
    assert [3, 7, 300] in groups(rows, together=[(3, 7)])
    assert groups([*rows, rows[3]], apart=[(3, 300), (3, 301), (300, 301)]) == []


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_no_group_holds_a_pair_that_was_judged_apart(data: st.DataObject) -> None:
    rows = [*people(60), *[[*row[:4], "", "", "", ""] for row in people(60)[:20]]]
    pair = st.tuples(st.integers(0, 79), st.integers(0, 79)).filter(lambda ends: ends[0] != ends[1])
    apart = data.draw(st.lists(st.one_of(pair, st.integers(0, 19).map(lambda row: (row, row + 60))), max_size=12))
    together = data.draw(st.lists(pair, max_size=4))
    for group in groups(rows, apart=apart, together=together):
        assert not [pair for pair in apart if set(pair) <= set(group)]


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_groups(source: random.Random) -> None:
    rows = people(120)
    rows += [[*row[:2], "", *row[3:]] for row in rows[:25]]
    order = list(range(len(rows)))
    source.shuffle(order)
    shuffled = groups([rows[row] for row in order])
    assert sorted(sorted(order[row] for row in group) for group in shuffled) == groups(rows)


def test_the_seed_of_hashes_does_not_matter() -> None:
    rows = "[*t.people(150), *[[*row[:4], '', '', '', ''] for row in t.people(40)]]"
    script = f"import test_dedupe_search as t; print(t.found({rows}).groups)"
    said = set()
    for seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", script]
        said.add(
            subprocess.run(
                command, env=environment, cwd=os.path.dirname(__file__), capture_output=True, check=True
            ).stdout
        )
    assert len(said) == 1
    assert b"Group" in said.pop()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("meaning", MEANINGS)
@pytest.mark.parametrize(
    "values", [[], ["Foo Bar 1"], [""] * 30, ["Foo Bar 1234567"] * 300, ["a", "Ж", "王", "x" * 9999] * 20]
)
def test_one_column_of_anything_can_be_searched(kind: str, meaning: str, values: list[str]) -> None:
    result = search([Column("it", meaning, values)], Settings(kind))
    assert len({row for group in result.groups for row in group.rows}) <= len(values)


def test_all_meanings_together_can_be_searched() -> None:
    rows = people(40)
    table = [Column(meaning, meaning, [row[place % 8] for row in rows]) for place, meaning in enumerate(MEANINGS)]
    twice = [Column(f"{one.name} 2", one.meaning, one.values) for one in table]
    for kind in KINDS:
        search([*table, *twice], Settings(kind))
    assert search([], Settings("person")).explain(0, 1).reasons == ()


def test_weights_and_blocked_values_change_the_evidence() -> None:
    rows = doubled({2: "", 4: "", 5: "", 6: "", 7: ""})
    plain = found(rows).explain(3, 300)
    light = search(columns(rows), Settings("person", weights={"surname": 0})).explain(3, 300)
    assert light.bits < plain.bits - 1
    blocked = search(columns(rows), Settings("person", blocked=[rows[3][3]])).explain(3, 300)
    assert not [reason for reason in blocked.reasons if "phone" in reason.columns]


def test_a_higher_minimum_gives_fewer_groups() -> None:
    rows = people(300)
    rows += [[row[0], row[1], "", "", "", "", row[6], ""] for row in rows[:40]]
    many, few = (
        {tuple(group.rows) for group in search(columns(rows), Settings("person", minimum=least)).groups}
        for least in (0.2, 0.9)
    )
    assert len(few) < len(many)


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    search(columns(people(20)), Settings("person"), progress=lambda done, steps: told.append((done, steps)))
    assert told[-1] == (10, 10)
    assert told == sorted(told)
