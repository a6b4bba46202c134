"""Imports: what each row becomes, what is rejected and why, and what is left behind."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from crmcli.formats.opening import UnreadableFile
from crmcli.model.names import UnknownProperty
from crmcli.services.associations import LinkRequest, link
from crmcli.services.domain_links import NoCompanies
from crmcli.services.importing.imports import ImportRequest, import_file, import_files
from crmcli.services.importing.matching import NotAKey
from crmcli.services.importing.preparing import UnknownMode
from crmcli.services.importing.result import ColumnKind, Verdict
from crmcli.services.mapping.wishes import MappedTwice, NoSuchColumn, NothingMapped, RepeatedHeading
from crmcli.services.records import Targets, delete
from crmcli.services.references import Ref
from office import later, made, make_office, reopened, values


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


def write(tmp_path, text, name="leads.csv"):
    """Write a file to import; give its path."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def taken(workspace, tmp_path, text, object_name="contact", name="leads.csv", **more):
    """Import a text."""
    return import_file(workspace, ImportRequest(object_name, write(tmp_path, text, name), **more))


def counts(imported):
    """Created, updated, unchanged, rejected."""
    return imported.created, imported.updated, imported.unchanged, imported.rejected


def rejections(imported):
    """Line, code, column and value of each rejected row."""
    return [(row.line, row.code, row.column, row.value) for row in imported.rejected_rows]


def contacts(workspace):
    """All contacts by id, less what the system fills in."""
    return {
        record.id: {name: value for name, value in record.values.items() if name != "createdate"}
        for record in workspace.store.stream("contact")
    }


PEOPLE = "First Name,Last Name,E-mail,Phone\nAda,King,ada@king.nl,0612345678\nBen,,ben@king.nl,\n"


def test_rows_become_records(workspace, tmp_path):
    imported = taken(workspace, tmp_path, PEOPLE)
    assert counts(imported) == (2, 0, 0, 0)
    assert contacts(workspace) == {
        1: {"firstname": "Ada", "lastname": "King", "email": "ada@king.nl", "phone": "+31612345678"},
        2: {"firstname": "Ben", "email": "ben@king.nl"},
    }
    assert values(workspace, Ref("contact", 1))["createdate"] == "2026-11-23T09:30:00Z"
    assert imported.written.counts == {("contact", "created"): 2}
    assert imported.written.operation is not None
    assert imported.repair_path == ""


def test_the_same_file_again_changes_nothing(workspace, tmp_path):
    taken(workspace, tmp_path, PEOPLE)
    before = contacts(workspace)
    again = taken(later(workspace), tmp_path, PEOPLE)
    assert counts(again) == (0, 0, 2, 0)
    assert again.written.operation is None
    assert contacts(workspace) == before


def test_known_records_are_updated_and_blanks_clear_nothing(workspace, tmp_path):
    taken(workspace, tmp_path, PEOPLE)
    outcomes = []
    path = write(tmp_path, "email,firstname,lastname\nADA@king.nl,,Lovelace\nben@king.nl,Ben,\nnew@king.nl,New,\n")
    imported = import_file(workspace, ImportRequest("contact", path), report=outcomes.append)
    assert counts(imported) == (1, 1, 1, 0)
    assert contacts(workspace)[1]["firstname"] == "Ada"
    assert contacts(workspace)[1]["lastname"] == "Lovelace"
    assert [(o.line, o.verdict, o.ref, dict(o.changes)) for o in outcomes] == [
        (2, Verdict.UPDATE, Ref("contact", 1), {"lastname": ("King", "Lovelace")}),
        (3, Verdict.UNCHANGED, Ref("contact", 2), {}),
        (4, Verdict.CREATE, Ref("contact", 3), {}),
    ]


def test_a_dry_run_says_the_same_and_writes_nothing(workspace, tmp_path):
    text = PEOPLE + "Cy,,no address,\n"
    dry = taken(workspace, tmp_path, text, dry_run=True)
    assert contacts(workspace) == {}
    assert sorted(path.name for path in tmp_path.glob("leads*")) == ["leads.csv"]
    wet = taken(workspace, tmp_path, text)
    assert counts(dry) == counts(wet) == (2, 0, 0, 1)
    assert dry.rejected_rows == wet.rejected_rows
    assert dry.written.dry_run
    assert dry.written.operation is None


