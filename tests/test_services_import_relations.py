"""Files that are imported together: whose records they hold, by which ids they refer to each other, in what order."""

from __future__ import annotations

import json

import pytest

from crmcli.services.importing.imports import ImportRequest, import_files
from crmcli.services.importing.relations import NoObjectNamed, object_of_path
from office import make_office, reopened

COMPANIES = "id,name,domain\n7,Navy,navy.example\n9,Fleet,fleet.example\n"
CONTACTS = "id,company_id,email\n1,7,grace@navy.example\n2,99,bob@navy.example\n"
DEALS = "deal_id,dealname,contact_id,companyId\n1,Ship,1,7\n"


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


def taken(workspace, tmp_path, files, **more):
    """Import texts by name: object=file.csv."""
    requests = []
    for name, text in files.items():
        object_name, _, file = name.partition("=")
        (tmp_path / file).write_text(text)
        requests.append(ImportRequest(object_name, str(tmp_path / file), **more))
    return import_files(workspace, requests)


def links(workspace, name, record_id):
    """The references of what a record is associated with."""
    return sorted(f"{one.other_object}:{one.other_id}" for one in workspace.store.associations(name, record_id))


def counts(imported):
    """By object: created, updated, unchanged, rejected."""
    return {one.object_name: (one.created, one.updated, one.unchanged, one.rejected) for one in imported}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("contacts.csv", "contact"),
        ("/data/company_data.csv", "company"),
        ("hubspot-crm-exports-all-deals-2026-01-01.csv", "deal"),
        ("line items.xlsx", "line_item"),
        ("Opportunities.json", "deal"),
    ],
)
def test_the_name_of_a_file_says_what_its_records_are(workspace, path, name):
    assert object_of_path(workspace, path).name == name


def test_a_name_that_says_nothing(workspace):
    with pytest.raises(NoObjectNamed):
        object_of_path(workspace, "export (3).csv")


def test_foreign_ids_become_associations_whatever_the_order_of_the_files(workspace, tmp_path):
    imported = taken(
        workspace,
        tmp_path,
        {"deal=deals.csv": DEALS, "contact=contacts.csv": CONTACTS, "company=companies.csv": COMPANIES},
    )
    assert [one.object_name for one in imported] == ["company", "contact", "deal"]
    assert counts(imported) == {"company": (2, 0, 0, 0), "contact": (1, 0, 0, 1), "deal": (1, 0, 0, 0)}
    assert len({one.written.operation.id for one in imported}) == 1
    assert links(workspace, "deal", 1) == ["company:1", "contact:1"]
    assert links(workspace, "contact", 1) == ["company:1", "deal:1"]
    (rejected,) = imported[1].rejected_rows
    assert (rejected.code, rejected.value) == ("ASSOCIATION_RECORD_NOT_FOUND", "99")


def test_a_second_import_changes_nothing_and_a_third_what_has_changed(workspace, tmp_path):
    files = {"deal=deals.csv": DEALS, "contact=contacts.csv": CONTACTS, "company=companies.csv": COMPANIES}
    taken(workspace, tmp_path, files)
    again = taken(reopened(tmp_path), tmp_path, files)
    assert counts(again) == {"company": (0, 0, 2, 0), "contact": (0, 0, 1, 1), "deal": (0, 0, 1, 0)}
    assert again[0].written.operation is None
    changed = taken(
        reopened(tmp_path), tmp_path, files | {"company=companies.csv": COMPANIES.replace("Navy", "US Navy")}
    )
    assert counts(changed)["company"] == (0, 1, 1, 0)


def test_ids_that_are_texts_and_a_column_that_two_files_share(workspace, tmp_path):
    customers = "customerID,companyName\nALFKI,Alfreds\nBONAP,Bon app\n"
    orders = "orderID,customerID,hs_order_name,hs_pipeline,hs_pipeline_stage\n10,BONAP,First,,\n"
    imported = taken(workspace, tmp_path, {"order=orders.csv": orders, "company=customers.csv": customers})
    assert counts(imported) == {"company": (2, 0, 0, 0), "order": (1, 0, 0, 0)}
    assert links(workspace, "order", 1) == ["company:2"]


def test_files_that_refer_to_each_other_both_ways(workspace, tmp_path):
    companies = "id,name,main_contact_id\n7,Navy,1\n8,Army,3\n"
    imported = taken(workspace, tmp_path, {"company=companies.csv": companies, "contact=contacts.csv": CONTACTS})
    assert counts(imported) == {"company": (1, 0, 0, 1), "contact": (1, 0, 0, 1)}
    assert links(workspace, "company", 1) == ["contact:1"]
    assert imported[0].rejected_rows[0].code == "ASSOCIATION_RECORD_NOT_FOUND"


def test_records_may_refer_to_ones_of_their_own_file(workspace, tmp_path):
    companies = "id,name,parent_company_id\n7,Navy,9\n9,Fleet,\n"
    imported = taken(workspace, tmp_path, {"company=companies.csv": companies, "contact=contacts.csv": CONTACTS})
    assert counts(imported)["company"] == (2, 0, 0, 0)
    assert "company:2" in links(workspace, "company", 1)


def test_what_refers_to_a_rejected_row_is_told(workspace, tmp_path):
    contacts = "id,company_id,email,firstname,manager_contact_id\n1,7,no address,Grace,\n2,7,b@navy.example,Bob,1\n"
    imported = taken(workspace, tmp_path, {"contact=contacts.csv": contacts, "company=companies.csv": COMPANIES})
    assert counts(imported)["contact"] == (1, 0, 0, 1)
    assert any("contact:1 is not associated with 1, whose row was rejected" in note for note in imported[1].notes)


