"""Exports: which records and columns, in which form, and which spreadsheets cannot be harmed."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
import zipfile
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.formats.calendar_file import calendar_tables
from crmcli.formats.calendar_writing import Entry, calendar
from crmcli.formats.card_writing import card
from crmcli.formats.mail import mail_tables
from crmcli.formats.mail_writing import message
from crmcli.formats.sheet_writing import CellTooLong
from crmcli.formats.vcard import card_tables
from crmcli.model.names import UnknownObject
from crmcli.render.export_forms import FORMS, form_named
from crmcli.services.associations import LinkRequest, link
from crmcli.services.exporting.contents import cell_text
from crmcli.services.exporting.exports import (
    ColumnsGiven,
    DoesNotFit,
    ExportRequest,
    NeverAssociated,
    Style,
    UnknownForm,
    export,
)
from crmcli.services.exporting.sheets import ParquetMissing
from crmcli.services.references import Ref
from crmcli.services.spreadsheet import restore
from crmcli.types.several import Several
from crmcli.types.text import String
from office import MOMENT, made, make_office


@pytest.fixture
def workspace(tmp_path):
    made_workspace = make_office(tmp_path)
    acme = made(made_workspace, "company", "name=Acme", "domain=acme.com")
    ada = made(made_workspace, "contact", "firstname=Ada", "email=ada@acme.com")
    made(made_workspace, "contact", "firstname==1+1", 'lastname=B; "C"')
    link(made_workspace, LinkRequest(ada, acme, label="Billing Contact"))
    return made_workspace


def exported(workspace, *names, form="csv", **more):
    """Export into a text, or bytes; give it and the result."""
    sink = io.BytesIO() if FORMS[form].binary else io.StringIO(newline="")
    done = export(workspace, ExportRequest(names or ("contact",), FORMS[form], **more), sink)
    return sink.getvalue(), done


def test_whole_records(workspace):
    text, done = exported(workspace)
    assert text.splitlines() == [
        "id,firstname,lastname,email,createdate,associations.company",
        "contact:1,Ada,,ada@acme.com,2026-11-23T09:30:00Z,company:1*[Billing Contact]",
        'contact:2,\'=1+1,"B; ""C""",,2026-11-23T09:30:00Z,',
    ]
    assert done.count == 2
    assert done.columns == ("id", "firstname", "lastname", "email", "createdate", "associations.company")


def test_raw_cells_stay_as_they_are(workspace):
    assert "contact:2,=1+1," in exported(workspace, style=Style(raw=True))[0]


def test_labels_as_headings(workspace):
    assert exported(workspace, style=Style(labels=True))[0].splitlines()[0].startswith("id,First Name,Last Name,Email,")


def test_tabs(workspace):
    assert exported(workspace, form="tsv")[0].splitlines()[1].split("\t")[:2] == ["contact:1", "Ada"]


def test_a_condition_an_order_and_a_limit(workspace):
    text, done = exported(workspace, where="firstname is known", sort=("-firstname",), limit=1)
    assert [row["id"] for row in csv.DictReader(io.StringIO(text))] == ["contact:1"]
    assert done.count == 1
    # Only what these records hold is a column.
    assert "lastname" not in done.columns
    assert exported(workspace, where='firstname = "Nobody"')[0] == "id\n"


def test_chosen_columns(workspace):
    text, done = exported(workspace, columns=("email", "id", "company.name"), sort=("firstname",))
    assert [row[:1] for row in csv.reader(io.StringIO(text))] == [["id"], ["contact:2"], ["contact:1"]]
    assert list(csv.reader(io.StringIO(text)))[2] == ["contact:1", "ada@acme.com", "Acme"]
    assert done.count == 2
    assert "id" not in exported(workspace, columns=("email",))[1].columns


def test_json(workspace):
    text, done = exported(workspace, form="json")
    assert json.loads(text) == {
        "version": 1,
        "object": "contact",
        "records": [
            {
                "id": "contact:1",
                "firstname": "Ada",
                "email": "ada@acme.com",
                "createdate": "2026-11-23T09:30:00Z",
                "associations": {"company": [{"id": "company:1", "labels": ["Billing Contact"], "primary": True}]},
            },
            {"id": "contact:2", "firstname": "=1+1", "lastname": 'B; "C"', "createdate": "2026-11-23T09:30:00Z"},
        ],
    }
    assert done.count == 2
    assert json.loads(exported(workspace, "ticket", form="json")[0])["records"] == []


