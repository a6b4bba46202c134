"""The screen of a review: what it shows of a group, whatever the terminal's size."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.frozen import replace
from crmcli.render.cells import width
from crmcli.render.output import styled
from crmcli.render.review import View, screen
from crmcli.services.duplicates.comparing import Line, SideBySide
from crmcli.services.duplicates.explaining import Evidence
from crmcli.services.duplicates.reviewing import Because
from crmcli.services.references import Ref

REFS = tuple(Ref("contact", number) for number in (12, 873, 901, 1000, 1001))
NAMES = ("Ada Lovelace", "A. Lovelace", "Ada King", "Ada Byron", "Augusta Ada")
MAIL = "augusta.ada.lovelace@analytical-engines.example.com"


def evidence(words, bits):
    return Evidence(("phone",), "same", words, bits, "a", "b")


def view(count=2, **more):
    """The view of a group of so many people."""
    refs, names = REFS[:count], NAMES[:count]
    lines = (
        Line("name", "Name", names),
        Line("email", "Email", (MAIL, "", *[""] * (count - 2))),
        Line("city", "City", ("London",) * count),
    )
    about = (Line("", "Associations", ("1 company", *[""] * (count - 1))),)
    because = tuple(
        Because(ref, refs[0], 9.0, (evidence("same phone number", 9.1), evidence("other city", -1.2)))
        for ref in refs[1:]
    )
    records = SideBySide(refs, names, lines, about)
    return View("Contacts · 1 of 3", "0 decided", 0.9987, because, records, **more)


def drawn(shown, columns=80, lines=24):
    """The screen as texts, which fit it."""
    coloured = [re.sub(r"\x1b\[[\d;]*m", "", styled(spans, colour=True)) for spans in screen(shown, columns, lines)]
    assert len(coloured) == lines
    assert all(width(text.rstrip("\n")) <= columns for text in coloured)
    return [text.rstrip() for text in coloured]


def test_two_records_stand_side_by_side():
    texts = drawn(view(stays={"name": 0}))
    assert texts[0].startswith("Contacts · 1 of 3 · 0.9987")
    assert texts[1] == "same phone number +9.1, other city -1.2"
    assert texts[3] == "                  1 contact:12 kept               2 contact:873"
    assert texts[4] == "≠ Name            • Ada Lovelace                    A. Lovelace"
    assert texts[-2].startswith("y merge into 1 · n not the same")


def test_a_long_value_is_broken_where_it_is_read():
    texts = drawn(view())
    assert texts[5:7] == [
        "  Email             augusta.ada.lovelace@           –",
        "                    analytical-engines.example.",
    ]


def test_what_differs_is_marked_without_colour():
    marks = [text[0] for text in drawn(view())[4:9]]
    assert marks == ["≠", " ", " ", " ", " "]


def test_more_records_than_fit_are_turned_over_beside_the_first():
    first, second = drawn(view(5))[6], drawn(view(5, across=1))[6]
    assert first == "tab 1/2           1 contact:12 kept    2 contact:873        3 contact:901"
    assert second == "tab 2/2           1 contact:12 kept    4 contact:1000       5 contact:1001"
    assert drawn(view(5, across=2))[6] == first


def test_of_more_than_nine_records_the_others_go_by_letters():
    refs = tuple(Ref("contact", number) for number in range(1, 13))
    records = SideBySide(refs, ("Ada",) * 12, (Line("name", "Name", ("Ada",) * 12),), ())
    assert "A contact:10" in drawn(replace(view(), records=records, because=(), across=4))[2]


def test_of_many_records_each_has_its_reasons():
    texts = drawn(view(3))
    assert texts[1] == "2 as 1: same phone number +9.1, other city -1.2"
    assert texts[2].startswith("3 as 1: ")
    texts = drawn(replace(view(), because=view(3).because * 3, records=view(3).records))
    assert texts[4] == "and 3 lines more"


def test_more_properties_than_fit_are_turned_over():
    several = replace(view().records, lines=tuple(Line(f"p{n}", f"Property {n}", (f"v{n}", "")) for n in range(40)))
    first = drawn(replace(view(), records=several))
    assert first[3].startswith("space 1/3 ")
    assert "Property 0" in first[4]
    second = drawn(replace(view(), records=several, page=1))
    assert second[3].startswith("space 2/3 ")
    assert drawn(replace(view(), records=several, page=3)) == first


def test_the_page_follows_the_cursor():
    several = replace(view().records, lines=tuple(Line(f"p{n}", f"Property {n}", (f"v{n}", "")) for n in range(40)))
    shown = drawn(replace(view(), records=several, mode="values", cursor=39))
    assert any(text.startswith("▸ Property 39") for text in shown)


def test_what_is_asked_stands_in_the_place_of_the_keys():
    assert drawn(view(mode="primary"))[-1].startswith("Which record is kept?")
    assert "1 contact:12 kept" in drawn(view(mode="split"))[3]
    assert "2 contact:873 apart" in drawn(view(mode="split", apart={1}))[3]
    assert any("take back the last decision" in text for text in drawn(view(mode="help")))


def test_data_never_controls_the_terminal():
    hostile = "\x1b[2J\x1b]0;title\x07\u202eevil\r\n[bold]"
    records = replace(view().records, lines=(Line("name", "\x1bName", (hostile, hostile)),))
    because = (Because(REFS[1], REFS[0], 9.0, (evidence(f"same {hostile}", 9.1),)),)
    text = "\n".join(drawn(replace(view(), records=records, because=because)))
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(text)
    assert "[bold]" in text


@pytest.mark.parametrize(("columns", "lines"), [(40, 12), (60, 16), (80, 24), (132, 50), (200, 20)])
@pytest.mark.parametrize("mode", ["", "values", "split", "primary", "help"])
def test_any_terminal_is_kept_to(columns, lines, mode):
    for count in (2, 3, 5):
        drawn(view(count, mode=mode, stays={"name": 0}, note=("a note " * 30, "bad")), columns, lines)


@settings(deadline=None)
@given(
    texts=st.lists(st.text(max_size=200), min_size=2, max_size=6),
    size=st.tuples(st.integers(40, 140), st.integers(12, 50)),
    mode=st.sampled_from(["", "values", "split"]),
    turned=st.integers(0, 5),
)
def test_any_value_fits_and_controls_nothing(texts, size, mode, turned):
    refs = tuple(Ref("contact", number) for number in range(1, len(texts) + 1))
    records = SideBySide(refs, tuple(texts), (Line("name", texts[0], tuple(texts)),) * 5, ())
    shown = replace(view(), records=records, because=(), mode=mode, page=turned, across=turned)
    assert not {"Cc", "Cs", "Co"}.intersection(map(unicodedata.category, "".join(drawn(shown, *size))))


def test_wide_characters_are_counted_as_what_they_take():
    records = replace(view().records, lines=(Line("name", "名前", ("山田太郎" * 12, "山田")),))
    drawn(replace(view(), records=records))
