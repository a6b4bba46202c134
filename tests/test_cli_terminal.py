"""What a person at a terminal is asked, over a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time

import pytest

from terminal import BIN


def session(workspace, line, *answers):
    """Run a command on a terminal of 80 columns, answer its questions in turn, and give all it wrote and its status."""
    leader, follower = pty.openpty()
    command = [str(BIN / "crm"), *line]
    environment = workspace.environment | {"TERM": "xterm"}
    running = subprocess.Popen(
        command, cwd=workspace.folder, env=environment, stdin=follower, stdout=follower, stderr=follower
    )
    os.close(follower)
    shown, waiting = "", list(answers)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([leader], [], [], 0.2)[0]:
            try:
                shown += os.read(leader, 65536).decode()
            except OSError:  # Linux: the other end is closed
                break
        elif waiting and shown.endswith((": ", "] ")):
            os.write(leader, f"{waiting.pop(0)}\n".encode())
        elif running.poll() is not None:
            break
    os.close(leader)
    return shown.replace("\r\n", "\n"), running.wait(timeout=20)


@pytest.fixture
def filled(workspace):
    """A workspace with two contacts of one name."""
    for number in (1, 2):
        workspace.crm("create", "contact", "firstname=Ada", "lastname=Lovelace", f"email=ada{number}@example.com")
    return workspace


def test_an_ambiguous_reference_is_picked_from_a_list(filled):
    shown, code = session(filled, ["show", "contact:Ada Lovelace"], "2")
    assert "  1  contact:1  Ada Lovelace\n  2  contact:2  Ada Lovelace\n" in shown
    assert "ada2@example.com" in shown
    assert code == 0


def test_no_number_of_the_list_is_no_choice(filled):
    shown, code = session(filled, ["show", "contact:Ada Lovelace"], "7")
    assert code == 5
    assert "Error: " in shown


@pytest.mark.parametrize(("answer", "code", "left"), [("y", 0, "contact:2\n"), ("n", 1, "contact:1\ncontact:2\n")])
def test_deleting_asks(filled, answer, code, left):
    shown, status = session(filled, ["delete", "contact:1"], answer)
    assert "Delete contact:1? [y/N]" in shown
    assert status == code
    assert filled.crm("list", "contacts", "-o", "ids").stdout == left


@pytest.mark.parametrize(
    ("answer", "code", "left"), [("contact:1", 0, "contact:2\n"), ("y", 1, "contact:1\ncontact:2\n")]
)
def test_erasing_shows_what_goes_and_asks_for_the_reference(filled, answer, code, left):
    shown, status = session(filled, ["erase", "ada1@example.com"], answer)
    assert "contact:1  Ada Lovelace" in shown
    assert "Would go:" in shown
    assert "Erase contact:1 for ever? Type contact:1 to do it:" in shown
    assert status == code
    assert filled.crm("list", "contacts", "-o", "ids").stdout == left


def test_undo_shows_the_last_operation_and_asks(filled):
    shown, code = session(filled, ["undo"], "yes")
    assert "1 contact created" in shown
    assert code == 0
    assert filled.crm("list", "contacts", "-o", "ids").stdout == "contact:1\n"


def test_init_asks_what_no_flag_says(terminal):
    shown, code = session(terminal, ["init", "crm", "--country", "NL"], "Acme", "usd", "Europe/Paris", "Ada", "", "all")
    assert code == 0, shown
    settings = (terminal.folder / "crm" / "crm.toml").read_text()
    assert all(word in settings for word in ('"Acme"', '"USD"', '"Europe/Paris"', '"NL"', '"Ada"', '"all"'))
    assert "Country" not in shown


def test_a_refused_edit_is_kept(filled, tmp_path):
    filled.variables.update(EDITOR="sed -i s/ada1@example.com/nobody/", TMPDIR=str(tmp_path))
    shown, code = session(filled, ["edit", "contact:1"], "n")
    assert code == 2
    assert "Edit it again? [y/N]" in shown
    [kept] = tmp_path.glob("crm-edit-*.yaml")
    assert "nobody" in kept.read_text()


def test_a_table_on_a_terminal_fits(filled):
    shown, code = session(filled, ["list", "contacts"])
    assert code == 0
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert shown.splitlines()[-1].startswith("2 contacts")


@pytest.mark.parametrize(("answer", "code", "made"), [("y", 0, "service:1\n"), ("n", 2, None)])
def test_an_inactive_object_is_activated_then_and_there(workspace, answer, code, made):
    shown, status = session(workspace, ["create", "service", "name=Boiler check"], answer)
    assert "Services are not active in this CRM\nActivate services now? [y/N]" in shown
    assert status == code
    if made:
        assert made in shown
        assert "active = true" in (workspace.folder / "crm.toml").read_text()
    else:
        assert "crm object activate service" in shown
        assert workspace.crm("list", "services").code == 2


def test_a_new_object_is_asked_about(workspace):
    answers = ["Batches", "One roast.", "Batch", "Roast date:date", "Score:numbr", "Score:number", "", "contact, deal"]
    shown, code = session(workspace, ["schema", "new-object", "Batch"], *answers)
    assert code == 0, shown
    assert '"numbr" is no type of property' in shown
    text = (workspace.folder / "schemas" / "batch.yaml").read_text()
    assert "plural: Batches\ndescription: One roast.\n" in text
    assert "      score:      {label: Score, type: number, fieldType: number}\n" in text
    assert "  contact: {}\n  deal: {}\n" in text


def test_a_new_object_with_flags_is_not_asked_about(workspace):
    shown, code = session(workspace, ["schema", "new-object", "Batch", "--plural", "Batches"])
    assert code == 0
    assert "as in" not in shown
    assert (workspace.folder / "schemas" / "batch.yaml").exists()


def test_an_import_asks_what_the_records_and_the_doubtful_columns_are(workspace):
    (workspace.folder / "things.csv").write_text("Name,Status,Referrer\nKing,,ada@king.example\n", encoding="utf-8")
    shown, code = session(workspace, ["import", "things.csv"], "1", "1")
    assert code == 0, shown
    assert "What are the records of this file?\n  1  contact  Contacts\n" in shown
    assert 'What is "Referrer" (ada@king.example)? its value is an e-mail address\n  1  email' in shown
    listed = workspace.crm("list", "contacts", "--columns", "firstname,email", "-o", "csv").stdout
    assert listed == "id,firstname,email\ncontact:1,King,ada@king.example\n"


def test_an_import_explains_itself_in_80_columns(workspace):
    lines = ["Name,Seen by,E-mailadres,Remarks of the last visit", "Ludwig van der Berg,,ludwig@berg.example,Monday"]
    (workspace.folder / "people.csv").write_text("\n".join(lines), encoding="utf-8")
    shown, code = session(workspace, ["import", "contacts", "people.csv", "--explain", "--no-color"])
    assert code == 0, shown
    table = shown.splitlines()[:5]
    assert max(map(len, table)) <= 80
    assert table[1].startswith("Name     ")
    assert table[1].rstrip().endswith("usual heading")
    assert table[4].rstrip().endswith("not known")


def test_an_import_asks_in_which_order_dates_are(workspace):
    (workspace.folder / "deals.csv").write_text("Deal Name,Close Date\nLoom,03/04/2026\n")
    shown, code = session(workspace, ["import", "deals", "deals.csv"], "2")
    assert '"03/04/2026" (line 2, Close Date) is 2026-04-03 or 2026-03-04' in shown
    assert "  1  dmy  2026-04-03\n  2  mdy  2026-03-04\n" in shown
    assert code == 0
    assert "2026-03-04" in workspace.crm("list", "deals", "--columns", "closedate").stdout


def test_no_answer_about_dates_imports_nothing(workspace):
    (workspace.folder / "deals.csv").write_text("Deal Name,Close Date\nLoom,03/04/2026\n")
    shown, code = session(workspace, ["import", "deals", "deals.csv"], "3")
    assert (code, "Say which: --dates" in shown) == (2, True)
    assert workspace.crm("list", "deals", "-o", "ids").stdout == ""
