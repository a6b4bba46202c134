"""Lines with wrong quotes, read as they are meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.formats.dialect import Dialect
from crmcli.formats.mending import Mended, mend_delimiter, mend_quotes


@pytest.mark.parametrize(
    ("line", "cells", "certain"),
    [
        ('1,"He said "no" to us"', ["1", 'He said "no" to us'], True),
        ('"5" bolt, short","3"', ['5" bolt, short', "3"], True),
        ('1,"open', ["1", '"open'], False),
        ('"23:15,"By day, by night"', ['"23:15', "By day, by night"], False),
        ('""By day, by night","x"', ['"By day, by night', "x"], True),
        ('a,"', ["a", '"'], False),
    ],
)
def test_the_way_with_the_fewest_offences_wins(line, cells, certain) -> None:
    assert mend_quotes(line + "\r\n", Dialect(), 2) == Mended(cells, certain)


def test_what_fits_in_two_ways_is_not_certain() -> None:
    mended = mend_quotes('"a","b","c"d","e"', Dialect(), 4)
    assert mended is not None
    assert mended.certain
    two = mend_quotes('"a" x","b" y","c', Dialect(), 2)
    assert two is None or not two.certain


def test_what_cannot_be_so_many_cells_is_not_mended() -> None:
    assert mend_quotes('"a"b,c', Dialect(), 3) is None
    assert mend_quotes("a,b", Dialect(quote=""), 2) is None
    assert mend_quotes('"a"' + ",b" * 1_000, Dialect(), 1_001) is None


def test_another_delimiter_must_give_all_cells() -> None:
    assert mend_delimiter("1;Ada;a@x.org\n", Dialect(), 3) == Mended(["1", "Ada", "a@x.org"], certain=True)
    assert mend_delimiter("1;Ada\n", Dialect(), 3) is None
    assert mend_delimiter("1,5;2\n", Dialect(), 2) is None  # might as well be two cells as it stands


TEXT = st.text(st.sampled_from("ab ,\"'"), max_size=6)


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_a_line_without_offences_is_read_as_it_stands(cells) -> None:
    line = ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells)
    mended = mend_quotes(line, Dialect(), len(cells))
    assert mended is not None
    if mended.certain:
        assert list(mended.cells) == cells
