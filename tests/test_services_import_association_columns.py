"""Association columns: by which headings and values they are known, whom their cells name, and what is refused."""

from __future__ import annotations

import pytest

from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.importing.result import ColumnKind
from crmcli.services.mapping.association_columns import AssociationHeadings
from office import made, make_office, reopened


@pytest.fixture
def workspace(tmp_path):
    workspace = make_office(tmp_path)
    made(workspace, "company", "name=Acme", "domain=acme.example", "hs_object_id=501")
    made(workspace, "company", "name=Globex", "domain=globex.example", "hs_object_id=502")
    made(workspace, "contact", "firstname=Ada", "email=ada@acme.example")
    return reopened(tmp_path)


def taken(workspace, tmp_path, text, object_name="deal", **more):
    """Import a text of deals."""
    path = tmp_path / "deals.csv"
    path.write_text(text)
    return import_file(workspace, ImportRequest(object_name, str(path), **more))


def links(workspace, name, record_id):
    """What a record is associated with: reference → labels and whether it is primary."""
    found = workspace.store.associations(name, record_id)
    return {f"{one.other_object}:{one.other_id}": (one.labels, one.primary) for one in found}


def rejections(imported):
    """Line, code, column and value of each rejected row."""
    return [(row.line, row.code, row.column, row.value) for row in imported.rejected_rows]


@pytest.mark.parametrize(
    ("heading", "cells", "target", "known_by"),
    [
        ("associations.company", ["company:1"], "company", ""),
        ("associations.company", ["acme.example"], "company", "domain"),
        ("associations.company.domain", [""], "company", "domain"),
        ("Company", ["company:1*[Billing]"], "company", ""),
        ("Company", ["acme.example"], "company", "domain"),
        ("Company", ["Acme Ltd"], "company", "name"),
        ("Company ID", ["501"], "company", "hs_object_id"),
        ("AccountId", ["501"], "company", "hs_object_id"),
        ("Associated Company IDs", ["501;502"], "company", "hs_object_id"),
        ("Associated company", ["501"], "company", "hs_object_id"),
        ("Company domain", ["acme.example"], "company", "domain"),
        ("Company domain name", ["acme.example"], "company", "domain"),
        ("Associated contact email", ["ada@acme.example"], "contact", "email"),
        ("Associated contact emails", ["ada@acme.example"], "contact", "email"),
        ("contact_id", ["77"], "contact", "hs_object_id"),
        ("Contact", ["ada@acme.example; bob@acme.example"], "contact", "email"),
    ],
)
def test_headings_and_values_say_who_is_named_and_how(workspace, heading, cells, target, known_by):
    headings = AssociationHeadings(workspace.model.objects["deal"], workspace.model)
    column = headings.certain(1, heading, cells) or headings.likely(1, heading, cells)
    assert (column.kind, column.target, column.known_by) == (ColumnKind.ASSOCIATION, target, known_by)


@pytest.mark.parametrize(
    ("heading", "target"),
    [("Association label", ""), ("Associated company labels", "company"), ("Company label", "company")],
)
def test_headings_of_labels(workspace, heading, target):
    headings = AssociationHeadings(workspace.model.objects["deal"], workspace.model)
    column = headings.likely(1, heading, ["Billing"])
    assert (column.kind, column.target) == (ColumnKind.LABELS, target)


@pytest.mark.parametrize(
    ("object_name", "heading", "cells", "column"),
    [
        ("company", "Parent company ID", ["501"], ("company", "hs_object_id", "Child Company")),
        ("company", "parent_company_id", ["501"], ("company", "hs_object_id", "Child Company")),
        ("company", "property_hs_parent_company_id", ["501"], ("company", "hs_object_id", "Child Company")),
        ("company", "Parent Company", ["501", ""], ("company", "hs_object_id", "Child Company")),
        ("company", "Parent Company", ["Acme Ltd"], ("company", "name", "Child Company")),
        ("company", "Parent Account", ["company:1"], ("company", "", "Child Company")),
        ("company", "ParentId", ["501"], ("company", "hs_object_id", "Child Company")),
        ("company", "Child company domains", ["acme.example"], ("company", "domain", "Parent Company")),
        ("company", "Billing Contact", ["ada@acme.example"], ("contact", "email", "Billing Contact")),
        ("contact", "Manager", ["ada@acme.example"], ("contact", "email", "Employee")),
        ("contact", "Manager's email", ["ada@acme.example"], None),
        ("contact", "Manager", ["Ada King"], None),
        ("contact", "Cancelled", ["1", "0"], None),
        ("contact", "Attended", ["yes"], None),
        ("company", "Parent", ["501"], None),
        ("deal", "Parent company ID", ["501"], None),
    ],
)
def test_headings_that_have_a_label_in_them(workspace, object_name, heading, cells, column):
    found = AssociationHeadings(workspace.model.objects[object_name], workspace.model).labelled(1, heading, cells)
    assert (found and (found.target, found.known_by, found.label)) == column


