"""crm list."""

from __future__ import annotations

import typer

from crmcli.cli import listing as options
from crmcli.cli.arguments import Columns, Limit, ObjectName, Sort, View, Where, names
from crmcli.cli.paging import paged
from crmcli.cli.session import Session
from crmcli.services import views


def list_(
    ctx: typer.Context,
    object_name: ObjectName,
    where: Where = "",
    columns: Columns = [],  # noqa: B006 - Typer copies it
    sort: Sort = [],  # noqa: B006 - likewise
    limit: Limit = None,
    page: options.Page = 1,
    group_by: options.GroupBy = [],  # noqa: B006 - likewise
    summed: options.Summed = [],  # noqa: B006 - likewise
    view: View = "",
    layout: options.Layout = "",
    by: options.By = "",
    pipeline: options.Pipeline = "",
    month: options.Month = "",
    starts: options.Starts = "",
    ends: options.Ends = "",
    fail_over: options.FailOver = None,
    *,
    absolute: options.Absolute = False,
    no_pager: options.NoPager = False,
) -> int:
    """List an object's records, all or those that meet a condition: as a table, board, calendar, Gantt chart or cards.

    On a terminal the first 50 come, and the columns that fit; in a pipe or file every record, nothing cut, dates exact.
    Where a view is the default one of the object, it is what is listed: `--view none` leaves it out.

    Example:
      crm list contacts
      crm list deals --where "amount > 10000 and company.name is known" --sort -amount
      crm list deals --group-by stage --sum amount --columns name,amount,owner
      crm list contacts --columns +company.name,+phone --limit 10 --page 2
      crm list contacts --where "phone is known" --columns email,phone -o csv
      crm list deals --layout board
      crm list tickets --layout board --by priority
      crm list deals --layout calendar --by closedate --month 2026-11
      crm list meetings --layout gantt
      crm list companies --layout cards --limit 6
      crm list companies --view target_accounts
      crm list deals --where "stage is unknown" --fail-over 10
    """
    session = ctx.ensure_object(Session)
    found = session.workspace.object(object_name)
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
    looking = options.Looking(month, page, absolute)
    asked = options.merged(views.usual_view(session.workspace, found, view), given, found, looking)
    with paged(session.output, wanted=not no_pager) as output:
        shown = options.Shown(session, output, found, asked, looking)
        options.write_list(shown)
        code = options.exit_code(shown, fail_over)
        session.read()
    return code