def test_json_lines(workspace):
    text, _ = exported(workspace, form="jsonl", columns=("id", "firstname"))
    assert [json.loads(line) for line in text.splitlines()] == [
        {"id": "contact:1", "firstname": "Ada"},
        {"id": "contact:2", "firstname": "=1+1"},
    ]
    assert exported(workspace, "ticket", form="jsonl")[0] == ""


def test_what_cannot_be_exported(workspace):
    with pytest.raises(UnknownForm):
        form_named("xls", "")
    with pytest.raises(UnknownObject):
        exported(workspace, "planet")


@pytest.mark.parametrize(
    ("values", "cell"),
    [(["a", "b"], "a;b"), (["a;b", "c"], '["a;b","c"]'), (["[a"], '["[a"]'), (["a"], "a")],
)
def test_several_values_in_a_cell_read_back(values, cell, tmp_path):
    several = Several(String())
    assert cell_text(several)(values) == cell
    assert several.parse(cell, make_office(tmp_path).context) == values


def test_cells_that_need_a_closer_look_are_written_as_their_records_one_by_one(workspace):
    texts = (
        "a,b",
        "=1",
        "'=1",
        "-1",
        "+1 ext",
        "line\nbreak",
        "car\rriage",
        'quo"te',
        "unit\x1fsep",
        "rec\x1eord",
        "a\x1db",
        "-1.5",
    )
    for text in texts:
        made(workspace, "contact", f"lastname={text}", f"jobtitle={text}x")
    whole = list(csv.reader(io.StringIO(exported(workspace)[0], newline="")))
    again = list(csv.reader(io.StringIO(exported(workspace, sort=("id",))[0], newline="")))
    assert whole == again
    place = whole[0].index("lastname")
    assert [restore(row[place]) for row in whole[3:]] == list(texts)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("closedate", "2026-11-23T09:30:00Z"),
        ("closedate", "1969-12-31T23:59:59.5Z"),
        ("closedate", "0999-01-01T00:00:00.000001Z"),
        ("annualrevenue", "-0.5"),
        ("annualrevenue", "1234567.000001"),
        ("hubspotscore", "-12"),
        ("hs_email_optout", "true"),
        ("date_of_birth", "1815-12-10"),
        ("phone", "+17019164104 ext 5"),
    ],
)
def test_sqlite_says_values_as_their_types_do(workspace, name, text):
    prop = workspace.model.objects["contact"].properties[name]
    value = prop.value_type.accept(prop.value_type.parse(text, workspace.context))
    with workspace.store.write(workspace.intent()) as change:
        change.create("contact", {"firstname": "Zoe", name: value})
        change.commit()
    whole = list(csv.reader(io.StringIO(exported(workspace)[0])))
    again = list(csv.reader(io.StringIO(exported(workspace, sort=("id",))[0])))
    assert whole == again
    assert text in {restore(cell) for cell in whole[3]}


def test_expressions_and_paths_are_columns(workspace):
    text, done = exported(workspace, "company", columns=("id", "name", "count(contacts)", "domain"))
    assert text.splitlines() == ["id,name,count(contacts),domain", "company:1,Acme,1,acme.com"]
    assert done.count == 1


@pytest.mark.parametrize("more", [{}, {"where": "id > 0"}])
def test_associations_are_columns_from_either_end(workspace, more):
    columns = ("id", "associations.company", "email")
    assert exported(workspace, columns=columns, **more)[0].splitlines() == [
        "id,email,associations.company",
        "contact:1,ada@acme.com,company:1*[Billing Contact]",
        "contact:2,,",
    ]
    text, _ = exported(workspace, "company", columns=("id", "associations.contacts", "count(contacts)"), **more)
    assert text.splitlines() == ["id,count(contacts),associations.contact", "company:1,1,contact:1[Billing Contact]"]
    with pytest.raises(NeverAssociated):
        exported(workspace, columns=("id", "associations.product"))


def test_a_workbook_has_typed_cells_and_no_formula(workspace):
    from python_calamine import CalamineWorkbook

    made(workspace, "deal", "dealname==HYPERLINK(1)", "amount=1200.50", "closedate=2026-12-04T10:30")
    made(workspace, "deal", "dealname=''=x", "amount=1234567890123.123456", "closedate=1815-12-10")
    book, done = exported(workspace, "deal", "contact", form="xlsx")
    assert done.count == 4
    read = CalamineWorkbook.from_filelike(io.BytesIO(book))
    assert read.sheet_names == ["Deals", "Contacts"]
    head, one, two = read.get_sheet_by_name("Deals").to_python()
    assert one[:2] == ["deal:1", "=HYPERLINK(1)"]
    assert two[:2] == ["deal:2", "'''=x"]
    values = dict(zip(head, one, strict=True)), dict(zip(head, two, strict=True))
    assert [each["amount"] for each in values] == [1200.5, "1234567890123.123456"]
    assert str(values[0]["closedate"]) == "2026-12-04 10:30:00"  # by the clock of Amsterdam, as it was typed
    assert values[1]["closedate"] == "1815-12-10T00:00:00"  # a spreadsheet has no such day
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")


