"""crm merge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.arguments import DryRun, Yes, with_input
from crmcli.cli.consent import agree
from crmcli.cli.picking import resolve
from crmcli.cli.session import Session
from crmcli.render.judgements import warn_of_judgements
from crmcli.render.merges import write_merge_plan, write_merged
from crmcli.services.duplicates.judgements import judged_apart
from crmcli.services.merging.asked import asked_values, merge_refs, taken_from
from crmcli.services.merging.merging import merge as merge_records
from crmcli.services.merging.plans import MergeRecords, plan_merge

if TYPE_CHECKING:
    from crmcli.services.references import Ref

Keep = Annotated[str, typer.Argument(metavar="KEEP", help="The record that is kept; crm help references.")]
Others = Annotated[
    list[str], typer.Argument(metavar="OTHER…", help="Those that go into it, of the same object; - reads stdin.")
]
Take = Annotated[
    list[str], typer.Option("--take", metavar="PROPERTY=REF", help="Take a property's value from this one of them.")
]
Values = Annotated[
    list[str], typer.Option("--set", metavar="PROPERTY=VALUE", help="Give a property this value instead of any.")
]


def merge(
    ctx: typer.Context,
    keep: Keep,
    others: Others,
    take: Take = [],  # noqa: B006 - what Typer takes for an option that may be repeated
    values: Values = [],  # noqa: B006
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Merge records into the first one: shows which value stays and why, then asks.

    The schema's survivorship rules choose; without one, the kept record's value stays and others fill its blanks.
    Every e-mail address and domain still finds the record, and the old references lead to it for ever. `crm unmerge`
    gives each record back, whenever that may be.

    Example:
      crm merge contact:1 contact:2 --take jobtitle=contact:2 --dry-run
      crm merge contact:1 contact:2 --yes
    """
    session = ctx.ensure_object(Session)
    workspace = session.workspace

    def find(text: str) -> Ref:
        return resolve(session, text)

    refs = merge_refs([keep, *with_input(others)], find)
    found = workspace.model.objects[refs[0].object_name]
    asked = asked_values(workspace, found, values)
    request = MergeRecords(refs[0], refs[1:], taken_from(found, take, find), asked)
    plan = plan_merge(workspace, request)
    warn_of_judgements(session.output, judged_apart(workspace, refs))
    asks = not (dry_run or yes)
    if asks:
        into = f"{refs[1]} into {refs[0]}" if len(refs) == 2 else f"{len(refs)} records into {refs[0]}"
        write_merge_plan(session.output, workspace, plan)
        agree(session, f"Merge {into}?", given=False)
    written = merge_records(workspace, request, dry_run=dry_run)
    write_merged(session.output, workspace, plan, written, planned=not asks)
