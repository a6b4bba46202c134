"""Records found by their values through indexes over runs of ids."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.store import segments
from crmcli.store.index import Index
from crmcli.store.segments import Segments


@pytest.fixture
def index(monkeypatch):
    monkeypatch.setattr(segments, "_UNSORTED", 3)
    return fresh()


def fresh():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute('CREATE TABLE "contact" (id INTEGER PRIMARY KEY, last TEXT, first TEXT)')
    return Index(connection)


def fill(index, rows):
    index.connection.executemany("INSERT INTO contact VALUES (?, ?, ?)", rows)


def spans(index):
    rows = index.connection.execute("SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name")
    return sorted(tuple(map(int, name.split("_")[-2:])) for (name,) in rows)


def find(index, *wanted, most=10):
    return Segments(index, "contact", ("last", "first")).find(wanted, most)


def test_few_records_are_gone_through_without_an_index(index):
    fill(index, [(1, "King", "Ada"), (2, "King", None), (3, "Hopper", "Grace")])
    assert find(index, ("KING", "ada"), ("Hopper", "Joan")) == {("KING", "ada"): [1]}
    assert spans(index) == []


def test_many_make_a_segment_and_those_behind_it_are_found_too(index):
    fill(index, [(n, "King", f"A{n % 4}") for n in range(1, 9)])
    assert find(index, ("king", "a1")) == {("king", "a1"): [1, 5]}
    assert spans(index) == [(0, 8)]
    fill(index, [(9, "King", "A1")])
    assert find(index, ("king", "a1")) == {("king", "a1"): [1, 5, 9]}
    assert spans(index) == [(0, 8)]


def test_a_segment_takes_smaller_ones_before_it_in(index):
    fill(index, [(n, "King", "Ada") for n in range(1, 101)])
    find(index)
    fill(index, [(n, "King", "Ada") for n in range(101, 106)])
    find(index)
    assert spans(index) == [(0, 100), (100, 105)]
    fill(index, [(n, "King", "Ada") for n in range(106, 111)])
    find(index)
    assert spans(index) == [(0, 100), (100, 110)]
    fill(index, [(n, "King", "Ada") for n in range(111, 201)])
    find(index)
    assert spans(index) == [(0, 200)]


def test_what_comes_later_is_not_seen_and_what_goes_is_gone(index):
    fill(index, [(n, "King", "Ada") for n in range(1, 6)])
    looking = Segments(index, "contact", ("last", "first"))
    fill(index, [(6, "King", "Ada")])
    index.connection.execute("DELETE FROM contact WHERE id = 2")
    index.connection.execute("UPDATE contact SET last = 'Lovelace' WHERE id = 3")
    assert looking.find([("King", "Ada"), ("Lovelace", "Ada")], 10) == {
        ("King", "Ada"): [1, 4, 5],
        ("Lovelace", "Ada"): [3],
    }


def test_values_that_too_many_have_are_nobodys(index):
    fill(index, [(n, "Smith", "John") for n in range(1, 12)])
    assert find(index, ("Smith", "John"), most=10) == {}
    assert find(index, ("Smith", "John"), most=11) == {("Smith", "John"): [*range(1, 12)]}


def test_within_a_transaction_nothing_is_made(index):
    fill(index, [(n, "King", "Ada") for n in range(1, 9)])
    index.begin()
    assert find(index, ("King", "Ada")) == {("King", "Ada"): [6, 7, 8]}
    assert spans(index) == []


@pytest.mark.parametrize("most", [1, 3, 10])
def test_canonical_texts_of_one_property_are_found_as_they_stand(index, most):
    fill(index, [(n, f"+3120{n % 4}", None) for n in range(1, 11)])
    looking = Segments(index, "contact", ("last",), canonical=True)
    wanted = [("+31200",), ("+31201",), ("+31209",), ("King",)]
    expected = {("+31200",): [4, 8], ("+31201",): [1, 5, 9]}
    assert looking.find(wanted, most) == {text: ids for text, ids in expected.items() if len(ids) <= most}
    assert Segments(index, "contact", ("first",), canonical=True).empty


NAMES = st.tuples(st.sampled_from(["King", "king", "Éva", "O'Neill", None]), st.sampled_from(["Ada", "ADA", "B"]))


@given(st.lists(st.lists(NAMES, max_size=9), max_size=6), NAMES)
def test_it_finds_what_a_scan_finds(batches, wanted):
    index, held = fresh(), []
    old, segments._UNSORTED = segments._UNSORTED, 3
    try:
        for batch in batches:
            rows = [(len(held) + n, *names) for n, names in enumerate(batch, 1)]
            fill(index, rows)
            held += rows
            if wanted[0]:
                folded = tuple(map(str.lower, wanted))
                same = [n for n, *names in held if None not in names and tuple(map(str.lower, names)) == folded]
                assert find(index, wanted, most=100).get(wanted, []) == same
    finally:
        segments._UNSORTED = old