def test_rejected_rows_go_into_a_file_that_can_be_imported(workspace, tmp_path):
    text = (
        'First Name;E-mail;Notes\nAda;ada@king.nl;"two\nlines"\nBen;ben at king;"a ""b"""\nCy;cy@king.nl\n'
        ";;only notes\n"
    )
    imported = taken(workspace, tmp_path, text)
    assert counts(imported) == (1, 0, 0, 3)
    assert rejections(imported) == [
        (4, "INVALID_EMAIL", "E-mail", "ben at king"),
        (5, "INCORRECT_NUMBER_OF_COLUMNS", "", ""),
        (6, "MISSING_REQUIRED_PROPERTY", "", ""),
    ]
    assert imported.repair_path == str(tmp_path / "leads.rejected.csv")
    lines = Path(imported.repair_path).read_text().splitlines()
    assert lines[0] == "crm_error;First Name;E-mail;Notes"
    assert lines[1].startswith('"INVALID_EMAIL: ')
    assert lines[1].endswith(';Ben;ben at king;"a ""b"""')
    assert lines[2].endswith(";Cy;cy@king.nl")
    again = import_file(workspace, ImportRequest("contact", imported.repair_path))
    assert counts(again) == (0, 0, 0, 3)
    assert again.repair_path == str(tmp_path / "leads.rejected-2.csv")
    assert [row.code for row in again.rejected_rows] == [row.code for row in imported.rejected_rows]
    # The reason is not repeated beside the new one.
    assert Path(again.repair_path).read_text().splitlines()[0] == "crm_error;First Name;E-mail;Notes"
    repaired = Path(again.repair_path).read_text().replace("ben at king", "ben@king.nl")
    assert counts(taken(workspace, tmp_path, repaired, name="repaired.csv")) == (1, 0, 0, 2)


def test_a_key_twice_in_the_file_names_the_first_line(workspace, tmp_path):
    rows = "".join(f"N{n},n{n}@x.org\n" for n in range(1_500))
    imported = taken(workspace, tmp_path, f"firstname,email\n{rows}Again,n3@x.org\nTwice,t@x.org\nThrice,T@x.org\n")
    assert counts(imported) == (1_501, 0, 0, 2)
    assert [(row.line, row.code, row.reason) for row in imported.rejected_rows] == [
        (1_502, "DUPLICATE_UNIQUE_PROPERTY_VALUE", 'email: line 5 has the same Email, "n3@x.org"'),
        (1_504, "DUPLICATE_UNIQUE_PROPERTY_VALUE", 'email: line 1503 has the same Email, "t@x.org"'),
    ]


def test_two_rows_about_one_record(workspace, tmp_path):
    taken(workspace, tmp_path, PEOPLE)
    imported = taken(workspace, tmp_path, "email,jobtitle\nada@king.nl,a\nada@king.nl,b\n")
    assert counts(imported) == (0, 1, 0, 1)
    assert rejections(imported)[0][:2] == (3, "DUPLICATE_RECORD_ID")
    assert imported.rejected_rows[0].reason == "line 2 is about contact:1 already"
    assert contacts(workspace)[1]["jobtitle"] == "a"


def test_a_row_that_lacks_what_is_required_does_not_hold_its_key(workspace, tmp_path):
    imported = taken(workspace, tmp_path, "firstname,email,phone\nAda,x@y.org,not a phone\nBen,x@y.org,\n")
    assert counts(imported) == (1, 0, 0, 1)
    assert contacts(workspace) == {1: {"firstname": "Ben", "email": "x@y.org"}}


