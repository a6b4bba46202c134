"""Rows and columns in each form of output."""

from __future__ import annotations

import csv
import io
import json

import pytest
import yaml

from crmcli.render.output import FORMATS, Output, UnknownFormat
from crmcli.render.plain import MEASURED_ROWS, aligned
from crmcli.render.sheets import Column, Sheet, write_sheet

COLUMNS = (Column("name", "Name"), Column("amount", "Amount", lambda v: f"{v} EUR", right=True), Column("tags", "Tags"))
ROWS = [
    ("deal:1", ("Big | [red]", "1200.5", ["a", "b"])),
    ("deal:2", ("=1+1", None, None)),
    ("deal:30", ("two\nlines", "7", [])),
]


def written(form, rows=ROWS, *, columns=COLUMNS, reference="Record", terminal=False):
    out = io.StringIO()
    output = Output(out, io.StringIO(), format=form, terminal=terminal)
    write_sheet(output, Sheet(columns, iter(rows), reference=reference))
    return out.getvalue()


def test_table():
    assert written("table").splitlines() == [
        "Record   Name             Amount  Tags",
        "-------  -----------  ----------  ----",
        "deal:1   Big | [red]  1200.5 EUR  a;b",
        "deal:2   =1+1",
        "deal:30  two⏎lines         7 EUR",
    ]


def test_json_and_jsonl_hold_the_stored_values():
    expected = [{"id": ref, **dict(zip(("name", "amount", "tags"), values, strict=True))} for ref, values in ROWS]
    assert json.loads(written("json")) == expected
    assert [json.loads(line) for line in written("jsonl").splitlines()] == expected
    assert yaml.safe_load(written("yaml")) == expected


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_delimited_text_is_neutralised(form, delimiter):
    rows = list(csv.reader(io.StringIO(written(form)), delimiter=delimiter))
    assert rows == [
        ["id", "name", "amount", "tags"],
        ["deal:1", "Big | [red]", "1200.5", "a;b"],
        ["deal:2", "'=1+1", "", ""],
        ["deal:30", "two\nlines", "7", ""],
    ]


def test_yaml_repeats_what_occurs_twice():
    tags = ["a"]
    assert "&" not in written("yaml", [("deal:1", ("x", "1", tags))] * 2 + [("deal:2", (tags, tags, tags))])


def test_markdown_cells_are_no_markdown():
    assert written("markdown").splitlines()[2] == "| deal:1 | Big \\| \\[red\\] | 1200.5 EUR | a;b |"


def test_ids():
    assert written("ids") == "deal:1\ndeal:2\ndeal:30\n"
    assert written("ids", [("", ("7f3a",))], columns=(Column("operation", "Operation"),), reference="") == "7f3a\n"


@pytest.mark.parametrize(
    ("form", "nothing"),
    [("json", "[]\n"), ("jsonl", ""), ("yaml", "[]\n"), ("csv", "id,name,amount,tags\n"), ("ids", "")],
)
def test_no_rows(form, nothing):
    assert written(form, []) == nothing


@pytest.mark.parametrize("form", FORMATS)
def test_a_terminal_gets_no_control_character(form):
    shown = written(form, [("contact:1", ("\x1b[31m\u202e", "1", None))], terminal=True)
    assert "\u202e" not in shown
    assert "\x1b[31m" not in shown


def test_an_unknown_form_is_refused():
    with pytest.raises(UnknownFormat, match='"excel"'):
        Output(io.StringIO(), io.StringIO(), format="excel")


def test_a_plain_table_is_written_as_it_is_read():
    """The first thousand rows set the widths; nothing further is held back."""
    taken = 0

    def rows():
        nonlocal taken
        for number in range(MEASURED_ROWS * 3):
            taken += 1
            yield [f"{number}"]

    lines = aligned(["N"], rows(), [False])
    next(lines)
    assert taken == MEASURED_ROWS
    assert sum(1 for _ in lines) == MEASURED_ROWS * 3 + 1


def test_a_wide_cell_further_down_is_whole():
    rows = [["a", "b"]] * MEASURED_ROWS + [["a long cell", "b"]]
    assert list(aligned(["X", "Y"], rows, [False, False]))[-1] == "a long cell  b"
