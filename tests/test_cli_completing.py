"""What is offered at the end of a command line."""

from __future__ import annotations

from importlib import import_module

import pytest

from crmcli.cli import completing
from crmcli.cli.shells import SCRIPTS
from crmcli.cli.table import COMMANDS
from terminal import Terminal


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A workspace with a company and two contacts, which no test changes."""
    workspace = Terminal(tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("home"))
    workspace.crm("init", ".", "--name", "Analytical", "--currency", "EUR", "--country", "NL")
    workspace.crm("create", "company", "name=Acme", "domain=acme.example")
    workspace.crm("create", "contact", "firstname=Ada", "email=ada@acme.example")
    workspace.crm("create", "contact", "firstname=Adam", "email=adam@acme.example")
    return workspace


def offered(terminal, line, shell="fish"):
    answer = terminal.crm("complete", shell, line)
    assert (answer.code, answer.stderr) == (0, ""), answer.transcript()
    return answer.stdout.splitlines()


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("crm cre", ["create"]),
        ("crm l", ["list", "link", "label", "log", "ls"]),
        ("crm object ", ["list", "activate", "deactivate", "rename"]),
        ("crm schema show con", ["contacts", "conversations"]),
        ("crm list de", ["deals"]),
        ("crm object activate co", ["courses"]),
        ("crm ls ti", ["tickets"]),
        ("crm -C . list de", ["deals"]),
        ("crm list deals -o js", ["json", "jsonl"]),
        ("crm export deals -o js", ["json", "jsonl"]),
        ("crm export contacts -o vc", ["vcard"]),
        ("crm list deals --sort -amou", ["-amount"]),
        ("crm list contacts --columns firstname,jobt", ["firstname,jobtitle"]),
        ("crm create contact firstn", ["firstname="]),
        ("crm create contact lifecyclestage=cust", ["lifecyclestage=customer"]),
        ("crm create deal stage=closedw", ["stage=closedwon"]),
        ("crm set contact:1 jobt", ["jobtitle="]),
        ("crm set ada@acme.example jobt", ["jobtitle="]),
        ("crm show comp", ["company:"]),
        ("crm show contact:", ["contact:1", "contact:2"]),
        ("crm show ada", ["ada@acme.example", "adam@acme.example"]),
        ("crm show contact:adam", ["contact:adam@acme.example"]),
        ("crm dedupe con", ["contacts", "conversations"]),
        ("crm judgements f", ["forget"]),
        ("crm judgements list con", ["contacts", "conversations"]),
        ("crm judgements forget contact:1 contact:", ["contact:1", "contact:2"]),
        ("crm merge ada", ["ada@acme.example", "adam@acme.example"]),
        ("crm show 'contact:ad", ["contact:ada@acme.example", "contact:adam@acme.example"]),
        ("crm report count", ["counts"]),
        ("crm report tick", ["tickets"]),
        ("crm report counts contacts --by lifec", ["lifecyclestage"]),
        ("crm report contacts --top 3 --group-by lifec", ["lifecyclestage"]),
        ("crm report counts con", ["contacts", "conversations"]),
        ("crm report counts contacts ", []),
        ("crm move deal:1 contr", ["contractsent"]),
        ("crm move deal:1 contractsent amou", ["amount="]),
        ("crm pipeline sh", ["show"]),
        ("crm pipeline show ti", ["tickets"]),
        ("crm pipeline show deals de", ["default"]),
        ("crm pipeline remove-stage deals closedw", ["closedwon"]),
        ("crm pipeline add deals x", []),
        ("crm list deals --layout b", ["board"]),
        ("crm list companies --view t", ["target_accounts"]),
        ("crm list deals --group-by deals", ["dealstage"]),
        ("crm view sa", ["save"]),
        ("crm view list dea", ["deals"]),
        ("crm view show t", ["target_accounts"]),
        ("crm view save mine dea", ["deals"]),
        ("crm view save mine deals --sort deals", ["dealstage"]),
        ("crm log no", ["note"]),
        ("crm log call contact:1 outc", ["outcome="]),
        ("crm log call contact:1 direction=out", []),
        ("crm log call contact:1 direction=OUT", ["direction=OUTBOUND"]),
        ("crm timeline comp", ["company:"]),
        ("crm import contacts x.csv --mode up", ["upsert", "update"]),
        ("crm set --wh", ["--where"]),
        ("crm user add --adm", ["--admin"]),
        ("crm help exit", ["exit-codes"]),
        ("crm xyzzy a", []),
        ("crm create nothing x", []),
        ("crm show x'\"", []),
    ],
)
def test_offers(filled, line, offers):
    assert offered(filled, line) == offers


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("crm create contact lifecyclestage=cust", ["customer"]),
        ("crm show contact:", ["1", "2"]),
        ("crm cre", ["create"]),
    ],
)
def test_bash_gets_what_follows_its_last_word_break(filled, line, offers):
    assert offered(filled, line, "bash") == offers


def test_outside_a_workspace_nothing_is_known_and_nothing_is_said(terminal):
    assert offered(terminal, "crm list con") == []


def test_bash_completes_with_the_script(filled):
    typed = "crm create contact lifecyclestage=cust"
    cursor = f"COMP_LINE='{typed}'; COMP_POINT={len(typed)}"
    script = f'source <(crm completion bash); {cursor}; _crm; echo "${{COMPREPLY[@]}}"'
    answer = filled.shell(f"bash -c {_quoted(script)}")
    assert answer.stdout == "customer\n", answer.transcript()


@pytest.mark.parametrize("shell", SCRIPTS)
def test_every_shell_has_a_script(terminal, shell):
    assert f"crm complete {shell}" in terminal.crm("completion", shell).stdout


def test_completion_loads_no_typer(filled):
    answer = filled.shell(
        "python -c \"import sys; sys.argv[1:] = ['complete', 'fish', 'crm create contact firstn'];"
        "from crmcli.cli.main import run; run(sys.argv[1:]); sys.exit('typer' in sys.modules)\""
    )
    assert (answer.stdout, answer.code) == ("firstname=\n", 0), answer.transcript()


def _quoted(text):
    return "'" + text.replace("'", "'\"'\"'") + "'"


def test_the_verbs_of_every_noun_are_offered():
    modules = {name: import_module(path) for name, (path, _) in COMMANDS.items()}
    nouns = {name: tuple(module.VERBS) for name, module in modules.items() if hasattr(module, "VERBS")}
    assert nouns == completing._VERBS
