"""crm schema."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import ObjectName
from crmcli.cli.place import find_root
from crmcli.cli.session import Session
from crmcli.errors import ExitCode
from crmcli.render import schemas
from crmcli.render.workspaces import write_check
from crmcli.services import schema as service

System = Annotated[bool, typer.Option("--system", help="Properties that systems fill, too.")]


def list_(ctx: typer.Context) -> None:
    """List the objects.

    Example:
      crm schema list
    """
    session = ctx.ensure_object(Session)
    schemas.write_objects(session.output, service.objects(session.workspace))


def show(ctx: typer.Context, object_name: ObjectName, system: System = False) -> None:
    """Show an object: properties, options, pipelines, associations, and where each part is declared.

    Example:
      crm schema show contact
    """
    session = ctx.ensure_object(Session)
    schemas.write_schema(session.output, service.object_schema(session.workspace, object_name, system=system))


def check(ctx: typer.Context) -> int:
    """Check the schema files and report all problems, each with file and line; exit 7 if there are any.

    Example:
      crm schema check
    """
    session = ctx.ensure_object(Session)
    problems = service.check(find_root(session.folder))
    write_check(session.output, problems, "The schema is in order")
    return ExitCode.CHECK_FAILED if problems else ExitCode.DONE


VERBS = {"list": list_, "show": show, "check": check}
