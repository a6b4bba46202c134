"""Objects called by other names: what is shown and typed follows, what programs read does not."""

from __future__ import annotations

import pytest

from crmcli.model.compiled import load_model
from crmcli.model.names import find_object, find_object_name
from crmcli.model.personal import personalised
from crmcli.model.settings import ObjectSettings


@pytest.fixture
def accounts(workspace):
    """A workspace whose companies are accounts, with one of them."""
    assert workspace.shell("crm object rename company --singular Klant --plural Klanten").code == 0
    assert workspace.shell("crm create klant name=Acme domain=acme.example").code == 0
    return workspace


@pytest.mark.parametrize("word", ["company", "companies", "comp", "Klant", "klanten", "klan", "organisation"])
def test_new_and_former_names_mean_the_object(accounts, word):
    assert accounts.crm("list", word, "-o", "ids").stdout.strip() == "company:1"
    assert accounts.crm("show", f"{word}:1", "--json").json["id"] == "company:1"


def test_what_people_read_follows(accounts):
    assert "1 klant created" in accounts.crm("create", "company", "name=Other", "-n").stdout
    assert "Klant company:1" in accounts.crm("show", "company:1").stdout
    assert "Klanten" in accounts.crm("report", "counts").stdout
    assert "Klanten" in accounts.crm().stdout
    accounts.crm("create", "contact", "firstname=Ada", "--link", "acme.example")
    assert "\nKlanten (1)\n" in accounts.crm("show", "contact:1").stdout
    assert 'A klant has no property "emial"' in accounts.crm("set", "company:1", "emial=x").stderr
    assert "klanten" in accounts.crm("list", "klantn").stderr
    assert "klanten\n" in accounts.shell("crm complete bash 'crm list k'").stdout


def test_conditions_take_the_new_names(accounts):
    accounts.crm("create", "contact", "firstname=Ada", "--link", "acme.example")
    for word in ("klant", "company"):
        assert (
            accounts.crm("list", "contacts", "--where", f"{word}.name = 'Acme'", "-o", "ids").stdout.strip()
            == "contact:1"
        )
    assert (
        accounts.crm("list", "contacts", "--where", "any(klanten, name = 'Acme')", "-o", "ids").stdout.strip()
        == "contact:1"
    )


def test_the_help_speaks_of_the_objects_by_their_names(accounts):
    accounts.crm("object", "rename", "contact", "--singular", "Persoon", "--plural", "Mensen")
    text = accounts.crm("list", "--help").stdout
    assert "crm list mensen" in text
    assert "crm list contacts" not in text
    assert "crm create persoon email=" in accounts.crm("create", "--help").stdout.replace("firstname", "email")
    assert "crm list contacts" in accounts.shell("cd /; crm list --help").stdout


def test_names_are_given_back(accounts):
    before = (accounts.folder / "crm.toml").read_text()
    assert "[objects.company]" in before
    assert accounts.crm("object", "rename", "klant", "--reset").code == 0
    assert "objects" not in (accounts.folder / "crm.toml").read_text()
    assert accounts.crm("list", "klanten").code == 2
    assert accounts.crm("undo", "--yes").code == 0
    assert (accounts.folder / "crm.toml").read_text() == before


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--plural", "deals"], 5, '"deals" means the object deal already'),
        (["--plural", "People"], 5, '"People" means the object contact already'),
        (["--singular", "list"], 5, '"list" means a command already'),
        (["--singular", "me"], 5, '"me" means something in expressions already'),
        (["--singular", "a:b"], 2, '"a:b" cannot be the name of an object'),
        (["--singular", "2nd"], 2, '"2nd" cannot be the name of an object'),
        (["--singular", "Acc\nount"], 2, "cannot be the name of an object"),
        ([], 2, "Say the new names"),
        (["--reset", "--plural", "Clients"], 2, "Say the new names"),
        (["--singular", " "], 2, "Say the new names"),
    ],
)
def test_names_that_an_object_cannot_have(workspace, arguments, code, message):
    answer = workspace.crm("object", "rename", "company", *arguments)
    assert answer.code == code
    assert message in answer.stderr
    assert "objects" not in (workspace.folder / "crm.toml").read_text()


def test_an_object_may_be_called_by_its_own_alias(workspace):
    assert workspace.crm("object", "rename", "company", "--singular", "Organisation").code == 0
    assert workspace.crm("list", "companies").code == 0


def test_names_that_clash_after_a_hand_edit_are_found(workspace):
    settings = workspace.folder / "crm.toml"
    settings.write_text(settings.read_text() + '\n[objects.company]\nplural = "Deals"\n[objects.lesson]\n')
    answer = workspace.crm("schema", "check")
    assert answer.code == 7
    assert '"Deals" already means "deal"' in answer.transcript()
    assert 'there is no object "lesson"' in answer.transcript()
    assert "crm.toml:" in answer.transcript()


def test_the_model_is_the_compiled_one_but_for_the_names(tmp_path):
    model = load_model("", str(tmp_path))
    said = [ObjectSettings("company", singular="Account", plural="Accounts"), ObjectSettings("no_such", active=True)]
    personal = personalised(model, said)
    assert personal.fingerprint == model.fingerprint
    found = find_object(personal, "accounts")
    assert (found.name, found.label, found.plural) == ("company", "Account", "Accounts")
    assert found.properties == model.objects["company"].properties
    assert find_object_name(personal, "companies") == "company"
    assert personal.objects["deal"] is model.objects["deal"]
    assert personalised(model, []) is model
