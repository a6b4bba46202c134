"""crm.toml is read with an error for every mistake, and edited without losing what people wrote."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.settings import InvalidSettings, NewerWorkspace, Settings, load_settings, read_settings
from crmcli.model.settings_edit import add_user, new_settings
from crmcli.types.base import User


@pytest.fixture
def read(tmp_path):
    def reading(content):
        path = tmp_path / "crm.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_settings(str(tmp_path))

    return reading


def test_what_is_written_is_read(read, tmp_path):
    users = (User("ada", "Ada Lovelace", "ada@example.com", admin=True), User("ben", 'Ben "B" O\'Hara'))
    settings = Settings(
        str(tmp_path / "crm.toml"), "f00", "Café [x]", "USD", "Europe/Amsterdam", "NL", users, "all", "group"
    )
    assert read(new_settings(settings)) == settings


def test_an_empty_file_has_the_defaults(read, tmp_path):
    assert read("") == Settings(str(tmp_path / "crm.toml"), "", "")


def test_tables_that_the_settings_do_not_know_are_left_to_others(read):
    assert read("[clones]\n1 = 'x'\n").name == ""


@pytest.mark.parametrize(
    ("text", "where", "message", "hint"),
    [
        ("a = = 1\n", "crm.toml:1", "is not TOML at column 5", ""),
        ("[workspace]\nname = 'x\n", "crm.toml:2", 'is not TOML: Expected "\'"', None),
        (b"name = '\xff'\n", "crm.toml", "is not UTF-8 text", "save the file as UTF-8"),
        ("format = 'x'\n", "crm.toml:1", "\"format\" cannot be 'x'", "format = 1"),
        (
            "[workspace]\ncurency = 'EUR'\n",
            "crm.toml:2",
            '"curency" is no key of [workspace]',
            "did you mean currency?",
        ),
        ("[workspace]\n\ncurrency = 'euro'\n", "crm.toml:3", '"currency" cannot be "euro"', None),
        ("[workspace]\nname = 3\n", "crm.toml:2", '"name" cannot be 3', "it needs a text"),
        ("[workspace]\ncountry = 'Holland'\n", "crm.toml:2", '"country" cannot be "Holland"', None),
        ("[workspace]\nkeep = 'some'\n", "crm.toml:2", '"keep" cannot be "some"', None),
        ("[workspace]\nshared = 'all'\n", "crm.toml:2", '"shared" cannot be "all"', None),
        ("[workspace]\ntime_zone = 'Mars/Base'\n", "crm.toml:2", '"time_zone" cannot be "Mars/Base"', None),
        ("[workspace]\ntime_zone = '../etc'\n", "crm.toml:2", '"time_zone" cannot be "../etc"', None),
        ("[workspace]\ntime_zone = 'Europe'\n", "crm.toml:2", '"time_zone" cannot be "Europe"', None),
        ("workspace = 3\n", "crm.toml:1", '"workspace" needs a table', None),
        ("users = ['ada']\n", "crm.toml:1", '"users" needs a table', None),
        ("[users]\nada = 'Ada'\n", "crm.toml:2", '"ada" needs a table', None),
        ("[users.ada]\nadmin = 'yes'\n", "crm.toml:2", '"admin" cannot be "yes"', "it needs true or false"),
        ("[users.ada]\nmail = 'x'\n", "crm.toml:2", '"mail" is no key of [users.ada]', "did you mean email?"),
    ],
)
def test_a_mistake_is_named_with_its_line(read, text, where, message, hint):
    with pytest.raises(InvalidSettings) as caught:
        read(text)
    assert caught.value.where == where
    assert caught.value.message.startswith(f"{where}: {message}")
    if hint is not None:
        assert caught.value.hint == hint


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(InvalidSettings, match=r"crm\.toml: cannot be read: No such file"):
        read_settings(str(tmp_path))


def test_a_newer_workspace_is_left_alone(read):
    with pytest.raises(NewerWorkspace) as caught:
        read("format = 2\n[workspace]\nfuture = true\n")
    assert caught.value.format == 2


@pytest.fixture
def cached(tmp_path):
    """Read a text as commands do, with a cache that is kept."""

    def reading(content):
        assert (tmp_path / "crm.toml").write_bytes(content.encode()) == len(content.encode())
        return load_settings(str(tmp_path), str(tmp_path / "cache"))

    return reading


def test_settings_are_kept_and_read_again_when_the_text_changes(cached, monkeypatch):
    text = '[workspace]\nid = "f00"\nname = "Café"\nkeep = "all"\n[users.ada]\nname = "Ada"\nadmin = true\n'
    first = cached(text)
    assert (first.name, first.keep, first.users) == ("Café", "all", (User("ada", "Ada", admin=True),))
    with monkeypatch.context() as patched:
        patched.setattr(tomllib, "loads", None)  # whoever parses fails
        assert cached(text) == first
    assert cached(text.replace("Café", "Cafe")).name == "Cafe"
    with pytest.raises(InvalidSettings):
        cached(text + "x")
    assert cached(text) == first


@pytest.mark.parametrize("kept", ["", "[]", "{", '{"format": 0}', '{"format": 1, "text": "other"}'])
def test_a_cache_that_cannot_be_used_is_done_without(cached, tmp_path, kept):
    first = cached("format = 1\n")
    (tmp_path / "cache" / "settings.json").write_text(kept)
    assert cached("format = 1\n") == first


def test_settings_are_read_where_nothing_can_be_kept(cached, tmp_path):
    (tmp_path / "cache").write_text("a file")
    assert cached("format = 1\n") == read_settings(str(tmp_path))


def test_adding_a_user_keeps_comments_order_and_the_rest(read):
    text = "# mine\nformat = 1  # keep\n\n[users.zoe]\nname = 'Zoe' # boss\n\n[workspace]\nname = 'X'\n"
    changed = add_user(text, User("ada", "Ada", "ada@example.com"))
    kept = [line for line in changed.splitlines() if line]
    assert [line for line in text.splitlines() if line] == [line for line in kept if line in text.splitlines()]
    assert {user.id for user in read(changed).users} == {"zoe", "ada"}


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)


@given(names, names)
def test_any_name_comes_back(name, other):
    settings = Settings("", "1", name, users=(User("a", name, other), User("b-2", other, admin=True)))
    said = tomllib.loads(new_settings(settings))
    assert said["workspace"]["name"] == name
    assert said["users"]["a"]["name"] == name
    assert said["users"]["a"].get("email", "") == other
    assert said["users"]["b-2"] == {"name": other, "admin": True}


def test_the_team_of_a_user_is_kept(tmp_path):
    text = add_user('[workspace]\nid = "f00"\n', User("ada", "Ada King", team="North"))
    (tmp_path / "crm.toml").write_text(text, encoding="utf-8")
    assert [user.team for user in read_settings(str(tmp_path)).users] == ["North"]
