"""Charts in text: what is drawn, how wide, and how series are told apart without colours."""

from __future__ import annotations

import io
import re

import pytest

from crmcli.frozen import replace
from crmcli.render.cells import width
from crmcli.render.chart_panels import panels
from crmcli.render.chart_scale import evenly, labelled, scale
from crmcli.render.charts import chart_lines, report_charts, write_charts
from crmcli.render.output import Output
from crmcli.services.reporting.table import ReportColumn, ReportRow
from crmcli.types.money import Amount
from report_tables import (
    CHANGES,
    CONTEXT,
    COUNT,
    COUNTS,
    CURRENCIES,
    DAY,
    FUNNEL,
    HOSTILE_TABLE,
    MONEY,
    NUMBER,
    OWNERS,
    PERCENT,
    PIVOT,
    REVENUE,
    STAGES,
    TEXT,
    TIME,
    table,
)

KINDS = ("bar", "stacked", "line", "funnel")
MANY = table({"Day": TEXT, "#Calls": COUNT}, *((f"Day {n}", n * n % 97) for n in range(500)))
WIDE = table({"Name": TEXT, "#Sum": MONEY}, ("漢字" * 40, "1"), ("e\u0301" * 90, "2"), ("👩\u200d🔧" * 40, "3"))
HUGE = table({"Owner": TEXT, "#Sum": MONEY}, ("Ada", "123456789012345678901234.56"), ("Ben", "9"))
ZEROS = table({"Owner": TEXT, "#Count": COUNT}, ("Ada", 0), ("Ben", 0))
ONE = table({"Owner": TEXT, "#Count": COUNT}, ("Ada", 3))
EVERY = (
    STAGES,
    COUNTS,
    REVENUE,
    OWNERS,
    FUNNEL,
    PIVOT,
    CHANGES,
    CURRENCIES,
    MANY,
    WIDE,
    HUGE,
    ZEROS,
    ONE,
    HOSTILE_TABLE,
)


def drawn(made, kind="", *, columns=80, main=False, **more):
    """The lines of all charts of a report."""
    out = io.StringIO()
    charts = panels(made, CONTEXT, kind or made.chart)
    write_charts(Output(out, io.StringIO(), width=columns, **more), charts[:1] if main else charts, kind or made.chart)
    return out.getvalue().split("\n")[:-1]


def test_bars_have_labels_values_and_eighths_of_a_column():
    assert drawn(COUNTS, columns=40) == [
        "Count by Owner",
        "Ada  1,204  ████████████████████████████",
        "Ben    602  ██████████████",
        "–        1  ▏",
    ]


def test_measures_of_one_unit_share_a_scale_and_are_told_apart_by_letters():
    lines = drawn(STAGES, columns=60)
    assert lines[:5] == [
        "A Amount  B Weighted, EUR",
        "Appointment  120,400.50  A █████████████████████████████████",
        "              24,080.10  B ██████▋",
        "Qualified     80,000.00  A █████████████████████▉",
        "              32,000.00  B ████████▊",
    ]
    assert "Deals by Stage" in lines
    assert drawn(STAGES, main=True) == [line for line in drawn(STAGES) if line][:9]  # money says most


def test_bars_below_zero_go_to_the_left_of_it():
    assert drawn(CHANGES, columns=40) == [
        "Change by Owner, EUR",
        "Ada  1,200.00        │██████████████████",
        "Ben   -400.50  ██████│",
        "Zoe      0.00        │",
    ]


def test_parts_are_stacked_with_their_letters_and_patterns():
    assert drawn(PIVOT, columns=40) == [
        "A New  B Met  C Won",
        "Ada  8  A███████████████B▓▓▓▓▓▓▓C▒▒▒▒▒▒▒",
        "Ben  4  A███C▒▒▒▒▒▒▒▒▒▒▒",
    ]
    mixed = table({"Owner": TEXT, "#A": MONEY, "#B": MONEY}, ("Ada", "5", "-2"), chart="stacked")
    assert "│" in "".join(drawn(mixed))  # what is below 0 is no part of anything


def test_the_whole_of_a_stacked_bar_is_exact():
    parts = ("12345678901234567890123456789012345.67", "0.01")
    made = table({"Owner": TEXT, "#A": MONEY, "#B": MONEY}, ("Ada", *parts), chart="stacked")
    assert drawn(made)[1].split()[1] == "12,345,678,901,234,567,890,123,456,789,012,345.68"


def test_a_funnel_says_what_part_goes_on():
    assert drawn(FUNNEL, columns=60) == [
        "Reached by Stage",
        "              of before  of first",
        "New    1,200                 100%  █████████████████████████",
        "Met      600        50%       50%        ▐███████████▌",
        "Offer     60        10%        5%              █",
        "Won        3         5%       <1%              █",
    ]


