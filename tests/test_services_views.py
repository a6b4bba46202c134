"""Saved views."""

from __future__ import annotations

import pytest

ROWS = "name,domain,hs_target_account\nZeta,zeta.example,tier_2\nAcme,acme.example,tier_1\nBolt,bolt.example,\n"


@pytest.fixture
def companies(workspace):
    (workspace.folder / "c.csv").write_text(ROWS)
    assert workspace.shell("crm import companies c.csv -q").code == 0
    (workspace.folder / "views").mkdir()
    return workspace


def named(answer):
    assert answer.code == 0, answer.transcript()
    return [line.partition(",")[2] for line in answer.stdout.splitlines()]


def test_target_accounts_come_with_the_program(companies):
    said = named(companies.shell("crm list companies --view target_accounts --columns name,hs_target_account -o csv"))
    assert said == ["name,hs_target_account", "Acme,tier_1", "Zeta,tier_2"]
    usual = companies.shell("crm list companies --view target_accounts -o csv").stdout.splitlines()[0]
    assert usual == (
        "id,name,hs_target_account,hubspot_owner_id,num_associated_contacts,hs_num_open_deals,notes_last_contacted"
    )


def test_what_is_said_beside_a_view_wins_and_conditions_meet(companies):
    text = "object: companies\nwhere: name > 'A'\ncolumns: [name]\nsort: [-name]\nlimit: 2\n"
    (companies.folder / "views" / "mine.yaml").write_text(text)
    assert named(companies.shell("crm list companies --view mine -o csv")) == ["name", "Zeta", "Bolt"]
    assert named(companies.shell("crm list companies --view mine --sort name --limit 1 -o csv")) == ["name", "Acme"]
    narrowed = "crm list companies --view mine --where \"domain = 'bolt.example' or name = 'Zeta'\" --columns +domain"
    assert named(companies.shell(f"{narrowed} -o csv")) == ["name,domain", "Zeta,zeta.example", "Bolt,bolt.example"]
    assert companies.shell("crm export companies --view mine").stdout.splitlines() == ["name", "Zeta", "Bolt"]


def test_a_view_of_the_workspace_takes_the_place_of_a_shipped_one(companies):
    (companies.folder / "views" / "target_accounts.yaml").write_text("object: company\ncolumns: [domain]\nlimit: 1\n")
    assert named(companies.shell("crm list companies --view target_accounts -o csv")) == ["domain", "zeta.example"]


@pytest.mark.parametrize(
    ("text", "command", "code", "said"),
    [
        ("object: company\n", "list companies --view min", 4, 'There is no view "min"\nDid you mean mine?'),
        ("object: deal\n", "list companies --view mine", 2, 'The view "mine" is one of deals\nName these: deal'),
        ("object: deal\nlimit: x\n", "export deals --view mine", 2, 'views/mine.yaml:2: "limit" cannot be "x"'),
        ("object: company\nwhere: nme = 1\n", "list companies --view mine", 2, "nme"),
        ("object: [\n", "list companies --view mine", 2, "views/mine.yaml:2"),
    ],
)
def test_a_view_that_is_not_there_or_not_in_order(companies, text, command, code, said):
    (companies.folder / "views" / "mine.yaml").write_text(text)
    answer = companies.shell(f"crm {command}")
    assert (answer.code, answer.stdout) == (code, "")
    assert said in answer.stderr
