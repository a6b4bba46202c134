"""crm schema."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, ObjectName, Yes
from crmcli.cli.consent import agree
from crmcli.cli.place import find_root
from crmcli.cli.session import Session
from crmcli.errors import ExitCode
from crmcli.render import schemas
from crmcli.render.schema_plans import write_plan
from crmcli.render.workspaces import write_check
from crmcli.render.writes import write_unchanged, write_written
from crmcli.services import schema as service
from crmcli.services import schema_apply, schema_plan

AllowLoss = Annotated[
    bool, typer.Option("--allow-loss", help="Let values go that cannot be kept; the journal has them, for undo.")
]
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


def plan(ctx: typer.Context) -> None:
    """Show what the schema files change, and what that means for the data: what converts, moves, stays or would go.

    Nothing is changed. What touches no value (a new property, a label, a column) needs no apply; a type, a name
    (`was: old_name`), uniqueness, options, labels and associations in use stay as they were until then.

    Example:
      crm schema plan
    """
    session = ctx.ensure_object(Session)
    session.about_schema = True
    write_plan(session.output, schema_plan.plan(session.workspace))


def apply(ctx: typer.Context, allow_loss: AllowLoss = False, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Let the data follow the schema files, as one operation; `crm undo` brings the values and the schema back.

    Example:
      crm schema apply --yes
    """
    session = ctx.ensure_object(Session)
    session.about_schema = True
    if not yes and not dry_run:
        planned = schema_plan.plan(session.workspace)
        if not planned.waits:
            write_unchanged(session.output)
            return
        if session.interactive:
            write_plan(session.output, planned)
        agree(session, "Apply the schema to the data?", given=False)
    written = schema_apply.apply(session.workspace, allow_loss=allow_loss, dry_run=dry_run)
    write_written(session.output, session.workspace, written)


VERBS = {"list": list_, "show": show, "check": check, "plan": plan, "apply": apply}
