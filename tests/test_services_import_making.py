"""Columns that are made of others: names taken apart, texts joined, letter case, values for every row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.formats.table import Block
from crmcli.services.mapping.making import Cased, Fixed, Joined, SplitName, split_name, with_made


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ada King", "Ada", "King"),
        ("Ludwig van der Berg", "Ludwig", "van der Berg"),
        ("Juan de la Cruz", "Juan", "de la Cruz"),
        ("Robert De Niro", "Robert", "De Niro"),
        ("María del Carmen López", "María del Carmen", "López"),
        ("José Ortega y Gasset", "José", "Ortega y Gasset"),
        ("Jan van den Berg-de Vries", "Jan", "van den Berg-de Vries"),
        ("Martin Luther King Jr.", "Martin Luther", "King Jr."),
        ("Ada King, PhD", "Ada", "King PhD"),
        ("King, Ada", "Ada", "King"),
        ("Berg, Ludwig van der", "Ludwig", "van der Berg"),
        ("DUPONT Jean", "Jean", "DUPONT"),
        ("Jean DUPONT", "Jean", "DUPONT"),
        ("J. R. R. Tolkien", "J. R. R.", "Tolkien"),
        ("van Gogh", "", "van Gogh"),
        ("Al Gore", "Al", "Gore"),
        ("Cher", "Cher", ""),
        ("  ", "", ""),
        ("محمد أحمد", "محمد", "أحمد"),
    ],
)
def test_a_whole_name(name, first, last):
    assert split_name(name) == (first, last)


@given(st.text())
def test_a_name_loses_no_letter(text):
    first, last = split_name(text)
    kept = sorted("".join(f"{first}{last}".split()))
    assert kept in (sorted("".join(text.split())), sorted("".join(text.replace(",", "", 1).split())))


def block(*columns):
    return Block(columns, range(2, 2 + len(columns[0])), ())


def test_made_columns_stand_behind_and_the_row_stays_as_it_was():
    made = with_made(
        block(["Ada King", "Cher"], ["main", ""], ["5", "7"]),
        [SplitName(1), Joined((2, 3), " "), Cased(2, "title"), Fixed("lead")],
    )
    assert [list(column) for column in made.columns[3:]] == [
        ["Ada", "Cher"],
        ["King", ""],
        ["main 5", "7"],
        ["Main", ""],
        ["lead", "lead"],
    ]
    assert made.row(0) == ["Ada King", "main", "5"]
    plain = block(["x"])
    assert with_made(plain, ()) is plain
