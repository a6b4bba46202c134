"""Leaving HubSpot: what each file is taken for, and what becomes of it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from crmcli.formats.expansion import Expands
from crmcli.formats.opening import UnreadableFile
from crmcli.model.objects import Pipeline, Stage
from crmcli.render.schema_text import with_entry
from crmcli.services.portal.definitions import joined, person, several
from crmcli.services.portal.files import PortalKind, classified
from crmcli.services.portal.folder import NoPortalFiles
from crmcli.services.portal.takeover import PortalRequest, UnknownPortal, import_portal
from crmcli.services.portal.values import with_places
from crmcli.services.references import Ref
from crmcli.services.schema import check
from office import make_office, reopened, values

SEEDS = Path(__file__).parents[2] / "shared" / "data" / "hubspot-dbt-seeds"
FILES = {
    "owners.json": '{"results": [{"id": "71", "email": "bob@king.nl", "firstName": "Bob", "lastName": "King"}]}',
    "deal_pipeline_data.csv": "pipeline_id,label,display_order\np1,Sales,0\n",
    "deal_pipeline_stage_data.csv": "stage_id,label,pipeline_id,display_order,is_closed,probability\n"
    "s2,Won,p1,1,TRUE,1.0\ns1,Talk,p1,0,FALSE,0.2\n",
    "property_data.csv": "_fivetran_id,hubspot_object,name,label,type,field_type\nx1,contact,shoe,Shoe,string,text\n",
    "contact_data.csv": "id,property_email,property_shoe,property_hubspot_owner_id\n501,a@x.example,41,71\n"
    "502,b@x.example,42,72\n",
    "company_data.csv": "id,property_name\n901,Navy\n",
    "deal_data.csv": "deal_id,owner_id,deal_pipeline_id,deal_pipeline_stage_id,property_dealname\n"
    "77,71,p1,s2,Ship\n78,,p1,s9,Boat\n79,,p9,s1,Raft\n",
    "deal_contact_data.csv": "contact_id,deal_id,type_id\n501,77,3\n999,77,3\n",
    "deal_company_data.csv": "company_id,deal_id,type_id,category\n901,77,5,HUBSPOT_DEFINED\n",
    "deal_stage_data.csv": "deal_id,date_entered,value\n77,2026-02-05 09:00:00,s2\n77,2026-01-05 09:00:00,s1\n",
    "engagement_note_data.csv": "engagement_id,property_hs_note_body,property_hs_timestamp\n8,Hello,2026-01-01 10:00\n",
    "engagement_contact_data.csv": "contact_id,engagement_id,engagement_type,type_id\n501,8,NOTE,202\n",
    "contact_list_data.csv": "id,name\n1,All\n2,Some\n",
}


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


def taken(workspace, folder, **more):
    """Import a portal; give what became of each file."""
    return import_portal(workspace, PortalRequest(str(folder), "hubspot", with_entry, **more))


def written(tmp_path, files=FILES):
    """Write a portal's files."""
    folder = tmp_path / "portal"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def links(workspace, name, record_id):
    """The references of what a record is associated with."""
    return sorted(f"{one.other_object}:{one.other_id}" for one in workspace.store.associations(name, record_id))


@pytest.mark.parametrize(
    ("name", "header", "kind", "ends"),
    [
        ("owner_data.csv", "owner_id,email,first_name,last_name", PortalKind.PEOPLE, ()),
        ("owners.json", "id,email,firstName,lastName,userId", PortalKind.PEOPLE, ()),
        ("contact_data.csv", "id,property_email,property_firstname", PortalKind.RECORDS, ("contact",)),
        ("hubspot-crm-exports-all-deals.csv", "Record ID,Deal Name", PortalKind.RECORDS, ("deal",)),
        ("deal_contact_data.csv", "contact_id,deal_id,type_id", PortalKind.LINKS, ("contact", "deal")),
        ("ticket_engagement_data.csv", "ticket_id,engagement_id", PortalKind.LINKS, ("ticket", "")),
        ("engagement_call_data.csv", "engagement_id,property_hs_timestamp", PortalKind.RECORDS, ("call",)),
        ("engagement_data.csv", "id,type,portal_id", PortalKind.NOTHING, ()),
        ("deal_stage_data.csv", "deal_id,date_entered,value", PortalKind.HISTORY, ("deal",)),
        ("deal_property_history_data.csv", "deal_id,timestamp,name,value", PortalKind.HISTORY, ("deal",)),
        ("ticket_pipeline_data.csv", "pipeline_id,label", PortalKind.PIPELINES, ("ticket",)),
        ("pipelines/deals.json", "id,label,stages.id,stages.label", PortalKind.PIPELINES, ("deal",)),
        ("deal_pipeline_stage_data.csv", "stage_id,label,pipeline_id", PortalKind.STAGES, ("deal",)),
        ("property_data.csv", "name,label,type,field_type", PortalKind.PROPERTIES, ()),
        ("property_option_data.csv", "property_id,value,label", PortalKind.OPTIONS, ()),
        ("contact_list_member_data.csv", "contact_id,contact_list_id", PortalKind.NOTHING, ()),
        ("contact_merge_audit_data.csv", "canonical_vid,contact_id", PortalKind.NOTHING, ()),
        ("email_campaign_data.csv", "id,app_id,num_included", PortalKind.NOTHING, ()),
        ("things.csv", "id,name", PortalKind.NOTHING, ()),
    ],
)
def test_what_a_file_holds(workspace, name, header, kind, ends):
    file = classified(workspace, name, name, header.split(","))
    assert (file.kind, file.ends) == (kind, ends)
    assert bool(file.why) == (kind is PortalKind.NOTHING)


