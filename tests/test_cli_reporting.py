"""`crm report` at the terminal: the definitions of all reports, and the exit code of a check."""

from __future__ import annotations

import pytest

from crmcli.services.reporting.built_in import REPORTS


def test_without_a_name_every_report_is_listed_or_explained(workspace):
    listed = workspace.crm("report", "--json").json
    assert {row["report"] for row in listed} == set(REPORTS)
    explained = workspace.crm("report", "--explain")
    assert (explained.code, explained.stderr) == (0, "")
    headings = {block.split("  ")[0] for block in explained.stdout.split("\n\n")}
    assert headings == set(REPORTS)
    assert all(len(line) <= 120 for line in explained.stdout.splitlines())


@pytest.mark.parametrize(("most", "code"), [("0", 7), ("1", 7), ("2", 0), ("3", 0)])
def test_more_than_so_many_end_with_exit_code_7(workspace, most, code):
    workspace.crm("create", "company", "name=Acme")
    workspace.crm("create", "contact", "firstname=Ada", "email=ada@acme.example")
    answer = workspace.crm("report", "counts", "--fail-over", most)
    assert answer.code == code
    assert "Companies" in answer.stdout


def test_the_help_topic_names_every_report(workspace):
    page = workspace.crm("help", "reports").stdout
    assert all(f" {name} " in page for name in REPORTS)
    assert all(len(line) <= 80 for line in page.splitlines())
