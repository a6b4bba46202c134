"""crm subject-report."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import Reference
from crmcli.cli.exporting import new_file
from crmcli.cli.picking import resolve
from crmcli.cli.session import Session
from crmcli.frozen import replace
from crmcli.render.subject_reports import write_subject_report
from crmcli.services.erasing.persons import find
from crmcli.services.erasing.reports import subject_report as gather

File = Annotated[
    str, typer.Option("--file", metavar="OUT", help="A new file; its ending says the form: .html, .md, .json.")
]
_FORMS = {".html": "html", ".json": "json", ".yaml": "yaml"}


def subject_report(ctx: typer.Context, reference: Reference, file: File = "") -> None:
    """Tell all that is held about a person, as privacy law lets them ask: one document, well readable.

    The record (a deleted one too), what was merged into it, associations, activities with their texts, history,
    operations, judgements, where texts of other records name the person, and files in the CRM's folder that do. The
    form is that of -o (markdown, html, json), or of the file's ending. Others are named in it: read it before you send
    it.

    Example:
      crm subject-report contact:1
      crm subject-report contact:1 --file report.html
      crm subject-report contact:1 -o json
    """
    session = ctx.ensure_object(Session)
    workspace, output = session.workspace, session.output
    report = gather(workspace, resolve(session, reference, find))
    if not file:
        write_subject_report(output, report, workspace.context.zone)
        return
    form = next((name for ending, name in _FORMS.items() if file.lower().endswith(ending)), "markdown")
    with new_file(file, binary=False) as sink:
        chosen = session.format or form
        write_subject_report(replace(output, out=sink, format=chosen), report, workspace.context.zone)
    output.say("All that is held about ", (str(report.record.ref), "ref"), " is in ", (file, "ref"))
