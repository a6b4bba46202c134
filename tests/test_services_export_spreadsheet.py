"""Cells that a spreadsheet would run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.services.spreadsheet import neutralise, neutralise_many, restore, restore_many

hostile = st.one_of(st.text(), st.text(alphabet="'=+-@\t\r1.a", max_size=6))


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("'=1", "''=1"),
        ("''t Hooft", "'''t Hooft"),
        ("'t Hooft", "'t Hooft"),
        ("'", "'"),
        ("", ""),
        ("Ada", "Ada"),
        ("a=1", "a=1"),
        ("+31612345678", "+31612345678"),
        ("-12.5", "-12.5"),
        ("-", "'-"),
        ("+1-850-804", "'+1-850-804"),
    ],
)
def test_what_would_run_is_marked(cell: str, safe: str) -> None:
    assert neutralise(cell) == safe


@given(hostile)
def test_restoring_is_the_exact_inverse(cell: str) -> None:
    assert restore(neutralise(cell)) == cell


@given(hostile)
def test_no_safe_cell_runs(cell: str) -> None:
    safe = neutralise(cell)
    assert safe[:1] not in set("=@\t\r")
    assert not safe.startswith(("+", "-")) or safe[1:].replace(".", "", 1).isdigit()


@given(st.lists(hostile.filter(lambda cell: "\0" not in cell)))
def test_columns_are_treated_as_their_cells(cells: list[str]) -> None:
    safe = neutralise_many(cells)
    assert safe == [neutralise(cell) for cell in cells]
    assert list(restore_many(safe)) == cells
