"""Codes of rejected rows that only data from outside leads to; the others are in the scenario import_codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import crmcli
from crmcli.services.importing.imports import ImportRequest, import_file
from office import made, make_office, reopened

# The codes of rejected rows that HubSpot's imports know.
CODES = """
AMBIGUOUS_ENUMERATION_OPTION ASSOCIATION_LABEL_NOT_FOUND ASSOCIATION_LIMIT_EXCEEDED
ASSOCIATION_RECORD_NOT_FOUND COLUMN_TOO_LARGE COULD_NOT_FIND_OWNER COULD_NOT_PARSE_DATE COULD_NOT_PARSE_NUMBER
COULD_NOT_PARSE_ROW COULD_NOT_PARSE_TERM CREATE_ONLY_IMPORT UPDATE_ONLY_IMPORT DUPLICATE_ALTERNATE_ID
DUPLICATE_ASSOCIATION_ID DUPLICATE_OBJECT_ID DUPLICATE_RECORD_ID DUPLICATE_ROW_CONTENT
DUPLICATE_UNIQUE_PROPERTY_VALUE FAILED_TO_CREATE_ASSOCIATION FAILED_VALIDATION GDPR_BLACKLISTED_EMAIL
INCORRECT_NUMBER_OF_COLUMNS INVALID_ALTERNATE_ID INVALID_ASSOCIATION_KEY INVALID_CUSTOM_PROPERTY_VALIDATION
INVALID_DOMAIN INVALID_EMAIL INVALID_ENUMERATION_OPTION INVALID_FILE_TYPE INVALID_NUMBER_SIZE
INVALID_RECORD_ID INVALID_SHEET_COUNT LIMIT_EXCEEDED LINE_ITEM_MULTIPLE_PARENTS_IN_ROW MANY_ERRORS_IN_ROW
MISSING_REQUIRED_PROPERTY MULTIPLE_COMPANIES_WITH_THIS_DOMAIN MULTIPLE_OWNERS_FOUND OUTSIDE_VALID_TIME_RANGE
OUTSIDE_VALID_TERM_RANGE PROPERTY_DEFINITION_NOT_FOUND ROW_DATA_TOO_LARGE SECONDARY_EMAIL_WRITE_FAILURE
UNKNOWN_ASSOCIATION_RECORD_ID
"""
VOCABULARY = frozenset(CODES.split())
# Those that no row has here, and what there is in their place.
ELSEWHERE = {
    "DUPLICATE_ALTERNATE_ID": "DUPLICATE_UNIQUE_PROPERTY_VALUE, whichever unique property it is",
    "DUPLICATE_ASSOCIATION_ID": "an association that is named twice is one",
    "DUPLICATE_OBJECT_ID": "DUPLICATE_RECORD_ID",
    "DUPLICATE_ROW_CONTENT": "two rows without a key are two records",
    "INVALID_ALTERNATE_ID": "the code of what is wrong with the value: INVALID_EMAIL, INVALID_DOMAIN …",
    "INVALID_FILE_TYPE": "the file as a whole is refused",
    "INVALID_SHEET_COUNT": "the first sheet that fits is read, the others are named",
    "LIMIT_EXCEEDED": "there are no limits",
    "MANY_ERRORS_IN_ROW": "all that is wrong with a row stands in its reason, the first has the code",
    "OUTSIDE_VALID_TERM_RANGE": "terms may be of any length",
    "PROPERTY_DEFINITION_NOT_FOUND": "the command line is refused before the file is read",
    "ROW_DATA_TOO_LARGE": "rows may be of any length, values not: COLUMN_TOO_LARGE",
    "SECONDARY_EMAIL_WRITE_FAILURE": "FAILED_VALIDATION, naming the record that has the address",
}
SEVERAL = {"MULTIPLE_COMPANIES_WITH_THIS_DOMAIN", "DUPLICATE_UNIQUE_PROPERTY_VALUE"}  # of records: in the test below
SESSIONS = Path(__file__).parent / "snapshots" / "scenarios"


def test_every_code_is_in_a_session_or_has_its_reason():
    shown = {
        word for path in SESSIONS.glob("*.txt") for word in re.findall(r"\b[A-Z]+_[A-Z_]+\b", path.read_text("utf-8"))
    }
    assert VOCABULARY - shown - SEVERAL == ELSEWHERE.keys()


def test_rows_have_no_code_that_is_not_in_the_vocabulary():
    package = Path(crmcli.__file__).parent / "services"
    texts = [path.read_text("utf-8") for path in package.rglob("*.py")]
    used = {code for text in texts for code in re.findall(r'"([A-Z]+_[A-Z_]+)"', text)}
    codes = {code for code in used if code.split("_")[0] in {each.split("_")[0] for each in VOCABULARY}}
    assert codes <= VOCABULARY - ELSEWHERE.keys()


@pytest.fixture
def office(tmp_path):
    """An office with two companies of one domain and two contacts of one address, as an editor left them."""
    workspace = make_office(tmp_path)
    for name in ("acme", "zeta"):
        made(workspace, "company", f"name={name}", f"domain={name}.nl")
        made(workspace, "contact", f"email=info@{name}.nl")
    for shard in Path(workspace.root, "data").glob("co*/00000.json"):
        shard.write_text(shard.read_text().replace("zeta.nl", "acme.nl"))
    return reopened(tmp_path)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Email,associations.company.domain\nb@x.nl,acme.nl\n", "MULTIPLE_COMPANIES_WITH_THIS_DOMAIN"),
        ("Email,City\ninfo@acme.nl,Delft\n", "DUPLICATE_UNIQUE_PROPERTY_VALUE"),
    ],
)
def test_what_several_records_hold_is_no_key(office, tmp_path, text, code):
    path = tmp_path / "people.csv"
    path.write_text(text)
    (row,) = import_file(office, ImportRequest("contact", str(path))).rejected_rows
    assert (row.line, row.code) == (2, code)
