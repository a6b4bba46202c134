"""Which table of a file is read, what is said of it, and where rejected rows go."""

from __future__ import annotations

import pytest

from crmcli.model.compiled import load_model
from crmcli.services.importing.rejects import repair_path
from crmcli.services.importing.remarks import fitting, table_notes

MODEL = load_model("", "/nowhere")


class Held:
    """A table as far as it matters here."""

    def __init__(self, name, kind="", notes=()):
        self.name = name
        self.kind = kind
        self.notes = notes


CALENDAR = [Held("c.ics[meetings]", "meeting", ["calendar"]), Held("c.ics[tasks]", "task")]
CARDS = [Held("p.vcf", "person"), Held("p.vcf[organisations]", "organisation")]


@pytest.mark.parametrize(
    ("tables", "name", "place"),
    [
        (CALENDAR, "meeting", 0),
        (CALENDAR, "task", 1),
        (CALENDAR, "call", 0),
        (CARDS, "contact", 0),
        (CARDS, "company", 1),
        ([Held("leads.csv"), Held("leads.csv[2]")], "contact", 0),
    ],
)
def test_the_table_that_holds_such_records_is_read(tables, name, place):
    assert fitting(tables, MODEL.objects[name]) is tables[place]


def test_one_line_says_how_a_table_is_read_and_one_that_there_are_others():
    assert table_notes("c.ics", CALENDAR, CALENDAR[0]) == [
        "c.ics[meetings]: calendar",
        "c.ics has 2 tables, of which the first is read; --sheet for another: tasks (2)",
    ]
    assert table_notes("c.ics", CALENDAR, CALENDAR[1]) == [
        "c.ics has 2 tables, of which tasks is read; --sheet for another: meetings (1)"
    ]


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("leads.csv", "leads.rejected.csv"),
        ("leads.tsv", "leads.rejected.tsv"),
        ("leads.xlsx", "leads.rejected.csv"),
        ("phone.VCF", "phone.rejected.csv"),
        ("leads.csv.gz", "leads.rejected.csv"),
        ("leads.tsv.xz", "leads.rejected.tsv"),
        ("all.zip", "all.rejected.csv"),
        ("leads", "leads.rejected.csv"),
        ("-", "import.rejected.csv"),
    ],
)
def test_rejected_rows_go_into_delimited_text(source, path):
    assert repair_path(source) == path