def test_a_cell_that_is_too_long_for_a_workbook_is_refused(workspace, monkeypatch, tmp_path):
    made(workspace, "contact", "firstname=Ada", f"message={'x' * 32_768}")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "office"))
    before = os.listdir(tmp_path / "office")
    with pytest.raises(CellTooLong, match="32,768 characters"):
        exported(workspace, form="xlsx")
    assert os.listdir(tmp_path / "office") == before


def test_sheets_that_are_full_go_on_in_another(monkeypatch):
    from python_calamine import CalamineWorkbook

    from crmcli.formats import sheet_writing

    monkeypatch.setattr(sheet_writing, "_MOST_ROWS", 3)
    sink = io.BytesIO()
    with sheet_writing.Workbook(sink) as book:
        sheet = book.sheet("A/B: all", ["n"])
        for n in range(5):
            sheet.write([n])
        book.sheet("a b  all", ["m"])
    read = CalamineWorkbook.from_filelike(io.BytesIO(sink.getvalue()))
    assert read.sheet_names == ["A B  all", "A B  all (2)", "A B  all (3)", "a b  all 3"]
    assert [read.get_sheet_by_name(name).to_python() for name in read.sheet_names[:3]] == [
        [["n"], [0], [1]],
        [["n"], [2], [3]],
        [["n"], [4]],
    ]


HOSTILE = '<script>alert(1)</script> | [x](javascript:1) & "q"'


def test_pages_run_nothing(workspace):
    made(workspace, "contact", f"lastname={HOSTILE}")
    page = exported(workspace, form="html")[0]
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "default-src 'none'" in page
    assert "Acme (Billing Contact)" in page
    row = exported(workspace, form="markdown")[0].splitlines()[-1]
    assert "\\<script\\>alert(1)\\</script\\> \\| \\[x\\](javascript:1)" in row


def test_yaml_is_what_json_is(workspace):
    import yaml

    records = json.loads(exported(workspace, form="json")[0])["records"]
    assert yaml.safe_load(exported(workspace, form="yaml")[0]) == records
    assert exported(workspace, "ticket", form="yaml")[0] == "[]\n"


def test_one_tinydb_file_has_a_table_for_each_object(workspace, tmp_path):
    from tinydb import TinyDB

    path = tmp_path / "all.json"
    path.write_text(exported(workspace, "company", "contact", form="tinydb")[0], encoding="utf-8")
    with TinyDB(path, access_mode="r") as database:
        assert database.tables() == {"company", "contact"}
        assert database.table("contact").get(doc_id=1)["associations"]["company"][0]["id"] == "company:1"
        assert database.table("contact").get(doc_id=2)["firstname"] == "=1+1"
    assert json.loads(exported(workspace, form="tinydb", where='firstname = "Nobody"')[0]) == {"contact": {}}


def test_parquet_needs_its_library(workspace, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ParquetMissing):
        exported(workspace, form="parquet")


def test_parquet_columns_have_types(workspace):
    from pyarrow.parquet import read_table

    made(workspace, "deal", "dealname=Big", "amount=1200.50", "closedate=2026-12-04T10:30")
    table = read_table(io.BytesIO(exported(workspace, "deal", form="parquet")[0]))
    assert {name: str(table.schema.field(name).type) for name in ("id", "amount", "closedate")} == {
        "id": "string",
        "amount": "decimal128(38, 6)",
        "closedate": "timestamp[us, tz=UTC]",
    }
    assert str(table.to_pylist()[0]["amount"]) == "1200.500000"


def test_people_and_organisations_are_cards(workspace):
    text, done = exported(workspace, "contact", "company", form="vcard")
    assert done.count == 3
    cards = text.split("END:VCARD\r\n")
    assert "FN:Ada\r\nN:;Ada;;;\r\nORG:Acme\r\nEMAIL;PREF=1:ada@acme.com\r\n" in cards[0]
    assert "UID;VALUE=text:contact.1@0123456789abcdef\r\n" in cards[0]
    assert "KIND:org\r\n" in cards[2]
    with pytest.raises(DoesNotFit):
        exported(workspace, "deal", form="vcard")
    with pytest.raises(ColumnsGiven):
        exported(workspace, form="vcard", columns=("email",))


