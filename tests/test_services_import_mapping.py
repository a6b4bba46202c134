"""What the columns of a file are taken for: by their words, by their values, and by what the others are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.model.names import UnknownProperty
from crmcli.services.importing.result import ColumnKind
from crmcli.services.mapping.columns import Said, Sample, asked_columns, map_columns
from crmcli.services.mapping.notes import mapping_notes
from crmcli.services.mapping.wishes import MappedTwice, NoSuchColumn, NothingMapped, NotImportable
from office import make_office

WHOLE = "firstname+lastname"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return make_office(tmp_path_factory.mktemp("mapping"))


def mapped(workspace, text, object_name="contact", **said):
    """Map a table that is written as lines of cells between bars."""
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    return map_columns(workspace, workspace.model.objects[object_name], Sample("x.csv", header, cells), Said(**said))


def targets(workspace, text, object_name="contact", **said):
    """Heading → what it goes into, of the columns that go into anything; without those that are made of others."""
    found = mapped(workspace, text, object_name, **said)
    width = text.strip().splitlines()[0].count("|") + 1
    kinds = (ColumnKind.PROPERTY, ColumnKind.MADE_OF)
    return {column.heading: column.target for column in found.columns[:width] if column.kind in kinds}


def kinds(workspace, text, **said):
    """The kinds of the columns of a table of contacts."""
    return [column.kind.value for column in mapped(workspace, text, **said).columns]


SHAPES = {
    "Dutch": (
        "contact",
        "Aanhef | Voornaam | Achternaam | E-mailadres | Telefoonnummer | Mobiel | Bedrijfsnaam | Postcode | Plaats",
        "salutation firstname lastname email phone mobilephone company zip city",
    ),
    "German": (
        "contact",
        "Anrede | Vorname | Name | Firma | Straße | PLZ | Ort | Land | Telefon geschäftlich | Handy | E-Mail-Adresse",
        "salutation firstname lastname company address zip city country phone mobilephone email",
    ),
    "Spanish": (
        "contact",
        "Nombre | Apellidos | Correo electrónico | Teléfono móvil | Empresa | Ciudad | Código postal | Cargo",
        "firstname lastname email mobilephone company city zip jobtitle",
    ),
    "French": (
        "contact",
        "Civilité | Prénom | Nom | Courriel | Téléphone portable | Société | Ville | Pays | Date de naissance",
        "salutation firstname lastname email mobilephone company city country date_of_birth",
    ),
    "Mailchimp": (
        "contact",
        "Email Address | First Name | Last Name | Birthday | MEMBER_RATING | OPTIN_TIME | LEID | REGION | TAGS",
        "email firstname lastname date_of_birth - - - - -",
    ),
    "Zoho contacts": (
        "contact",
        "Contact Id | Contact Owner | First Name | Last Name | Account Name | Email | Mobile | Created By Id",
        "- hubspot_owner_id firstname lastname company email mobilephone -",
    ),
    "Apple": (
        "contact",
        "Prefix | First name | Last name | Email : work | Email : home | Phone : mobile | Phone : work | Note",
        "salutation firstname lastname email hs_additional_emails mobilephone phone message",
    ),
    "Salesforce accounts": (
        "company",
        "Account Name | Website | Phone | BillingStreet | BillingCity | BillingPostalCode | NumberOfEmployees",
        "name website phone address city zip numberofemployees",
    ),
    "Pipedrive deals": (
        "deal",
        "Deal - Title | Deal - Value | Deal - Currency | Deal - Stage | Deal - Expected close date | Deal - ID",
        "dealname amount deal_currency_code dealstage closedate -",
    ),
    "Dutch deals": (
        "deal",
        "Naam | Bedrag | Valuta | Fase | Verwachte sluitingsdatum | Eigenaar | Reden verlies",
        "dealname amount deal_currency_code dealstage closedate hubspot_owner_id closed_lost_reason",
    ),
    "tickets": (
        "ticket",
        "Betreff | Beschreibung | Priorität | Erstellt am | Zugewiesen an",
        "subject content hs_ticket_priority createdate hubspot_owner_id",
    ),
    "products": (
        "product",
        "Artikelnummer | Artikelnaam | Verkoopprijs | Inkoopprijs | Omschrijving",
        "hs_sku name price hs_cost_of_goods_sold description",
    ),
    "tasks": (
        "task",
        "Tâche | Échéance | Priorité | Responsable",
        "hs_task_subject hs_timestamp hs_task_priority hubspot_owner_id",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_headings_of_programs_and_languages(workspace, shape):
    object_name, text, wanted = SHAPES[shape]
    headings = [heading.strip() for heading in text.split("|")]
    wished = {heading: name for heading, name in zip(headings, wanted.split(), strict=True) if name != "-"}
    assert targets(workspace, text, object_name) == wished


SPELLINGS = st.sampled_from([str.upper, str.lower, str.title, lambda text: text.replace(" ", "_"),
                             lambda text: text.replace(" ", "-"), lambda text: text.replace(" ", ""),
                             lambda text: f" {text} ", lambda text: f"property_{text}", lambda text: f"{text} *",
                             lambda text: "".join(word.capitalize() for word in text.split())])  # fmt: skip


@settings(max_examples=60)
@given(data=st.data())
def test_a_label_in_any_spelling_means_its_property(workspace, data):
    found = workspace.model.objects[data.draw(st.sampled_from(["contact", "company", "deal", "ticket"]))]
    labels = [prop.label for prop in found.properties.values()]
    own = [p for p in found.properties.values() if not p.formula and not p.system and labels.count(p.label) == 1]
    prop = data.draw(st.sampled_from(own))
    heading = data.draw(SPELLINGS)(prop.label)
    columns = map_columns(workspace, found, Sample("x.csv", [heading], [()])).columns
    assert [(column.kind, column.target) for column in columns] == [(ColumnKind.PROPERTY, prop.name)]


WORDS = st.sampled_from(
    ["Name", "Email", "E-mail", "Email 2", "Phone", "Mobile", "First Name", "Last name", "Company", "Notes", "x", "",
     "Nom", "Status", "City", "Business City", "URL", "Title", "ID", "Contact", "Owner", "Voornaam", "Full name"]
)  # fmt: skip
VALUES = st.sampled_from(
    ["", "ada@king.nl", "+31 6 1234 5678", "Ada King", "https://king.nl", "2024-01-05", "7", "lead"]
)


@settings(max_examples=150, deadline=None)
@given(header=st.lists(WORDS, min_size=1, max_size=8), data=st.data())
def test_no_two_columns_go_into_one_property(workspace, header, data):
    cells = [data.draw(st.lists(VALUES, min_size=3, max_size=3)) for _ in header]
    found = workspace.model.objects["contact"]
    columns = map_columns(workspace, found, Sample("x.csv", header, cells)).columns
    names = [column.target for column in columns if column.kind is ColumnKind.PROPERTY]
    assert len(names) == len(set(names))
    assert [column.number for column in columns] == list(range(1, len(columns) + 1))
    assert [column.heading for column in columns[: len(header)]] == header


def test_a_file_of_a_known_program_is_read_in_its_words(workspace):
    assert targets(workspace, "Title | First Name")["Title"] == "jobtitle"
    outlook = targets(workspace, "Title | First Name | Job Title | Business Street | E-mail 2 Address")
    assert outlook["Title"] == "salutation"


def test_of_columns_for_one_property_the_first_with_values_is_taken(workspace):
    text = "Business City | Home City | Business Street\n | Utrecht | Main 5\n | Delft |"
    assert targets(workspace, text) == {"Home City": "city", "Business Street": "address"}


def test_a_whole_name_is_taken_apart_where_its_parts_have_no_columns(workspace):
    assert targets(workspace, "Name | Email") == {"Name": WHOLE, "Email": "email"}
    assert kinds(workspace, "Name | Email") == ["made of", "property", "property", "property"]
    assert targets(workspace, "Vorname | Name") == {"Vorname": "firstname", "Name": "lastname"}
    assert targets(workspace, "First name | Last name | Display name") == {
        "First name": "firstname",
        "Last name": "lastname",
    }
    found = mapped(workspace, "First name | Display name").columns[1]
    assert (found.kind, found.guesses) == (ColumnKind.DOUBTFUL, ("lastname",))


def test_values_that_contradict_a_heading_make_it_doubtful(workspace):
    text = "Name | Phone\nada@king.nl | ben@king.nl\ncy@king.nl | dan@king.nl"
    columns = mapped(workspace, text).columns
    assert [column.kind for column in columns] == [ColumnKind.DOUBTFUL] * 2
    assert columns[1].guesses == ("phone", "email")
    assert "2 of 2 values are e-mail addresses" in columns[1].evidence


def test_an_internal_name_is_meant(workspace):
    assert targets(workspace, "firstname | hs_object_id\n0 | 7") == {
        "firstname": "firstname",
        "hs_object_id": "hs_object_id",
    }
    assert mapped(workspace, "First name | City\n0 | 7").columns[0].kind is ColumnKind.DOUBTFUL


def test_one_wrong_value_contradicts_nothing(workspace):
    assert targets(workspace, "Email | Phone\nnothing | nobody") == {"Email": "email", "Phone": "phone"}


@pytest.mark.parametrize(
    ("heading", "values", "target"),
    [
        ("البريد", ["a@x.org", "b@x.org"], "email"),
        ("column_3", ["a@x.org", "b@x.org"], "email"),
        ("☎ Contact", ["555-7001", "555-7002"], "phone"),
        ("", ["+31 6 12345678", "06 12345678"], "phone"),
        ("#", ["https://king.nl", "www.lace.nl"], "website"),
        ("網址", ["https://www.linkedin.com/in/ada", "https://linkedin.com/in/ben"], "hs_linkedin_url"),
        ("Контакт", ["Ada King", "ada@king.nl"], "hubspot_owner_id"),
        ("状態", ["New", "Connected", "In progress"], "hs_lead_status"),
    ],
)
def test_a_heading_that_says_nothing_leaves_it_to_the_values(workspace, heading, values, target):
    sample = Sample("x.csv", [heading, "Last name"], [values, ["x"] * len(values)])
    found = map_columns(workspace, workspace.model.objects["contact"], sample).columns[0]
    assert (found.kind, found.target, found.by_values) == (ColumnKind.PROPERTY, target, True)


@pytest.mark.parametrize(
    ("heading", "values", "guesses"),
    [
        ("Referrer", ["a@x.org", "b@x.org"], ("email",)),
        ("Assistant's line", ["555-7001", "555-7002"], ("phone",)),
        ("Blog", ["https://king.nl", "www.lace.nl"], ("website",)),
        ("Interest", ["New", "Connected", "In progress"], ("hs_lead_status",)),
        ("Shoe size", ["38", "41"], ()),
        ("Seen", ["2024-01-02", "2024-01-03"], ()),
    ],
)
def test_a_heading_of_its_own_is_never_overruled_by_values(workspace, heading, values, guesses):
    sample = Sample("x.csv", [heading, "Last name"], [values, ["x"] * len(values)])
    found = map_columns(workspace, workspace.model.objects["contact"], sample).columns[0]
    assert found.kind is (ColumnKind.DOUBTFUL if guesses else ColumnKind.UNKNOWN)
    assert found.guesses == guesses


@pytest.mark.parametrize(
    "heading", ["Office", "Primary", "Client", "N° client", "User name", "Account no", "Phone type"]
)
def test_words_that_change_nothing_say_nothing_alone(workspace, heading):
    assert mapped(workspace, f"{heading} | Email").columns[0].kind is ColumnKind.UNKNOWN


def test_ids_of_the_records_themselves_associate_them_with_nothing(workspace):
    assert mapped(workspace, "Name | Company ID\nKing | 7", "company").columns[1].kind is ColumnKind.UNKNOWN
    assert mapped(workspace, "Name | Company ID\nKing | 7", "deal").columns[1].target == "company"


def test_further_addresses_go_where_there_is_room_for_them(workspace):
    found = mapped(workspace, "Email | E-mail 2 | Work email\na@x.org | b@x.org | c@x.org")
    assert [column.kind.value for column in found.columns] == ["property", "made of", "made of", "property"]
    assert found.columns[3].target == "hs_additional_emails"
    company = targets(workspace, "Domain | Other domains\nx.org | y.org", "company")
    assert company == {"Domain": "domain", "Other domains": "hs_additional_domains"}


def test_the_same_heading_again_stays_out(workspace):
    found = mapped(workspace, "Email | Email | EMAIL\na@x.org | b@x.org | c@x.org")
    assert [column.kind.value for column in found.columns] == ["property", "taken", "taken"]
    assert mapping_notes(found.columns, workspace.model.objects["contact"]) == [
        '"Email" is left out: "Email" is email already',
        '"EMAIL" is left out: "Email" is email already',
    ]


def test_what_is_said_wins(workspace):
    said = {"columns": {"Mail me": "email", "#3": "lastname", "Notes": ""}}
    text = "Email | Mail me | Whatever | Notes\na@x.org | b@x.org | King | x"
    assert targets(workspace, text, **said) == {
        "Email": "hs_additional_emails",
        "Mail me": "email",
        "Whatever": "lastname",
    }
    assert targets(workspace, "Naam | X", columns={"X": WHOLE}) == {"X": WHOLE}
    assert kinds(workspace, "Street | Number", columns={"Street+Number": "address"}) == [
        "made of",
        "made of",
        "property",
    ]
    assert targets(workspace, "Town", columns={"Town": "title(city)"}) == {"Town": "title(city)"}
    assert kinds(workspace, "Email", fixed={"lifecyclestage": "lead"}) == ["property", "property"]
    assert kinds(workspace, "Email | Lifecycle", fixed={"lifecyclestage": "lead"})[1] == "taken"


def test_what_is_said_wrongly_is_refused(workspace):
    with pytest.raises(NoSuchColumn, match='no column "Male"'):
        mapped(workspace, "Mail | Name", columns={"Male": "email"})
    with pytest.raises(MappedTwice, match='"A" and "B" both are email'):
        mapped(workspace, "A | B", columns={"A": "email", "B": "email"})
    with pytest.raises(NotImportable):
        mapped(workspace, "A", columns={"A": "notes_last_contacted"})
    with pytest.raises(NotImportable):
        mapped(workspace, "A", fixed={"notes_last_contacted": "today"})
    with pytest.raises(UnknownProperty):
        mapped(workspace, "A", fixed={"hat": "7"})
    assert mapped(workspace, "Email", fixed={"Lifecycle Stage": "lead"}).columns[1].target == "lifecyclestage"
    assert mapped(workspace, "Mail | Name", usual={"Male": "email"}).columns[0].target == "email"


def ask(workspace, text, choose):
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]
    sample = Sample("x.csv", header, list(zip(*rows, strict=True)))
    return asked_columns(workspace, workspace.model.objects["contact"], sample, Said(), choose).columns


def test_an_answer_is_taken(workspace):
    asked = []

    def choose(column, samples):
        asked.append((column.heading, column.guesses, samples))
        return "email"

    columns = ask(workspace, "Referrer | City\na@x.org | Delft\nb@x.org |", choose)
    assert asked == [("Referrer", ("email",), ("a@x.org", "b@x.org"))]
    assert [column.target for column in columns] == ["email", "city"]
    columns = ask(workspace, "Referrer | City\na@x.org | Delft\nb@x.org |", lambda *_: "")
    assert [column.kind for column in columns] == [ColumnKind.LEFT_OUT, ColumnKind.PROPERTY]


def test_nobody_to_ask_leaves_it_out_and_says_how_to_take_it(workspace):
    columns = ask(workspace, "Referrer | City\na@x.org | Delft\nb@x.org |", None)
    (note,) = mapping_notes(columns, workspace.model.objects["contact"])
    assert note == (
        '"Referrer" is left out: it may be email (2 of 2 values are e-mail addresses);'
        ' say so: --column "Referrer=email"'
    )
    with pytest.raises(NothingMapped) as refusal:
        ask(workspace, "Referrer\na@x.org\nb@x.org", None)
    assert refusal.value.hint == 'Say what columns are: --column "Referrer=email"'


def test_a_value_for_every_row_is_no_column_of_the_file(workspace):
    sample = Sample("x.csv", ["Shoe size"], [("38",)])
    with pytest.raises(NothingMapped):
        asked_columns(workspace, workspace.model.objects["contact"], sample, Said(fixed={"city": "Delft"}))


def test_columns_that_are_unknown_are_named_unless_they_hold_nothing(workspace):
    columns = mapped(workspace, "Email | Shoe size | Hat").columns
    (note,) = mapping_notes(columns, workspace.model.objects["contact"], blank=[3])
    assert note == (
        'Not imported: no property is known by "Shoe size", nor by 1 more without a value so far'
        ' (say which it is: --column "Shoe size=PROPERTY")'
    )
