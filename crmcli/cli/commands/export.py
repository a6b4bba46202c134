"""crm export."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import Limit, Sort, View, Where, names, row_limit
from crmcli.cli.exporting import export_to
from crmcli.cli.session import Session
from crmcli.errors import CrmError, ExitCode
from crmcli.render.export_forms import FORMS, form_named
from crmcli.render.imports import write_exported
from crmcli.services import views
from crmcli.services.exporting.exports import ExportRequest, NothingToExport, OneObjectOnly, Style, with_records

What = Annotated[str, typer.Argument(metavar="OBJECT|all", help="The object, several as in meetings,tasks, or all.")]
File = Annotated[str, typer.Argument(metavar="FILE", help="A new file; else standard output.")]
Columns = Annotated[
    list[str],
    typer.Option(
        "--columns", metavar="NAMES", help="By commas: id, email, company.name, count(deals), associations.company."
    ),
]
Labels = Annotated[bool, typer.Option("--labels", help="Labels as headings, instead of internal names.")]
Raw = Annotated[bool, typer.Option("--raw", help="Leave cells as they are that a spreadsheet would run.")]
OutputDir = Annotated[
    str, typer.Option("--output-dir", metavar="FOLDER", help="With all: a new folder for everything there is.")
]

ALL = "all"


class EverythingOnly(CrmError):
    """An export of everything of which a part is asked for."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__(
            "A folder holds everything: crm export all --output-dir FOLDER, without columns, conditions and --as-of",
            "For some records, name the object and a file: crm export contacts --where … FILE",
        )


def export(
    ctx: typer.Context,
    what: What,
    file: File = "-",
    where: Where = "",
    columns: Columns = [],  # noqa: B006 - Typer copies it
    sort: Sort = [],  # noqa: B006 - likewise
    limit: Limit = None,
    view: View = "",
    labels: Labels = False,
    raw: Raw = False,
    output_dir: OutputDir = "",
) -> None:
    """Export records; `crm import` takes CSV, TSV and XLSX back as they were.

    The form is that of -o, or of the file's ending: csv, tsv, json, jsonl, xlsx, yaml, markdown, html, vcard (people
    and organisations), ics (tasks, and activities that begin and end), mbox (e-mails), parquet, tinydb.

    With --output-dir everything is exported: a file for each object, and associations, history, deleted records,
    schemas and settings, which `crm import --from-export FOLDER` takes back into an empty workspace.

    Example:
      crm export contacts contacts.xlsx
      crm export deals --where "stage = closedwon" --columns "name,amount,company.name,count(contacts)"
      crm export contacts,companies address-book.vcf
      crm export all --output-dir everything
    """
    session = ctx.ensure_object(Session)
    style = Style(labels=labels, raw=raw)
    form = form_named(session.format, "" if output_dir else file)
    # A file of one object cannot be all of them: what is named without an ending is a folder.
    one = not form.several and not file.endswith(form.endings)
    folder = output_dir or (file if what == ALL and file != "-" and one else "")
    if folder:
        part = where or columns or sort or view or limit is not None or session.as_of
        if what != ALL or part or (output_dir and file != "-"):
            raise EverythingOnly
        from crmcli.render.backups import write_exported_all
        from crmcli.services.exporting.whole import export_all

        write_exported_all(session.output, export_all(session.workspace, folder, form, style))
        return
    objects = with_records(session.workspace, form) if what == ALL else names([what])
    if not objects:
        raise NothingToExport(form.name)
    if len(objects) > 1 and not form.several:
        raise OneObjectOnly(form.name, [each.name for each in FORMS.values() if each.several])
    saved = views.View("")
    for each in objects if view else ():
        saved = views.view_of(session.workspace, session.workspace.object(each), view)
    request = ExportRequest(
        object_names=objects,
        form=form,
        where=saved.narrowed(where),
        columns=names(columns) or saved.columns,
        sort=names(sort) or saved.sort,
        limit=row_limit(saved.limit if limit is None else limit),
        style=style,
    )
    write_exported(session.output, export_to(session, request, file))