def test_a_portal_goes_in_as_one_operation_and_every_row_is_accounted_for(workspace, tmp_path):
    made = taken(workspace, written(tmp_path))
    assert {each.name: (each.rows, each.became) for each in made.files} == {
        "owners.json": (1, "new users: 1"),
        "deal_pipeline_data.csv": (1, "pipelines: 1"),
        "deal_pipeline_stage_data.csv": (2, "stages: 2"),
        "property_data.csv": (1, "1 new property, 0 new options"),
        "contact_data.csv": (2, "contacts: 2 created"),
        "company_data.csv": (1, "companies: 1 created"),
        "deal_data.csv": (3, "deals: 3 created"),
        "deal_contact_data.csv": (2, "associations: 1 taken, 1 name records that are not there"),
        "deal_company_data.csv": (1, "associations: 1 taken"),
        "deal_stage_data.csv": (2, "history: 2 taken"),
        "engagement_note_data.csv": (1, "notes: 1 created"),
        "engagement_contact_data.csv": (1, "associations: 1 taken"),
        "contact_list_data.csv": (2, "left out: lists are conditions here: crm list --where"),
    }
    assert len({one.written.operation.id for one in made.imported}) == 1


def test_what_records_need_is_there(workspace, tmp_path):
    taken(workspace, written(tmp_path))
    workspace = reopened(tmp_path)
    assert not check(workspace.root)
    assert [user.name for user in workspace.settings.users] == ["Ada King", "Bob King", "Owner 72"]
    assert values(workspace, Ref("contact", 1))["shoe"] == "41"
    assert [values(workspace, Ref("contact", n))["hubspot_owner_id"] for n in (1, 2)] == ["71", "72"]
    stages = [values(workspace, Ref("deal", n))["dealstage"] for n in (1, 2, 3)]
    assert stages == ["s2", "s9", "s1"]
    assert links(workspace, "deal", 1) == ["company:1", "contact:1"]
    assert links(workspace, "note", 1) == ["contact:1"]


def test_a_second_time_nothing_changes(workspace, tmp_path):
    folder = written(tmp_path)
    taken(workspace, folder)
    again = taken(reopened(tmp_path), folder)
    assert again.imported[0].written.operation is None
    assert "history: 2 of records that were there before" in [each.became for each in again.files]


def test_a_dry_run_says_the_same(workspace, tmp_path):
    folder = written(tmp_path)
    planned = taken(workspace, folder, dry_run=True)
    assert planned.imported[0].written.operation is None
    assert planned.files == taken(reopened(tmp_path), folder).files


def test_an_archive(workspace, tmp_path):
    folder = written(tmp_path)
    path = tmp_path / "portal.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in FILES:
            archive.write(folder / name, f"export/{name}")
    assert sum(one.created for one in taken(workspace, path).imported) == 7


def test_what_is_no_portal(workspace, tmp_path):
    with pytest.raises(NoPortalFiles):
        taken(workspace, written(tmp_path, {"contact_list_data.csv": "id,name\n1,All\n"}))
    with pytest.raises(UnknownPortal):
        import_portal(workspace, PortalRequest(str(tmp_path), "excel", with_entry))
    with pytest.raises(UnreadableFile, match="does not exist"):
        taken(workspace, tmp_path / "nowhere.zip")