def test_modes(workspace, tmp_path):
    taken(workspace, tmp_path, PEOPLE)
    text = "firstname,email\nAdele,ada@king.nl\nNew,new@king.nl\n"
    create = taken(workspace, tmp_path, text, mode="create", dry_run=True)
    assert rejections(create) == [(2, "CREATE_ONLY_IMPORT", "", "")]
    update = taken(workspace, tmp_path, text, mode="update")
    assert counts(update) == (0, 1, 0, 1)
    assert rejections(update) == [(3, "UPDATE_ONLY_IMPORT", "", "")]
    with pytest.raises(UnknownMode):
        taken(workspace, tmp_path, text, mode="merge")


def test_a_foreign_id_is_matched_before_the_address(workspace, tmp_path):
    taken(workspace, tmp_path, "Record ID,email\n900,ada@king.nl\n901,ben@king.nl\n")
    imported = taken(workspace, tmp_path, "Record ID,email,firstname\n900,ada@new.nl,Ada\n902,ben@king.nl,Ben\n")
    assert counts(imported) == (0, 1, 0, 1)
    assert contacts(workspace)[1]["email"] == "ada@new.nl"
    assert imported.rejected_rows[0].code == "FAILED_VALIDATION"
    assert "contact:2 has the" in imported.rejected_rows[0].reason


def test_an_address_that_another_record_holds(workspace, tmp_path):
    taken(workspace, tmp_path, "Record ID,email\n900,ada@king.nl\n901,ben@king.nl\n")
    imported = taken(workspace, tmp_path, "Record ID,email\n900,ben@king.nl\n")
    assert rejections(imported) == [(2, "DUPLICATE_UNIQUE_PROPERTY_VALUE", "email", "ben@king.nl")]


def test_an_additional_address_means_its_record_and_leaves_the_first_one(workspace, tmp_path):
    ada = made(workspace, "contact", "email=ada@king.nl", "hs_additional_emails=countess@lovelace.uk")
    imported = taken(workspace, tmp_path, "email,firstname\ncountess@lovelace.uk,Ada\n")
    assert counts(imported) == (0, 1, 0, 0)
    assert values(workspace, ada)["email"] == "ada@king.nl"
    assert values(workspace, ada)["firstname"] == "Ada"


def test_a_key_that_is_named(workspace, tmp_path):
    taken(workspace, tmp_path, "Record ID,email\n900,ada@king.nl\n")
    by_email = taken(workspace, tmp_path, "email,firstname\nada@king.nl,Ada\n", key="Email")
    assert counts(by_email) == (0, 1, 0, 0)
    with pytest.raises(NotAKey, match="several records"):
        taken(workspace, tmp_path, "email,firstname\nada@king.nl,Ada\n", key="firstname")
    with pytest.raises(NotAKey, match="no column"):
        taken(workspace, tmp_path, "firstname\nAda\n", key="email")


def test_our_own_references(workspace, tmp_path):
    taken(workspace, tmp_path, PEOPLE)
    delete(workspace, Targets((Ref("contact", 2),)))
    text = "id,firstname\ncontact:1,Adele\ncontact:2,Gone\ncontact:7,Seven\n,New\ncompany:1,Wrong\ncontact:7,Again\n"
    imported = taken(reopened(tmp_path), tmp_path, text)
    assert counts(imported) == (2, 1, 0, 3)
    assert rejections(imported) == [
        (3, "INVALID_RECORD_ID", "id", "contact:2"),
        (6, "INVALID_RECORD_ID", "id", "company:1"),
        (7, "DUPLICATE_RECORD_ID", "", ""),
    ]
    assert "crm restore contact:2" in imported.rejected_rows[0].reason
    found = contacts(workspace)
    assert (found[1]["firstname"], found[7]["firstname"], found[8]["firstname"]) == ("Adele", "Seven", "New")


def test_several_values_replace_or_are_added(workspace, tmp_path):
    taken(workspace, tmp_path, "email,hs_buying_role\na@x.org,CHAMPION;BLOCKER\nb@x.org,CHAMPION\n")
    imported = taken(
        workspace, tmp_path, "email,hs_buying_role\na@x.org,BUDGET_HOLDER\nb@x.org,;BUDGET_HOLDER;CHAMPION\n"
    )
    assert counts(imported) == (0, 2, 0, 0)
    assert [found["hs_buying_role"] for found in contacts(workspace).values()] == [
        ["BUDGET_HOLDER"],
        ["CHAMPION", "BUDGET_HOLDER"],
    ]


