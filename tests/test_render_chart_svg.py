"""The pictures of charts: sound XML, nothing outside its borders, told apart by more than colour."""

from __future__ import annotations

import math
import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from crmcli.render.chart_colours import DARK, LIGHT
from crmcli.render.chart_panels import panels
from crmcli.render.chart_svg import WIDTH, chart_inside, chart_svg
from crmcli.render.chart_svg_lines import _apart
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
    OWNERS,
    PERCENT,
    PIVOT,
    REVENUE,
    STAGES,
    TEXT,
    table,
)
from svg_texts import SPACE, lie_on_another, texts_of

KINDS = ("bar", "stacked", "line", "funnel")
MANY = table({"Day": TEXT, "#Calls": COUNT}, *((f"Day {n}", n * n % 97) for n in range(500)))
ODD = (
    table({"Name": TEXT, "#Sum": MONEY}, ("漢字" * 40, "1"), ("W" * 90, "123456789012345678901234.56")),
    table({"Owner": TEXT, "#Count": COUNT}, ("Ada", 0), ("Ben", 0)),
    table({"Owner": TEXT, "#Count": COUNT}, ("Ada", 3)),
    MANY,
    table({"Owner": TEXT, **{f"#S{n}": COUNT for n in range(40)}}, ("Ada", *range(40)), ("Ben", *range(40))),
    HOSTILE_TABLE,
)
EVERY = (STAGES, COUNTS, REVENUE, OWNERS, FUNNEL, PIVOT, CHANGES, CURRENCIES, *ODD)
GROUNDS = {"light": "#f6f7f9", "dark": "#16191d"}


def picture(made, kind=""):
    kind = kind or made.chart
    return chart_svg(panels(made, CONTEXT, kind), kind, made.title)


def areas(text, name="rect"):
    """The attributes of all marks of one kind that have a tooltip."""
    found = ET.fromstring(text).iter(f"{SPACE}{name}")
    return [each.attrib | {"tip": each.find(f"{SPACE}title").text} for each in found if len(each)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_sound_and_nothing_leaves_it(kind):
    for made in EVERY:
        text = picture(made, kind)
        tall = float(ET.fromstring(text).get("height"))
        for mark in areas(text):
            assert float(mark["x"]) >= 0, made.title
            assert float(mark["x"]) + float(mark["width"]) <= WIDTH + 0.2, made.title
        for words, (left, top, right, bottom) in texts_of(text):
            assert left >= -1, words
            assert right <= WIDTH + 1, words
            assert top >= 0, words
            assert bottom <= tall + 2, words


def test_no_text_lies_on_another_in_a_chart():
    for made in EVERY:
        for kind in KINDS:
            for panel in panels(made, CONTEXT, kind):
                placed = texts_of(chart_inside(panel, kind, made.title, "k"))
                found = [(a, b) for (a, p), (b, q) in combinations(placed, 2) if lie_on_another(p, q)]
                assert found == [], (made.title, kind)


def test_bars_are_as_long_as_their_numbers():
    ada, ben, none = areas(picture(COUNTS))
    assert (ada["tip"], ben["tip"], none["tip"]) == ("Ada · Count: 1,204", "Ben · Count: 602", "– · Count: 1")
    assert float(ada["width"]) == pytest.approx(2 * float(ben["width"]), abs=0.2)
    assert float(none["width"]) >= 1
    plus, minus = areas(picture(CHANGES))  # nothing is drawn of 0
    assert float(minus["x"]) + float(minus["width"]) == pytest.approx(float(plus["x"]), abs=0.2)


def test_series_have_patterns_and_letters_besides_colours():
    text = picture(STAGES)
    assert 'class="fill0"' in text
    assert 'fill="url(#c0-1)"' in text
    assert '<pattern id="c0-1"' in text
    assert {"A", "B"} <= {words for words, _ in texts_of(text)}
    lines = picture(OWNERS)
    assert 'class="series line0 dash0"' in lines
    assert 'class="series line1 dash1"' in lines
    assert {"A", "B"} <= {words for words, _ in texts_of(lines)}


def test_each_unit_has_its_chart_below_the_other():
    text = picture(CURRENCIES)
    assert re.findall(r"translate\(0 ([\d.]+)\)", text) == sorted(
        re.findall(r"translate\(0 ([\d.]+)\)", text), key=float
    )
    assert {"Sum by Owner, EUR", "Sum by Owner, USD"} <= {words for words, _ in texts_of(text)}


def test_a_gap_breaks_the_line():
    gap = table(
        {"Month": DAY, "#Rate": PERCENT},
        ("2026-01-01", "0.2"), ("2026-02-01", "0.3"), ("2026-03-01", None), ("2026-04-01", "1"), ("2026-05-01", "0"),
        chart="line",
    )  # fmt: skip
    assert picture(gap).count("<polyline") == 2


def test_letters_at_the_ends_of_lines_stay_apart_and_beside_them():
    assert sorted(_apart([(0, "A"), (0, "B"), (50, "C")], 0, 100)) == [(0, "A"), (13, "B"), (50, "C")]
    assert sorted(_apart([(95, "A"), (100, "B")], 0, 100)) == [(87, "A"), (100, "B")]


def test_hundreds_of_bars_are_cut_and_counted():
    text = picture(MANY)
    assert len(areas(text)) == 39  # the first has no length
    assert "and 460 more, in the table" in text


def test_what_a_chart_shows_is_said_for_who_cannot_see_it():
    root = ET.fromstring(picture(STAGES))
    assert root.get("role") == "img"
    said = root.find(f"{SPACE}title").text
    assert said == (
        "Pipeline: a bar chart of Amount, Weighted by Stage, 4 in all; the greatest is Appointment with 120,400.50 EUR"
    )


def test_nothing_to_draw_is_said():
    text = picture(table({"Owner": TEXT, "#Count": COUNT}))
    assert "There is nothing to draw" in {words for words, _ in texts_of(text)}


@pytest.mark.parametrize("kind", KINDS)
def test_what_records_hold_never_becomes_syntax(kind):
    text = picture(HOSTILE_TABLE, kind)
    names = {each.tag.removeprefix(SPACE) for each in ET.fromstring(text).iter()}
    assert names <= {
        "svg", "title", "style", "rect", "text", "g", "defs", "pattern", "path", "circle", "line", "polyline"
    }  # fmt: skip
    assert "<script" not in text
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", text)
    assert not [value for each in ET.fromstring(text).iter() for value in each.attrib.values() if "//" in value]


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("ground", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_every_colour_stands_out_from_its_ground(ground, colours):
    """A contrast of 3 is what WCAG 2.1 asks of pictures (1.4.11)."""
    for colour in colours:
        low, high = sorted((luminance(colour), luminance(GROUNDS[ground])))
        assert (high + 0.05) / (low + 0.05) >= 3, colour


# How eyes without one kind of cones see linear red, green and blue (Machado, Oliveira and Fernandes 2009, severity 1).
EYES = {
    "red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def seen(colour, eyes):
    """Where a colour lies in CIELAB as such eyes see it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    red, green, blue = (min(1, max(0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in eyes)
    places = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
    )
    x, y, z = (place ** (1 / 3) if place > 0.008856 else 7.787 * place + 16 / 116 for place in places)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_first_four_colours_differ_for_all_eyes(colours, eyes):
    """Patterns and letters tell series apart besides; 2 is the least difference that is seen at all."""
    places = [seen(colour, EYES[eyes]) for colour in colours[:4]]
    assert min(math.dist(one, other) for one, other in combinations(places, 2)) >= 14
