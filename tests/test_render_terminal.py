"""Tables on a terminal: columns chosen to fit."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.render.output import Output
from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.render.terminal import Keeping, fit


@pytest.mark.parametrize(
    ("wanted", "columns", "empty", "widths"),
    [
        ([10, 20], 80, [1], {0: 10, 1: 20}),
        ([9, 100], 80, [], {0: 9, 1: 69}),
        ([40, 40, 40], 80, [], {0: 25, 1: 25, 2: 26}),
        ([9, 30, 30, 30, 30, 30, 30], 60, [], {0: 9, 1: 23, 2: 24}),
        ([9, 30, 30, 30], 73, [1], {0: 9, 2: 30, 3: 30}),
        ([9, 30, 30, 30], 73, [1, 3], {0: 9, 1: 30, 2: 30}),
        ([200], 80, [], {0: 80}),
    ],
)
def test_fit(wanted, columns, empty, widths):
    fitted = fit(wanted, columns, Keeping(empty=tuple(empty)))
    assert fitted.keys() == widths.keys()
    assert sorted(fitted.values()) == sorted(widths.values())


@pytest.mark.parametrize(
    ("wanted", "columns", "keeping", "widths"),
    [
        ([6, 30, 16], 40, Keeping(whole=(0, 2)), {0: 6, 1: 14, 2: 16}),  # a number is not cut
        ([6, 15, 30, 11], 40, Keeping(whole=(0, 1), last=(0, 2)), {0: 6, 1: 15, 2: 15}),  # the name stays
        ([6, 20, 30], 40, Keeping(whole=(0, 1), last=(0, 2)), {0: 6, 2: 30}),
        ([6, 10, 10], 80, Keeping(spare=(2,)), {0: 6, 1: 10, 2: 10}),
        ([6, 70, 10], 80, Keeping(spare=(2,)), {0: 6, 1: 70}),  # nothing is cut for what is spare
        ([6, 10, 10], 80, Keeping(spare=(2,), empty=(2,)), {0: 6, 1: 10}),
        ([90], 80, Keeping(whole=(0,)), {0: 80}),
    ],
)
def test_fit_keeps_what_matters(wanted, columns, keeping, widths):
    assert fit(wanted, columns, keeping) == widths


PLACES = st.sets(st.integers(0, 11)).map(tuple)


@given(st.lists(st.integers(0, 300), min_size=1, max_size=12), st.integers(1, 200), PLACES, PLACES, PLACES)
def test_what_is_kept_fits_too(wanted, columns, empty, whole, last):
    places = range(len(wanted))
    kept = Keeping(*(tuple(each for each in some if each in places) for some in (empty, whole, (), last)))
    fitted = fit(wanted, columns, kept)
    assert fitted
    assert sum(fitted.values()) + 2 * (len(fitted) - 1) <= max(columns, 1)


@given(st.lists(st.integers(0, 300), min_size=1, max_size=12), st.integers(40, 200))
def test_what_fits_is_never_wider_than_the_terminal(wanted, columns):
    fitted = fit(wanted, columns)
    assert fitted
    assert sum(fitted.values()) + 2 * (len(fitted) - 1) <= columns
    assert all(width <= wanted[place] for place, width in fitted.items())


def drawn(rows, *, width=40, labels=("Name", "City", "Country", "Phone")):
    out, err = io.StringIO(), io.StringIO()
    columns = tuple(Column(label.lower(), label) for label in labels)
    output = Output(out, err, terminal=True, width=width)
    write_sheet(output, Sheet(columns, iter(rows), reference="Record", footer=lambda n: f"{n} contacts"))
    return out.getvalue(), err.getvalue()


def test_cells_are_cut_and_columns_left_out():
    out, err = drawn([("contact:1", ("A name that is far too long", "Amsterdam", "", "+31"))])
    assert all(len(line) <= 40 for line in out.splitlines())
    assert "…" in out
    assert "Phone" not in out
    assert err == "1 contacts · 1 more column: -o csv\n"


def test_markup_stays_text():
    out, _ = drawn([("contact:1", ("[bold]x[/]", "", "", ""))], width=80)
    assert "[bold]x[/]" in out


def test_no_rows_give_the_footer_only():
    assert drawn([], width=80) == ("", "0 contacts\n")


def test_a_long_list_is_one_table():
    out, _ = drawn([(f"contact:{n}", (f"Name {n}", "", "", "")) for n in range(1200)], width=80)
    lines = out.splitlines()
    assert len(lines) == 1201
    assert {line.index("Name") for line in lines} == {lines[0].index("Name")}


def numbers(width):
    """A table of numbers below long headings, as lines."""
    out = io.StringIO()
    columns = (
        Column("a", "Close Date (month)", whole=True),
        Column("b", "Presentation Scheduled", right=True, whole=True),
        Column("c", "Decision Maker Bought-In", right=True, whole=True),
    )
    output = Output(out, io.StringIO(), terminal=True, width=width)
    write_sheet(output, Sheet(columns, [("", ("2026-10", "1", "20"))]))
    return out.getvalue().splitlines()


def test_headings_over_numbers_take_several_lines_where_not_all_fit():
    assert numbers(80) == [
        "Close Date (month)  Presentation Scheduled  Decision Maker Bought-In",
        "2026-10                                  1                        20",
    ]
    assert numbers(40) == [
        "Close                   Decision",
        "Date     Presentation      Maker",
        "(month)     Scheduled  Bought-In",
        "2026-10             1         20",
    ]