def test_pipelines_and_stages(workspace, tmp_path):
    deal = workspace.model.objects["deal"]
    first, *_, last = deal.pipelines[0].stages
    text = f"Deal name,Amount,Deal Stage\nOne,100,\nTwo,200,{last.id}\nThree,300,nonsense\nFour,lots,\n"
    imported = taken(workspace, tmp_path, text, "deal")
    assert counts(imported) == (2, 0, 0, 2)
    assert [row.line for row in imported.rejected_rows] == [4, 5]
    assert rejections(imported)[1] == (5, "COULD_NOT_PARSE_NUMBER", "Amount", "lots")
    found = [(r.values["pipeline"], r.values["dealstage"], r.values["amount"]) for r in workspace.store.stream("deal")]
    assert found == [(deal.pipelines[0].id, first.id, "100"), (deal.pipelines[0].id, last.id, "200")]


def test_association_columns(workspace, tmp_path):
    acme = made(workspace, "company", "name=Acme")
    other = made(workspace, "company", "name=Other")
    text = (
        "firstname,associations.company\n"
        f"Ada,{acme}*[billing contact]; {other}\n"
        f"Ben,{other}\n"
        "Cy,company:99\n"
        f"Di,{acme}[Boss]\n"
        "Ed,Acme\n"
        f"Fay,{acme}*; {other}*\n"
    )
    imported = taken(workspace, tmp_path, text)
    assert counts(imported) == (2, 0, 0, 4)
    assert [row.code for row in imported.rejected_rows] == [
        "UNKNOWN_ASSOCIATION_RECORD_ID",
        "ASSOCIATION_LABEL_NOT_FOUND",
        "INVALID_ASSOCIATION_KEY",
        "INVALID_ASSOCIATION_KEY",
    ]
    linked = [(a.other_id, a.labels, a.primary) for a in workspace.store.associations("contact", 1)]
    assert linked == [(1, ("Billing Contact",), True), (2, (), False)]
    assert [(a.other_id, a.primary) for a in workspace.store.associations("contact", 2)] == [(2, True)]


def test_a_new_association_is_an_update(workspace, tmp_path):
    acme = made(workspace, "company", "name=Acme")
    made(workspace, "contact", "email=ada@king.nl")
    text = f"email,associations.company\nada@king.nl,{acme}\n"
    assert counts(taken(workspace, tmp_path, text)) == (0, 1, 0, 0)
    assert counts(taken(workspace, tmp_path, text)) == (0, 0, 1, 0)


def test_companies_by_domain(workspace, tmp_path):
    acme = made(workspace, "company", "name=Acme", "domain=acme.com", "hs_additional_domains=acme.nl")
    old = made(workspace, "contact", "email=old@new.org")
    other = made(workspace, "company", "name=Other")
    link(workspace, LinkRequest(old, other))
    text = (
        "email,company\na@acme.com,\nb@acme.nl,\nc@new.org,\nd@new.org,New Inc\ne@gmail.com,Mail\n"
        "f@mail.acme.com,Sub\nold@new.org,\n"
    )
    imported = taken(workspace, tmp_path, text, associate_companies=True)
    assert counts(imported) == (6, 0, 1, 0)
    companies = {record.values.get("domain"): record for record in workspace.store.stream("company")}
    assert set(companies) == {"acme.com", None, "new.org", "mail.acme.com"}
    assert companies["new.org"].values["name"] == "New Inc"
    linked = {
        record.values["email"]: [(a.other_id, a.primary) for a in workspace.store.associations("contact", record.id)]
        for record in workspace.store.stream("contact")
    }
    new, sub = companies["new.org"].id, companies["mail.acme.com"].id
    assert linked == {
        "old@new.org": [(other.id, True)],
        "a@acme.com": [(acme.id, True)],
        "b@acme.nl": [(acme.id, True)],
        "c@new.org": [(new, True)],
        "d@new.org": [(new, True)],
        "e@gmail.com": [],
        "f@mail.acme.com": [(sub, True)],
    }
    assert imported.written.counts["company", "created"] == 2
    with pytest.raises(NoCompanies):
        taken(workspace, tmp_path, "dealname\nOne\n", "deal", associate_companies=True)