def test_a_line_has_both_axes_and_marks_at_round_numbers():
    lines = drawn(REVENUE, columns=60)
    assert [line.split("┤")[0].strip() for line in lines if "┤" in line] == ["150", "100", "50"]
    assert lines[-1].split() == ["2026-01-01", "2026-05-01", "2026-09-01"]
    assert sum(line.count("•") for line in lines) == 12
    assert any("⠉" <= character <= "⣿" for line in lines for character in line)


def test_lines_of_two_groups_are_a_series_for_each_of_the_other_over_the_dates():
    (panel,) = panels(OWNERS, CONTEXT, "line")
    assert panel.labels == tuple(f"2026-{month:02d}-01" for month in range(1, 13))
    assert [series.name for series in panel.series] == ["Ada", "Ben"]
    lines = drawn(OWNERS, columns=60)
    assert lines[0] == "A Ada  B Ben"
    assert {"A", "B"} <= set("".join(lines[1:]))


def test_a_gap_is_no_zero():
    gap = table({"Month": DAY, "#Rate": PERCENT}, ("2026-01-01", "0.25"), ("2026-02-01", None), ("2026-03-01", "1"))
    assert drawn(gap, "bar")[2] == "2026-02-01     –"
    assert not any(re.search("[⠁-⣿]{4}", line) for line in drawn(gap, "line"))


def test_amounts_of_two_currencies_are_never_on_one_scale():
    first, second = panels(CURRENCIES, CONTEXT, "bar")
    assert (first.unit.currency, first.labels) == ("EUR", ("Ada", "Cleo"))
    assert (second.unit.currency, second.labels) == ("USD", ("Ben",))


def test_the_currency_of_the_workspace_comes_first_and_no_currency_is_said_twice():
    made = table(
        {"Stage": TEXT, "Currency": TEXT, "#Deals": COUNT, "#Sum": MONEY},
        ("New", "GBP", 1, Amount("7", "GBP")), ("New", "EUR", 2, Amount("5", "EUR")), ("Won", "EUR", 0, "0"),
    )  # fmt: skip
    first, second, deals = panels(made, CONTEXT, "bar")
    assert (first.unit.currency, first.labels, first.heading) == ("EUR", ("New", "Won"), "Stage")
    assert (second.unit.currency, second.labels) == ("GBP", ("New",))
    assert deals.labels == ("New · GBP", "New · EUR", "Won · EUR")
    assert [series.name for series in panels(made, CONTEXT, "line")[0].series] == ["Sum"]


def test_dates_along_the_axis_are_all_there_and_in_order():
    made = table(
        {"Month": DAY, "Currency": TEXT, "#Sum": MONEY},
        ("2026-03-01", "EUR", "5"), ("2026-01-01", "EUR", "1"), ("2026-02-01", "GBP", Amount("7", "GBP")),
    )  # fmt: skip
    euro, pound = panels(made, CONTEXT, "line")
    assert euro.labels == pound.labels == ("2026-01-01", "2026-02-01", "2026-03-01")
    assert [str(value) for value in euro.series[0].values] == ["1", "None", "5"]
    assert [series.name for series in pound.series] == ["Sum"]


def test_of_no_records_a_count_is_0_and_an_average_unknown():
    columns = (
        ReportColumn("month", "Month", DAY),
        ReportColumn("owner", "Owner", TEXT),
        ReportColumn("count", "Count", COUNT, measure=True, zero=True),
        ReportColumn("avg", "Average", NUMBER, measure=True),
    )
    rows = (("2026-01-01", "Ada", 2, "1.5"), ("2026-02-01", None, 0, None), ("2026-03-01", "Ben", 1, "3"))
    made = replace(STAGES, columns=columns, rows=tuple(map(ReportRow, rows)))
    counts, averages = panels(made, CONTEXT, "line")
    assert [(series.name, [str(v) for v in series.values]) for series in counts.series] == [
        ("Ada", ["2", "0", "0"]),
        ("Ben", ["0", "0", "1"]),
    ]
    assert [(series.name, [str(v) for v in series.values]) for series in averages.series] == [
        ("Ada", ["1.5", "None", "None"]),
        ("Ben", ["None", "None", "3"]),
    ]


def test_times_say_more_than_counts():
    made = table({"Stage": TEXT, "#Deals": COUNT, "#Median": TIME}, ("New", 3, 90))
    assert [panel.unit.kind for panel in panels(made, CONTEXT, "bar")] == ["duration", "number"]
    assert [panel.unit.kind for panel in panels(made, CONTEXT, "funnel")] == ["number", "duration"]


def test_zeros_are_drawn_only_where_that_is_asked_for():
    assert report_charts(ZEROS, CONTEXT, "bar", all_units=False) == []
    assert len(report_charts(ZEROS, CONTEXT, "bar", all_units=True)) == 1