def test_a_column_may_be_said_to_have_a_label(workspace, tmp_path):
    text = "Name,Part of\nAcme Benelux,acme.example\nAcme Alps,Acme Benelux\n"
    words = {"Part of": "associations.company[child company].domain"}
    taken(workspace, tmp_path, text.replace("Acme Benelux\n", "\n"), "company", columns=words)
    assert links(workspace, "company", 3) == {"company:1": (("Child Company",), False)}
    assert links(workspace, "company", 4) == {}


@pytest.mark.parametrize("dry_run", [True, False])
def test_names_may_be_those_of_rows_further_down(workspace, tmp_path, dry_run):
    text = "Name,Parent company\nLeaf,Branch\nBranch,Root\nRoot,\n"
    imported = taken(workspace, tmp_path, text, "company", dry_run=dry_run)
    assert (imported.created, imported.notes, imported.written.counts["association", "linked"]) == (3, (), 2)
    if not dry_run:
        assert links(workspace, "company", 4) == {
            "company:3": (("Parent Company",), False),
            "company:5": (("Child Company",), False),
        }


@pytest.mark.parametrize("heading", ["Company size", "Notes", "Contacted", "Associated", "Label", "Invoice total"])
def test_headings_that_name_nobody(workspace, heading):
    headings = AssociationHeadings(workspace.model.objects["deal"], workspace.model)
    assert headings.likely(1, heading, ["x"]) is None


def test_a_column_of_text_properties_stays_one(workspace, tmp_path):
    imported = taken(workspace, tmp_path, "Email,Company\nbob@x.example,Acme\n", "contact")
    assert [column.target for column in imported.columns] == ["email", "company"]


def test_partners_by_each_of_their_keys(workspace, tmp_path):
    text = (
        "Deal name,Company domain,Associated contact email\n"
        "Roof,acme.example;https://www.globex.example/,ada@acme.example\n"
        "Door,,\n"
    )
    imported = taken(workspace, tmp_path, text)
    assert (imported.created, imported.rejected) == (2, 0)
    assert links(workspace, "deal", 1) == {
        "company:1": ((), True),
        "company:2": ((), False),
        "contact:1": ((), False),
    }
    assert links(workspace, "deal", 2) == {}


def test_partners_by_the_id_of_another_system_and_by_name(workspace, tmp_path):
    imported = taken(workspace, tmp_path, "Deal name,Company ID\nRoof,502\n")
    assert links(workspace, "deal", imported.created) == {"company:2": ((), True)}
    taken(reopened(tmp_path), tmp_path, "Deal name,Company\nDoor,globex\n")
    assert links(reopened(tmp_path), "deal", 2) == {"company:2": ((), True)}


def test_an_unknown_partner_rejects_its_row(workspace, tmp_path):
    text = "Deal name,Company domain\nRoof,nowhere.example\nDoor,acme.example\nWall,no domain\n"
    imported = taken(workspace, tmp_path, text)
    assert (imported.created, imported.rejected) == (1, 2)
    assert rejections(imported) == [
        (2, "ASSOCIATION_RECORD_NOT_FOUND", "Company domain", "nowhere.example"),
        (4, "INVALID_ASSOCIATION_KEY", "Company domain", "no domain"),
    ]
    assert imported.rejected_rows[0].reason == (
        'Company domain: there is no company with the Company Domain Name "nowhere.example"; '
        'import the company first, or leave the column out: --column "Company domain="'
    )