def test_formula_cells_come_back(workspace, tmp_path):
    taken(workspace, tmp_path, "firstname,lastname\n'=1+1,'t Hooft\n")
    assert contacts(workspace) == {1: {"firstname": "=1+1", "lastname": "'t Hooft"}}


def test_columns_are_mapped_and_the_rest_is_told(workspace, tmp_path):
    text = "property_firstname,Surname,Mail me,Shoe size,Lead Status\nAda,King,ada@king.nl,38,\n"
    imported = taken(workspace, tmp_path, text, columns={"mail me": "email", "Lead Status": ""})
    assert [(c.kind, c.target) for c in imported.columns] == [
        (ColumnKind.PROPERTY, "firstname"),
        (ColumnKind.PROPERTY, "lastname"),
        (ColumnKind.PROPERTY, "email"),
        (ColumnKind.UNKNOWN, ""),
        (ColumnKind.LEFT_OUT, ""),
    ]
    assert len(imported.notes) == 1
    assert '"Shoe size"' in imported.notes[0]
    assert "Lead Status" not in imported.notes[0]


@pytest.mark.parametrize(
    ("text", "columns", "error"),
    [
        ("email,firstname,email\na@x.org,Ada,b@x.org\n", {"email": ""}, RepeatedHeading),
        ("a,b\na@x.org,b@x.org\n", {"a": "email", "b": "email"}, MappedTwice),
        ("Ada,King\nBen,Brook\n", {}, NothingMapped),
        ("email\na@x.org\n", {"Male": "firstname"}, NoSuchColumn),
        ("email\na@x.org\n", {"#2": "firstname"}, NoSuchColumn),
        ("email\na@x.org\n", {"email": "shoe size"}, UnknownProperty),
    ],
)
def test_headings_that_do_not_say_what_is_what(workspace, tmp_path, text, columns, error):
    with pytest.raises(error):
        taken(workspace, tmp_path, text, columns=columns)
    assert contacts(workspace) == {}


def test_columns_by_number(workspace, tmp_path):
    text = "firstname,,email,email\nAda,x,a@x.org,b@x.org\n"
    taken(workspace, tmp_path, text, columns={"#2": "", "#3": ""})
    assert contacts(workspace) == {1: {"firstname": "Ada", "email": "b@x.org"}}


def test_a_stream(workspace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    stream = io.BytesIO(b"firstname,email\nAda,ada@king.nl\nBen,nothing\n")
    imported = import_file(workspace, ImportRequest("contact", "-", stream))
    assert counts(imported) == (1, 0, 0, 1)
    assert imported.repair_path == "import.rejected.csv"
    assert (tmp_path / "import.rejected.csv").exists()


def test_a_legacy_encoding_is_read_and_told(workspace, tmp_path):
    imported = taken(workspace, tmp_path, "firstname\nZoë\n".encode("cp1252"))
    assert contacts(workspace)[1]["firstname"] == "Zoë"
    assert "Windows-1252" in imported.notes[0]


def test_files_that_cannot_be_read(workspace, tmp_path):
    with pytest.raises(UnreadableFile, match="does not exist"):
        import_file(workspace, ImportRequest("contact", str(tmp_path / "none.csv")))
    with pytest.raises(UnreadableFile, match="is a folder"):
        import_file(workspace, ImportRequest("contact", str(tmp_path)))


def test_headings_alone(workspace, tmp_path):
    imported = taken(workspace, tmp_path, "firstname,email\n")
    assert counts(imported) == (0, 0, 0, 0)
    assert imported.written.operation is None


def test_an_interruption_leaves_nothing(workspace, tmp_path):
    rows = "".join(f"N{n},bad\n" if n == 5 else f"N{n},n{n}@x.org\n" for n in range(2_500))
    path = write(tmp_path, f"firstname,email\n{rows}")

    def interrupt(done, whole):
        assert 0 < done <= whole
        if done == whole:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(workspace, ImportRequest("contact", path), progress=interrupt)
    assert contacts(workspace) == {}
    assert sorted(found.name for found in tmp_path.glob("leads*")) == ["leads.csv"]
    assert counts(import_file(workspace, ImportRequest("contact", path))) == (2_499, 0, 0, 1)


def test_rows_of_several_files_say_of_which_they_are(workspace, tmp_path):
    told = []
    requests = [
        ImportRequest("contact", write(tmp_path, "Email\na@x.nl\n", "one.csv")),
        ImportRequest("contact", write(tmp_path, "Email\nb@x.nl\n", "two.csv")),
    ]
    import_files(workspace, requests, report=told.append)
    assert [(Path(one.file).name, one.line) for one in told] == [("one.csv", 2), ("two.csv", 2)]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Open - Not Contacted", "NEW"),
        ("Nuevo", "NEW"),
        ("working - contacted", "IN_PROGRESS"),
        ("Kontaktiert", "CONNECTED"),
        ("Not Qualified", "UNQUALIFIED"),
        ("Contactpoging", "ATTEMPTED_TO_CONTACT"),
    ],
)
def test_statuses_of_other_programs_and_languages_are_known(workspace, tmp_path, word, status):
    taken(workspace, tmp_path, f"First name,Status\nAda,{word}\n")
    assert contacts(workspace)[1]["hs_lead_status"] == status