def test_a_stage_is_of_the_pipeline_whose_records_stand_at_it():
    sales = Pipeline("p1", "Sales", (Stage("s1", "Talk"), Stage("s2", "Won")))
    found = with_places([sales], [("Sales", "won"), ("", "talk"), ("p2", "s1"), ("", "new one")])
    assert {p.id: [s.id for s in p.stages] for p in found} == {"p1": ["s2", "new one"], "p2": ["s1"]}


def test_stages_and_pipelines_get_labels_of_their_own():
    own = [Pipeline("a", "Sales", ()), Pipeline("b", "sales", ())]
    stages = [("a", "1", "New"), ("a", "2", "new"), ("b", "1", "Other"), ("b", "3", "X")]
    found = joined(own, [(pipeline, Stage(known, label)) for pipeline, known, label in stages])
    assert [(p.label, [s.label for s in p.stages]) for p in found] == [
        ("Sales", ["New", "new (2)"]),
        ("sales (b)", ["X"]),
    ]


def test_a_stage_may_be_named_with_its_pipeline(workspace, tmp_path):
    files = {
        "all-deals.csv": "Record ID,Deal Name,Pipeline,Deal Stage\n7,Ship,Sales Pipeline,Closed Won (Sales Pipeline)\n"
    }
    taken(workspace, written(tmp_path, files))
    assert values(workspace, Ref("deal", 1))["dealstage"] == "closedwon"
    assert len(reopened(tmp_path).model.objects["deal"].pipelines[0].stages) == 7


def test_labels_are_declared_and_given(workspace, tmp_path):
    files = {
        "labels/contact_company.json": '{"results": [{"category": "USER_DEFINED", "typeId": 28, "label": "Captain"},'
        ' {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": null}]}',
        "contacts.csv": "Record ID,Email\n501,a@x.example\n",
        "companies.csv": "Record ID,Name\n901,Navy\n",
        "contact_company.csv": "contact_id,company_id,label\n501,901,captain\n",
    }
    folder = tmp_path / "portal"
    (folder / "labels").mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    made = taken(workspace, folder)
    assert ("labels/contact_company.json", "labels: 1") in [(each.name, each.became) for each in made.files]
    (found,) = reopened(tmp_path).store.associations("contact", 1)
    assert found.labels == ("Captain",)


def placed(tmp_path, files):
    """Write a portal's files, with folders of their own."""
    for name, text in files.items():
        path = tmp_path / "portal" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "portal"


def labelled(workspace, name, record_id):
    """What a record is associated with: reference → labels and whether it is primary."""
    found = workspace.store.associations(name, record_id)
    return {f"{one.other_object}:{one.other_id}": (one.labels, one.primary) for one in found}


PEOPLE = {
    "contacts.csv": "Record ID,Email\n501,a@x.example\n502,b@x.example\n",
    "companies.csv": "Record ID,Name\n901,Navy\n902,Fleet\n",
}
LABELS = (
    '{"results": [{"category": "USER_DEFINED", "typeId": 28, "label": "Captain"},'
    ' {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": null}]}'
)
# Answers of the API: with labels by name and number, in v4; with words for types, in v3; beside the records.
V4 = """{"results": [{"from": {"id": "501"}, "to": [
  {"toObjectId": 901, "associationTypes": [
    {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": null},
    {"category": "USER_DEFINED", "typeId": 28, "label": "Captain"},
    {"category": "USER_DEFINED", "typeId": 30, "label": "Founder"}]},
  {"toObjectId": 902, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"}]}]},
 {"from": {"id": "502"}, "to": [
  {"toObjectId": 901, "associationTypes": [{"category": "USER_DEFINED", "typeId": 28, "label": null}]}]}]}"""
V3 = """{"results": [{"from": {"id": "501"}, "to": [
  {"id": "901", "type": "contact_to_company_unlabeled"}, {"id": "901", "type": "captain"},
  {"id": "902", "type": "contact_to_company"}, {"id": "901", "type": "founder"}]},
 {"from": {"id": "502"}, "to": [{"id": "901", "type": "captain"}]}]}"""
ONE = """{"results": [
  {"toObjectId": 901, "associationTypes": [{"typeId": 28, "label": "Captain"}, {"typeId": 30, "label": "Founder"}]},
  {"toObjectId": 902, "associationTypes": [{"typeId": 1, "label": "Primary"}]}]}"""
