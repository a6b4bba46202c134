"""Finding out how delimited text is written; reading back what any dialect writes."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.formats.dialect import Dialect, find_dialect
from crmcli.formats.opening import Reading, opened

TABLE = [
    ["Name", "Mail", "Since", "Amount"],
    ["Ada", "ada@example.com", "2024-03-01", "1200.50"],
    ["Bob", "bob@example.com", "2023-11-30", "75.00"],
    ["Zoë", "zoe@example.org", "2022-01-05", "9.99"],
]


def found(text: str, **known: str) -> Dialect:
    return find_dialect(list(io.StringIO(text, newline="")), known)


@pytest.mark.parametrize(
    "delimiter", [",", ";", "\t", "|", ":", " ", "^", "~", "§", "#", "\x1f", "||", "::", "~|~", " | "]
)
def test_the_delimiter_is_found(delimiter: str) -> None:
    assert found("".join(delimiter.join(row) + "\n" for row in TABLE)).delimiter == delimiter


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("name;note\nAda;one, two\nBob;three, four\n", ";"),
        ('name,note\nAda,"one; two; three"\n', ","),
        ("email\nada@x.org\n", ","),
        ("email", ","),
        ("Name\nSmith, John\nDoe, Jane\n", ","),  # one column
        ("Name\nAda Lovelace\nBob Stone\n", ","),
        ("Start\n09:15:00\n10:30:00\n", ","),
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("Mail,\x1b]0;gone\aName\na@x.org,\x1b[31mAda\n\x1b[2Jb@x.org\n", ","),
        ("Mail\0Name\na@x.org\0Ada\nb@x.org\0Bob\n", ","),
        ("Report of May\n\na;b;c\n1;2;3\n4;5;6\n", ";"),
    ],
)
def test_marks_that_also_stand_in_cells(text: str, delimiter: str) -> None:
    assert found(text).delimiter == delimiter


def test_a_backslash_at_the_end_of_a_quoted_cell_is_one() -> None:
    whole = 'id,name,note\n1,"[1\'-\na",a-]\n2,"b\n,\\",""""\n3,"[1;-""\'",\n'
    assert found(whole).escape == ""
    assert found('id,name,note\n1,"a \\"b\\", c",d\n2,e,f\n').escape == "\\"


def test_a_blank_after_each_delimiter_is_no_part_of_the_cell() -> None:
    dialect = found('name, note\nAda, "one, two"\nBob, three\n')
    assert dialect == Dialect(spaced=True)
    assert list(dialect.rows(['Ada, "one, two"\n'])) == [["Ada", "one, two"]]


def test_single_quotes() -> None:
    text = "'name','note'\n'Ada','one, two'\n'Bob','it''s'\n"
    assert found(text) == Dialect(quote="'")
    assert list(found(text).rows(text.splitlines(keepends=True)))[2] == ["Bob", "it's"]


def test_apostrophes_are_no_quotes() -> None:
    assert found("name,town\nO'Brien,'s-Gravenhage\nD'Arcy,'s-Hertogenbosch\n").quote == '"'


def test_backslashes_escape_quotes_and_stay_elsewhere() -> None:
    text = 'name,note\nAda,"say \\"no\\", Ada"\nBob,"C:\\new"\n'
    dialect = found(text)
    assert dialect.escape == "\\"
    assert list(dialect.rows(text.splitlines(keepends=True)))[1:] == [["Ada", 'say "no", Ada'], ["Bob", "C:\\new"]]


def test_what_somebody_said_is_not_looked_for() -> None:
    assert found("a;b\n1;2\n", delimiter=",").delimiter == ","
    assert found("'a','b'\n'1','2'\n", quote="").quote == ""


CELL = st.text(st.characters(categories=["L", "N"], include_characters="-'\",;|\n \\"), min_size=1, max_size=12)


@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|^~"),
    quote=st.sampled_from("\"'"),
    escape=st.sampled_from(["", "\\"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_a_table_in_any_dialect_is_read_back(rows, delimiter, quote, escape, end, encoding) -> None:
    if end == "\r":  # in such a file a line feed would end no row, and be one
        rows = [[cell.replace("\n", " ") for cell in row] for row in rows]
    text = io.StringIO(newline="")
    csv.writer(
        text, delimiter=delimiter, quotechar=quote, escapechar=escape or None, doublequote=not escape,
        quoting=csv.QUOTE_ALL, lineterminator=end,
    ).writerows([["a", "b", "c"], *rows])  # fmt: skip
    reading = Reading(delimiter=delimiter, quote=quote, escape=escape or "none", header_line=1)
    with opened("-", io.BytesIO(text.getvalue().encode(encoding)), reading) as (table, *_):
        assert table.header == ["a", "b", "c"]
        blocks = list(table.blocks())
    assert [block.row(place) for block in blocks for place in range(len(block.lines))] == rows
    assert [fault for block in blocks for fault in block.faults] == []


MARKED = ["Ada", "one, two", "a; b", "x|y", 'say "no"', "it's", "2024-01-02", "ada@x.org"]
PLAIN = st.lists(st.sampled_from(MARKED), min_size=4, max_size=4)


@given(
    rows=st.lists(PLAIN, min_size=3, max_size=30),
    delimiter=st.sampled_from([",", ";", "\t", "|", "^", "~"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_dialect_is_found_among_cells_with_other_marks(rows, delimiter, end) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["Name", "Text", "Since", "Mail"], *rows])
    with opened("-", io.BytesIO(text.getvalue().encode()), Reading(header_line=1)) as (table, *_):
        blocks = list(table.blocks())
    assert [block.row(place) for block in blocks for place in range(len(block.lines))] == rows
