"""crm view."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli import listing as options
from crmcli.cli.arguments import Columns, DryRun, Limit, ObjectName, Sort, Where, names
from crmcli.cli.arguments import View as Beginning
from crmcli.cli.session import Session
from crmcli.errors import ExitCode
from crmcli.frozen import replace
from crmcli.render import views as rendering
from crmcli.render.schema_text import with_entry
from crmcli.render.workspaces import write_check
from crmcli.render.writes import write_written
from crmcli.services import view_check, view_edits, view_indexes, views

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the view is called.")]
Anything = Annotated[str, typer.Argument(metavar="[OBJECT]", help="The views of an object; else all.")]
Index = Annotated[
    bool, typer.Option("--index", help="Keep its records in order, so that it is listed at once: an index.")
]
Default = Annotated[bool, typer.Option("--default", help="Let it be what `crm list OBJECT` lists.")]


def save(
    ctx: typer.Context,
    name: Name,
    object_name: ObjectName,
    where: Where = "",
    columns: Columns = [],  # noqa: B006 - Typer copies it
    sort: Sort = [],  # noqa: B006 - likewise
    limit: Limit = None,
    group_by: options.GroupBy = [],  # noqa: B006 - likewise
    summed: options.Summed = [],  # noqa: B006 - likewise
    view: Beginning = "",
    layout: options.Layout = "",
    by: options.By = "",
    pipeline: options.Pipeline = "",
    starts: options.Starts = "",
    ends: options.Ends = "",
    default: Default = False,
    index: Index = False,
    dry_run: DryRun = False,
) -> None:
    """Save what `crm list` shows with these options as a view, in views/NAME.yaml.

    A view of that name is replaced, the comments in its file stay. --view begins with another view, or with the same.

    Example:
      crm view save mine deals --where "owner = me" --sort -amount --sum amount --default
      crm view save large deals --view mine --where "amount > 10000"
      crm view save phases deals --layout board
      crm view save utrecht contacts --where "city = 'Utrecht'" --sort lastname --index
    """
    session = ctx.ensure_object(Session)
    workspace = session.workspace
    found = workspace.object(object_name)
    given = views.View(
        where=where,
        columns=names(columns),
        sort=names(sort),
        group_by=names(group_by),
        summed=names(summed),
        limit=limit,
        layout=layout,
        pipeline=pipeline,
        by=by,
        starts=starts,
        ends=ends,
    )
    usual = replace(views.usual_view(workspace, found, view), default=False) if view else views.View()
    merged = options.merged(usual, given, found, options.Looking())
    named = replace(merged, name=name, default=default)
    also = view_indexes.declaring(workspace, found, named, with_entry) if index else None
    request = view_edits.SaveView(found.name, named, rendering.view_text, dry_run, also)
    write_written(session.output, workspace, view_edits.save_view(workspace, request))


def list_(ctx: typer.Context, object_name: Anything = "") -> None:
    """List the saved views.

    Example:
      crm view list
      crm view list companies
    """
    session = ctx.ensure_object(Session)
    rendering.write_views(session.output, views.all_views(session.workspace, object_name))


def show(ctx: typer.Context, name: Name) -> None:
    """Show what a view says.

    Example:
      crm view show target_accounts
    """
    session = ctx.ensure_object(Session)
    rendering.write_view(session.output, views.read_in_order(session.workspace, name))


def check(ctx: typer.Context) -> int:
    """Check the saved views and report all problems, each with file and line; exit 7 if there are any.

    Example:
      crm view check
    """
    session = ctx.ensure_object(Session)
    problems = view_check.check_views(session.workspace)
    write_check(session.output, problems, "The views are in order")
    return ExitCode.CHECK_FAILED if problems else ExitCode.DONE


def delete(ctx: typer.Context, name: Name, dry_run: DryRun = False) -> None:
    """Delete a view; undo brings it back.

    Example:
      crm view save mine deals --where "owner = me"
      crm view delete mine
    """
    session = ctx.ensure_object(Session)
    write_written(session.output, session.workspace, view_edits.delete_view(session.workspace, name, dry_run=dry_run))


VERBS = {"save": save, "list": list_, "show": show, "check": check, "delete": delete}
