"""crm apply."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun
from crmcli.cli.import_values import Details
from crmcli.cli.importing import import_aloud
from crmcli.cli.session import Session
from crmcli.services.importing import plans as importing
from crmcli.services.plans import read_plan

Plan = Annotated[str, typer.Argument(metavar="PLAN", help="The file that --save wrote.")]


def apply(ctx: typer.Context, plan: Plan, details: Details = False, dry_run: DryRun = False) -> int:
    r"""Do what a plan says: exactly that, or nothing.

    A plan is what a dry run kept with --save. It is refused where its file is another one now, or where the CRM has
    changed in such a way that something else would become of a row.

    Example:
      printf 'Email,First name\ngrace@hopper.example,Grace\n' > people.csv
      crm import contacts people.csv --save plan.json
      crm apply plan.json
    """
    session = ctx.ensure_object(Session)
    saved = importing.import_plan(read_plan(plan))
    run = partial(importing.apply_plan, session.workspace, saved, dry_run=dry_run)
    return import_aloud(session, plan, run, details=details)