def test_a_dry_run_says_the_same_and_writes_nothing(workspace, tmp_path):
    files = {"deal=deals.csv": DEALS, "contact=contacts.csv": CONTACTS, "company=companies.csv": COMPANIES}
    planned = taken(workspace, tmp_path, files, dry_run=True)
    assert counts(planned) == counts(taken(reopened(tmp_path), tmp_path, files))


def test_what_somebody_says_of_a_column_stands(workspace, tmp_path):
    files = {"contact=contacts.csv": CONTACTS, "company=companies.csv": COMPANIES}
    imported = taken(workspace, tmp_path, files, columns={"id": ""})
    assert [column.kind.value for one in imported for column in one.columns if column.heading == "id"] == [
        "left out"
    ] * 2


def test_lines_between_two_files_are_told_apart_by_both_ids(workspace, tmp_path):
    files = {
        "order=orders.csv": "orderID,hs_order_name\n10,First\n11,Second\n",
        "product=products.csv": "productID,productName,unitPrice\n5,Chai,18\n6,Tofu,9\n",
        "line_item=order_details.csv": "orderID,productID,unitPrice,quantity\n10,5,18,1\n10,6,9,2\n11,5,17,3\n",
    }
    assert counts(taken(workspace, tmp_path, files)) == {
        "order": (2, 0, 0, 0), "product": (2, 0, 0, 0), "line_item": (3, 0, 0, 0),
    }  # fmt: skip
    assert links(workspace, "line_item", 3) == ["order:2"]
    files["line_item=order_details.csv"] = files["line_item=order_details.csv"].replace("10,6,9,2", "10,6,9,4")
    assert counts(taken(reopened(tmp_path), tmp_path, files))["line_item"] == (0, 1, 2, 0)


def test_lines_that_both_ids_do_not_tell_apart_get_no_key(workspace, tmp_path):
    files = {
        "order=orders.csv": "orderID,hs_order_name\n10,First\n",
        "product=products.csv": "productID,productName,unitPrice\n5,Chai,18\n",
        "line_item=order_details.csv": "orderID,productID,unitPrice,quantity\n10,5,18,1\n10,5,18,1\n",
    }
    assert counts(taken(workspace, tmp_path, files))["line_item"] == (2, 0, 0, 0)


def test_records_that_need_a_name_and_have_none_are_called_by_their_id(workspace, tmp_path):
    files = {
        "order=orders.csv": "orderID,customerID\n10,A\n",
        "company=customers.csv": "customerID,companyName\nA,Acme\n",
    }
    taken(workspace, tmp_path, files)
    assert workspace.store.record("order", 1).values["hs_order_name"] == "10"


def test_the_references_of_a_tree(workspace, tmp_path):
    def tree(**fields):
        return json.dumps({"records": [{"attributes": {"type": "X", "referenceId": fields.pop("ref")}, **fields}]})

    files = {
        "deal=deals.json": tree(ref="D1", Name="Roof", Agent__c="@C1"),
        "contact=people.json": tree(ref="C1", FirstName="Ada", Email__c="ada@x.example"),
    }
    assert counts(taken(workspace, tmp_path, files)) == {"contact": (1, 0, 0, 0), "deal": (1, 0, 0, 0)}
    assert links(workspace, "deal", 1) == ["contact:1"]
    assert workspace.store.record("contact", 1).values["email"] == "ada@x.example"


def test_what_is_said_of_a_heading_is_for_the_files_that_have_it(workspace, tmp_path):
    files = {"contact=contacts.csv": CONTACTS, "company=companies.csv": COMPANIES}
    imported = taken(workspace, tmp_path, files, columns={"domain": "website"})
    assert imported[0].columns[2].target == "website"


@pytest.mark.parametrize(
    ("object_name", "file", "heading"),
    [("product", "p.csv", "productID"), ("company", "shippers.csv", "shipperID"), ("contact", "c.csv", "id")],
)
def test_the_ids_of_a_file_alone_are_its_key_where_it_has_no_other(workspace, tmp_path, object_name, file, heading):
    named = "firstname" if object_name == "contact" else "name"
    files = {f"{object_name}={file}": f"{heading},{named}\n4,Mill\n9,Loom\n"}
    assert taken(workspace, tmp_path, files)[0].created == 2
    files = {f"{object_name}={file}": f"{heading},{named}\n4,Water mill\n9,Loom\n"}
    again = taken(workspace, tmp_path, files)[0]
    assert (again.updated, again.unchanged) == (1, 1)
    assert any(column.heading == heading and column.target == "hs_object_id" for column in again.columns)


def test_ids_are_no_key_beside_a_key_nor_where_rows_share_them(workspace, tmp_path):
    known = taken(workspace, tmp_path, {"contact=c.csv": "id,email\n4,a@x.example\n"})[0]
    shared = taken(workspace, tmp_path, {"product=p.csv": "id,name\n4,Mill\n4,Loom\n"})[0]
    assert [column.target for column in (known.columns[0], shared.columns[0])] == ["", ""]
    assert shared.created == 2


def test_records_that_need_a_name_are_called_by_their_id(workspace, tmp_path):
    assert taken(workspace, tmp_path, {"order=orders.csv": "orderID,currency\n10248,EUR\n"})[0].created == 1
