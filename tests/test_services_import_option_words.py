"""Options and stages in the words of other programs and languages: understood, said, and never guessed."""

from __future__ import annotations

import pytest

from crmcli.services.importing.formats import Formats
from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.references import Ref
from office import make_office, reopened, values


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


def taken(workspace, tmp_path, text, object_name, **more):
    """Import a text."""
    path = tmp_path / "file.csv"
    path.write_text(text)
    return import_file(workspace, ImportRequest(object_name, str(path), **more))


@pytest.mark.parametrize(
    ("object_name", "name", "word", "value"),
    [
        ("contact", "hs_lead_status", "Open - Not Contacted", "NEW"),
        ("company", "hs_lead_status", "Working - Contacted", "IN_PROGRESS"),
        ("company", "hs_lead_status", "niet gekwalificeerd", "UNQUALIFIED"),
        ("company", "industry", "Healthcare", "HOSPITAL_HEALTH_CARE"),
        ("company", "industry", "Oil & Energy", "OIL_ENERGY"),
        ("company", "type", "Technology Partner", "PARTNER"),
        ("contact", "lifecyclestage", "Kunde", "customer"),
        ("deal", "dealstage", "Closed Won", "closedwon"),
        ("deal", "dealstage", "closed-lost", "closedlost"),
        ("deal", "dealstage", "Gewonnen", "closedwon"),
        ("deal", "dealstage", "Perdu", "closedlost"),
        ("deal", "dealstage", "Prospecting", "appointmentscheduled"),
        ("deal", "dealstage", "Negotiation/Review", "contractsent"),
        ("deal", "hs_priority", "Élevée", "high"),
        ("ticket", "hs_ticket_priority", "Laag", "LOW"),
        ("ticket", "hs_pipeline_stage", "Neu", "1"),
        ("task", "hs_task_status", "Erledigt", "COMPLETED"),
    ],
)
def test_words_of_others(workspace, tmp_path, object_name, name, word, value):
    named = workspace.model.objects[object_name].roles.get("name", "firstname")
    columns = {"Name": named, "Word": name}
    if object_name == "task":
        text = f"Name,Word,Due\nOne,{word},2026-12-01\n"
        columns["Due"] = "hs_timestamp"
    else:
        text = f"Name,Word\nOne,{word}\n"
    made = taken(workspace, tmp_path, text, object_name, columns=columns)
    assert (made.created, made.rejected_rows) == (1, ())
    assert values(workspace, Ref(object_name, 1))[name] == value


def test_what_was_understood_is_said(workspace, tmp_path):
    text = "Company,Lead Status\nA,Neu\nB,Neu\nC,Open - Not Contacted\nD,Open\nE,\nF,neu\n"
    made = taken(workspace, tmp_path, text, "company")
    assert made.notes == ('Lead Status: read "Neu" as New (2), "Open - Not Contacted" as New (1), "neu" as New (1)',)


def test_several_values_of_a_cell(workspace, tmp_path):
    options = "options: {h: Hot, c: Cold}"
    schema = f"properties:\n  moods: {{label: Moods, type: enumeration, fieldType: checkbox, {options}}}\n"
    with workspace.store.write(workspace.intent()) as change:
        change.write_file("schemas/company.yaml", schema)
        change.commit()
    workspace = reopened(tmp_path)
    made = taken(workspace, tmp_path, "Company,Moods\nA,heiß; Cold\nB,;Koud\n", "company")
    assert values(workspace, Ref("company", 1))["moods"] == ["h", "c"]
    assert made.notes == ('Moods: read "heiß" as Hot (1), "Koud" as Cold (1)',)


def test_a_rejected_row_comes_back_as_it_was(workspace, tmp_path):
    repair = tmp_path / "rest.csv"
    text = "Company,Lead Status,Number of Employees\nA,Neu,many\n"
    made = taken(workspace, tmp_path, text, "company", repair_path=str(repair))
    assert made.rejected == 1
    assert "A,Neu,many" in repair.read_text()


@pytest.mark.parametrize("word", ["Closed Won", "gewonnen", "Gagnée", "Won"])
def test_words_for_the_stages_of_an_own_pipeline(workspace, tmp_path, word):
    stages = "{talk: Talk, sold: {label: Won, closed: true}}"
    with workspace.store.write(workspace.intent()) as change:
        change.write_file("schemas/deal.yaml", f"pipelines:\n  default: {{label: Ours, stages: {stages}}}\n")
        change.commit()
    made = taken(reopened(tmp_path), tmp_path, f"Deal Name,Stage\nA,{word}\n", "deal")
    assert made.rejected_rows == ()
    assert values(reopened(tmp_path), Ref("deal", 1))["dealstage"] == "sold"


@pytest.mark.parametrize("word", ["Dreaming", "Qualifying"])
def test_other_words_are_refused(workspace, tmp_path, word):
    (row,) = taken(workspace, tmp_path, f"Deal Name,Stage\nA,{word}\n", "deal").rejected_rows
    assert row.code == "INVALID_ENUMERATION_OPTION"


def test_a_word_for_two_options_is_refused_as_such(workspace, tmp_path):
    options = '{"A+": Good, "A-": Fair}'
    schema = f"properties:\n  mark: {{label: Mark, type: enumeration, fieldType: select, options: {options}}}\n"
    with workspace.store.write(workspace.intent()) as change:
        change.write_file("schemas/company.yaml", schema)
        change.commit()
    (row,) = taken(reopened(tmp_path), tmp_path, "Company,Mark\nX,a\n", "company").rejected_rows
    assert (row.code, row.reason) == (
        "AMBIGUOUS_ENUMERATION_OPTION",
        'Mark: "a" may mean Good or Fair; write the one that is meant',
    )


def test_a_saved_map_goes_before(workspace, tmp_path):
    formats = Formats(options={"hs_lead_status": {"Neu": "OPEN"}})
    made = taken(workspace, tmp_path, "Company,Lead Status\nA,Neu\n", "company", formats=formats)
    assert values(workspace, Ref("company", 1))["hs_lead_status"] == "OPEN"
    assert made.notes == ()
