"""A report as text: when it is drawn, when its bars stand for the table, and what is said besides."""

from __future__ import annotations

import io

import pytest

from crmcli.render.charts import UnknownChart
from crmcli.render.output import NoPixels, Output
from crmcli.render.reports import write_report
from crmcli.services.reporting.table import ReportRow
from report_tables import CONTEXT, COUNT, COUNTS, HOSTILE, HOSTILE_TABLE, MONEY, STAGES, TEXT, table


def written(made, chart="", **more):
    """What goes to standard output, and what is said."""
    out, err = io.StringIO(), io.StringIO()
    write_report(Output(out, err, **more), made, CONTEXT, chart, crm="Analytical")
    return out.getvalue(), err.getvalue()


def test_in_a_pipe_there_is_a_table_and_a_chart_only_where_it_is_asked_for():
    text, talk = written(STAGES)
    assert text.splitlines() == [
        "Stage        Deals          Amount       Weighted",
        "-----------  -----  --------------  -------------",
        "Appointment     12  120,400.50 EUR  24,080.10 EUR",
        "Qualified        7   80,000.00 EUR  32,000.00 EUR",
        "Sent             1      125.00 EUR     112.50 EUR",
        "Won              0        0.00 EUR       0.00 EUR",
        "Total           20  200,525.50 EUR  56,192.60 EUR",
    ]
    assert talk == "2 deals have no amount\n"
    asked, _ = written(STAGES, "bar")
    assert asked.startswith(text + "\nA Amount  B Weighted, EUR\n")
    assert "\nDeals by Stage\n" in asked


def test_on_a_terminal_a_report_is_drawn_as_it_says_itself_below_its_table():
    text, _ = written(STAGES, terminal=True)
    assert "A Amount  B Weighted, EUR" in text
    assert "Deals by Stage" not in text  # only what says most
    assert "█" not in written(STAGES, "none", terminal=True)[0]


def test_bars_of_one_measure_stand_in_the_place_of_the_table():
    text, talk = written(COUNTS, terminal=True, width=40)
    assert text.splitlines()[:2] == ["Count by Owner", "Ada  1,204  ████████████████████████████"]
    assert len(text.splitlines()) == 4
    assert talk == ""
    total = table({"Owner": TEXT, "#Count": COUNT}, ("Ada", 1204), totals=(None, 1204), notes=("Since 2024",))
    assert written(total, terminal=True)[1] == "1,204 in all\nSince 2024\n"


@pytest.mark.parametrize(
    "rows",
    [
        [("Ada", "5"), ReportRow(("Ben", "2"), depth=1)],  # a part of another
        [(f"Owner {n}", "5") for n in range(100)],  # more than a terminal shows
    ],
)
def test_the_table_stays_where_bars_say_less(rows):
    text, _ = written(table({"Owner": TEXT, "#Sum": MONEY}, *rows), terminal=True)
    assert text.splitlines()[0].split() == ["Owner", "Sum"]
    assert "█" in text


def test_rows_that_are_parts_of_others_stand_in():
    made = table({"Company": TEXT, "#Sum": MONEY}, ("Acme", "5"), ReportRow(("Acme NL", "2"), depth=1))
    assert [line[:9].rstrip() for line in written(made)[0].splitlines()[2:]] == ["Acme", "  Acme NL"]


def test_totals_say_what_they_are():
    unnamed = table({"Owner": TEXT, "#Sum": MONEY, "#Count": COUNT}, ("Ada", "5", 1), totals=(None, None, 1))
    assert written(unnamed)[0].splitlines()[-1].split() == ["Total", "1"]


def test_json_and_csv_hold_values_and_no_chart():
    assert written(COUNTS, "bar", format="csv")[0] == "owner,count\nAda,1204\nBen,602\n,1\n"
    assert '{"owner": "Ada", "count": 1204}' in written(COUNTS, "bar", format="json")[0]


def test_markdown_has_the_chart_between_fences_that_nothing_ends():
    text, _ = written(HOSTILE_TABLE, "bar", format="markdown")
    assert text.splitlines()[0].startswith(r"| Name \</script\>")
    fences = [place for place, line in enumerate(text.splitlines()) if set(line) == {"`"}]
    assert len(fences) == 2
    assert text.splitlines()[fences[0]] == "````"  # one more than a record has
    assert "````" not in "\n".join(text.splitlines()[fences[0] + 1 : fences[1]])
    assert "```" in HOSTILE[-1]


def test_a_picture_and_a_page_hold_the_chart_of_the_report():
    picture, _ = written(STAGES, format="svg")
    assert picture.startswith("<svg ")
    assert "Deals by Stage" not in picture
    assert "Deals by Stage" in written(STAGES, "bar", format="svg")[0]
    assert "<rect" in written(table({"Owner": TEXT, "#Count": COUNT}, ("Ada", 3), chart="none"), format="svg")[0]
    assert "<svg " in written(STAGES, format="html")[0]
    assert "<svg " not in written(STAGES, "none", format="html")[0]


def test_nothing_to_draw_is_said():
    text, talk = written(table({"Owner": TEXT, "#Count": COUNT}), "bar")
    assert text.splitlines()[0].split() == ["Owner", "Count"]
    assert talk == "There is nothing to draw\n"


def test_unknown_charts_and_pictures_of_dots_are_refused():
    with pytest.raises(UnknownChart, match="pie"):
        written(COUNTS, "pie")
    with pytest.raises(NoPixels):
        written(COUNTS, format="png")
