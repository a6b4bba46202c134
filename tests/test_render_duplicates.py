"""Duplicates as people and programs see them."""

from __future__ import annotations

import csv
import io
import json

import pytest

from crmcli.render.duplicates import probability_text, reasons_text, write_comparison, write_duplicates
from crmcli.render.output import Output
from crmcli.services.duplicates.explaining import Comparison, Evidence
from crmcli.services.duplicates.finding import DuplicateGroup, Duplicates
from crmcli.services.duplicates.groups import GroupPage, Member
from crmcli.services.references import Ref

ONE, TWO, THREE = (Ref("contact", number) for number in (1, 12, 345))
PHONE = Evidence(("phone",), "same", "same phone number", 9.13, "+31200000111", "+31200000111")
NAME = Evidence(("lastname",), "one letter", "last name differs by one letter", 4.0, "de Vries", "de Fries")
CITY = Evidence(("city",), "differs", "other city", -1.24, "Amsterdam", "")
NOTHING = Evidence(("country",), "same", "same country", 0.0, "Netherlands", "Netherlands")
PAIR = GroupPage(
    1,
    0.99996,
    (
        Member(ONE, "Sanne de Vries", ("sanne@windmolen.example", "+31200000111", "Windmolen Brouwerij", "Amsterdam")),
        Member(TWO, "Sanne de Fries", (), ONE, 11.9, (PHONE, NAME, CITY, NOTHING)),
    ),
)
TRIPLE = GroupPage(2, 0.75, (*PAIR.members, Member(THREE, "\x1b[31mS. de Vries\u202e", ("=1+1",), TWO, 9.13, (PHONE,))))


def written(*pages, form="table", searched=48, shown=None):
    """What is written of these groups to standard output, and to standard error."""
    output = Output(io.StringIO(), io.StringIO(), form)
    groups = tuple(DuplicateGroup(tuple(member.ref for member in page.members), page.probability, ()) for page in pages)
    found = Duplicates("contact", "Contacts", searched, groups, None)
    write_duplicates(output, found, iter(pages[:shown]), shown)
    return output.out.getvalue(), output.err.getvalue()


@pytest.mark.parametrize(
    ("probability", "text"), [(0.99999999, "0.9999"), (0.5, "0.5000"), (1.0, "1.0000"), (0.12349, "0.1234")]
)
def test_what_is_not_sure_is_not_said_to_be(probability, text):
    assert probability_text(probability) == text


def test_reasons_are_words_and_bits_and_what_says_nothing_is_left_out():
    assert reasons_text((PHONE, NAME, CITY, NOTHING)) == (
        "same phone number +9.1, last name differs by one letter +4.0, other city -1.2"
    )


def test_a_group_stands_in_eighty_columns():
    out, _ = written(PAIR)
    assert out.splitlines() == [
        "0.9999  2 records",
        "  contact:1   Sanne de Vries · sanne@windmolen.example · +31200000111 ·",
        "              Windmolen Brouwerij · Amsterdam",
        "  contact:12  Sanne de Fries",
        "              same phone number +9.1, last name differs by one letter +4.0,",
        "              other city -1.2",
        "",
    ]


def test_of_more_than_two_each_says_which_other_it_is_like_and_nothing_steers_the_terminal():
    out, _ = written(TRIPLE)
    assert out.splitlines()[3:] == [
        "  contact:12   Sanne de Fries",
        "               as contact:1: same phone number +9.1, last name differs by one",
        "               letter +4.0, other city -1.2",
        "  contact:345  \\u001b[31mS. de Vries\\u202e · =1+1",
        "               as contact:12: same phone number +9.1",
        "",
    ]


def test_a_summary_counts_groups_and_records_by_probability():
    _, err = written(PAIR, TRIPLE, searched=12345, shown=1)
    assert err.splitlines() == [
        "2 groups of 5 contacts, among 12,345",
        "  from 0.999         1 group          2 contacts",
        "  below 0.9          1 group          3 contacts",
        "1 of 2 groups shown · --limit 0 shows all",
    ]


@pytest.mark.parametrize(
    ("searched", "text"),
    [(0, "There are not two contacts to compare"), (48, "No duplicates among 48 contacts")],
)
def test_no_group_is_a_friendly_line(searched, text):
    assert written(searched=searched) == ("", f"{text}\n")


def test_json_has_a_group_with_its_records_and_their_reasons():
    (group,) = json.loads(written(PAIR, form="json")[0])
    assert (group["group"], group["probability"]) == (1, 0.99996)
    first, second = group["records"]
    assert first == {"id": "contact:1", "title": "Sanne de Vries", "like": None, "bits": None, "reasons": []}
    assert (second["id"], second["like"], second["bits"], len(second["reasons"])) == (
        "contact:12",
        "contact:1",
        11.9,
        4,
    )
    assert second["reasons"][1] == {
        "properties": ["lastname"],
        "level": "one letter",
        "bits": 4.0,
        "text": "last name differs by one letter",
        "values": ["de Vries", "de Fries"],
    }


def test_csv_has_a_line_for_each_record_and_runs_in_no_spreadsheet():
    rows = list(csv.reader(io.StringIO(written(PAIR, TRIPLE, form="csv")[0])))
    assert rows[0] == ["id", "group", "probability", "name", "like", "reasons"]
    assert [row[:3] for row in rows[1:]] == [
        ["contact:1", "1", "0.9999"],
        ["contact:12", "1", "0.9999"],
        ["contact:1", "2", "0.7500"],
        ["contact:12", "2", "0.7500"],
        ["contact:345", "2", "0.7500"],
    ]
    assert rows[5][4:] == ["contact:12", "same phone number +9.1"]


def test_two_records_side_by_side():
    output = Output(io.StringIO(), io.StringIO())
    write_comparison(
        output, Comparison((ONE, TWO), ("Sanne", "S.\x07"), -4.1, 0.055, (PHONE, NAME, CITY, NOTHING), -16.0)
    )
    assert output.out.getvalue().splitlines() == [
        "contact:1  Sanne",
        "contact:12  S.\\u0007",
        "",
        "  +9.1  same phone number                +31200000111",
        "  +4.0  last name differs by one letter  de Vries | de Fries",
        "  -1.2  other city                       Amsterdam | –",
        " -16.0  any two records",
        "  -4.1  in all: the probability that they are one is 0.0550",
    ]


def test_a_terminal_is_told_what_to_do_next():
    output = Output(io.StringIO(), io.StringIO(), terminal=True)
    found = Duplicates("contact", "Contacts", 48, (DuplicateGroup((ONE, TWO), 0.99, ()),), None)
    write_duplicates(output, found, iter([PAIR]), None)
    assert output.err.getvalue().splitlines()[-1] == "Decide one by one: crm dedupe contact --review"
