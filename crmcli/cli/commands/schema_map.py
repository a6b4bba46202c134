"""crm schema map."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.session import Session
from crmcli.errors import ExitCode
from crmcli.render.import_maps import write_map, write_maps
from crmcli.render.workspaces import write_check
from crmcli.services.mapping.check import check_maps, read_map
from crmcli.services.mapping.maps import map_names, saved_map

Name = Annotated[str, typer.Argument(metavar="NAME", help="The map, as --save-map called it.")]


def list_(ctx: typer.Context) -> None:
    """List the saved maps of imports.

    Example:
      crm schema map list
    """
    session = ctx.ensure_object(Session)
    workspace = session.workspace
    read = [read_map(workspace, name) for name in map_names(workspace.root)]
    write_maps(session.output, [(one, len(problems)) for one, problems in read])


def show(ctx: typer.Context, name: Name) -> None:
    r"""Show a saved map.

    Example:
      printf 'First name,Mail\nGrace,grace@hopper.example\n' > people.csv
      crm import contacts people.csv --column "Mail=email" --save-map people
      crm schema map show people
    """
    session = ctx.ensure_object(Session)
    write_map(session.output, saved_map(session.workspace, name))


def check(ctx: typer.Context) -> int:
    """Check the saved maps and report all problems, each with file and line; exit 7 if there are any.

    Example:
      crm schema map check
    """
    session = ctx.ensure_object(Session)
    problems = check_maps(session.workspace)
    write_check(session.output, problems, "The saved maps are in order")
    return ExitCode.CHECK_FAILED if problems else ExitCode.DONE


VERBS = {"list": list_, "show": show, "check": check}
