"""Arguments taken apart."""

from __future__ import annotations

import io

import pytest

from crmcli.cli.arguments import (
    NegativeLimit,
    NoColumnMapping,
    NothingOnInput,
    chosen_columns,
    column_mapping,
    names,
    row_limit,
    screenful,
    with_input,
)
from crmcli.cli.assigning import UnreadableText, assignments, divided
from crmcli.render.output import Output
from inside import Inside


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], ()),
        (["name, email"], ("name", "email")),
        (["name", "-amount"], ("name", "-amount")),
        (
            ["count(tasks, status = DONE), company[Primary, x].name"],
            ("count(tasks, status = DONE)", "company[Primary, x].name"),
        ),
        ([",,"], ()),
    ],
)
def test_names(texts, expected):
    assert names(texts) == expected


@pytest.mark.parametrize(
    ("asked", "expected"), [([], ()), (["a"], ("a",)), (["+a"], ("x", "y", "a")), (["+a,+b"], ("x", "y", "a", "b"))]
)
def test_columns(asked, expected):
    assert chosen_columns(asked, ("x", "y")) == expected


@pytest.mark.parametrize(("limit", "expected"), [(None, None), (0, None), (7, 7)])
def test_row_limit(limit, expected):
    assert row_limit(limit) == expected


def test_a_negative_limit_is_refused():
    with pytest.raises(NegativeLimit):
        row_limit(-1)


@pytest.mark.parametrize(
    ("form", "terminal", "limit", "rows"),
    [("table", True, None, 50), ("table", True, 0, None), ("table", False, None, None), ("json", True, None, None)],
)
def test_only_a_table_on_a_terminal_is_short(form, terminal, limit, rows):
    output = Output(io.StringIO(), io.StringIO(), format=form, terminal=terminal)
    assert screenful(limit, output) == rows


def test_column_mapping():
    assert column_mapping(["Mail=email", "a=b=phone", "Notes="]) == {"Mail": "email", "a=b": "phone", "Notes": ""}
    with pytest.raises(NoColumnMapping):
        column_mapping(["Mail"])


def test_references_come_from_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("contact:1\n\n  contact:2 \n"))
    assert with_input(["contact:9", "-"]) == ["contact:9", "contact:1", "contact:2"]


def test_an_empty_input_is_refused(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    with pytest.raises(NothingOnInput):
        with_input(["-"])


@pytest.mark.parametrize(
    ("word", "assigns"),
    [
        ("firstname=Ada", True),
        ("url=https://x.example/?a=b", True),
        ("tags+=x", True),
        ("amount:=12", True),
        ("note@=file", True),
        ("contact:1", False),
        ("contact:email=ada@example.com", False),
        ("ada@example.com", False),
        ("-", False),
    ],
)
def test_references_and_assignments_are_told_apart(word, assigns):
    assert divided([word]) == (([], [word]) if assigns else ([word], []))


def test_the_text_of_a_file_takes_the_place_of_its_name(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("two\nlines\n")
    [given] = assignments([f"description@={path}"])
    assert (given.name, given.operator, given.text) == ("description", "@=", "two\nlines")


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_is_no_text_is_refused(tmp_path, content):
    path = tmp_path / "note.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableText, match=r"note\.txt"):
        assignments([f"description@={path}"])


@pytest.mark.parametrize(
    ("line", "word", "flag"),
    [
        ("--from hubspot portal --save p.json", "--save", "--from"),
        ("--from hubspot portal --column A=b", "--column", "--from"),
        ("--from hubspot portal other", '"other"', "--from"),
        ("--from-export everything --explain", "--explain", "--from-export"),
        ("contacts --from-export everything", '"contacts"', "--from-export"),
    ],
)
def test_a_whole_export_takes_no_flags_that_are_about_files(workspace, line, word, flag):
    answer = Inside(workspace.folder, workspace).line(f"crm import {line}")
    assert (answer.code, f"Error: {word} does not go with {flag}\n" in answer.stderr) == (2, True)
