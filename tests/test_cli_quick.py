"""`crm show` without Typer gives the same as with it."""

from __future__ import annotations

import pytest

from crmcli.cli.quick import run_quickly
from crmcli.cli.session import Session


@pytest.mark.parametrize(
    "arguments",
    [
        ["contact:1"],
        ["contact:1", "--json"],
        ["contact:1", "company:1", "-o", "json"],
        ["ada@example.com"],
        ["contact:1", "-C", "."],
    ],
)
def test_both_ways_give_the_same(workspace, arguments):
    workspace.crm("create", "company", "name=Acme", "domain=acme.example")
    workspace.crm("create", "contact", "firstname=Ada", "email=ada@example.com", "--link", "company:1")
    quick = workspace.crm("show", *arguments)
    slow = workspace.crm("show", *arguments, "--no-color")  # an option that the quick way leaves to Typer
    assert (quick.stdout, quick.code) == (slow.stdout, 0)
    assert "Ada" in quick.stdout


@pytest.mark.parametrize("arguments", [["contact:9"], ["nobody@example.com"], ["contact:1", "contact:9"]])
def test_both_ways_refuse_alike(workspace, arguments):
    workspace.crm("create", "contact", "firstname=Ada")
    quick, slow = workspace.crm("show", *arguments), workspace.crm("show", *arguments, "--no-color")
    assert (quick.stdout, quick.stderr, quick.code) == (slow.stdout, slow.stderr, 4)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["show"],
        ["show", "contact:1", "--history"],
        ["show", "contact:1", "-o", "csv"],
        ["show", "contact:1", "-o"],
        ["show", "-"],
        ["list", "show"],
        ["-C"],
    ],
)
def test_what_is_not_plain_is_left_to_typer(arguments):
    assert run_quickly(Session(arguments)) is None
