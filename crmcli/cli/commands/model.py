"""crm model."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, Yes
from crmcli.cli.consent import agree
from crmcli.cli.session import Session
from crmcli.render.matrices import write_associations, write_tools
from crmcli.render.models import write_model, write_templates
from crmcli.render.schema_text import with_entry
from crmcli.render.writes import write_written
from crmcli.services import matrix as table
from crmcli.services import templates
from crmcli.services.data_model import data_model
from crmcli.services.schema_edit import edit_schemas

Objects = Annotated[
    list[str], typer.Option("--object", metavar="OBJECT", help="This object and what it associates with; repeatable.")
]
Template = Annotated[
    str, typer.Argument(metavar="TEMPLATE", help="The name of a ready model; without one, they are listed.")
]

Associations = Annotated[
    bool, typer.Option("--associations", help="Which objects associate with which, instead of which tool takes which.")
]


def draw(ctx: typer.Context, objects: Objects = []) -> None:  # noqa: B006 - Typer copies it
    """Draw the data model: objects, how many properties and records, and what associates with what.

    -o dot, mermaid and svg make a picture, json and csv data.

    Example:
      crm model
      crm model --object deal
      crm model -o svg > model.svg
    """
    session = ctx.ensure_object(Session)
    write_model(session.output, data_model(session.workspace, objects))


def use(ctx: typer.Context, name: Template = "", dry_run: DryRun = False, yes: Yes = False) -> None:
    """Take over a ready model: it adds to the schema files of this CRM and changes nothing that they say.

    Example:
      crm model use
      crm model use coffee-roaster --dry-run
    """
    session = ctx.ensure_object(Session)
    workspace, output = session.workspace, session.output
    if not name:
        write_templates(output, templates.templates())
        return
    chosen = templates.template(name)
    lines = templates.plan(workspace, chosen)
    edits = templates.template_edits(chosen, with_entry)
    if not yes and not dry_run:
        for line in lines:
            output.say(line)
        agree(session, f"Use the model {chosen.label}?", given=False)
        lines = ()
    write_written(output, workspace, edit_schemas(workspace, edits, notes=lines, dry_run=dry_run))


def matrix(ctx: typer.Context, associations: Associations = False) -> None:
    """Print HubSpot's table of which tool takes which object, and how sure each cell is.

    With --associations: which objects associate with which. -o csv and json tell every cell, with HubSpot's type ids.

    Example:
      crm model matrix
      crm model matrix --associations
      crm model matrix --associations -o csv
    """
    session = ctx.ensure_object(Session)
    if associations:
        write_associations(session.output, table.associations(session.workspace))
    else:
        write_tools(session.output, table.tool_rows(session.workspace))


VERBS = {"draw": draw, "use": use, "matrix": matrix}
BARE = "draw"
