"""HubSpot's two tables: readable at the widths of a terminal, complete for machines."""

from __future__ import annotations

import csv
import io
from itertools import combinations_with_replacement

import pytest

from crmcli.model.compiled import declared_model
from crmcli.model.matrix import Cell
from crmcli.model.objects import Tool
from crmcli.render.cells import width
from crmcli.render.matrices import write_associations, write_tools
from crmcli.render.output import Output
from crmcli.services.matrix import AssociationMatrix, AssociationRow, ToolRow, in_order


def told(write, value, *, form="table", columns=0):
    out = io.StringIO()
    write(Output(out, io.StringIO(), format=form, terminal=bool(columns), width=columns or 80), value)
    return out.getvalue()


def matrix(cells, *, activities=()):
    names = sorted({name for ends in cells for name in ends})
    pairs = combinations_with_replacement(names, 2)
    rows = tuple(AssociationRow(a, b, cells.get((a, b), Cell("no", "guess"))) for a, b in pairs)
    return AssociationMatrix({name: name.title() for name in names}, activities, rows)


PARTLY = Tool("reporting", "partial", "confirmed", "by lines")
TOOLS = (
    ToolRow("product", "Product", (Tool("index_page", "yes", "guess"), PARTLY)),
    ToolRow("lead", "Lead", (Tool("index_page", "no", "inferred"), Tool("reporting", "yes", "confirmed", "by lines"))),
)


def test_a_tool_says_how_sure_it_is_and_shares_its_note():
    lines = told(write_tools, TOOLS).splitlines()
    assert [line.split() for line in lines[2:4]] == [["Product", "yes?", "part¹"], ["Lead", "no~", "yes¹"]]
    assert lines[5:] == ["~ inferred   ? a guess   the rest is confirmed by HubSpot's documents", "¹ by lines"]


def test_tools_for_machines_are_a_row_a_cell():
    rows = list(csv.reader(io.StringIO(told(write_tools, TOOLS, form="csv"))))
    assert rows[:3] == [
        ["object", "tool", "value", "confidence", "note"],
        ["product", "index_page", "yes", "guess", ""],
        ["product", "reporting", "partial", "confirmed", "by lines"],
    ]


def test_each_sign_of_an_association():
    cells = {
        ("a", "a"): Cell("yes", "high"),
        ("a", "b"): Cell("yes", "medium"),
        ("a", "c"): Cell("configurable", "high"),
        ("b", "b"): Cell("assets_only", "high"),
        ("b", "c"): Cell("unknown", "guess"),
        ("c", "c"): Cell("no", "high"),
    }
    lines = told(write_associations, matrix(cells)).splitlines()
    assert [line.split() for line in lines[1:5]] == [
        ["1", "2", "3"],
        ["1", "A", "●", "◍", "○"],
        ["2", "B", "◍", "a", "?"],
        ["3", "C", "○", "?", "×"],
    ]


def test_activities_share_a_line_that_says_whether_all_of_them_associate():
    cells = {
        ("call", "contact"): Cell("yes", "high"),
        ("contact", "task"): Cell("yes", "high"),
        ("quote", "task"): Cell("yes", "high"),
        ("contact", "quote"): Cell("yes", "high"),
    }
    lines = told(write_associations, matrix(cells, activities=("call", "task"))).splitlines()
    assert [line.split() for line in lines[1:5]] == [
        ["1", "2", "3"],
        ["1", "Contact", "·", "●", "●"],
        ["2", "Quote", "●", "·", "◐"],
        ["3", "Activities", "●", "◐", "·"],
    ]


@pytest.mark.parametrize("columns", [80, 120])
def test_both_tables_fit_a_terminal(columns):
    model = declared_model("")
    names = in_order(model)
    rows = tuple(ToolRow(name, model.objects[name].label, model.objects[name].tools) for name in names)
    whole = told(write_tools, rows, columns=columns)
    assert all(heading in whole for heading in ("Object", "Index", "Workflows", "Feedback submission"))
    pairs = tuple(AssociationRow(a, b, Cell("no", "guess")) for a, b in combinations_with_replacement(names, 2))
    activities = tuple(name for name in names if "activity" in model.objects[name].object_roles)
    grid = AssociationMatrix({name: model.objects[name].label for name in names}, activities, pairs)
    for line in (whole + told(write_associations, grid, columns=columns)).splitlines():
        assert width(line.rstrip()) <= columns


def test_a_grid_that_is_too_wide_closes_up():
    many = matrix({(f"o{n:02}", f"o{n:02}"): Cell("yes", "high") for n in range(40)})
    lines = told(write_associations, many, columns=80).splitlines()
    assert lines[2] == " 1 O00 ●" + "·" * 39
