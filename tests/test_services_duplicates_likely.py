"""Records that are likely there already when one is created: what is looked at, and what is done about it."""

from __future__ import annotations

import json

import pytest

from crmcli.services.duplicates.likely import ON_DUPLICATE
from inside import Inside


@pytest.fixture
def crm(workspace):
    inside = Inside(workspace.folder, workspace)
    inside.done("create", "company", "name=King", "domain=king.example", "hs_additional_domains+=king.nl", "city=Delft")
    inside.done(
        "create", "contact", "firstname=José", "lastname=King", "email=jose@king.example", "phone=+31201234567",
        "city=London", "company=King & Co", "date_of_birth=1815-12-10",
    )  # fmt: skip
    return inside


def warned(answer):
    return answer.stderr.partition(" looks like ")[2].splitlines()[:1]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (("lastname=King", "phone=020-1234567"), "same phone number"),
        (("lastname=Kong", "firstname=J.", "mobilephone=+31201234567"), "same mobile phone number"),
        (("firstname=jose", "lastname=KING", "city=LONDON"), "same name and city"),
        (("firstname=José", "lastname=King", "company=king & co."), "same name and company name"),
        (("firstname=JOSÉ", "lastname=King", "date_of_birth=1815-12-10"), "same name and date of birth"),
        (("lastname=King", "email=jose@king.nl"), "jose@ at king.example too"),
    ],
)
def test_it_is_warned_with_the_command_to_compare(crm, values, why):
    answer = crm.done("create", "contact", *values)
    assert warned(answer) == [f"contact:1 (José King): {why}"]
    assert "Compare them: crm dedupe contacts --explain contact:1 contact:2" in answer.stderr
    assert "1 contact created" in answer.stdout


@pytest.mark.parametrize(
    "values",
    [
        ("firstname=Ada", "lastname=King", "phone=+31201234567"),  # of one household
        ("firstname=José", "lastname=King", "city=Paris"),
        ("firstname=José", "lastname=King"),
        ("firstname=Ada", "email=ada@king.nl"),
        ("firstname=Ada", "lastname=Ray", "email=jose@king.nl"),
        ("email=jose@other.example",),
        ("lastname=King", "city=London"),
    ],
)
def test_what_two_may_share_is_no_sign(crm, values):
    assert crm.done("create", "contact", *values).stderr == ""


def test_companies_are_known_by_name_with_a_place_or_by_phone(crm):
    assert warned(crm.done("create", "company", "name=KING", "city=delft")) == ["company:1 (King): same name and city"]
    assert warned(crm.done("create", "company", "name=King", "domain=kings.example")) == ["company:1 (King): same name"]
    assert crm.done("create", "company", "name=King", "city=Utrecht").stderr == ""


def test_other_objects_are_not_looked_at(crm):
    for _ in range(2):
        assert crm.done("create", "deal", "name=Engines", "amount=5").stderr == ""


def test_skip_creates_nothing_and_says_so(crm):
    answer = crm.done("create", "contact", "lastname=King", "phone=+31201234567", "--on-duplicate", "skip")
    assert answer.stdout == ("Not created: it looks like contact:1 (José King): same phone number\nNothing to change\n")
    assert crm.done("list", "contacts", "-o", "ids").stdout == "contact:1\n"


def test_update_sets_what_was_given_on_the_record_that_is_there(crm):
    answer = crm.done("create", "contact", "lastname=King", "phone=+31201234567", "jobtitle=Boss", "--on-duplicate",
                      "update", "-o", "json")  # fmt: skip
    written = json.loads(answer.stdout)
    assert [(each["id"], each["property"], each["new"]) for each in written["changes"]] == [
        ("contact:1", "jobtitle", "Boss")
    ]
    assert written["counts"] == {"updated": {"contact": 1}}


@pytest.mark.parametrize("address", ["jose@king.example", "JOSE@King.example"])
def test_who_has_the_same_key_is_skipped_or_updated_too(crm, address):
    given = ("create", "contact", "firstname=Pepe", f"email={address}", "jobtitle=Boss", "--on-duplicate")
    assert "Not created: it looks like contact:1 (José King): same email" in crm.done(*given, "skip").stdout
    answer = crm.done(*given, "update")
    assert "Job Title: – → Boss" in answer.stdout
    assert "additional" not in answer.stdout.lower()
    assert crm.crm(*given, "warn").code == crm.crm(*given, "fail").code == 5


def test_a_dry_run_names_no_record_that_is_not_made(crm):
    answer = crm.done("create", "contact", "lastname=King", "phone=+31201234567", "--dry-run")
    assert answer.stderr.endswith("Look at it: crm show contact:1\n")


def test_fail_refuses(crm):
    answer = crm.crm("create", "contact", "lastname=King", "phone=+31201234567", "--on-duplicate", "fail")
    assert (answer.code, answer.stdout) == (5, "")
    assert "It looks like contact:1 (José King): same phone number" in answer.stderr


def test_what_is_not_likely_is_created_whatever_was_asked(crm):
    for deed in ON_DUPLICATE:
        answer = crm.done("create", "contact", f"firstname={deed}", "--on-duplicate", deed)
        assert "1 contact created" in answer.stdout


def test_programs_read_the_warning_among_the_notes(crm):
    answer = crm.done("create", "contact", "lastname=King", "phone=+31201234567", "-o", "json")
    (note,) = json.loads(answer.stdout)["notes"]
    assert note.startswith("contact:2 looks like contact:1 (José King): same phone number; Compare them: crm dedupe")


def test_an_unknown_deed_is_refused(crm):
    answer = crm.crm("create", "contact", "lastname=King", "--on-duplicate", "merge")
    assert (answer.code, "There are warn, skip, update, fail" in answer.stderr) == (2, True)
