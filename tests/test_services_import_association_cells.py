"""Associations in a cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.services.association_cells import BadAssociationCell, LinkedTo, read_cell, write_cell

labels = (
    st.text(st.characters(exclude_characters=";]\0", exclude_categories=["Cs"]), min_size=1).map(str.strip).filter(bool)
)
links = st.builds(
    LinkedTo,
    st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
    st.integers(1, 10**17),
    st.lists(labels, max_size=3).map(tuple),
    st.booleans(),
)


@given(st.lists(links).map(tuple))
def test_reading_is_the_inverse_of_writing(linked: tuple[LinkedTo, ...]) -> None:
    assert read_cell(write_cell(linked)) == linked


@pytest.mark.parametrize(
    ("cell", "linked"),
    [
        ("", ()),
        ("  ", ()),
        ("company:7", (LinkedTo("company", 7),)),
        (" company:7 ; company:9; ", (LinkedTo("company", 7), LinkedTo("company", 9))),
        ("company:7*[Billing contact; VIP]", (LinkedTo("company", 7, ("Billing contact", "VIP"), primary=True),)),
    ],
)
def test_cells(cell: str, linked: tuple[LinkedTo, ...]) -> None:
    assert read_cell(cell) == linked


@pytest.mark.parametrize(
    "cell", ["7", "company:0", "company:7 company:8", "company:7[", "Acme", "company:7,company:8", "; company:7"]
)
def test_what_is_no_association(cell: str) -> None:
    with pytest.raises(BadAssociationCell) as refusal:
        read_cell(cell)
    assert refusal.value.cell == cell
