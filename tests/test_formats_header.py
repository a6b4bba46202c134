"""Finding the table of a file: lines before it, its headings, totals under it, other tables."""

from __future__ import annotations

import io

import pytest

from crmcli.formats.opening import NoSuchSheet, Reading, opened

ROWS = "Ada,ada@example.com,2024-03-01,1200.50\nBob,bob@example.com,2023-11-30,75.00\n"
HEADER = "Name,Mail,Since,Amount"


def tables(text: str, **said):
    """Give each table's headings, whether the file has them, its notes, rows, faults and what was done to lines."""
    with opened("-", io.BytesIO(text.encode()), Reading(**said)) as found:
        return [read(table) for table in found]


def read(table):
    blocks = list(table.blocks())
    rows = [block.row(place) for block in blocks for place in range(len(block.lines))]
    faults = [(fault.line, fault.code) for block in blocks for fault in block.faults]
    remarks = [(remark.line, remark.text) for block in blocks for remark in block.remarks]
    return list(table.header), table.headed, list(table.notes), rows, faults, remarks


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("", 1),
        ("\n\n", 3),
        ("Contacts of May\n", 2),
        ("Contacts of May\n\n", 3),
        ("Contacts of May,,,\n,,,\n", 3),
        ("Report:,Contacts\nMade on:,2026-11-23\n\n", 4),
        ('Notes:\n"With a comma, and a line\nmore."\n\n', 5),
        (",,,\n", 2),
    ],
)
def test_lines_before_the_headings(before, line) -> None:
    ((header, headed, notes, rows, faults, _),) = tables(f"{before}{HEADER}\n{ROWS}")
    assert header == HEADER.split(",")
    assert headed
    assert notes == ([] if line == 1 else [f"headings on line {line}"])
    assert [row[0] for row in rows] == ["Ada", "Bob"]
    assert faults == []


@pytest.mark.parametrize("text", [ROWS, "ada@example.com,Ada\n", "1,2,3\n4,5,6\n", "2024-01-02\n2024-01-03\n"])
def test_a_file_without_headings(text) -> None:
    ((header, headed, notes, rows, _, _),) = tables(text)
    assert header == [f"column_{number}" for number in range(1, len(rows[0]) + 1)]
    assert not headed
    assert notes == ["no headings"]
    assert len(rows) == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "Name,2024,2025\nAda,1.5,2.5\nBob,3.5,4.5\n",
        "Name,Town\nAda,Rome\n",
        "Name\n",
        "Phone 1,Phone 2\n0612345678,0612345679\n",
    ],
)
def test_headings_that_are_no_values(text) -> None:
    ((header, headed, *_),) = tables(text)
    assert header == text.split("\n", 1)[0].split(",")
    assert headed


def test_headings_that_come_again_are_no_row() -> None:
    ((_, _, _, rows, faults, remarks),) = tables(f"{HEADER}\n{ROWS}{HEADER}\n{ROWS}")
    assert [row[0] for row in rows] == ["Ada", "Bob", "Ada", "Bob"]
    assert faults == []
    assert remarks == [(4, "the headings again, left out")]


def test_headings_in_two_rows_are_joined() -> None:
    text = "First,Mail,Member,Paid\nName,address,since,until now\n" + ROWS
    ((header, _, notes, rows, _, _),) = tables(text)
    assert header == ["First Name", "Mail address", "Member since", "Paid until now"]
    assert notes == ["headings on lines 1 to 2"]
    assert len(rows) == 2


def test_headings_twice_are_written_once() -> None:
    assert tables(f"{HEADER}\n{HEADER}\n{ROWS}")[0][0] == HEADER.split(",")


def test_groups_of_columns_tell_headings_apart_that_recur() -> None:
    rows = "Ada,ada@x.org,2024-03-01,Acme,Rome\nBob,b@x.org,2024-03-02,Zeta,Bonn\n"
    text = f"Contact,,,Company,\nName,Mail,Since,Name,Town\n{rows}"
    assert tables(text)[0][0] == ["Contact Name", "Mail", "Since", "Company Name", "Town"]


def test_groups_of_columns_are_not_taken_for_the_headings() -> None:
    rows = "Ada,a@x.org,Acme,1200\nBob,b@x.org,Zeta,75\n"
    again = "Name,Mail,Name,Revenue\n"
    header, _, notes, read, *_ = tables(f"Leads\n\nPerson,,Firm,\n{again}{rows}{again}Cas,c@x.org,Acme,9\n")[0]
    assert header == ["Person Name", "Mail", "Firm Name", "Revenue"]
    assert notes == ["headings on line 4"]
    assert [row[0] for row in read] == ["Ada", "Bob", "Cas"]