def test_the_shipping_address_of_an_order(workspace, tmp_path):
    headings = "Order number,Freight,Ship address,Ship city,Ship region,Ship postal code,Ship country"
    text = f"{headings}\n7,3.20,Quay 1,Delft,ZH,2611,NL\n"
    assert "Not imported" not in "".join(taken(workspace, tmp_path, text, "order").notes)
    assert values(workspace, Ref("order", 1))["hs_shipping_address_city"] == "Delft"


def test_the_number_of_a_customer_is_that_of_a_person_or_an_organisation(workspace, tmp_path):
    orders = taken(workspace, tmp_path, "Order ID,Customer ID,Freight\n1,C7,2\n2,C7,3\n", "order")
    assert (orders.created, [column.target for column in orders.columns[:2]]) == (2, ["hs_object_id", ""])
    for heading in ("Customer ID", "Kundennummer", "Klantnummer", "Code client", "Código de cliente"):
        people = taken(workspace, tmp_path, f"{heading},First name\nC7,Ada\n")
        assert people.columns[0].target == "hs_unique_creation_key"
    assert people.unchanged == 1


def test_a_row_of_which_no_value_goes_in_is_rejected(workspace, tmp_path):
    imported = taken(workspace, tmp_path, "Call title,Shoe size\nHello,41\n,42\n", "call")
    assert counts(imported) == (1, 0, 0, 1)
    assert rejections(imported) == [(3, "MISSING_REQUIRED_PROPERTY", "", "")]
    assert imported.rejected_rows[0].reason == "none of its values goes into calls"


def test_what_a_row_lacks_comes_with_how_to_say_it(workspace, tmp_path):
    task = taken(workspace, tmp_path, "Task title\nCall\n", "task").rejected_rows[0]
    assert (task.code, task.remedy) == (
        "MISSING_REQUIRED_PROPERTY",
        "Fill it in, or for all rows: --fixed hs_timestamp=…",
    )
    assert taken(workspace, tmp_path, "City\nDelft\n").rejected_rows[0].remedy == "Fill one of them in"
    assert (
        counts(taken(workspace, tmp_path, "Task title\nCall\n", "task", fixed={"hs_timestamp": "2026-12-01"}))[0] == 1
    )


def test_leaving_values_out_leaves_out_names_of_nobody_too(workspace, tmp_path):
    text = "Email,Associated company\na@x.nl,Nobody\n"
    assert counts(taken(workspace, tmp_path, text)) == (0, 0, 0, 1)
    imported = taken(workspace, tmp_path, text, skip_invalid_values=True)
    assert counts(imported) == (1, 0, 0, 0)
    assert 'Left out of Associated company, 1 in all: "Nobody" (line 2)' in imported.notes