hostile = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=90)
hostile |= st.text('a;,:\\"\r\n \u2028\x85ü', min_size=1, max_size=200)


@given(hostile)
def test_no_value_breaks_out_of_its_card(value):
    text = card({"Full Name": value, "UID": "1", "Last Name": value, "Notes": value, "Website": value}, person=True)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    (table,) = card_tables(io.BytesIO(text.encode()), "x.vcf")
    assert sum(len(block.lines) for block in table.blocks()) == 1


@pytest.fixture
def planned(workspace):
    made(
        workspace,
        "meeting",
        "name=Kick-off, 1",
        "at=2026-12-01T10:00",
        "until=2026-12-01T11:30",
        "text=A\nEND:VEVENT",
        links=((Ref("contact", 1), None),),
    )
    made(workspace, "task", "name=Send; offer", "due=2026-12-02T09:00", "priority=high", "status=IN_PROGRESS")
    made(workspace, "call", "name=Ring", "at=2026-07-02T09:00", "duration=15m")
    made(workspace, "meeting", "name=Off", "at=2026-12-03T10:00", "outcome=CANCELED")
    return workspace


def test_a_calendar_of_several_objects(planned):
    from icalendar import Calendar

    text, done = exported(planned, "meeting", "task", "call", form="ics")
    assert done.count == 4
    calendar = Calendar.from_ical(text)
    parts = {str(part.get("summary")): part for part in calendar.subcomponents if part.name != "VTIMEZONE"}
    first = parts["Kick-off, 1"]
    assert (first.name, str(first["uid"])) == ("VEVENT", "meeting.1@0123456789abcdef")
    assert first.decoded("dtstart").isoformat() == "2026-12-01T10:00:00+01:00"
    assert first["dtstart"].params["TZID"] == "Europe/Amsterdam"
    assert str(first["description"]) == "A\nEND:VEVENT"
    assert [parts[name].name for name in ("Send; offer", "Ring", "Off")] == ["VTODO", "VEVENT", "VEVENT"]
    assert (str(parts["Send; offer"]["status"]), int(parts["Send; offer"]["priority"])) == ("IN-PROCESS", 1)
    assert parts["Ring"].decoded("dtend").isoformat() == "2026-07-02T09:15:00+02:00"
    assert str(parts["Off"]["status"]) == "CANCELLED"
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert exported(planned, "meeting", "task", "call", form="ics")[0] == text
    with pytest.raises(DoesNotFit):
        exported(planned, "note", form="ics")


@given(hostile)
def test_no_value_breaks_out_of_its_event(value):
    entry = Entry(
        "1", todo=False, title=value, start=MOMENT, text=value, location=value, url=value, people=((value, value),)
    )
    text, _ = calendar("x", UTC, MOMENT, [entry])
    assert text.count(b"\r\nBEGIN:") == text.count(b"\r\nEND:") - 1 == 1
    (table,) = calendar_tables(io.BytesIO(text), "x.ics")
    assert sum(len(block.lines) for block in table.blocks()) == 1


def test_mail_goes_into_an_mbox(workspace):
    made(workspace, "email", "name=Hello Zoë", "at=2026-07-02T09:00", "direction=out", "from=ada@king.example",
         "text=Hi\n\nFrom x Mon Jan 01 00:00:00 2020\n>From y", "hs_email_to_email=a@b.example;c@d.nl")  # fmt: skip
    text, done = exported(workspace, "email", form="mbox")
    assert done.count == 1
    assert text.startswith(b"From ada@king.example Thu Jul 02 07:00:00 2026\n")
    (table,) = mail_tables(io.BytesIO(text), "x.mbox")
    (block,) = table.blocks()
    assert dict(zip(table.header, block.row(0), strict=True)) == {
        "Date": "2026-07-02T07:00:00Z",
        "Subject": "Hello Zoë",
        "From": "ada@king.example",
        "To": "a@b.example;c@d.nl",
        "Text": "Hi\n\nFrom x Mon Jan 01 00:00:00 2020\n>From y",
        "Message ID": "email.1@0123456789abcdef",
    }


@given(hostile)
def test_no_value_breaks_out_of_its_message(value):
    text = message({"From": value, "To": value, "Subject": value, "Text": value}, MOMENT, "1@x") * 2
    (table,) = mail_tables(io.BytesIO(text), "x.mbox")
    assert sum(len(block.lines) + len(block.faults) for block in table.blocks()) == 2
