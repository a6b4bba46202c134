"""Records side by side, and which of a group is best kept."""

from __future__ import annotations

import pytest

from crmcli.services.activities import LogActivity, log_activity
from crmcli.services.associations import LinkRequest, link
from crmcli.services.duplicates.comparing import side_by_side
from crmcli.services.duplicates.primaries import primary_first
from crmcli.services.references import Ref
from office import made, make_office

ADA, BYRON, KING = (Ref("contact", number) for number in (1, 2, 3))


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    made(workspace, "contact", "firstname=Ada", "lastname=Byron", "city=London")
    made(workspace, "contact", "firstname=Ada", "lastname=King", "phone=+31612345678")
    made(workspace, "contact", "firstname=Ada", "email=ada@example.com", "jobtitle=Analyst", "city=Paris")
    return workspace


def texts(found):
    return {line.label: line.texts for line in [*found.lines, *found.about]}


def test_records_stand_side_by_side_in_the_order_that_is_asked_for(office):
    found = side_by_side(office, [KING, ADA, BYRON])
    assert found.refs == (KING, ADA, BYRON)
    assert found.titles == ("Ada", "Ada Byron", "Ada King")
    shown = texts(found)
    assert shown["City"] == ("Paris", "London", "")
    assert shown["Phone Number"] == ("", "", "+31612345678")
    assert list(shown)[:3] == ["First Name", "Last Name", "Email"]
    assert "Industry" not in shown


def test_values_differ_where_two_are_set_and_not_the_same(office):
    differing = [line.label for line in side_by_side(office, [ADA, BYRON, KING]).lines if line.differs]
    assert differing == ["Last Name", "City"]


def test_what_hangs_on_a_record_is_counted(office):
    companies = [made(office, "company", f"name={name}") for name in ("Acme", "Zeta")]
    for company in companies:
        link(office, LinkRequest(ADA, company))
    link(office, LinkRequest(BYRON, companies[0]))
    log_activity(office, LogActivity("call", (ADA,), text="Hello"))
    shown = texts(side_by_side(office, [ADA, BYRON, KING]))
    assert shown["Associations"] == ("2 companies, 1 call", "1 company", "")
    assert shown["Last activity"] == ("2026-11-23 10:30 Call", "", "")


def test_a_record_that_is_gone_is_left_out(office):
    assert side_by_side(office, [ADA, Ref("contact", 9), KING]).refs == (ADA, KING)


def test_the_record_that_most_hangs_on_is_kept(office):
    assert list(primary_first(office, [[ADA, BYRON, KING]])) == [(KING, ADA, BYRON)]
    link(office, LinkRequest(BYRON, made(office, "company", "name=Acme")))
    assert list(primary_first(office, [[ADA, BYRON, KING], [ADA, KING]])) == [(BYRON, ADA, KING), (KING, ADA)]


def test_of_equals_the_oldest_is_kept(office):
    twin = made(office, "contact", "firstname=Ada", "lastname=Byron", "city=London")
    assert list(primary_first(office, [[twin, ADA]])) == [(ADA, twin)]