def test_a_name_that_several_have_is_refused(workspace, tmp_path):
    made(workspace, "company", "name=Acme", "domain=acme2.example")
    imported = taken(reopened(tmp_path), tmp_path, "Deal name,Company name\nRoof,Acme\n")
    assert rejections(imported) == [(2, "INVALID_ASSOCIATION_KEY", "Company name", "Acme")]
    assert "several records have the Company name" in imported.rejected_rows[0].reason


def test_names_beside_ids_are_not_looked_up(workspace, tmp_path):
    text = "Deal name,Associated Company,Associated Company IDs\nRoof,Renamed since,501\n"
    imported = taken(workspace, tmp_path, text)
    assert (imported.created, imported.columns[1].kind) == (1, ColumnKind.LEFT_OUT)


def test_labels_and_the_primary_one(workspace, tmp_path):
    text = "Email,Company domain,Association label\nbob@x.example,globex.example,Billing contact;primary\n"
    text = text.replace("Company domain", "associations.company.domain")
    label = workspace.model.pair("contact", "company").labels
    name = next(one.name for one in label if one.from_object == "contact")
    imported = taken(workspace, tmp_path, text.replace("Billing contact", name), "contact")
    assert (imported.created, imported.rejected) == (1, 0)
    assert links(workspace, "contact", 2) == {"company:2": ((name,), True)}


def test_an_unknown_label_rejects_its_row(workspace, tmp_path):
    text = "Deal name,Company domain,Association label\nRoof,acme.example,Best friend\nDoor,,Best friend\n"
    imported = taken(workspace, tmp_path, text)
    assert rejections(imported) == [(2, "ASSOCIATION_LABEL_NOT_FOUND", "Association label", "Best friend")]


def test_several_cannot_all_be_the_primary_one(workspace, tmp_path):
    text = "Deal name,Company domain,Association label\nRoof,acme.example;globex.example,Primary\n"
    assert rejections(taken(workspace, tmp_path, text)) == [
        (2, "INVALID_ASSOCIATION_KEY", "Association label", "Primary")
    ]


def test_rows_may_name_records_further_down_the_file(workspace, tmp_path):
    text = (
        "Name,Company domain,associations.company.domain\n"
        "Child,child.example,parent.example\n"
        "Parent,parent.example,\n"
        "Orphan,orphan.example,nobody.example\n"
    )
    imported = taken(workspace, tmp_path, text, "company")
    assert (imported.created, imported.rejected) == (2, 1)
    assert "company:4" in links(workspace, "company", 3)


def test_a_second_import_changes_nothing(workspace, tmp_path):
    text = "Record ID,Deal name,Company domain\n9,Roof,acme.example\n"
    taken(workspace, tmp_path, text)
    again = taken(reopened(tmp_path), tmp_path, text)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)


def test_the_participants_of_an_event_with_what_became_of_them(workspace, tmp_path):
    made(workspace, "marketing_event", "hs_event_name=Fair", "hs_event_organizer=Ada", "hs_external_event_id=E-7")
    text = (
        "Email,Event ID,Event status\n"
        "ada@acme.example,E-7,Registered;Attended\n"
        "bob@acme.example,E-7,Cancelled\n"
        "cas@acme.example,E-8,Registered\n"
    )
    imported = taken(reopened(tmp_path), tmp_path, text, "contact")
    assert [column.kind.value for column in imported.columns] == ["property", "association", "association labels"]
    assert (imported.created, imported.updated, imported.rejected) == (1, 1, 1)
    assert imported.rejected_rows[0].code == "ASSOCIATION_RECORD_NOT_FOUND"
    assert links(reopened(tmp_path), "contact", 1) == {"marketing_event:1": (("Registered", "Attended"), False)}
    assert links(reopened(tmp_path), "contact", 2) == {"marketing_event:1": (("Cancelled",), False)}


def test_a_status_that_holds_no_labels_is_none(workspace):
    headings = AssociationHeadings(workspace.model.objects["contact"], workspace.model)
    assert headings.likely(1, "Event status", ["Great fun"]) is None
