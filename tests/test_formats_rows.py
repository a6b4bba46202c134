"""Reading delimited text: lines, faults, delimiters."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.formats.opening import opened
from crmcli.formats.rows import UNDOUBLED
from crmcli.formats.table import EmptyFile


def read(text: str) -> tuple[list[str], list[tuple[int, list[str]]], list[tuple[int, str]], int]:
    """Give the headings, the rows and faults with their lines, and the number of blank rows."""
    rows, faults, blank = [], [], 0
    with opened("-", io.BytesIO(text.encode())) as (table, *_):
        for block in table.blocks():
            cells = [block.row(place) for place in range(len(block.lines))]
            rows += [(line, row) for line, row in zip(block.lines, cells, strict=True)]
            faults += [(fault.line, fault.code) for fault in block.faults]
            blank += block.blank
            assert len(block.columns) == len(table.header)
        return list(table.header), rows, faults, blank


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_no_line_end_stays_in_the_last_cell(end: str) -> None:
    header, rows, faults, _ = read(end.join(["a,b", "1,2", "3,4", ""]))
    assert header == ["a", "b"]
    assert rows == [(2, ["1", "2"]), (3, ["3", "4"])]
    assert faults == []


def test_mixed_line_ends() -> None:
    assert read("a,b\r\n1,2\n3,4\r5,6")[1] == [(2, ["1", "2"]), (3, ["3", "4"]), (4, ["5", "6"])]


def test_lines_are_counted_over_newlines_in_cells() -> None:
    _, rows, faults, _ = read('a,b\n1,"x\ny\nz"\n3,4\n"5\r\n6",7\n8\n')
    assert rows == [(2, ["1", "x\ny\nz"]), (5, ["3", "4"]), (6, ["5\r\n6", "7"])]
    assert faults == [(8, "INCORRECT_NUMBER_OF_COLUMNS")]


def test_ragged_rows_are_faults_with_their_lines() -> None:
    _, rows, faults, _ = read("a,b\n1\n2,3\n4,5,6\n")
    assert rows == [(3, ["2", "3"])]
    assert faults == [(2, "INCORRECT_NUMBER_OF_COLUMNS"), (4, "INCORRECT_NUMBER_OF_COLUMNS")]


def test_blank_rows_are_left_out() -> None:
    _, rows, faults, blank = read("\n,\na,b\n\n1,2\n,\n3,4\n")
    assert rows == [(5, ["1", "2"]), (7, ["3", "4"])]
    assert (faults, blank) == ([], 2)


def test_a_quote_left_open_costs_one_row() -> None:
    _, rows, faults, _ = read('a,b\n1,"open\n2,x\n3,y\n')
    assert rows == [(3, ["2", "x"]), (4, ["3", "y"])]
    assert faults == [(2, "COULD_NOT_PARSE_ROW")]


def test_a_quote_left_open_before_a_quoted_cell_costs_one_row() -> None:
    _, rows, faults, _ = read('a,b\n1,"open\n2,"x"\n3,"y"\n')
    assert rows == [(3, ["2", "x"]), (4, ["3", "y"])]
    assert faults == [(2, "COULD_NOT_PARSE_ROW")]


def test_a_quote_that_only_a_later_line_closes_is_told_where_it_opens() -> None:
    with opened("-", io.BytesIO(b'a,b\n1,"open\n2,"x, y"\n3,z\n')) as (table,):
        (block,) = table.blocks()
    assert [(fault.line, fault.reason) for fault in block.faults] == [
        (2, "a quote opens on this line and is not closed")
    ]
    assert block.row(0) == ["2", "x, y"]


def test_quotes_inside_a_quoted_cell_that_are_not_doubled() -> None:
    with opened("-", io.BytesIO(b'a,b\n1,"He said "no, never" to us"\n2,x\n')) as (table,):
        (block,) = table.blocks()
    assert [block.row(0), block.row(1)] == [["1", 'He said "no, never" to us'], ["2", "x"]]
    assert [(remark.line, remark.text) for remark in block.remarks] == [(2, UNDOUBLED)]
    assert block.faults == []


def test_a_nul_costs_one_row() -> None:
    _, rows, faults, _ = read("a,b\n1,x\0y\n2,z\n")
    assert rows == [(3, ["2", "z"])]
    assert faults == [(2, "COULD_NOT_PARSE_ROW")]


def test_a_cell_of_a_hundred_thousand_characters_is_read() -> None:
    long = "x" * 200_000
    assert read(f"a,b\n1,{long}\n")[1] == [(2, ["1", long])]


def test_a_cell_beyond_the_longest_is_a_fault() -> None:
    assert read(f"a,b\n1,{'x' * (1 << 23)}\n2,3\n")[1:3] == ([(3, ["2", "3"])], [(2, "COLUMN_TOO_LARGE")])


def test_many_open_quotes_are_each_a_fault() -> None:
    text = "a,b\n" + "".join(f'{n},"open {n}\n{n},closed\n' for n in range(1_500))
    _, rows, faults, _ = read(text)
    # Each open quote is closed by the next one, behind which text follows.
    assert len(faults) == 1_500
    assert [line for line, _ in rows] == list(range(3, 3_002, 2))


def test_no_line_at_all() -> None:
    with pytest.raises(EmptyFile):
        read("")
    with pytest.raises(EmptyFile):
        read("\n\n , \n")


def test_headings_with_a_quote_too_many_are_read_as_they_are_meant() -> None:
    assert read('""name","note, long"\nAda,x\n')[0] == ['"name', "note, long"]


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=3, max_size=3)
    )
)
def test_what_csv_writes_is_read_back(table: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    table.append(["x", "y", "z"])  # no foot of a report, nor blank
    csv.writer(text).writerows([["a", "b", "c"], *table])
    _, rows, faults, blank = read(text.getvalue())
    assert [row for _, row in rows] == [row for row in table if any(row)]
    assert (faults, blank) == ([], sum(not any(row) for row in table))
