"""crm object."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, ObjectName
from crmcli.cli.session import Session
from crmcli.cli.table import ALIASES, COMMANDS
from crmcli.render.schemas import write_activity
from crmcli.render.writes import write_written
from crmcli.services import activation, object_names, schema

Singular = Annotated[str, typer.Option("--singular", metavar="NAME", help="What one is called: Account.")]
Plural = Annotated[str, typer.Option("--plural", metavar="NAME", help="What several are called: Accounts.")]
Reset = Annotated[bool, typer.Option("--reset", help="Give the former names back.")]


def list_(ctx: typer.Context) -> None:
    """List all objects, those that are not active in this CRM too.

    Example:
      crm object list
    """
    session = ctx.ensure_object(Session)
    write_activity(session.output, schema.objects(session.workspace))


def activate(ctx: typer.Context, object_name: ObjectName, dry_run: DryRun = False) -> None:
    """Activate an object: from then on it is listed, completed and can be used.

    Where several users are declared, only a Super Admin may.

    Example:
      crm object activate service
    """
    session = ctx.ensure_object(Session)
    written = activation.set_active(session.workspace, object_name, active=True, dry_run=dry_run)
    write_written(session.output, session.workspace, written)


def deactivate(ctx: typer.Context, object_name: ObjectName, dry_run: DryRun = False) -> None:
    """Deactivate an object that has no records: it goes out of sight.

    Example:
      crm object deactivate service
    """
    session = ctx.ensure_object(Session)
    written = activation.set_active(session.workspace, object_name, active=False, dry_run=dry_run)
    write_written(session.output, session.workspace, written)


def rename(
    ctx: typer.Context,
    object_name: ObjectName,
    singular: Singular = "",
    plural: Plural = "",
    reset: Reset = False,
    dry_run: DryRun = False,
) -> None:
    """Call an object what you call it; its internal name and former names go on working.

    Example:
      crm object rename company --singular Account --plural Accounts
    """
    session = ctx.ensure_object(Session)
    names = object_names.Names(singular.strip(), plural.strip(), reset)
    written = object_names.rename(
        session.workspace, object_name, names, commands={*COMMANDS, *ALIASES}, dry_run=dry_run
    )
    write_written(session.output, session.workspace, written)


VERBS = {"list": list_, "activate": activate, "deactivate": deactivate, "rename": rename}
