"""crm apply."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun
from crmcli.cli.import_columns import map_keeper
from crmcli.cli.import_values import Details
from crmcli.cli.importing import import_aloud
from crmcli.cli.session import Session
from crmcli.errors import ExitCode
from crmcli.render.writes import write_written
from crmcli.services.duplicates import plans as merging
from crmcli.services.importing import plans as importing
from crmcli.services.plans import read_plan

Plan = Annotated[str, typer.Argument(metavar="PLAN", help="The file that --save wrote.")]


def apply(ctx: typer.Context, plan: Plan, details: Details = False, dry_run: DryRun = False) -> int:
    r"""Do what a plan says: exactly that, or nothing.

    A plan is what crm import or crm dedupe kept with --save. One of an import is refused where its file is another
    one now, or where the CRM has changed in such a way that something else would become of a row; one of merges, which
    may be edited, where a record does not hold any more what the plan says of it.

    Example:
      printf 'Email,First name\ngrace@hopper.example,Grace\n' > people.csv
      crm import contacts people.csv --save plan.json
      crm apply plan.json
      crm dedupe contacts --save plan.json
      crm apply plan.json --dry-run
    """
    session = ctx.ensure_object(Session)
    read = read_plan(plan)
    if read.kind == merging.KIND:
        written = merging.apply_plan(session.workspace, read, dry_run=dry_run)
        write_written(session.output, session.workspace, written)
        return ExitCode.DONE
    saved = importing.import_plan(read, map_keeper)
    run = partial(importing.apply_plan, session.workspace, saved, dry_run=dry_run)
    return import_aloud(session, plan, run, details=details)