OTHER = """{"results": [{"toObjectId": 901, "associationTypes": [{"typeId": 28, "label": "Captain"}]}]}"""
BESIDE = """{"results": [
 {"id": "501", "properties": {"email": "a@x.example"}, "associations": {"companies": {"results": [
  {"id": "901", "type": "captain"}, {"id": "901", "type": "founder"}, {"id": "902", "type": "contact_to_company"}]}}},
 {"id": "502", "properties": {"email": "b@x.example"}, "associations": {"companies": {"results": [
  {"id": "901", "type": "captain"}, {"id": "999", "type": "contact_to_company"}]}}}]}"""


@pytest.mark.parametrize(
    ("files", "became"),
    [
        (PEOPLE | {"associations/contacts_to_companies.json": V4}, "associations: 3 taken"),
        (PEOPLE | {"associations/contacts/companies.json": V3}, "associations: 5 taken"),
        (
            PEOPLE | {"v4/contacts/501/companies.json": ONE, "v4/contacts/502/companies.json": OTHER},
            "associations: 2 taken",
        ),
        (
            {"contacts.json": BESIDE, "companies.csv": PEOPLE["companies.csv"]},
            "contacts: 2 created; associations: 4 taken, 1 name records that are not there",
        ),
    ],
    ids=["v4", "v3", "v4, one by one", "beside the records"],
)
def test_labels_of_the_api_are_kept(workspace, tmp_path, files, became):
    folder = placed(tmp_path, files | {"labels/contact_company.json": LABELS})
    planned = taken(workspace, folder, dry_run=True)
    made = taken(workspace, folder)
    assert became in [each.became for each in made.files]
    assert planned.files == made.files
    workspace = reopened(tmp_path)
    assert labelled(workspace, "contact", 1) == {
        "company:1": (("Captain", "Founder"), False),
        "company:2": ((), True),
    }
    assert labelled(workspace, "contact", 2) == {"company:1": (("Captain",), True)}
    assert not check(workspace.root)
    again = taken(workspace, folder)
    assert again.imported[0].written.operation is None


def test_a_parent_company_is_one_wherever_it_is_said(workspace, tmp_path):
    files = {
        "companies.json": '{"results": [{"id": "901", "properties": {"name": "Navy"}},'
        ' {"id": "902", "properties": {"name": "Fleet", "hs_parent_company_id": "901"}},'
        ' {"id": "903", "properties": {"name": "Boats"}}, {"id": "904", "properties": {"name": "Rafts"}}]}',
        "associations/companies_companies.json": '{"results": [{"from": {"id": "903"}, "to": ['
        '{"toObjectId": 902, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 14, "label": null}]},'
        '{"toObjectId": 904, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 13, "label": null}]}]}]}',
        "v3/companies/companies.json": '{"results": [{"from": {"id": "901"}, "to": ['
        '{"id": "904", "type": "parent_to_child_company"}]}]}',
    }
    made = taken(workspace, placed(tmp_path, files))
    assert {each.name: each.became for each in made.files} == {
        "companies.json": "companies: 4 created",
        "associations/companies_companies.json": "associations: 2 taken",
        "v3/companies/companies.json": "associations: 1 would break a rule of associations",
    }
    workspace = reopened(tmp_path)
    assert labelled(workspace, "company", 3) == {
        "company:2": (("Child Company",), False),
        "company:4": (("Parent Company",), False),
    }
    assert labelled(workspace, "company", 2)["company:1"] == (("Child Company",), False)


def test_options_in_other_words_are_no_new_ones(workspace, tmp_path):
    made = taken(workspace, placed(tmp_path, {"contacts.csv": "Record ID,Email,Lead Status\n5,a@x.example,Neu\n"}))
    assert 'Lead Status: read "Neu" as New (1)' in made.imported[0].notes
    workspace = reopened(tmp_path)
    assert values(workspace, Ref("contact", 1))["hs_lead_status"] == "NEW"
    assert len(workspace.model.objects["contact"].properties["hs_lead_status"].options) == 8


def test_answers_without_results_are_left_out(workspace, tmp_path):
    files = PEOPLE | {"associations/contacts_deals.json": '{"results": []}', "notes.csv": ""}
    made = taken(workspace, placed(tmp_path, files))
    assert [(each.name, each.rows, each.became) for each in made.files if "left out" in each.became] == [
        ("notes.csv", 0, "left out: it is empty"),
        ("associations/contacts_deals.json", 0, "left out: it is empty"),
    ]


