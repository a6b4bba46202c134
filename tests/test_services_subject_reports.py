"""What is held about a person is told in one document, in forms for people and machines."""

from __future__ import annotations

import io
import json
from datetime import UTC
from pathlib import Path

import pytest

from crmcli.render.output import Output
from crmcli.render.subject_reports import write_subject_report
from crmcli.services import records
from crmcli.services.erasing.reports import subject_report
from crmcli.services.merging.merging import merge
from crmcli.services.merging.plans import MergeRecords
from crmcli.services.references import Ref
from crmcli.store.judgements import judge
from office import changed, made, make_office

ONE, TWO, THREE = Ref("contact", 1), Ref("contact", 2), Ref("contact", 3)
TRICKY = "- *Tea* <b>\n# no _coffee_\x1b[31m"


@pytest.fixture
def office(tmp_path):
    """A workspace with Ada, contact:1, whom contact:2 was merged into, and much about her."""
    workspace = make_office(tmp_path)
    company = made(workspace, "company", "name=Acme")
    made(workspace, "contact", "firstname=Ada", "lastname=Lovelace", "email=ada@example.com", links=((company, None),))
    made(workspace, "contact", "firstname=Ada", "lastname=L.", "email=al@example.com", "city=Delft")
    made(workspace, "contact", "firstname=Ben", "lastname=King")
    changed(workspace, ONE, "jobtitle=Analyst")
    changed(workspace, ONE, "jobtitle=Engineer")
    made(workspace, "note", f"hs_note_body={TRICKY}", links=((ONE, None),))
    gone = made(workspace, "call", "hs_call_body=Rang", links=((ONE, None),))
    records.delete(workspace, records.Targets((gone,)))
    made(workspace, "call", "hs_call_body=Came by", links=((ONE, None), (THREE, None)))
    note = made(workspace, "note", "hs_note_body=Met Ada Lovelace", links=((THREE, None),))
    other = made(workspace, "note", "hs_note_body=ada@example.com", links=((THREE, None),))
    changed(workspace, other, "hs_note_body=Nothing")
    with workspace.store.write(workspace.intent()) as change:
        judge(workspace.store, change, "contact", (1, 3), "different")
        change.commit()
    merge(workspace, MergeRecords(ONE, (TWO,)))
    Path(workspace.root, "leads.csv").write_text("Email\nada@example.com\n")
    Path(workspace.root, "kept.tar.gz").write_bytes(b"\0")
    assert str(note) == "note:2"
    return workspace


def test_everything_is_told(office):
    report = subject_report(office, ONE)
    assert ("Job Title", "Engineer") in report.record.fields
    assert report.record.state == "present"
    assert [
        (str(ref), title, labels) for ref, title, labels in report.record.associations if ref.object_name == "company"
    ] == [("company:1", "Acme", "primary")]
    assert [(line.old_text, line.new_text) for line in report.record.history if line.property == "jobtitle"] == [
        ("", "Analyst"),
        ("Analyst", "Engineer"),
    ]
    (absorbed,) = report.absorbed
    assert (absorbed.ref, absorbed.state) == (TWO, "merged into contact:1")
    assert ("City", "Delft") in absorbed.fields
    assert [(str(each.ref), each.state) for each in report.activities] == [
        ("call:1", "deleted"),
        ("call:2", "present"),
        ("note:1", "present"),
    ]
    assert ("Call notes", "Rang") in report.activities[0].fields
    assert [(each.other, each.verdict) for each in report.judgements] == [(THREE, "different")]
    assert [(each.where, each.text) for each in report.named] == [("note:2", "Met Ada Lovelace"), ("note:3", "")]
    assert report.files == (("leads.csv", "1 × row"), ("kept.tar.gz", "no text, nobody looked into it"))
    assert len(report.operations) == 10


def test_a_deleted_person_is_told_about_too(office):
    records.delete(office, records.Targets((ONE,)))
    report = subject_report(office, ONE)
    assert report.record.state == "deleted"
    assert ("Email", "ada@example.com") in report.record.fields
    assert report.record.title == "Ada Lovelace"


def test_nothing_is_written(office):
    root = Path(office.root)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    subject_report(office, ONE)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def written(report, form):
    out = io.StringIO()
    write_subject_report(Output(out, io.StringIO(), format=form), report, UTC)
    return out.getvalue()


def test_markdown_shows_texts_as_they_stand(office):
    text = written(subject_report(office, ONE), "markdown")
    assert text.startswith("# What is held about Ada Lovelace\n\nOffice, 2026-11-23 09:30")
    assert "- **Note body:** \\- \\*Tea\\* \\<b\\>  \n  \\# no \\_coffee\\_" in text
    assert "\x1b" not in text
    assert "### Call call:1 (deleted)" in text


def test_html_loads_and_runs_nothing(office):
    text = written(subject_report(office, ONE), "html")
    assert "<dd>- *Tea* &lt;b&gt;\n# no _coffee_" in text
    assert "default-src 'none'" in text
    assert "\x1b" not in text
    assert "<b>" not in text


def test_json_holds_values_as_stored(office):
    found = json.loads(written(subject_report(office, ONE), "json"))
    assert found["record"]["properties"]["jobtitle"] == "Engineer"
    assert found["absorbed"][0]["properties"]["city"] == "Delft"
    assert found["named"][1] == {"where": "note:3", "property": "Note body", "times": 1, "text": None}


def test_a_terminal_gets_headings_and_lines(office):
    text = written(subject_report(office, ONE), "table")
    assert "\nNamed in texts of other records\n  note:2, Note body: Met Ada Lovelace\n" in text
    assert "  Note body: - *Tea* <b>\n    # no _coffee_" in text
    assert "contact:1,First Name,Ada" in written(subject_report(office, ONE), "csv")
