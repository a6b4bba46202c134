"""One file with several objects: whose each column is, which rows are about one record, what goes in with what."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from crmcli.model.names import UnknownProperty
from crmcli.render.import_maps import map_text
from crmcli.render.schema_files import with_property
from crmcli.services.importing.divided import divided
from crmcli.services.importing.groups import NoColumns, grouped, shares
from crmcli.services.importing.imports import ImportRequest
from crmcli.services.importing.objects import import_all
from crmcli.services.importing.preparing import UnknownMode
from crmcli.services.mapping.explaining import explain
from crmcli.services.mapping.maps import MapKeeper
from crmcli.services.mapping.new_properties import with_new_properties
from crmcli.services.mapping.wishes import NoSuchColumn
from crmcli.services.references import Ref
from office import made, make_office, reopened, values

MIXED = """\
First name,Contact: Email,Company Name,Company domain,Deal Name,Deal Amount,City
Grace,grace@navy.example,Navy,navy.example,Ship,100,Norfolk
Ada,ada@navy.example,Navy,navy.example,Ship,100,Norfolk
Bob,bob@x.example,Acme,,,,
Dan,dan@x.example,Acme,,Boat,5,
,,Lonely,,,,
"""


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


def taken(workspace, tmp_path, text, objects="company,contact,deal", **more):
    """Import a text; give the accounts by object."""
    (tmp_path / "mixed.csv").write_text(text)
    accounts = import_all(workspace, [ImportRequest(objects, str(tmp_path / "mixed.csv"), **more)])
    return {each.object_name: each for each in accounts}


def counts(accounts):
    """By object: created, updated, unchanged, rejected."""
    return {name: (one.created, one.updated, one.unchanged, one.rejected) for name, one in accounts.items()}


def links(workspace, name, record_id):
    """The references of what a record is associated with."""
    return sorted(f"{one.other_object}:{one.other_id}" for one in workspace.store.associations(name, record_id))


@pytest.mark.parametrize(
    ("heading", "owner", "own"),
    [
        ("Email", "contact", "Email"),
        ("Contact: Email", "contact", "Contact: Email"),
        ("Company name", "company", "Company name"),
        ("Organization - City", "company", "Organization - City"),
        ("company", "company", "Name"),
        ("Deal Stage", "deal", "Deal Stage"),
        ("Deal - Amount", "deal", "Deal - Amount"),
        ("Amount", "deal", "Amount"),
        ("Company shoe size", "company", "Company shoe size"),
        ("Shoe size", "deal", "Shoe size"),
    ],
)
def test_whose_a_column_is(workspace, heading, owner, own):
    objects = [workspace.model.objects[name] for name in ("contact", "company", "deal")]
    header = ["First name", "Company domain", "Deal name", heading]
    said = divided(ImportRequest("", "x.csv"), objects, header, {})
    found = {share.found.name: share for share in shares(workspace, said, header)}
    assert found[owner].places[-1] == 3
    assert found[owner].headings[-1] == own


def test_an_object_without_a_column_is_refused(workspace, tmp_path):
    with pytest.raises(NoColumns):
        taken(workspace, tmp_path, "Email,Company name\na@x.example,Acme\n")


def test_each_row_makes_its_records_and_associates_them(workspace, tmp_path):
    accounts = taken(workspace, tmp_path, MIXED)
    assert counts(accounts) == {"company": (3, 0, 0, 0), "contact": (4, 0, 0, 0), "deal": (2, 0, 0, 0)}
    assert links(workspace, "company", 1) == ["contact:1", "contact:2", "deal:1"]
    assert links(workspace, "company", 2) == ["contact:3", "contact:4", "deal:2"]
    assert links(workspace, "company", 3) == []
    assert links(workspace, "deal", 1) == ["company:1", "contact:1", "contact:2"]
    assert values(workspace, Ref("deal", 1))["amount"] == "100"


def test_a_second_import_changes_nothing(workspace, tmp_path):
    taken(workspace, tmp_path, MIXED)
    again = taken(reopened(tmp_path), tmp_path, MIXED)
    assert counts(again) == {"company": (0, 0, 3, 0), "contact": (0, 0, 4, 0), "deal": (0, 0, 2, 0)}
    assert again["deal"].written.operation is None


def test_records_that_were_there_are_found_and_updated(workspace, tmp_path):
    made(workspace, "company", "name=Acme", "city=Paris")
    made(workspace, "contact", "email=bob@x.example")
    accounts = taken(reopened(tmp_path), tmp_path, MIXED.replace("Acme,,,,", "ACME,,,,"))
    assert counts(accounts)["company"] == (2, 1, 0, 0)  # its name is written otherwise now
    assert counts(accounts)["contact"] == (3, 1, 0, 0)
    assert links(reopened(tmp_path), "contact", 1) == ["company:1"]


def test_a_deal_of_the_same_name_with_others_is_another_one(workspace, tmp_path):
    taken(workspace, tmp_path, MIXED)
    text = "Contact: Email,Company Name,Deal Name\nzoe@zeta.example,Zeta,Ship\n"
    accounts = taken(reopened(tmp_path), tmp_path, text)
    assert counts(accounts) == {"company": (1, 0, 0, 0), "contact": (1, 0, 0, 0), "deal": (1, 0, 0, 0)}


def test_what_is_wrong_with_one_record_rejects_the_row(workspace, tmp_path):
    text = (
        "Email,Company name,Company domain,Deal name\n"
        "a@x.example,Acme,acme.example,Boat\n"
        "no address,Acme,acme.example,Ship\n"
        "c@x.example,Fleet,no domain,Plane\n"
        "d@x.example,Fleet,no domain,Plane\n"
    )
    accounts = taken(workspace, tmp_path, text)
    assert counts(accounts) == {"company": (1, 0, 0, 1), "contact": (1, 0, 0, 2), "deal": (1, 0, 0, 0)}
    repaired = (tmp_path / "mixed.rejected.csv").read_text().splitlines()
    assert [line.split(",")[0].split(":")[0] for line in repaired[1:]] == [
        '"INVALID_EMAIL',
        '"INVALID_DOMAIN',
        '"ASSOCIATION_RECORD_NOT_FOUND',
    ]
    assert repaired[2].endswith(",c@x.example,Fleet,no domain,Plane")


def test_a_name_of_several_companies_is_refused(workspace, tmp_path):
    made(workspace, "company", "name=Acme", "domain=a.example")
    made(workspace, "company", "name=Acme", "domain=b.example")
    accounts = taken(reopened(tmp_path), tmp_path, "Email,Company name\na@x.example,Acme\n", "company,contact")
    assert counts(accounts) == {"company": (0, 0, 0, 1), "contact": (0, 0, 0, 0)}
    assert "several records have the Company name" in accounts["company"].rejected_rows[0].reason


def test_rows_that_contradict_the_first_about_a_record_are_told(workspace, tmp_path):
    text = "Email,Company domain,Company city\na@x.example,x.example,Oslo\nb@x.example,x.example,Bergen\n"
    accounts = taken(workspace, tmp_path, text, "company,contact")
    assert accounts["company"].notes == (
        "1 row says something else of a company than the first about it, which stands",
    )
    assert values(workspace, Ref("company", 1))["city"] == "Oslo"


def test_a_dry_run_says_the_same_and_writes_nothing(workspace, tmp_path):
    planned = taken(workspace, tmp_path, MIXED, dry_run=True)
    assert planned["deal"].written.operation is None
    assert counts(planned) == counts(taken(reopened(tmp_path), tmp_path, MIXED))


def test_a_stream(workspace):
    request = ImportRequest("company,contact", "-", stream=io.BytesIO(b"Email,Company name\na@x.example,Acme\n"))
    assert [one.created for one in import_all(workspace, [request])] == [1, 1]


def test_many_rows_of_few_companies(workspace, tmp_path):
    rows = "".join(f"p{n}@c{n % 7}.example,Company {n % 7},c{n % 7}.example\n" for n in range(2500))
    accounts = taken(workspace, tmp_path, "Email,Company name,Company domain\n" + rows, "contact,company")
    assert counts(accounts) == {"company": (7, 0, 0, 0), "contact": (2500, 0, 0, 0)}
    assert len(links(workspace, "company", 7)) == 357


@pytest.mark.parametrize(
    ("header", "objects"),
    [
        (["Person - Name", "Person - Email", "Organization - Name"], ("contact", "company")),
        (["Deal: Name", "Contact: E-mail", "Amount"], ("deal", "contact")),
        (["Contact: Email", "Contact: Phone"], ()),
        (["Company Name", "Deal Name"], ()),
        (["E-mail", "Follow-up - date", "Note: internal"], ()),
    ],
)
def test_headings_that_are_marked_with_objects(workspace, header, objects):
    assert grouped(workspace, header) == objects


def test_a_file_with_marked_headings_needs_no_object_named(workspace, tmp_path):
    text = "Person - Name,Person - Email,Organization - Name\nAda King,ada@king.example,King\n"
    accounts = taken(workspace, tmp_path, text, "")
    assert counts(accounts) == {"company": (1, 0, 0, 0), "contact": (1, 0, 0, 0)}
    assert values(workspace, Ref("contact", 1))["firstname"] == "Ada"
    assert accounts["company"].notes[0].endswith("its headings are those of contacts, companies")


WORDS = """\
Naam,Mail,Firm,Where,Boat,Price
Ada King,ada@navy.example,Navy,Delft,Ship,100
Bob,b@x.example,Navy,Delft,Raft,20
"""
SAID = {"Mail": "email", "Naam": "contact.firstname+lastname", "Firm": "company.name", "Boat": "dealname",
        "Where": "upper(companies.city)", "Price": "deal.amount"}  # fmt: skip


def test_what_is_said_of_a_column_is_its_object_s(workspace, tmp_path):
    accounts = taken(workspace, tmp_path, WORDS, columns=SAID, fixed={"deal.description": "x", "country": "NL"})
    assert counts(accounts) == {"company": (1, 0, 0, 0), "contact": (2, 0, 0, 0), "deal": (2, 0, 0, 0)}
    assert values(workspace, Ref("company", 1)) | {"name": "Navy", "city": "DELFT", "country": "NL"} == values(
        workspace, Ref("company", 1)
    )
    ada, ship = values(workspace, Ref("contact", 1)), values(workspace, Ref("deal", 1))
    assert (ada["lastname"], ada["country"], ship["amount"], ship["description"]) == ("King", "NL", "100", "x")
    assert counts(taken(workspace, tmp_path, WORDS, columns=SAID)) == {
        "company": (0, 0, 1, 0), "contact": (0, 0, 2, 0), "deal": (0, 0, 2, 0),
    }  # fmt: skip


def test_a_key_is_of_the_objects_that_have_it(workspace, tmp_path):
    made(workspace, "contact", "email=ada@navy.example")
    accounts = taken(workspace, tmp_path, WORDS, columns=SAID, key="email")
    assert counts(accounts)["contact"] == (1, 1, 0, 0)
    assert counts(taken(workspace, tmp_path, WORDS, columns=SAID, key="contact.email"))["contact"] == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"columns": {"Mail": "shoe"}}, UnknownProperty),
        ({"columns": {"Mail": "company.shoe"}}, UnknownProperty),
        ({"columns": {"Nothing": "email"}}, NoSuchColumn),
        ({"fixed": {"shoe": "41"}}, UnknownProperty),
        ({"mode": "often"}, UnknownMode),
    ],
)
def test_what_is_said_wrongly_is_refused(workspace, tmp_path, more, refusal):
    with pytest.raises(refusal):
        taken(workspace, tmp_path, WORDS, **{"columns": {}, **more})


def test_the_map_of_such_a_file(workspace, tmp_path):
    said = {**SAID, "Price": ""}
    keeper = MapKeeper("sales", map_text)
    first = taken(workspace, tmp_path, WORDS, columns=said, fixed={"deal.description": "x"}, save_map=keeper)
    assert first["deal"].created == 2
    assert Path(workspace.root, "imports/sales.yaml").read_text() == (
        "# What the columns of a file go into: crm import FILE --map sales\n"
        "in_one_row: true  # each row of the file holds all of these\n"
        "objects:\n"
        "  company:\n"
        "    mode: upsert\n"
        "\n"
        "    columns:\n"
        "      Firm: name\n"
        "      Where: upper(city)\n"
        "\n"
        "  contact:\n"
        "    mode: upsert\n"
        "\n"
        "    columns:\n"
        "      Naam: firstname+lastname\n"
        "      Mail: email\n"
        "\n"
        "  deal:\n"
        "    mode: upsert\n"
        "    leave_out: [Price]\n"
        "\n"
        "    columns:\n"
        "      Boat: dealname\n"
        "\n"
        "    fixed:\n"
        "      description: x\n"
        "\n"
    )
    again = taken(workspace, tmp_path, WORDS, objects="", map_name="sales", mode="")
    assert counts(again) == {"company": (0, 0, 1, 0), "contact": (0, 0, 2, 0), "deal": (0, 0, 2, 0)}
    other = taken(workspace, tmp_path, WORDS, objects="", map_name="sales", mode="", columns={"Price": "amount"})
    assert counts(other)["deal"] == (0, 2, 0, 0)


def test_explaining_it_is_a_table_for_each_object(workspace, tmp_path):
    (tmp_path / "mixed.csv").write_text(MIXED)
    explained = explain(workspace, [ImportRequest("company,contact,deal", str(tmp_path / "mixed.csv"))])
    assert {one.object_name: [(c.heading, c.target) for c in one.columns] for one in explained} == {
        "company": [("Company Name", "name"), ("Company domain", "domain"), ("City", "city")],
        "contact": [("First name", "firstname"), ("Contact: Email", "email")],
        "deal": [("Deal Name", "dealname"), ("Deal Amount", "amount")],
    }


def test_new_properties_are_of_their_objects(workspace, tmp_path):
    (tmp_path / "mixed.csv").write_text(
        "Email,Shoe size,Company name,Company colour,Deal name\na@x.nl,41,Navy,red,Ship\n"
    )
    request = ImportRequest("company,contact,deal", str(tmp_path / "mixed.csv"))
    prepared = with_new_properties(workspace, [request], with_property)
    accounts = import_all(prepared.workspace, prepared.requests)
    assert [one.created for one in accounts] == [1, 1, 1]
    workspace = reopened(tmp_path)
    assert values(workspace, Ref("contact", 1))["shoe_size"] == 41
    assert values(workspace, Ref("company", 1))["company_colour"] == "red"
    notes = [note for one in accounts for note in one.notes if note.startswith("New property")]
    assert notes == ["New property of company: company_colour, text", "New property of contact: shoe_size, number"]


def test_ids_that_a_file_has_of_its_objects_are_their_keys(workspace, tmp_path):
    text = "Contact ID,First name,Company ID,Company name,Deal ID,Deal name\n"
    text += "11,Ada,7,Navy,D1,Ship\n12,Bob,7,Navy,D1,Ship\n13,Bob,8,Navy,D2,Ship\n"
    assert counts(taken(workspace, tmp_path, text)) == {
        "company": (2, 0, 0, 0), "contact": (3, 0, 0, 0), "deal": (2, 0, 0, 0),
    }  # fmt: skip
    assert values(workspace, Ref("deal", 2))["hs_unique_creation_key"] == "D2"
    assert links(workspace, "deal", 1) == ["company:1", "contact:1", "contact:2"]
    again = taken(workspace, tmp_path, text.replace("Ship", "Boat"))
    assert counts(again) == {"company": (0, 0, 2, 0), "contact": (0, 0, 3, 0), "deal": (0, 2, 0, 0)}
    said = taken(workspace, tmp_path, text, columns={"Deal ID": "", "Company ID": "company.description"})
    assert [column.target for column in said["company"].columns[:1]] == ["description"]


def test_a_property_of_this_crm_is_known_in_files_of_programs_too(workspace, tmp_path):
    text = "Contact ID,Email,First Name,Deal ID,Lead Source,Account Name\nx1,a@x.nl,Ada,9,Web,Navy\n"
    (tmp_path / "zoho.csv").write_text(text)
    prepared = with_new_properties(workspace, [ImportRequest("contact", str(tmp_path / "zoho.csv"))], with_property)
    (imported,) = import_all(prepared.workspace, prepared.requests)
    declared = [note.split(": ")[1].split(",")[0] for note in imported.notes if note.startswith("New property")]
    assert declared
    assert set(declared) <= {column.target for column in imported.columns}
