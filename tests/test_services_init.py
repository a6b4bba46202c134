"""Making workspaces, their users, and a look at the whole."""

from __future__ import annotations

import os
import stat

import pytest

from crmcli.services.init import Answers, InvalidAnswer, WorkspaceExists, create_workspace
from crmcli.services.overview import overview
from crmcli.services.users import InvalidUser, NewUser, UserExists, add_user, user_id, users, whoami
from crmcli.services.workspace import match_user
from crmcli.types.base import InvalidValue, User
from office import ANSWERS, later, made, make_office, reopened


def made_at(tmp_path, **answers):
    root = tmp_path / "new"
    create_workspace(str(root), Answers(**{"name": "New", **answers}), workspace_id="0123456789abcdef")
    return root


def test_files_are_the_owners_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        root = made_at(tmp_path)
    finally:
        os.umask(before)
    modes = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in [root, *root.iterdir()]}
    assert modes == {
        "new": "0o700",
        "data": "0o700",
        "journal": "0o700",
        "schemas": "0o700",
        "crm.toml": "0o600",
        ".gitignore": "0o600",
        ".gitattributes": "0o600",
    }


@pytest.mark.parametrize(
    ("keep", "ignored"), [("schemas", {"/data/", "/journal/"}), ("all", {"*.tmp", "*.torn"}), ("nothing", {"*"})]
)
def test_git_keeps_what_was_answered(tmp_path, keep, ignored):
    lines = (made_at(tmp_path, keep=keep) / ".gitignore").read_text().splitlines()
    assert {line for line in lines if not line.startswith("#")} == ignored


def test_a_workspace_is_not_made_twice(tmp_path):
    root = made_at(tmp_path)
    (root / "crm.toml").write_text("mine")
    with pytest.raises(WorkspaceExists):
        made_at(tmp_path)
    assert (root / "crm.toml").read_text() == "mine"


def test_other_files_are_left_alone(tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / ".gitignore").write_text("*.bak\n")
    root = made_at(tmp_path)
    assert (root / ".gitignore").read_text() == "*.bak\n"
    assert (root / "crm.toml").exists()


@pytest.mark.parametrize(
    "answers",
    [
        {"name": " "},
        {"keep": "some"},
        {"currency": "euros"},
        {"country": "Netherlands"},
        {"time_zone": "Mars/Base"},
    ],
)
def test_a_wrong_answer_makes_nothing(tmp_path, answers):
    with pytest.raises(InvalidAnswer):
        made_at(tmp_path, **answers)
    assert not (tmp_path / "new").exists()


def test_a_wrong_address_makes_nothing(tmp_path):
    with pytest.raises(InvalidValue):
        made_at(tmp_path, user_name="Ada", user_email="nobody")
    assert not (tmp_path / "new").exists()


def test_what_was_answered_is_what_is_opened(tmp_path):
    office = make_office(tmp_path)
    settings = office.settings
    assert (settings.name, settings.currency, settings.time_zone, settings.country) == (
        "Office",
        "EUR",
        "Europe/Amsterdam",
        "NL",
    )
    assert settings.users == (User("ada_king", "Ada King", "ada@king.nl", admin=True),)
    assert (office.actor, office.context.me) == ("ada_king", "ada_king")
    assert office.context.zone.key == ANSWERS.time_zone


def test_someone_who_is_no_user_acts_under_the_given_word(tmp_path):
    make_office(tmp_path)
    office = reopened(tmp_path, actor="cron")
    assert (office.actor, office.context.me) == ("cron", "")
    assert (whoami(office).actor, whoami(office).user) == ("cron", None)


def test_users_are_added_and_told_apart(tmp_path):
    office = make_office(tmp_path)
    written = add_user(office, NewUser("Bob Stone", "Bob@Stone.nl"))
    assert written.counts == {("file", "written"): 1}
    office = reopened(tmp_path, actor="BOB@stone.nl")
    assert users(office)[1:] == (User("bob_stone", "Bob Stone", "bob@stone.nl"),)
    assert whoami(office).user == users(office)[1]
    with pytest.raises(UserExists, match="ada_king"):
        add_user(office, NewUser("Other", "ada@king.nl"))
    with pytest.raises(InvalidUser):
        add_user(office, NewUser("李"))
    with pytest.raises(InvalidValue):
        add_user(office, NewUser("Cas", "nobody"))


@pytest.mark.parametrize(
    ("name", "expected"), [("Ada Lovelace", "ada_lovelace"), ("Zoë D'Été", "zoe_d_ete"), ("李", "")]
)
def test_an_id_is_made_of_a_name(name, expected):
    assert user_id(name) == expected


def test_two_users_of_one_name_are_not_guessed_between():
    pair = (User("a", "Ada"), User("b", "Ada"))
    assert match_user(pair, "ada") is None
    assert match_user(pair, "B") == pair[1]
    assert match_user(pair, "") is None


def test_the_overview_suggests_what_fits(tmp_path):
    office = make_office(tmp_path)
    first = overview(office)
    assert (first.name, first.operations) == ("Office", ())
    assert {count for _, _, count in first.counts} == {0}
    assert first.suggestions[0].startswith("crm create ")
    made(office, "deal", "name=Big one")
    second = overview(later(office))
    assert ("deal", "Deals", 1) in second.counts
    assert second.suggestions[0] == "crm list deals"
    assert [line.summary for line in second.operations] == ["1 deal created"]