@pytest.mark.parametrize("first", ["Ada,Ms,Oxford,unknown", "Ada,Ms,Oxford,12"])
def test_a_column_without_a_heading_makes_no_groups_of_the_others(first: str) -> None:
    header, *_, read, _, _ = tables(f"Name,,City,Score\n{first}\nBob,Mr,Bonn,5\nCas,Mr,Rome,7\n")[0]
    assert header == ["Name", "", "City", "Score"]
    assert len(read) == 3


def test_a_row_of_words_under_the_headings_is_a_row() -> None:
    text = f"{HEADER}\nCarl,unknown,unknown,n/a\n{ROWS}"
    assert [row[0] for row in tables(text)[0][3]] == ["Carl", "Ada", "Bob"]


@pytest.mark.parametrize(
    ("after", "remarks"),
    [
        ("Total,,,1275.50\n", ["totals, left out"]),
        ("\nGrand total:,,,1275.50\n", ["totals, left out"]),
        ("Gesamt,2,,1275.50\n\n", ["totals, left out"]),
        (
            '\nCopyright 2026 Acme\n"Confidential, not to be given away"\n',
            ["a line under the table, left out", "a line under the table, left out"],
        ),
    ],
)
def test_what_stands_under_a_table_is_no_row(after, remarks) -> None:
    ((_, _, _, rows, faults, said),) = tables(f"{HEADER}\n{ROWS}{after}")
    assert [row[0] for row in rows] == ["Ada", "Bob"]
    assert faults == []
    assert [text for _, text in said] == remarks


@pytest.mark.parametrize("row", ["Total,total@example.com,2024-01-01,5.00", "Sum,Jane,2024-01-01,5.00", "Zoë,,,"])
def test_a_last_row_that_only_looks_like_totals_is_a_row(row) -> None:
    assert tables(f"{HEADER}\n{ROWS}{row}\n")[0][3][-1] == row.split(",")


def test_a_note_without_a_blank_row_before_it_is_reported() -> None:
    assert tables(f"{HEADER}\n{ROWS}End of report\n")[0][4] == [(4, "INCORRECT_NUMBER_OF_COLUMNS")]


def test_several_tables_in_a_file() -> None:
    text = f"{HEADER}\n{ROWS}\nCompany,Town,Founded\nAcme,Rome,2001-01-01\nZeta,Bonn,2002-02-02\n"
    people, companies = tables(text)
    assert [row[0] for row in people[3]] == ["Ada", "Bob"]
    assert companies[0] == ["Company", "Town", "Founded"]
    assert companies[2] == ["headings on line 5"]
    assert [row[0] for row in companies[3]] == ["Acme", "Zeta"]
    assert tables(text, sheet="2") == tables(text, sheet="-[2]") == [companies]
    with pytest.raises(NoSuchSheet, match='has no table "3"'):
        tables(text, sheet="3")


def test_blank_headings_at_the_end_over_nothing_are_left_out() -> None:
    ((header, _, _, rows, faults, _),) = tables("a,b,,\n1,2,,\n3,4,,\n")
    assert (header, rows, faults) == (["a", "b"], [["1", "2"], ["3", "4"]], [])


def test_cells_too_many_that_are_blank_are_dropped() -> None:
    assert tables("a,b\n1,2,,\n3,4\n")[0][3:5] == ([["1", "2"], ["3", "4"]], [])


def test_lines_divided_by_another_delimiter_are_read() -> None:
    ((_, _, _, rows, faults, remarks),) = tables("id,name,email\n1,Ada,a@x.org\n2;Bob;b@x.org\n3\tCara\tc@x.org\n")
    assert rows == [["1", "Ada", "a@x.org"], ["2", "Bob", "b@x.org"], ["3", "Cara", "c@x.org"]]
    assert faults == []
    assert remarks == [(3, "divided otherwise than by commas"), (4, "divided otherwise than by commas")]


def test_what_somebody_says_of_the_headings() -> None:
    text = f"Title\n{HEADER}\n{ROWS}"
    assert tables(text, header_line=3)[0][0] == ROWS.split("\n", 1)[0].split(",")
    assert tables("Name,Town\nAda,Rome\n", no_header=True)[0][3] == [["Name", "Town"], ["Ada", "Rome"]]


def test_notes_say_all_that_was_found() -> None:
    text = "Leads of May\n\n\nName;Mail\nAda;ada@x.org\nBob;bob@x.org\nCarl;c@x.org\n"
    with opened("-", io.BytesIO(text.encode("utf-16"))) as (table,):
        assert table.notes == ["UTF-16", "semicolons", "headings on line 4"]
