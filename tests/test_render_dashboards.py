"""Dashboards as text, Markdown, a page and data; a report that failed stands in its place."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

from crmcli.errors import CrmError
from crmcli.render.dashboards import dashboard_page, write_dashboard, write_dashboards
from crmcli.render.output import Output
from crmcli.services.dashboards import Dashboard, DashboardLine, DashboardPart
from report_tables import CONTEXT, COUNT, COUNTS, HOSTILE, STAGES, TEXT, table

WORKSPACE = SimpleNamespace(context=CONTEXT, settings=SimpleNamespace(name="Analytical"))
PARTS = (
    DashboardPart("Contacts", COUNTS),
    DashboardPart("Odd", failure=CrmError("There is no <report>\n  ^^^", "Did you mean it?")),
    DashboardPart("Empty", table({"Owner": TEXT, "#Count": COUNT})),
)
MONDAY = Dashboard("monday", "Monday", 2, PARTS)


def written(dashboard=MONDAY, **more):
    """What goes to standard output, and what is said."""
    out, err = io.StringIO(), io.StringIO()
    write_dashboard(Output(out, err, **more), dashboard, WORKSPACE)
    return out.getvalue(), err.getvalue()


def test_as_text_reports_stand_one_below_another():
    text, talk = written()
    assert text.splitlines() == [
        "Monday",
        "",
        "Contacts",
        "Owner  Count",
        "-----  -----",
        "Ada    1,204",
        "Ben      602",
        "–          1",
        "",
        "Odd",
        "This report failed: There is no <report>",
        "    ^^^",
        "Did you mean it?",
        "",
        "Empty",
        "There is nothing to show.",
    ]
    assert talk == "Warning: 1 of 3 reports failed\n"
    assert "█" in written(terminal=True)[0]


def test_in_markdown_titles_are_headings_and_no_syntax():
    text, _ = written(Dashboard("x", HOSTILE[0], 1, (DashboardPart("A | B", COUNTS),)), format="markdown")
    assert text.startswith("# \\</script\\>\\<script\\>alert(1)\\</script\\>\n\n## A \\| B\n\n| Owner | Count |\n")


def test_as_a_page_it_is_one_text():
    page = dashboard_page(MONDAY, WORKSPACE)
    assert written(format="html")[0] == page
    assert "repeat(2, minmax(0, 1fr))" in page
    assert "This report failed: There is no &lt;report&gt;\n  ^^^\nDid you mean it?</p>" in page


def test_as_data_it_has_values_and_failures():
    value = json.loads(written(Dashboard("m", "M", 1, (DashboardPart("Stages", STAGES), *PARTS)), format="json")[0])
    stages, contacts, odd, empty = value["reports"]
    assert stages["rows"][0] == {"stage": "Appointment", "deals": 12, "amount": "120400.5", "weighted": "24080.1"}
    assert contacts["rows"][2] == {"owner": None, "count": 1}
    assert odd == {"report": None, "title": "Odd", "rows": None, "failure": "There is no <report>\n  ^^^"}
    assert empty["rows"] == []
    assert written(format="csv")[0].splitlines()[:2] == ["title,rows,failure", "Contacts,3,"]


def test_the_list_says_how_to_begin():
    out, err = io.StringIO(), io.StringIO()
    write_dashboards(Output(out, err), ())
    assert (out.getvalue(), "crm dashboard show --help" in err.getvalue()) == ("", True)
    write_dashboards(Output(out, err), [DashboardLine("monday", "Monday", "", 3, "dashboards/monday.yaml:1: is odd")])
    assert out.getvalue().splitlines()[2].split(maxsplit=3)[:3] == ["monday", "Monday", "3"]
