"""crm segment."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli import listing as options
from crmcli.cli.arguments import Columns, DryRun, Force, Limit, ObjectName, Reference, Sort, Where, names, with_input
from crmcli.cli.consent import agree
from crmcli.cli.exporting import export_to
from crmcli.cli.paging import paged
from crmcli.cli.picking import resolve
from crmcli.cli.session import Session
from crmcli.errors import ExitCode
from crmcli.render import segments as rendering
from crmcli.render.export_forms import form_named
from crmcli.render.imports import write_exported
from crmcli.render.workspaces import write_check
from crmcli.render.writes import write_written
from crmcli.services.exporting.exports import ExportRequest, Style
from crmcli.services.records import Targets
from crmcli.services.references import Ref
from crmcli.services.segments import changes as looking
from crmcli.services.segments import edits
from crmcli.services.segments.check import segment_problems
from crmcli.services.segments.found import condition_of, segment_lines, segment_of, segment_page
from crmcli.services.segments.naming import refs_of
from crmcli.services.segments.why import why as reasons
from crmcli.services.views import View

Name = Annotated[str, typer.Argument(metavar="SEGMENT", help="Its name, in quotes where it has blanks.")]
Names = Annotated[list[str], typer.Argument(metavar="[SEGMENT…]", help="Only these; else all.")]
Refs = Annotated[
    list[str], typer.Argument(metavar="[REF…]", help="Records: contact:42, an e-mail; - reads them from stdin.")
]
Static = Annotated[bool, typer.Option("--static", help="By hand; with --where those who meet it now, and for good.")]
Description = Annotated[str, typer.Option("--description", metavar="TEXT", help="What it is for.")]
FollowUp = Annotated[
    str, typer.Option("--follow-up", metavar="30d", help="How often its members want to be heard of; see crm today.")
]
File = Annotated[str, typer.Argument(metavar="FILE", help="A new file; else standard output.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


def create(
    ctx: typer.Context,
    name: Name,
    object_name: ObjectName,
    references: Refs = [],  # noqa: B006 - Typer copies it
    where: Where = "",
    static: Static = False,
    description: Description = "",
    follow_up: FollowUp = "",
    dry_run: DryRun = False,
) -> None:
    """Make a segment, in segments/NAME.yaml: of all who meet an expression at any time, or of records by hand.

    With --where it is active; records that are named beside it are in it whatever the expression says. Without, it is
    static: the records that are named, from standard input with -. With both --where and --static it is static, of
    those who meet the expression now: crm segment refresh takes them anew.

    Example:
      crm segment create "Hot leads" contacts --where "lifecyclestage = lead and any(activities, at >= today - 30d)"
      crm segment create "Trade fair" contacts contact:1 contact:2 --follow-up 90d
      crm list deals --where "amount > 10000" -o ids | crm segment create "Big deals" deals -
      crm segment create "Open on Monday" deals --where "not closed()" --static
    """
    session = ctx.ensure_object(Session)
    refs = _refs(session, references)
    asked = edits.NewSegment(name, object_name, where, static, refs, description, follow_up)
    written = edits.create(session.workspace, asked, rendering.segment_text, dry_run=dry_run)
    write_written(session.output, session.workspace, written)


def list_(ctx: typer.Context) -> None:
    """List the segments, with how many records are in each.

    Example:
      crm segment list
    """
    session = ctx.ensure_object(Session)
    rendering.write_segments(session.output, segment_lines(session.workspace))


def show(ctx: typer.Context, name: Name) -> None:
    """Show a segment: its expression, who is in it by hand or kept out, and what uses it.

    Example:
      crm segment create "Big deals" deals --where "amount > 10000"
      crm segment show "Big deals"
    """
    session = ctx.ensure_object(Session)
    rendering.write_segment(session.output, segment_page(session.workspace, name))


def add(
    ctx: typer.Context,
    name: Name,
    references: Refs = [],  # noqa: B006 - Typer copies it
    where: Where = "",
    dry_run: DryRun = False,
) -> None:
    """Put records into a segment. In one that has an expression they are from now on, whatever that says.

    Example:
      crm segment create Fair contacts --static
      crm segment add Fair contact:1 contact:2
      crm segment add Fair --where "lifecyclestage = lead"
    """
    session = ctx.ensure_object(Session)
    chosen = Targets(_refs(session, references), where=where)
    write_written(session.output, session.workspace, edits.add(session.workspace, name, chosen, dry_run=dry_run))


def remove(
    ctx: typer.Context,
    name: Name,
    references: Refs = [],  # noqa: B006 - Typer copies it
    where: Where = "",
    dry_run: DryRun = False,
) -> None:
    """Take records out of a segment. Out of one that has an expression they are kept, until they are added again.

    Example:
      crm segment create "Big deals" deals --where "amount > 10000"
      crm segment remove "Big deals" deal:1
    """
    session = ctx.ensure_object(Session)
    chosen = Targets(_refs(session, references), where=where)
    write_written(session.output, session.workspace, edits.remove(session.workspace, name, chosen, dry_run=dry_run))


def refresh(ctx: typer.Context, segments: Names = [], dry_run: DryRun = False) -> None:  # noqa: B006 - Typer copies it
    """Take static segments anew of the expressions they were made of, and remember who is in the others now.

    An active segment needs none: who is in it is asked at every look. But the next crm segment changes begins here.

    Example:
      crm segment create "Open on Monday" deals --where "not closed()" --static
      crm segment refresh
    """
    session = ctx.ensure_object(Session)
    chosen = looking.chosen(session.workspace, segments)
    write_written(session.output, session.workspace, edits.refresh(session.workspace, chosen, dry_run=dry_run))


def members(
    ctx: typer.Context,
    name: Name,
    where: Where = "",
    columns: Columns = [],  # noqa: B006 - Typer copies it
    sort: Sort = [],  # noqa: B006 - likewise
    limit: Limit = None,
) -> None:
    """List the records of a segment, as crm list does.

    Example:
      crm segment create "Big deals" deals --where "amount > 10000"
      crm segment members "Big deals" --columns name,amount --sort -amount
    """
    session = ctx.ensure_object(Session)
    segment = segment_of(session.workspace, name)
    found = session.workspace.any_object(segment.object_name)
    given = View(where=where, columns=names(columns), sort=names(sort), limit=limit)
    asked = options.merged(View(where=condition_of(segment)), given, found, options.Looking())
    with paged(session.output) as output:
        options.write_list(options.Shown(session, output, found, asked, options.Looking()))


def export(
    ctx: typer.Context,
    name: Name,
    file: File = "-",
    columns: Columns = [],  # noqa: B006 - Typer copies it
    sort: Sort = [],  # noqa: B006 - likewise
) -> None:
    """Export the records of a segment, as crm export does.

    Example:
      crm segment create "Big deals" deals --where "amount > 10000"
      crm segment export "Big deals" big.csv --columns name,amount,owner
    """
    session = ctx.ensure_object(Session)
    segment = segment_of(session.workspace, name)
    request = ExportRequest(
        object_names=(segment.object_name,),
        form=form_named(session.format, file),
        where=condition_of(segment),
        columns=names(columns),
        sort=names(sort),
        limit=None,
        style=Style(),
    )
    write_exported(session.output, export_to(session, request, file))


def why(ctx: typer.Context, name: Name, reference: Reference) -> None:
    """Say why a record is in a segment, or is not: each condition with whether it is so, and the values it goes by.

    Example:
      crm segment create "Big deals" deals --where "amount > 10000 and not closed()"
      crm segment why "Big deals" deal:1
    """
    session = ctx.ensure_object(Session)
    rendering.write_why(session.output, reasons(session.workspace, name, resolve(session, reference)))


def changes(ctx: typer.Context, segments: Names = [], dry_run: DryRun = False) -> None:  # noqa: B006 - Typer copies it
    """Tell who came into segments and who left since somebody last looked, and remember who is in them now.

    That stands in segments/NAME.seen. With --dry-run the next look tells the same again; -o ids are those who came.

    Example:
      crm segment create "Big deals" deals --where "amount > 10000"
      crm segment changes
      crm segment changes "Big deals" -o ids
    """
    session = ctx.ensure_object(Session)
    chosen = looking.chosen(session.workspace, segments)
    looks = looking.look(session.workspace, chosen, dry_run=dry_run)
    rendering.write_looks(session.output, session.workspace, looks)


def delete(ctx: typer.Context, name: Name, force: Force = False, yes: Yes = False, dry_run: DryRun = False) -> None:
    """Delete a segment with its members, not with its records; crm undo brings it back.

    One that a view, a report or another segment names is deleted only with --force.

    Example:
      crm segment create "Big deals" deals --where "amount > 10000"
      crm segment delete "Big deals" --yes
    """
    session = ctx.ensure_object(Session)
    segment = edits.deletable(session.workspace, name, force=force)
    agree(session, f'Delete the segment "{segment.name}"?', given=yes or dry_run)
    write_written(session.output, session.workspace, edits.delete(session.workspace, segment, dry_run=dry_run))


def check(ctx: typer.Context) -> int:
    """Check the segments and report all problems, each with file and line; exit 7 if there are any.

    Example:
      crm segment check
    """
    session = ctx.ensure_object(Session)
    problems = segment_problems(session.workspace)
    write_check(session.output, problems, "The segments are in order")
    return ExitCode.CHECK_FAILED if problems else ExitCode.DONE


def _refs(session: Session, references: list[str]) -> tuple[Ref, ...]:
    """Give the records that are named; on a terminal an ambiguous one is asked about."""
    return refs_of(session.workspace, with_input(references), lambda text: resolve(session, text))


VERBS = {
    "create": create,
    "list": list_,
    "show": show,
    "members": members,
    "add": add,
    "remove": remove,
    "refresh": refresh,
    "changes": changes,
    "why": why,
    "export": export,
    "check": check,
    "delete": delete,
}
