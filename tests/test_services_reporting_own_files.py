"""This CRM's own reports: files of the folder reports/, run by name and checked with the schema."""

from __future__ import annotations

import pytest

from crmcli.errors import Problem
from crmcli.services.reporting.definition import Definition, NotTogether
from crmcli.services.reporting.known import known_reports
from crmcli.services.reporting.own_files import ReportRefused
from crmcli.services.reporting.request import ReportRequest
from crmcli.services.reporting.running import run_report
from crmcli.services.schema import check
from office import made, make_office

REVENUE = """\
title: Revenue by month
description: What was won, by the month in which it closed.
object: deal
where: stage = closedwon
group_by: [month(closedate)]
measure: ["sum(amount) as Revenue", count()]
"""


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    for name, amount, closed in (("Mill", "100", "2026-09-01"), ("Pump", "200", "2026-10-01")):
        made(workspace, "deal", f"name={name}", f"amount={amount}", f"closedate={closed}", "stage=closedwon")
    made(workspace, "deal", "name=Lock", "amount=1000")
    return workspace


def written(office, name, text):
    from pathlib import Path

    folder = Path(office.root) / "reports"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def run(office, name, asked=None, **said):
    return run_report(office, name, ReportRequest(**said), asked or Definition(""))


def test_an_own_report_is_run_by_its_name_and_listed(office):
    written(office, "revenue", REVENUE)
    found = run(office, "revenue")
    assert [row.cells for row in found.rows] == [("2026-09-01", "100", 1), ("2026-10-01", "200", 1)]
    assert (found.name, found.title) == ("revenue", "Revenue by month")
    assert found.definition[0] == "What was won, by the month in which it closed."
    own = [report for report in known_reports(office) if report.family == "Own"]
    assert [(report.name, report.line) for report in own] == [
        ("revenue", "What was won, by the month in which it closed.")
    ]


def test_what_is_asked_besides_goes_over_the_file_and_conditions_hold_both(office):
    written(office, "revenue", REVENUE)
    assert [row.cells for row in run(office, "revenue", where="amount > 150").rows] == [("2026-10-01", "200", 1)]
    assert [row.cells for row in run(office, "revenue", period="2026-09").rows] == [("2026-09-01", "100", 1)]
    asked = Definition("", group_by=("stage",), measures=("count()",))
    assert [row.cells for row in run(office, "revenue", asked).rows] == [("closedwon", 2)]
    with pytest.raises(NotTogether):
        run(office, "revenue", object_name="contacts")
    with pytest.raises(NotTogether, match="counts does not go with --group-by and --top"):
        run(office, "counts", Definition("", group_by=("stage",), top=3))


def test_of_an_object_is_reported_without_a_file(office):
    assert [row.cells for row in run(office, "deals", by="stage").rows] == [
        ("appointmentscheduled", 1),
        ("closedwon", 2),
    ]
    assert [row.cells for row in run(office, "deals", pipeline="default").rows] == [(3,)]


def test_a_file_that_is_not_in_order_is_refused_and_still_listed(office):
    written(office, "broken", "object: deal\ngroup-by: [stage]\n")
    with pytest.raises(ReportRefused, match=r'reports/broken\.yaml:2: .*"group-by"'):
        run(office, "broken")
    assert known_reports(office)[-1].line.startswith("reports/broken.yaml:2: ")


def test_the_schema_check_finds_all_that_is_wrong_with_reports_by_line(office):
    written(office, "revenue", REVENUE)
    assert check(office.root) == []
    written(office, "contacts", "object: contact\n")
    written(office, "counts", "object: contact\n")
    written(office, "nothing", "group_by: [stage]\n")
    written(office, "dogs", "object: dog\n")
    written(
        office,
        "wrong",
        "object: deal\ngroup_by:\n  - stgae\n  - month(name)\ncolumns_by: nothing\nmeasure: [sum(name)]\n"
        "where: amount >\nperiod: last moon\ncompare: previous year\ndate: name\n",
    )
    written(
        office, "rows", "object: deal\nmeasure: [sum(amount) as Worth]\nhaving: worht > 1\nsort: [-worth, amuont]\n"
    )
    found = check(office.root)
    assert [problem.where for problem in found] == [
        "reports/contacts.yaml:1",
        "reports/counts.yaml:1",
        "reports/dogs.yaml:1",
        "reports/nothing.yaml:1",
        "reports/rows.yaml:3",
        "reports/rows.yaml:4",
        "reports/wrong.yaml:3",
        "reports/wrong.yaml:4",
        "reports/wrong.yaml:5",
        "reports/wrong.yaml:6",
        "reports/wrong.yaml:7",
        "reports/wrong.yaml:8",
        "reports/wrong.yaml:10",
    ]
    assert found[0] == Problem("reports/contacts.yaml:1", '"contacts" is an object', "give the file another name")
    assert found[1].message == '"counts" is a report that comes with crm'
    assert found[5].message == 'the report has no column "amuont"'
    assert found[6].hint.startswith("did you mean")