def test_rows_that_are_parts_of_others_are_not_drawn_again():
    made = table({"Company": TEXT, "#Sum": MONEY}, ("Acme", "5"), ReportRow(("Acme NL", "2"), depth=1), ("Beta", "1"))
    assert [line.split()[0] for line in drawn(made)] == ["Sum", "Acme", "Beta"]


def test_what_has_no_numbers_is_not_drawn():
    assert panels(table({"Owner": TEXT, "#Last": DAY}, ("Ada", "2026-01-01")), CONTEXT, "bar") == ()
    assert panels(table({"Owner": TEXT, "#Count": COUNT}), CONTEXT, "bar") == ()


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("kind", KINDS)
def test_no_line_is_wider_than_the_terminal(kind, columns):
    for made in EVERY:
        assert max(map(width, drawn(made, kind, columns=columns, terminal=True))) <= columns, made.title


@pytest.mark.parametrize("kind", KINDS)
def test_a_very_narrow_terminal_still_gets_labels_and_values(kind):
    for made in EVERY:
        assert drawn(made, kind, columns=10)


def test_hundreds_of_bars_are_cut_on_a_terminal_and_whole_in_a_pipe():
    lines = drawn(MANY, terminal=True)
    assert (len(lines), lines[-1]) == (62, "and 440 more, in the table")
    assert len(drawn(MANY)) == 501
    assert len(drawn(MANY, "line", terminal=True)) == 15


def test_more_series_than_letters_are_counted():
    wide = table({"Owner": TEXT, **{f"#S{n}": COUNT for n in range(40)}}, ("Ada", *range(40)))
    assert drawn(wide)[-1] == "14 more series, in the table"


@pytest.mark.parametrize("kind", KINDS)
def test_what_records_hold_steers_no_terminal(kind):
    text = "\n".join(drawn(HOSTILE_TABLE, kind, terminal=True))
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", text)


@pytest.mark.parametrize("kind", KINDS)
def test_colours_only_where_they_are_wanted(kind):
    plain, coloured = drawn(STAGES, kind), drawn(STAGES, kind, colour=True)
    assert "\x1b" not in "".join(plain)
    assert [re.sub(r"\x1b\[[\d;]*m", "", line).rstrip() for line in coloured] == plain


def test_numbers_that_differ_in_scale_and_types_have_charts_of_their_own():
    made = table(
        {"Stage": TEXT, "#Deals": COUNT, "#Days": NUMBER, "#Rate": PERCENT, "#Time": TIME}, ("New", 3, "1.5", "0.5", 90)
    )
    assert [panel.series[0].name for panel in panels(made, CONTEXT, "bar")] == ["Time", "Deals", "Days", "Rate"]


@pytest.mark.parametrize(
    ("kind", "value", "ticks"),
    [
        (COUNT, 3, ["0", "1", "2", "3"]),
        (COUNT, 0, ["0", "1"]),
        (NUMBER, "0.007", ["0", "0.002", "0.004", "0.006", "0.008"]),
        (MONEY, "1250000", ["0", "500k", "1M", "1.5M"]),
        (MONEY, "-30", ["-30", "-20", "-10", "0"]),
        (MONEY, "99999999999999999999", ["0", "2e+19", "4e+19", "6e+19", "8e+19", "1e+20"]),
        (PERCENT, "0.5", ["0%", "10%", "20%", "30%", "40%", "50%"]),
        (TIME, 5 * 86_400_000, ["0d", "1d", "2d", "3d", "4d", "5d"]),
        (TIME, 90_000, ["0s", "20s", "40s", "60s", "80s", "100s"]),
    ],
)
def test_a_scale_has_round_numbers(kind, value, ticks):
    (panel,) = panels(table({"Owner": TEXT, "#Sum": kind}, ("Ada", value)), CONTEXT, "line")
    assert [said for _, said in scale(panel, marks=5).ticks] == ticks


def test_places_are_spread_evenly():
    assert list(evenly(12, 4)) == [0, 3, 6, 9]
    assert list(evenly(3, 100)) == [0, 1, 2]
    assert list(evenly(3, 0)) == [0]


def test_labels_stand_around_their_places_and_apart():
    assert labelled([0, 10, 20], [4, 4, 4], (0, 22), 2) == [(0, 0), (1, 8), (2, 18)]
    assert labelled([0, 5, 10], [4, 4, 4], (0, 10), 2) == [(0, 0), (2, 6)]
    assert labelled([5], [40], (0, 10), 2) == [(0, 0)]
    assert labelled([], [], (0, 10), 2) == []


def test_one_chart_can_be_had_as_lines():
    (panel,) = panels(COUNTS, CONTEXT, "bar")
    assert len(list(chart_lines(panel, "bar", 40, most=2))) == 4
