"""crm pipeline."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from crmcli.cli.arguments import DryRun, ObjectName
from crmcli.cli.session import Session
from crmcli.render import pipelines as rendering
from crmcli.render.schema_text import with_entry
from crmcli.render.writes import write_written
from crmcli.services import pipeline_edits as edits
from crmcli.services import pipelines as service

Any: TypeAlias = Annotated[str, typer.Argument(metavar="OBJECT", help="An object; without one, all pipelines.")]
Named: TypeAlias = Annotated[str, typer.Argument(metavar="PIPELINE", help="Its id or label; else the first one.")]
New: TypeAlias = Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")]
Stages: TypeAlias = Annotated[
    list[str],
    typer.Option("--stage", metavar="NAME[:FATE]", help="A stage, in order: Review, Offer:60%, Won:won, Lost:lost."),
]
Stage: TypeAlias = Annotated[str, typer.Argument(metavar="STAGE", help="A stage, by id, label or its beginning.")]
Pipeline: TypeAlias = Annotated[str, typer.Option("--pipeline", metavar="NAME", help="Where there are several.")]
After: TypeAlias = Annotated[str, typer.Option("--after", metavar="STAGE", help="Put it after this stage.")]
First: TypeAlias = Annotated[bool, typer.Option("--first", help="Put it first.")]
OfStage: TypeAlias = Annotated[str, typer.Option("--stage", metavar="STAGE", help="Rename this stage instead.")]
MoveTo: TypeAlias = Annotated[str, typer.Option("--move-to", metavar="STAGE", help="Where its records go.")]
Probability: TypeAlias = Annotated[
    float | None, typer.Option("--probability", metavar="0…1", min=0, max=1, help="How likely a record is won here.")
]
Closed: TypeAlias = Annotated[bool, typer.Option("--closed", help="What comes here is closed.")]
Required: TypeAlias = Annotated[
    list[str], typer.Option("--required", metavar="NAME", help="A property that a record needs to come here.")
]


def list_(ctx: typer.Context, object_name: Any = "") -> None:
    """List the pipelines.

    Example:
      crm pipeline list
      crm pipeline list deals
    """
    session = ctx.ensure_object(Session)
    rendering.write_pipelines(session.output, service.pipelines(session.workspace, object_name))


def show(ctx: typer.Context, object_name: ObjectName, pipeline: Named = "") -> None:
    """Show a pipeline: its stages, with how many records stand at each and what they are worth.

    Example:
      crm pipeline show deals
    """
    session = ctx.ensure_object(Session)
    rendering.write_funnel(session.output, service.funnel(session.workspace, object_name, pipeline))


def add(
    ctx: typer.Context,
    object_name: ObjectName,
    name: New,
    stage: Stages = [],  # noqa: B006 - Typer copies it
    dry_run: DryRun = False,
) -> None:
    """Add a pipeline with its stages.

    Example:
      crm pipeline add deals Renewals --stage Due:50% --stage Talks:70% --stage Renewed:won --stage Ended:lost
    """
    session = ctx.ensure_object(Session)
    where = edits.Where(object_name, name, with_entry, dry_run)
    written = edits.add_pipeline(session.workspace, where, [edits.stage_request(text) for text in stage])
    write_written(session.output, session.workspace, written)


def rename(
    ctx: typer.Context,
    object_name: ObjectName,
    name: New,
    pipeline: Pipeline = "",
    stage: OfStage = "",
    dry_run: DryRun = False,
) -> None:
    """Give a pipeline, or with --stage one of its stages, another name. Its id stays.

    Example:
      crm pipeline rename deals "New business"
      crm pipeline rename deals "Contract out" --stage contractsent
    """
    session = ctx.ensure_object(Session)
    where = edits.Where(object_name, pipeline, with_entry, dry_run)
    write_written(session.output, session.workspace, edits.rename(session.workspace, where, name, stage))


def add_stage(
    ctx: typer.Context,
    object_name: ObjectName,
    name: New,
    pipeline: Pipeline = "",
    after: After = "",
    probability: Probability = None,
    closed: Closed = False,
    required: Required = [],  # noqa: B006 - Typer copies it
    dry_run: DryRun = False,
) -> None:
    """Add a stage, after another one or before those that are closed.

    Example:
      crm pipeline add-stage deals "Legal review" --after decisionmakerboughtin --probability 0.85
    """
    session = ctx.ensure_object(Session)
    asked = edits.StageRequest(name, probability, closed, required=tuple(required))
    where = edits.Where(object_name, pipeline, with_entry, dry_run)
    write_written(session.output, session.workspace, edits.add_stage(session.workspace, where, asked, after))


def move_stage(
    ctx: typer.Context,
    object_name: ObjectName,
    stage: Stage,
    pipeline: Pipeline = "",
    after: After = "",
    first: First = False,
    dry_run: DryRun = False,
) -> None:
    """Put a stage elsewhere in its pipeline.

    Example:
      crm pipeline move-stage deals contractsent --after presentationscheduled
    """
    session = ctx.ensure_object(Session)
    where = edits.Where(object_name, pipeline, with_entry, dry_run)
    write_written(
        session.output, session.workspace, edits.move_stage(session.workspace, where, stage, after, first=first)
    )


def remove_stage(
    ctx: typer.Context,
    object_name: ObjectName,
    stage: Stage,
    pipeline: Pipeline = "",
    move_to: MoveTo = "",
    dry_run: DryRun = False,
) -> None:
    """Take a stage away and move its records, in one operation.

    Example:
      crm pipeline remove-stage deals decisionmakerboughtin --move-to contractsent
    """
    session = ctx.ensure_object(Session)
    where = edits.Where(object_name, pipeline, with_entry, dry_run)
    write_written(session.output, session.workspace, edits.remove_stage(session.workspace, where, stage, move_to))


VERBS = {
    "list": list_,
    "show": show,
    "add": add,
    "rename": rename,
    "add-stage": add_stage,
    "move-stage": move_stage,
    "remove-stage": remove_stage,
}
