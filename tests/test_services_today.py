"""What there is to do today: each group, what is in it and what is not, in which order."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmcli.services.activities import LogActivity, log_activity
from crmcli.services.assignments import parse_assignments
from crmcli.services.reporting.service_rules import RulesRefused
from crmcli.services.today import TodayRequest, today
from crmcli.services.users import NewUser, add_user
from office import made, make_office, reopened


@pytest.fixture
def office(tmp_path):
    """It is Monday, 23 November 2026, 10:30 in Amsterdam."""
    return make_office(tmp_path)


def logged(workspace, word, refs, text, **more):
    assignments = parse_assignments(more.pop("assignments", []))
    return log_activity(workspace, LogActivity(word, refs, text, assignments, **more)).refs[0]


def groups(workspace, **said):
    return {group.name: [item.title for item in group.items] for group in today(workspace, TodayRequest(**said)).groups}


def test_tasks_are_overdue_or_due_today(office):
    logged(office, "task", (), "Tomorrow", at="2026-11-24")
    logged(office, "task", (), "At noon", at="2026-11-23 12:00")
    logged(office, "task", (), "All day", at="2026-11-23")
    logged(office, "task", (), "At nine", at="2026-11-23 09:00")
    logged(office, "task", (), "Last week", at="2026-11-16")
    logged(office, "task", (), "Done", at="2026-11-16", assignments=["status=COMPLETED"])
    logged(office, "task", (), "Yesterday, urgent", at="2026-11-22", assignments=["priority=HIGH"])
    logged(office, "task", (), "Yesterday", at="2026-11-22", assignments=["priority=LOW"])
    assert groups(office) == {
        "overdue": ["Last week", "Yesterday, urgent", "Yesterday", "At nine"],
        "today": ["All day", "At noon"],
    }


def test_meetings_of_today_that_are_not_called_off(office):
    ada = made(office, "contact", "firstname=Ada")
    logged(office, "meeting", (ada,), "", at="2026-11-23 14:00", assignments=["name=Demo"])
    logged(office, "meeting", (ada,), "", at="2026-11-23 09:00", assignments=["name=Stand-up", "outcome=SCHEDULED"])
    logged(office, "meeting", (ada,), "", at="2026-11-23 11:00", assignments=["name=Off", "outcome=CANCELED"])
    logged(office, "meeting", (ada,), "", at="2026-11-24 09:00", assignments=["name=Tomorrow"])
    logged(office, "call", (ada,), "Called", at="2026-11-23 09:10")
    (group,) = today(office, TodayRequest()).groups
    assert (group.name, [item.title for item in group.items]) == ("meetings", ["Stand-up", "Demo"])
    assert group.items[0].also == ((ada, "Ada"),)


def test_deals_whose_close_date_has_come(office):
    made(office, "deal", "name=Today", "closedate=2026-11-23", "amount=1200", "owner=me")
    made(office, "deal", "name=Late", "closedate=2026-10-31", "owner=me", "amount=5", "deal_currency_code=USD")
    made(office, "deal", "name=Later", "closedate=2026-11-24", "owner=me")
    made(office, "deal", "name=Won", "closedate=2026-11-01", "stage=closedwon", "owner=me")
    made(office, "deal", "name=Undated", "owner=me")
    (group,) = today(office, TodayRequest()).groups
    assert [(item.title, item.facts) for item in group.items] == [
        ("Late", ("Appointment Scheduled", "5.00 USD")),
        ("Today", ("Appointment Scheduled", "1,200.00 EUR")),
    ]


def test_mine_somebodys_and_everyones(office, tmp_path):
    add_user(office, NewUser("Ben Nevis", email="ben@king.nl"))
    office = reopened(tmp_path)
    logged(office, "task", (), "Mine", at="2026-11-20")
    logged(office, "task", (), "Bens", at="2026-11-20", assignments=["owner=ben_nevis"])
    assert groups(office) == {"overdue": ["Mine"]}
    assert groups(office, owner="Ben Nevis") == {"overdue": ["Bens"]}
    assert groups(office, everyone=True) == {"overdue": ["Mine", "Bens"]}
    (group,) = today(office, TodayRequest(everyone=True)).groups
    assert [item.facts[-1] for item in group.items] == ["Ada King", "Ben Nevis"]
    assert today(office, TodayRequest(owner="ben@king.nl")).whose == "Ben Nevis"


def test_so_many_of_each_and_how_many_there_are(office):
    for number in range(3):
        logged(office, "task", (), f"Task {number}", at="2026-11-20")
        made(office, "deal", f"name=Deal {number}", "closedate=2026-11-20", "owner=me")
    found = today(office, TodayRequest(limit=2))
    assert [(group.name, len(group.items), group.total) for group in found.groups] == [
        ("overdue", 2, 3),
        ("to_move", 2, 3),
    ]


def test_whom_to_follow_up(office, tmp_path):
    def at(day):
        return reopened(tmp_path, moment=datetime.fromisoformat(f"2026-{day}T09:30").replace(tzinfo=UTC))

    old = at("09-01")
    names = ("Ann", "Bea", "Cas", "Dee", "Eva")
    people = {name: made(old, "contact", f"firstname={name}", "owner=me") for name in names}
    made(at("10-25"), "contact", "firstname=New", "owner=me")  # 29 days ago
    made(at("10-24"), "contact", "firstname=Known", "owner=me")  # 30 days ago
    made(old, "contact", "firstname=Nobodys")
    logged(at("10-24"), "call", (people["Ann"],), "Long ago")
    logged(at("10-25"), "call", (people["Bea"],), "Not long ago")
    logged(at("11-20"), "note", (people["Cas"],), "Only a note")
    logged(at("11-20"), "task", (people["Dee"],), "Ask her", at="2026-11-30")
    logged(at("11-20"), "meeting", (people["Eva"],), "", at="2026-11-30 10:00")
    folder = Path(office.root, "segments")
    folder.mkdir()
    folder.joinpath("people.yaml").write_text("name: People\nobject: contact\nwhere: owner is known\nfollow_up: 30d\n")
    folder.joinpath("quiet.yaml").write_text("name: Quiet\nobject: contact\nwhere: owner is known\n")
    (group,) = today(at("11-23"), TodayRequest()).groups
    assert [(item.title, item.at and f"{item.at:%m-%d}") for item in group.items] == [
        ("Cas", None),
        ("Known", None),
        ("Ann", "10-24"),
    ]
    assert group.items[0].facts == ("People, every 30d",)
    everyone = today(at("11-23"), TodayRequest(everyone=True)).groups[-1]
    assert everyone.total == 3  # who is nobody's is in neither segment


def test_a_cadence_that_is_none(office):
    made(office, "contact", "firstname=Ann")
    folder = Path(office.root, "segments")
    folder.mkdir()
    folder.joinpath("people.yaml").write_text("name: People\nobject: contact\nwhere: id > 0\nfollow_up: soon\n")
    with pytest.raises(RulesRefused, match=r"segments/people\.yaml:4") as caught:
        today(office, TodayRequest())
    assert "30d" in caught.value.hint
