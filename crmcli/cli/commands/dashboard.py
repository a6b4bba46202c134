"""crm dashboard."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.session import Session
from crmcli.errors import ExitCode
from crmcli.render.dashboards import write_dashboard, write_dashboards
from crmcli.render.workspaces import write_check
from crmcli.services import dashboards as service

Name = Annotated[str, typer.Argument(metavar="NAME", help="The dashboard: the name of its file without .yaml.")]
Maybe = Annotated[str, typer.Argument(metavar="[NAME]", help="One dashboard; else all.")]


def list_(ctx: typer.Context) -> None:
    """List the dashboards.

    Example:
      crm dashboard
    """
    session = ctx.ensure_object(Session)
    write_dashboards(session.output, service.dashboards(session.workspace))


def show(ctx: typer.Context, name: Name) -> int:
    """Show a dashboard: its reports, one below another; -o html makes one page of them.

    A dashboard is a file, dashboards/NAME.yaml, with a `title`, `columns` (how many reports stand beside each other on
    a page, 1 to 4) and `reports`. Each of them is a report by its name, with what is asked of it (object, where,
    period, by, pipeline, compare), or one over an object's records, as reports/*.yaml have them; `title` and `chart`
    may be said of both:

      title: Monday
      reports:
        - report: counts
        - report: counts
          object: contacts
          by: lifecyclestage
        - object: deals
          group_by: [owner]
          measure: ["sum(amount)", "count()"]
          title: Deals by owner

    A report that fails is told in its place, and its exit code is the command's. The word `show` may be left out.

    Example:
      crm dashboard monday
      crm dashboard monday -o html > monday.html
      crm dashboard show monday -o markdown
    """
    session = ctx.ensure_object(Session)
    dashboard = service.run_dashboard(session.workspace, name)
    write_dashboard(session.output, dashboard, session.workspace)
    return dashboard.exit_code


def check(ctx: typer.Context, name: Maybe = "") -> int:
    """Check dashboards and run their reports: all problems, with file and line; exit 7 if there are any.

    Example:
      crm dashboard check
    """
    session = ctx.ensure_object(Session)
    problems = service.check_dashboards(session.workspace, name)
    write_check(session.output, problems, "The dashboards are in order")
    return ExitCode.CHECK_FAILED if problems else ExitCode.DONE


VERBS = {"list": list_, "show": show, "check": check}
BARE = "list"
OTHER = "show"
