"""Dashboards: reading their files, running their reports, and what is said where something is wrong."""

from __future__ import annotations

import pytest

from crmcli.errors import ExitCode, Problem
from crmcli.services.dashboards import (
    DashboardRefused,
    NoSuchDashboard,
    check_dashboards,
    dashboards,
    run_dashboard,
)
from crmcli.services.reporting.built_in import ReportTakesNo
from crmcli.services.reporting.known import UnknownReport
from office import made, make_office

MONDAY = """\
title: Monday
columns: 2
description: What the week begins with.
reports:
  - report: counts
  - report: counts
    object: contacts
    by: city
    where: city is known
    title: Contacts by city
    chart: line
  - object: contact
    group_by: [city]
    measure: ["count() as Number"]
    sort: [-Number]
    top: 1
"""


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    for city in ("Delft", "Delft", "Gouda", ""):
        made(workspace, "contact", "lastname=King", *([f"city={city}"] if city else []))
    return workspace


def write(workspace, text, name="monday"):
    """Write a dashboard's file."""
    from pathlib import Path

    folder = Path(workspace.root, "dashboards")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_a_dashboard_runs_its_reports_in_order(office):
    write(office, MONDAY)
    dashboard = run_dashboard(office, "monday")
    assert (dashboard.title, dashboard.columns, dashboard.exit_code) == ("Monday", 2, ExitCode.DONE)
    every, by_city, own = dashboard.parts
    assert [row.cells for row in every.table.rows] == [("contact", 4)]
    assert (by_city.title, by_city.table.chart) == ("Contacts by city", "line")
    assert [row.cells for row in by_city.table.rows] == [("Delft", 2), ("Gouda", 1)]
    assert [row.cells for row in own.table.rows] == [("Delft", 2)]
    assert own.table.columns[1].heading == "Number"


def test_a_report_that_fails_keeps_no_other_from_being_run(office):
    write(
        office,
        "reports:\n  - report: countz\n    title: Odd\n  - report: counts\n  - {report: counts, period: 2026-11}\n",
    )
    odd, counts, period = run_dashboard(office, "monday").parts
    assert isinstance(odd.failure, UnknownReport)
    assert (odd.title, odd.table) == ("Odd", None)
    assert counts.failure is None
    assert isinstance(period.failure, ReportTakesNo)
    assert run_dashboard(office, "monday").exit_code == ExitCode.NOT_FOUND  # of the first that failed


def test_own_reports_are_run_with_what_is_asked_of_them(office, tmp_path):
    reports = tmp_path / "office" / "reports"
    reports.mkdir()
    (reports / "cities.yaml").write_text("object: contact\ngroup_by: [city]\n", encoding="utf-8")
    write(office, 'reports:\n  - report: cities\n    where: city = "Gouda"\n')
    (part,) = run_dashboard(office, "monday").parts
    assert [row.cells for row in part.table.rows] == [("Gouda", 1)]


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("title: Monday\n", "dashboards/monday.yaml:1", "names no reports"),
        ("reports: []\n", "dashboards/monday.yaml:1", "names no reports"),
        ("reports:\n  - title: Odd\n", "dashboards/monday.yaml:2", "does not say which report it is"),
        ("columns: 9\nreports: [{report: counts}]\n", "dashboards/monday.yaml:1", '"columns" cannot be "9"'),
        ("reports:\n  - report: counts\n    chart: pie\n", "dashboards/monday.yaml:3", '"chart" cannot be "pie"'),
        ("report: counts\n", "dashboards/monday.yaml:1", '"report" is no key of "dashboard"'),
        ("reports: [\n", "dashboards/monday.yaml:2", "is not YAML"),
        ("", "dashboards/monday.yaml:1", "names no reports"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(office, text, where, message):
    write(office, text)
    problem = check_dashboards(office)[0]
    assert problem.where == where
    assert problem.message.startswith(message)
    with pytest.raises(DashboardRefused, match=r"monday\.yaml"):
        run_dashboard(office, "monday")
    (line,) = dashboards(office)
    assert line.problem.startswith(f"{where}: {message}")


def test_checking_runs_the_reports_and_names_their_lines(office):
    write(office, MONDAY)
    assert check_dashboards(office) == []
    write(office, "reports:\n  - report: counts\n  - report: counts\n    object: contact\n    where: colour = red\n")
    write(office, "reports: [{report: countz}]\n", "other")
    assert [(each.where, each.message) for each in check_dashboards(office)] == [
        ("dashboards/monday.yaml:3", '"colour" is not a property of Contact'),
        ("dashboards/other.yaml:1", 'There is no report "countz"'),
    ]
    assert check_dashboards(office, "other") == [
        Problem("dashboards/other.yaml:1", 'There is no report "countz"', "did you mean counts?")
    ]


def test_the_list_and_names_that_are_none(office):
    assert dashboards(office) == ()
    with pytest.raises(NoSuchDashboard) as none:
        run_dashboard(office, "monday")
    assert none.value.hint == "A dashboard is a file of the folder dashboards: crm dashboard show --help"
    write(office, MONDAY)
    (line,) = dashboards(office)
    assert (line.name, line.title, line.reports, line.problem) == ("monday", "Monday", 3, "")
    for name in ("mondy", "../dashboards/monday", ""):
        with pytest.raises(NoSuchDashboard):
            run_dashboard(office, name)
    with pytest.raises(NoSuchDashboard):
        check_dashboards(office, "mondy")


def test_hidden_files_are_passed_over_and_others_named(office, tmp_path):
    write(office, MONDAY)
    for name in (".#monday.yaml", "friday.yml", "notes.txt"):
        (tmp_path / "office" / "dashboards" / name).symlink_to("/nowhere")
    assert [line.name for line in dashboards(office)] == ["monday"]
    assert check_dashboards(office) == [
        Problem("dashboards/friday.yml", "is not read: its name must end in .yaml", "rename it to friday.yaml")
    ]


def test_a_file_that_is_none_is_never_opened(office, tmp_path):
    (tmp_path / "office" / "dashboards" / "pipe.yaml").mkdir(parents=True)
    assert check_dashboards(office) == [Problem("dashboards/pipe.yaml", "cannot be read: it is not a file")]


def test_a_word_that_is_no_verb_is_the_name_of_a_dashboard(workspace):
    (workspace.folder / "dashboards").mkdir()
    for name in ("monday", "list"):
        (workspace.folder / "dashboards" / f"{name}.yaml").write_text(
            f"title: The {name}\nreports: [{{report: counts}}]\n", encoding="utf-8"
        )
    assert workspace.crm("dashboard", "monday").stdout.startswith("The monday\n")
    assert workspace.crm("dashboard", "show", "list").stdout.startswith("The list\n")
    assert workspace.crm("dashboard").stdout == workspace.crm("dashboard", "list").stdout
    assert workspace.crm("complete", "bash", "crm dashboard mo").stdout == "monday\n"
    assert workspace.crm("complete", "bash", "crm dashboard check ").stdout == "list\nmonday\n"