@pytest.mark.parametrize(
    ("cell", "values"),
    [("", []), ("1", ["1"]), ("1;2", ["1", "2"]), ('["a;b", ""]', ["a;b", ""]), ("[1", ["[1"]), ("[VIP]", ["[VIP]"])],
)
def test_several_values_in_one_cell(cell, values):
    assert several(cell) == values


def test_associations_need_to_say_of_what_they_are(workspace, tmp_path):
    made = taken(workspace, placed(tmp_path, PEOPLE | {"associations.json": V4}))
    (told,) = [each for each in made.files if each.name == "associations.json"]
    assert (told.rows, told.became) == (2, "left out: its name does not say which two objects it associates")
    made = taken(workspace, placed(tmp_path, {"contacts_to_companies.json": ONE}), dry_run=True)
    assert "left out: its name does not say whose associations they are" in [each.became for each in made.files]


def test_a_file_of_which_nothing_is_known_does_not_stop_the_others(workspace, tmp_path):
    made = taken(workspace, placed(tmp_path, PEOPLE | {"contacts_shoes.csv": "colour,laces\nred,2\n"}))
    assert {each.name: (each.rows, each.became) for each in made.files} == {
        "contacts.csv": (2, "contacts: 2 created"),
        "companies.csv": (2, "companies: 2 created"),
        "contacts_shoes.csv": (1, "left out: no column of it is known"),
    }


def test_an_archive_that_swells_is_refused_while_it_is_unpacked(workspace, tmp_path):
    path = tmp_path / "portal.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("contacts.csv", bytes(257 << 20))
    with pytest.raises(Expands):
        taken(workspace, path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(NoPortalFiles):
        taken(workspace, path)


def test_names_in_an_archive_stay_in_its_folder(workspace, tmp_path):
    path = tmp_path / "portal.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../contacts.csv", PEOPLE["contacts.csv"])
        archive.writestr("__MACOSX/._contacts.csv", b"\0")
        archive.writestr("readme.md", "Hello")
    assert [each.name for each in taken(workspace, path).files] == ["contacts.csv"]


def test_how_far_it_is(workspace, tmp_path):
    told = []
    folder = written(tmp_path)
    import_portal(workspace, PortalRequest(str(folder), "hubspot", with_entry), progress=lambda *far: told.append(far))
    done, totals = [each for each, _ in told], {total for _, total in told}
    assert len(totals) == 1
    assert done == sorted(done)
    assert done[-1] == totals.pop()


def test_records_that_are_deleted_there_stay_out(workspace, tmp_path):
    files = {
        "contact_data.csv": "id,property_email,_fivetran_deleted\n1,a@x.example,false\n2,b@x.example,TRUE\n",
        "deal_data.csv": "deal_id,is_deleted,property_dealname,deal_pipeline_stage_id\n7,true,A,gone\n8,false,B,\n",
    }
    made = taken(workspace, written(tmp_path, files))
    assert [(each.rows, each.became) for each in made.files] == [
        (2, "contacts: 1 created, 1 deleted there"),
        (2, "deals: 1 created, 1 deleted there"),
    ]
    assert not any(stage.id == "gone" for p in reopened(tmp_path).model.objects["deal"].pipelines for stage in p.stages)


@pytest.mark.parametrize(
    ("given", "user"),
    [
        (("Ada King", "71", "ada@king.nl"), ("71", "Ada King", "ada@king.nl")),
        (("Ada King", "", "no address"), ("ada_king", "Ada King", "")),
        (("ada@king.nl", "", "ada@king.nl"), ("ada", "ada@king.nl", "ada@king.nl")),
        (("!!", "", ""), None),
    ],
)
def test_people(given, user):
    found = person(*given)
    assert (found and (found.id, found.name, found.email)) == user


@pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared/data is not there")
def test_a_warehouse_of_56_tables(workspace, tmp_path):
    made = taken(workspace, SEEDS)
    assert len(made.files) == 56
    assert {one.object_name: (one.created, one.rejected) for one in made.imported} == {
        "company": (24, 0), "contact": (22, 0), "deal": (44, 0), "ticket": (25, 0), "call": (1, 0), "note": (1, 0),
        "communication": (1, 0), "email": (1, 0), "meeting": (100, 0), "task": (2, 0),
    }  # fmt: skip
    assert not check(reopened(tmp_path).root)
    again = taken(reopened(tmp_path), SEEDS)
    assert again.imported[0].written.operation is None
