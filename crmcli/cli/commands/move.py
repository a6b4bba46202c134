"""crm move."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, Force
from crmcli.cli.assigning import assignments, divided, read_text
from crmcli.cli.messages import OptionalMessage
from crmcli.cli.moving import divided_goal, with_answers
from crmcli.cli.session import Session
from crmcli.cli.targeting import targets
from crmcli.render.writes import write_written
from crmcli.services import moving

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="REF… STAGE [NAME=VALUE…]",
        help="Records, then the stage by id, label or its beginning; then values to set at once.",
    ),
]
Pipeline = Annotated[
    str, typer.Option("--pipeline", metavar="NAME", help="Move into this pipeline; without a stage, to its first.")
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is won or lost.")]
At = Annotated[str, typer.Option("--at", metavar="MOMENT", help="When it was: 2026-05-01, yesterday, -3d.")]


def move(
    ctx: typer.Context,
    words: Words,
    pipeline: Pipeline = "",
    reason: Reason = "",
    message: OptionalMessage = None,
    at: At = "",
    force: Force = False,
    dry_run: DryRun = False,
) -> None:
    """Move records to a stage of their pipeline.

    Closing sets the close date. What the stage requires may be given at once; on a terminal you are asked for it.

    Example:
      crm move deal:1 contractsent -m "They agreed by phone"
      crm move deal:1 "Closed Won" --reason "Better price" amount=12000 --dry-run
    """
    session = ctx.ensure_object(Session)
    named, given = divided(words)
    references, stage = divided_goal(named, pipeline)
    request = moving.MoveRecords(
        refs=targets(session, references, "").refs,
        stage=stage,
        pipeline=pipeline,
        assignments=assignments(given),
        reason=reason,
        note=(read_text("-") if message == "-" else message or ""),
        at=at,
        force=force,
        dry_run=dry_run,
    )
    request = with_answers(session, request)
    write_written(session.output, session.workspace, moving.move(session.workspace, request))
