"""Rows as delimited text: as csv writes them, and read back with the same cells."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.formats.writing import write_rows

CELLS = st.text(alphabet="ab ,;\t\"'\r\né", max_size=4)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=4)


def written(rows: list[list[str]], delimiter: str) -> str:
    into = io.StringIO(newline="")
    write_rows(into, rows, delimiter)
    return into.getvalue()


@given(ROWS, st.sampled_from(",;\t"))
def test_rows_are_read_back_as_they_were(rows: list[list[str]], delimiter: str) -> None:
    assert list(csv.reader(io.StringIO(written(rows, delimiter), newline=""), delimiter=delimiter)) == rows


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([], ""),
        ([["a", "b"], ["", ""]], "a,b\n,\n"),
        ([["a"], [""]], 'a\n""\n'),
        ([["a", "b"], ["c,d", ""]], 'a,b\n"c,d",\n'),
        ([["a", "'b'"]], '"a","\'b\'"\n'),
        ([["a", "b\rc"]], '"a","b\rc"\n'),
    ],
)
def test_cells_are_quoted_where_they_need_it(rows: list[list[str]], text: str) -> None:
    assert written(rows, ",") == text
