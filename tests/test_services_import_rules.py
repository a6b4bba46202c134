"""The rules of associations in an import: rows that would break one are rejected, with those before them counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.services.imports import ImportRequest, import_file
from office import made, make_office, reopened
from test_services_association_rules import COMPANY, DEAL, PART, TENDER, linked


@pytest.fixture
def office(tmp_path):
    root = Path(make_office(tmp_path).root)
    (root / "schemas").mkdir(exist_ok=True)
    for name, text in {"company": COMPANY, "deal": DEAL, "part": PART, "tender": TENDER}.items():
        (root / "schemas" / f"{name}.yaml").write_text(text)
    return reopened(tmp_path)


def imported(office, tmp_path, object_name, text, **more):
    path = tmp_path / "rows.csv"
    path.write_text(text)
    return import_file(office, ImportRequest(object_name, str(path), **more))


def reasons(result):
    return [(row.line, row.reason) for row in result.rejected_rows]


def test_rows_count_together_against_a_limit(office, tmp_path):
    made(office, "contact", "firstname=Ada")
    result = imported(office, tmp_path, "deals", "name,associations.contact\nOne,contact:1\nTwo,contact:1\nThree,\n")
    assert (result.created, result.rejected) == (2, 1)
    assert reasons(result) == [(3, "contact:1 (Ada) is associated with other rows of this file already")]
    assert [each.other_id for each in office.store.associations("contact", 1)] == [1]


def test_a_row_that_is_rejected_for_something_else_counts_nothing(office, tmp_path):
    made(office, "contact", "firstname=Ada")
    text = "name,amount,associations.contact\nOne,much,contact:1\nTwo,5,contact:1\n"
    result = imported(office, tmp_path, "deals", text)
    assert (result.created, result.rejected) == (1, 1)
    assert linked(office, result.written.refs[0], "contact") == [1] if result.written.refs else True
    assert [each.other_id for each in office.store.associations("contact", 1)] == [1]


def test_rows_without_a_parent_or_with_two_are_rejected(office, tmp_path):
    for name in ("One", "Two"):
        made(office, "deal", f"name={name}")
    text = "name,associations.deal\nBolt,deal:1\nNut,\nScrew,deal:1; deal:2\nPin,deal:2\n"
    result = imported(office, tmp_path, "parts", text)
    assert result.created == 2
    assert reasons(result) == [
        (3, "this part needs one deal or tender that it belongs to"),
        (4, "this part belongs to deal:1 (One), deal:2 (Two) already"),
    ]
    assert [len(office.store.associations("deal", i)) for i in (1, 2)] == [1, 1]


def test_properties_that_an_association_needs_are_looked_for_in_the_row(office, tmp_path):
    made(office, "company", "name=Acme")
    text = "name,amount,associations.company\nOne,5,company:1\nTwo,,company:1\n"
    result = imported(office, tmp_path, "deals", text)
    assert (result.created, result.rejected) == (1, 1)


def test_a_circle_within_a_file_is_left_open(office, tmp_path):
    text = (
        "id,name,associations.company\n"
        "company:1,Acme,company:2[Parent Company]\n"
        "company:2,Beta,company:3[Parent Company]\n"
        "company:3,Cora,company:1[Parent Company]\n"
    )
    result = imported(office, tmp_path, "companies", text)
    assert result.created == 3
    circle = "Cora would be Parent Company of itself: Cora → Acme → Beta → Cora"
    assert result.notes == (f"company:3 is not associated with company:1: {circle}",)


def test_updates_keep_the_rules_too(office, tmp_path):
    for number in (1, 2):
        made(office, "contact", f"firstname=Ada{number}", f"email=ada{number}@king.example")
    made(office, "deal", "name=One")
    text = "email,associations.deal\nada1@king.example,deal:1\nada2@king.example,deal:1\n"
    assert imported(office, tmp_path, "contacts", text).rejected == 0
    made(office, "contact", "firstname=Cy", "email=cy@king.example")
    result = imported(office, tmp_path, "contacts", "email,associations.deal\ncy@king.example,deal:1\n")
    assert reasons(result) == [
        (2, "deal:1 (One) is associated with contact:1 (Ada1), contact:2 (Ada2) already")
    ]  # fmt: skip
