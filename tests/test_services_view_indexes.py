"""The index of a view: what it holds, in which order; saved with the view, made by the next command, undone with it."""

from __future__ import annotations

import pytest

from crmcli.services.view_files import View
from crmcli.services.view_indexes import NothingToIndex, index_of
from inside import Inside
from office import make_office


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


@pytest.mark.parametrize(
    ("where", "sort", "names"),
    [
        ('city = "Utrecht"', ("lastname", "-firstname"), "city lastname firstname"),
        ('lifecyclestage in (lead, customer) and city = "Utrecht"', ("lastname",), "city lastname lifecyclestage"),
        ("lifecyclestage = lead and createdate in last month", ("-createdate",), "lifecyclestage createdate"),
        ('not city = "Utrecht" and (zip = "1" or zip = "2")', (), "city zip"),
        ('company.city = "Utrecht" and owner = me', (), "hubspot_owner_id"),
        ("createdate > today - 30d", ("-createdate",), "createdate"),
        ("", ("lastname", "lifecyclestage", "city"), "lastname"),
        ("hs_buying_role contains CHAMPION", ("lastname", "count(deals)", "city"), "lastname"),
        ("createdate = 2026-11-03", (), "createdate"),
    ],
)
def test_first_what_is_equal_then_the_order_then_what_else_is_looked_at(office, where, sort, names):
    found = office.model.objects["contact"]
    assert " ".join(index_of(office, found, View(where=where, sort=sort))) == names


@pytest.mark.parametrize("where", ["", "count(deals) > 3", "hs_buying_role contains CHAMPION"])
def test_a_view_that_no_index_helps_is_refused(office, where):
    with pytest.raises(NothingToIndex):
        index_of(office, office.model.objects["contact"], View(where=where, sort=("-lastmodifieddate", "count(deals)")))


def test_it_is_saved_with_the_view_and_undone_with_it(terminal):
    crm = Inside(terminal.folder, terminal).crm
    crm("init", ".", "--name", "Office")
    crm("create", "contact", "firstname=Ada", "lastname=King", "city=Utrecht")
    schema = terminal.folder / "schemas" / "contact.yaml"
    saved = crm("view", "save", "near", "contacts", "--where", "city = Utrecht", "--sort", "lastname", "--index")
    assert saved.code == 2
    saved = crm("view", "save", "near", "contacts", "--where", "city = 'Utrecht'", "--sort", "lastname", "--index")
    assert "schemas/contact.yaml declares its index, city, lastname; the next command makes it" in saved.stdout
    assert schema.read_text() == "indexes: {near: [city, lastname]}\n"
    assert "Ada" in crm("list", "contacts", "--view", "near").stdout
    assert crm("doctor").code == 0
    crm("undo", "--yes")
    assert not schema.exists()
    assert not (terminal.folder / "views" / "near.yaml").exists()
    assert crm("doctor").code == 0
