"""Rows of an import that look like records which are there."""

from __future__ import annotations

import csv
import json

import pytest

from inside import Inside

ROWS = [
    ("First name", "Last name", "Email", "City", "Job title"),
    ("José", "King", "jk@other.example", "London", "Boss"),
    ("GRACE", "HOPPER", "gh@other.example", "arlington", "Admiral"),
    ("Mary", "Somerville", "mary@somerville.example", "Jedburgh", ""),
    ("Ada", "Lovelace", "ada@king.example", "London", "Analyst"),
]


@pytest.fixture
def crm(workspace):
    inside = Inside(workspace.folder, workspace)
    for values in (
        ("firstname=Jose", "lastname=King", "email=jose@king.example", "city=London"),
        ("firstname=Grace", "lastname=Hopper", "email=grace@hopper.example", "city=Arlington"),
        ("firstname=Ada", "lastname=Lovelace", "email=ada@king.example"),
    ):
        inside.done("create", "contact", *values)
    with (inside.folder / "leads.csv").open("w", newline="") as file:
        csv.writer(file).writerows(ROWS)
    return inside


def imported(crm, *flags):
    answer = crm.crm("import", "contacts", "leads.csv", "-o", "json", *flags)
    return answer, json.loads(answer.stdout) if answer.stdout else {}


def values(crm, ref):
    return json.loads(crm.done("show", ref, "-o", "json").stdout)["properties"]


def test_they_are_counted_and_told_in_one_line_with_the_command_that_shows_them(crm):
    answer, account = imported(crm)
    assert (answer.code, account["rows"]["created"], account["rows"]["updated"]) == (0, 3, 1)
    assert account["rows"]["likely_duplicates"] == 2
    assert answer.stderr == (
        "Warning: 2 rows look like contacts that are there, such as line 2: contact:1, same name and city\n"
        "To see more: crm dedupe contacts --new-since today\n"
    )
    assert account["notes"][-1].startswith("2 rows look like contacts that are there")


def test_a_dry_run_says_how_to_see_them_in_the_file(crm):
    answer, account = imported(crm, "--dry-run")
    assert account["rows"]["likely_duplicates"] == 2
    assert "To see more: crm dedupe contacts --file leads.csv" in answer.stderr


def test_skip_rejects_them_with_a_code(crm):
    answer, account = imported(crm, "--on-duplicate", "skip")
    assert (answer.code, answer.stderr) == (3, "")
    assert account["rows"] | {"blank": 0} == {
        "created": 1, "updated": 1, "unchanged": 0, "rejected": 2, "duplicates": 0, "likely_duplicates": 2, "blank": 0,
    }  # fmt: skip
    assert [(row["line"], row["code"], row["reason"]) for row in account["rejected"]] == [
        (2, "LIKELY_DUPLICATE", "it looks like contact:1: same name and city"),
        (3, "LIKELY_DUPLICATE", "it looks like contact:2: same name and city"),
    ]
    assert (crm.folder / "leads.rejected.csv").read_text().count("LIKELY_DUPLICATE") == 2


def test_update_updates_the_record_and_leaves_it_its_address(crm):
    answer, account = imported(crm, "--on-duplicate", "update")
    assert (answer.code, account["rows"]["created"], account["rows"]["updated"]) == (0, 1, 3)
    assert "2 rows are taken for contacts that are there" in answer.stderr
    held = values(crm, "contact:1")
    assert (held["jobtitle"], held["email"], held["hs_additional_emails"]) == (
        "Boss",
        "jose@king.example",
        ["jk@other.example"],
    )
    again, account = imported(crm, "--on-duplicate", "update")
    assert (again.code, account["rows"]["unchanged"]) == (0, 4)


def test_fail_imports_nothing(crm):
    answer, _ = imported(crm, "--on-duplicate", "fail")
    assert (answer.code, answer.stdout) == (5, "")
    assert "Line 2 looks like contact:1: same name and city; nothing was imported" in answer.stderr
    assert crm.done("list", "contacts", "-o", "ids").stdout.split() == ["contact:1", "contact:2", "contact:3"]


def test_rows_of_the_file_itself_are_nobodys_duplicates(crm):
    with (crm.folder / "leads.csv").open("w", newline="") as file:
        rows = [("New", "Person", f"n{n}@new.example", "Delft", "") for n in range(2500)]
        csv.writer(file).writerows([ROWS[0], *rows])
    answer, account = imported(crm)
    assert (account["rows"]["created"], account["rows"]["likely_duplicates"], answer.stderr) == (2500, 0, "")
    answer, account = imported(crm, "--mode", "update")
    assert account["rows"]["likely_duplicates"] == 0


def test_two_rows_that_look_like_one_record_do_not_both_update_it(crm):
    with (crm.folder / "leads.csv").open("a", newline="") as file:
        csv.writer(file).writerow(("Jose", "King", "third@king.example", "london", "Chef"))
    answer, account = imported(crm, "--on-duplicate", "update")
    assert (answer.code, account["rejected"][0]["code"]) == (3, "DUPLICATE_RECORD_ID")
    assert values(crm, "contact:1")["jobtitle"] == "Boss"


def test_of_many_rows_some_are_looked_at_where_they_are_only_told_of(crm):
    with (crm.folder / "leads.csv").open("w", newline="") as file:
        rows = [("Jose", "King", f"n{n}@new.example", "London", "") for n in range(4000)]
        csv.writer(file).writerows([ROWS[0], *rows])
    answer, account = imported(crm, "--dry-run")
    assert account["rows"]["likely_duplicates"] == 2_100
    assert "2,100 rows of 2,100 compared look like contacts that are there" in answer.stderr
    answer, account = imported(crm, "--dry-run", "--on-duplicate", "skip")
    assert account["rows"]["rejected"] == 4_000
