"""crm init."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from crmcli.cli.asking_answers import answers
from crmcli.cli.place import remember_actor
from crmcli.cli.session import Session, workspace_id
from crmcli.render.workspaces import write_created
from crmcli.services.init import create_workspace

Folder = Annotated[str, typer.Argument(metavar="FOLDER", help="The folder, made if need be; else the one you are in.")]
Name = Annotated[str | None, typer.Option("--name", metavar="NAME", help="The CRM's name; else the folder's.")]
Currency = Annotated[str | None, typer.Option("--currency", metavar="CODE", help="The currency of money: EUR.")]
Zone = Annotated[str | None, typer.Option("--time-zone", metavar="ZONE", help="Europe/Amsterdam; else the machine's.")]
Country = Annotated[
    str | None, typer.Option("--country", metavar="CODE", help="NL: whose phone numbers need no country code.")
]
User = Annotated[str | None, typer.Option("--user", metavar="NAME", help="Who you are: the first user.")]
Email = Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help="Your e-mail.")]
Keep = Annotated[str | None, typer.Option("--keep", metavar="WHAT", help="What git keeps: schemas, all or nothing.")]


def init(
    ctx: typer.Context,
    folder: Folder = ".",
    name: Name = None,
    currency: Currency = None,
    time_zone: Zone = None,
    country: Country = None,
    user: User = None,
    email: Email = None,
    keep: Keep = None,
) -> None:
    """Make a CRM in a folder. On a terminal what no flag says is asked.

    Example:
      crm init my-crm --name "My CRM" --currency EUR --time-zone Europe/Amsterdam --country NL
    """
    session = ctx.ensure_object(Session)
    root = os.path.realpath(os.path.join(session.folder, folder))
    given = {
        "name": name,
        "currency": currency,
        "time_zone": time_zone,
        "country": country,
        "user_name": user,
        "user_email": email,
        "keep": keep,
    }
    said = answers(session, root, given)
    created = create_workspace(root, said, workspace_id=workspace_id())
    remember_actor(said.user_email or said.user_name)
    write_created(session.output, created.root, folder)
