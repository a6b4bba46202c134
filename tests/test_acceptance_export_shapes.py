"""Exports of other programs as they come: of the columns that have a property most are known, and none wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.formats.opening import opened
from crmcli.services.importing.result import ColumnKind
from crmcli.services.mapping.columns import Sample, map_columns
from office import make_office

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "export-shapes"
WHOLE = "firstname+lastname"
MORE = "hs_additional_emails"
OWNER = "hubspot_owner_id"
# File → heading → property, as a person reads the columns; those that are not named have none, or another has it.
EXPECTED = {
    "A-agency-chaos.csv": {"Contact": WHOLE, "Owner": OWNER, "Status": "hs_lead_status", "Notes": "message"},
    "A-duplicate-mixed-columns.csv": {"name": WHOLE, "email": "email", "phone": "phone"},
    "A-european-semicolon.csv": {
        "Nom": WHOLE, "Email": "email", "Téléphone": "phone", "Entreprise": "company", "Statut": "hs_lead_status",
    },
    "A-excel-messy.csv": {
        "Lead Name": WHOLE, "EMAIL ADDRESS": "email", "☎ Contact": "phone",
        "Whatsapp Number": "hs_whatsapp_phone_number", "Sales Rep": OWNER,
    },
    "A-facebook-leads.csv": {
        "full_name": WHOLE, "email": "email", "phone_number": "phone", "city": "city", "state": "state",
        "country": "country",
    },
    "A-google-ads.csv": {"User Email": "email", "User Phone": "phone"},
    "A-horrible-headers.csv": {
        "Name": WHOLE, "EMAIL ADDRESS": "email", "☎ Contact": "phone", "Whatsapp Number": "hs_whatsapp_phone_number",
        "Mobile No.": "mobilephone", "Sales Rep": OWNER,
    },
    "A-hubspot-contacts.csv": {
        "Record ID": "hs_object_id", "First Name": "firstname", "Last Name": "lastname", "Email": "email",
        "Phone Number": "phone", "Lead Status": "hs_lead_status", "Create Date": "createdate",
        "Original Source": "hs_analytics_source",
    },
    "A-rtl-arabic-headers.csv": {
        "الاسم": WHOLE, "البريد": "email", "الهاتف": "phone", "Company": "company", "Notes": "message",
    },
    "A-salesforce-leads.csv": {
        "FirstName": "firstname", "LastName": "lastname", "Email": "email", "Phone": "phone", "Company": "company",
        "Status": "hs_lead_status", "OwnerId": OWNER,
    },
    "A-zoho-leads.csv": {
        "Lead Name": WHOLE, "Email": "email", "Phone": "phone", "Lead Owner": OWNER, "Lead Status": "hs_lead_status",
        "Industry": "industry",
    },
    "F-HEADER-google-2024-full.txt": {
        "First Name": "firstname", "Last Name": "lastname", "Name Prefix": "salutation", "Organization Name": "company",
        "Organization Title": "jobtitle", "Organization Department": "job_function", "Birthday": "date_of_birth",
        "Notes": "message", "E-mail 1 - Value": "email", "E-mail 2 - Value": MORE, "E-mail 3 - Value": MORE,
        "Phone 1 - Value": "phone", "Address 1 - Street": "address", "Address 1 - City": "city",
        "Address 1 - Region": "state", "Address 1 - Postal Code": "zip", "Address 1 - Country": "country",
        "Website 1 - Value": "website",
    },
    "F-HEADER-outlook-classic.txt": {
        "Title": "salutation", "First Name": "firstname", "Last Name": "lastname", "Company": "company",
        "Department": "job_function", "Job Title": "jobtitle", "Business Street": "address", "Business City": "city",
        "Business State": "state", "Business Postal Code": "zip", "Business Country/Region": "country",
        "Business Fax": "fax", "Business Phone": "phone", "Mobile Phone": "mobilephone", "Birthday": "date_of_birth",
        "E-mail Address": "email", "E-mail 2 Address": MORE, "E-mail 3 Address": MORE, "Gender": "gender",
        "Language": "hs_language",
    },
    "F-HEADER-outlook-com-or-google-outlook-format.txt": {
        "First Name": "firstname", "Last Name": "lastname", "Title": "salutation", "Web Page": "website",
        "Gender": "gender", "Birthday": "date_of_birth", "Language": "hs_language", "Notes": "message",
        "E-mail Address": "email", "E-mail 2 Address": MORE, "E-mail 3 Address": MORE, "Primary Phone": "phone",
        "Mobile Phone": "mobilephone", "Home Fax": "fax", "Home Street": "address", "Home City": "city",
        "Home State": "state", "Home Postal Code": "zip", "Home Country": "country",
    },
    "F-linkedin-short.csv": {
        "First Name": "firstname", "Last Name": "lastname", "URL": "hs_linkedin_url", "Email Address": "email",
        "Company": "company", "Position": "jobtitle",
    },
    "F-thunderbird-semicolon.csv": {"First Name": "firstname", "Last Name": "lastname", "Primary Email": "email"},
    "G-preset-hubspot.csv": {
        "Record ID": "hs_object_id", "First Name": "firstname", "Last Name": "lastname", "Email": "email",
        "Phone Number": "phone", "Associated Company": "company", "City": "city", "State/Region": "state",
        "Postal Code": "zip",
    },
    "G-preset-jobber.csv": {
        "First Name": "firstname", "Last Name": "lastname", "Email": "email", "Phone Number": "phone",
        "Company Name": "company", "City": "city", "State": "state", "Zip": "zip",
    },
    "G-preset-pipedrive-people.csv": {
        "Person - Name": WHOLE, "Person - Email": "email", "Person - Phone": "phone", "Organization - Name": "company",
    },
    "G-preset-salesforce-report.csv": {
        "First Name": "firstname", "Last Name": "lastname", "Email": "email", "Phone": "phone",
        "Account Name": "company", "Mailing City": "city", "Mailing State/Province": "state",
        "Mailing Zip/Postal Code": "zip",
    },
}  # fmt: skip
TAKEN = (ColumnKind.PROPERTY, ColumnKind.MADE_OF, ColumnKind.ASSOCIATION)

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared data is not here")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return make_office(tmp_path_factory.mktemp("shapes"))


def understood(workspace, name):
    """Heading → what it goes into, of the columns of a file that go into anything."""
    with opened(str(FOLDER / name)) as tables:
        header = list(tables[0].header)
        block = next(tables[0].blocks(), None)
        sample = Sample(name, header, block.columns if block else [()] * len(header))
        columns = map_columns(workspace, workspace.model.objects["contact"], sample).columns[: len(header)]
    return {column.heading: column.target for column in columns if column.kind in TAKEN}


def test_every_file_is_expected():
    assert {path.name for path in FOLDER.glob("[A-Z]-*")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_no_column_is_taken_for_something_else(workspace, name):
    found = understood(workspace, name)
    wrong = {heading: target for heading, target in found.items() if EXPECTED[name].get(heading) != target}
    assert wrong == {}


def test_of_the_columns_that_have_a_property_at_least_95_percent_are_known(workspace):
    known = sum(heading in understood(workspace, name) for name, expected in EXPECTED.items() for heading in expected)
    every = sum(map(len, EXPECTED.values()))
    assert known / every >= 0.95
