"""The entry point: exit statuses, streams that end early, interruption."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from crmcli.errors import ExitCode
from terminal import Terminal


@pytest.fixture(scope="module")
def refusing(tmp_path_factory):
    """A workspace with one contact, which no test changes."""
    workspace = Terminal(tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("home"))
    workspace.crm("init", ".", "--name", "Analytical", "--currency", "EUR", "--country", "NL")
    assert workspace.crm("create", "contact", "email=ada@example.com").code == 0
    return workspace


@pytest.mark.parametrize(
    ("arguments", "code", "first", "second"),
    [
        (["lits"], 2, 'Error: There is no command "crm lits"', None),
        (["schema", "shw"], 2, 'Error: There is no command "crm schema shw"', "Did you mean crm schema show?"),
        (["xyzzy"], 2, 'Error: There is no command "crm xyzzy"', "See crm --help"),
        (["list"], 2, "Error: Missing argument 'OBJECT'", "See crm list --help"),
        (["list", "contacts", "--upside-down"], 2, "Error: No such option: --upside-down", "See crm list --help"),
        (
            ["list", "contacts", "--limit", "-3"],
            2,
            'Error: "-3" is no number of records',
            "Give 1 or more, or 0 for all",
        ),
        (["list", "contacts", "-o", "excel"], 2, 'Error: Unknown output format "excel"', None),
        (["delete", "contact:1"], 2, "Error: Delete contact:1: this needs your consent", None),
        (["completion", "tcsh"], 2, 'Error: There is no completion for "tcsh"', "One of: bash, zsh, fish"),
        (["show", "contact:77"], 4, "Error: There is no contact:77", None),
        (["import", "contacts", "nowhere.csv"], 1, None, None),
        (["edit", "contact:1"], 2, "Error: There is no terminal for an editor", None),
    ],
)
def test_an_error_is_two_lines_and_an_exit_status(refusing, arguments, code, first, second):
    answer = refusing.crm(*arguments)
    lines = answer.stderr.splitlines()
    assert (answer.stdout, answer.code, len(lines)) == ("", code, 2), answer.transcript()
    assert first in (None, lines[0])
    assert second in (None, lines[1])


def test_global_options_stand_before_or_after_the_command(workspace, terminal):
    workspace.crm("create", "contact", "email=ada@example.com")
    folder = str(terminal.folder)
    outside = ["-C", folder, "list", "contacts", "-o", "ids"], ["list", "contacts", "-C", folder, "-o", "ids"]
    assert [workspace.crm(*words).stdout for words in outside] == ["contact:1\n"] * 2
    assert workspace.crm("-o", "ids", "list", "contacts").stdout == "contact:1\n"
    assert workspace.crm("whoami", "--actor", "grace", "--json").json["actor"] == "grace"


def test_the_workspace_is_found_above_and_by_the_variable(workspace):
    assert workspace.shell("mkdir -p a/b && cd a/b && crm list contacts -o ids").code == 0
    assert workspace.shell('here=$PWD; cd / && CRM_DIR="$here" crm list contacts -o ids').code == 0
    answer = workspace.shell("cd / && crm list contacts")
    assert (answer.code, answer.stderr.splitlines()[0]) == (4, 'Error: No CRM in "/" or in any folder above it')


def test_a_reader_who_has_enough_is_no_error(workspace):
    workspace.shell("printf 'First name\\nAda %s\\n' $(seq 3000) > people.csv")
    assert workspace.crm("import", "contacts", "people.csv", "-q").code == 0
    for form in ("table", "json", "csv"):
        answer = workspace.shell(f"crm list contacts -o {form} | head -1")
        assert (answer.code, answer.stderr) == (0, ""), answer.transcript()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")
def test_a_full_disk_under_the_output_is_said(workspace):
    workspace.crm("create", "contact", "email=ada@example.com")
    answer = workspace.shell("crm show contact:1 > /dev/full")
    assert answer.code == 1
    assert answer.stderr.startswith("Error: No space left on device")


def test_ctrl_c_is_130_and_changes_nothing(workspace):
    command = [sys.executable, "-m", "crmcli", "import", "contacts", "-"]
    running = subprocess.Popen(
        command, cwd=workspace.folder, env=workspace.environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    running.stdin.write(b"First name\nAda\n")
    running.stdin.flush()
    time.sleep(2)
    running.send_signal(signal.SIGINT)
    _, stderr = running.communicate(timeout=20)
    assert (running.returncode, stderr.decode()) == (130, "Interrupted; nothing was changed\n")
    assert workspace.crm("list", "contacts", "-o", "ids").stdout == ""


def test_version(terminal):
    assert terminal.crm("--version").stdout.startswith("crm 0.")


def test_bare_crm_outside_tells_how_to_begin(terminal):
    answer = terminal.crm()
    assert answer.code == 0
    assert "crm init my-crm" in answer.stdout


def test_a_noun_tells_what_its_verbs_do_in_whole_sentences(terminal):
    told = terminal.crm("schema", "--help").stdout
    assert "..." not in told
    assert max(map(len, told.splitlines())) <= 80
    assert "new-object         Declare an object of your own in schemas/, at once usable\n" in told


def test_what_is_not_there_is_said(workspace):
    assert workspace.crm("schema", "usage").transcript().endswith("! There are no records yet\n")
    assert "No labels" in workspace.crm("schema", "label", "list", "lead").stderr


def test_the_exit_codes_are_told(terminal):
    told = terminal.crm("help", "exit-codes").stdout.splitlines()
    assert [int(line.split()[0]) for line in told] == [code.value for code in ExitCode]


def test_an_unreadable_clock_is_refused(workspace):
    answer = workspace.shell("CRM_NOW=soon crm whoami")
    assert (answer.code, answer.stderr.splitlines()[0]) == (2, 'Error: CRM_NOW="soon" is not a date-time')


def test_the_journal_keeps_the_command_as_typed(workspace):
    workspace.crm("create", "contact", "firstname=Ada's", "email=ada@example.com")
    [operation] = workspace.crm("history", "--json").json
    assert operation["command"] == "crm create contact 'firstname=Ada'\"'\"'s' email=ada@example.com"
