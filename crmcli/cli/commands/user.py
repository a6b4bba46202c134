"""crm user."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun
from crmcli.cli.session import Session
from crmcli.render.workspaces import write_users
from crmcli.render.writes import write_written
from crmcli.services import users

Name = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]
Email = Annotated[str, typer.Option("--email", metavar="ADDRESS", help="The user's e-mail.")]
Id = Annotated[str, typer.Option("--id", metavar="ID", help="A short id; else it is made from the name.")]
Admin = Annotated[bool, typer.Option("--admin", help="Make the user a Super Admin.")]
Team = Annotated[str, typer.Option("--team", metavar="NAME", help="The user's team, for reports and goals.")]


def add(
    ctx: typer.Context,
    name: Name,
    email: Email = "",
    id_: Id = "",
    admin: Admin = False,
    team: Team = "",
    dry_run: DryRun = False,
) -> None:
    """Add a user, who may own records and act.

    Example:
      crm user add "Grace Hopper" --email grace@hopper.example
    """
    session = ctx.ensure_object(Session)
    written = users.add_user(session.workspace, users.NewUser(name, email, admin, id_, team), dry_run=dry_run)
    write_written(session.output, session.workspace, written)


def list_(ctx: typer.Context) -> None:
    """List the users.

    Example:
      crm user list
    """
    session = ctx.ensure_object(Session)
    write_users(session.output, users.users(session.workspace))


VERBS = {"add": add, "list": list_}
