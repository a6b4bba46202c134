"""crm import."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, Force, ObjectName, column_mapping
from crmcli.cli.session import Session
from crmcli.errors import ExitCode
from crmcli.render.imports import write_imported, write_outcome
from crmcli.render.progress import progress
from crmcli.services import imports

File = Annotated[str, typer.Argument(metavar="FILE", help="A CSV file with a header row; - reads standard input.")]
Column = Annotated[
    list[str],
    typer.Option(
        "--column", metavar="HEADING=NAME", help='What a column is: "Mail=email", "#3=phone"; "X=" leaves it out.'
    ),
]
Key = Annotated[str, typer.Option("--key", metavar="NAME", help="Match records by this unique property.")]
Mode = Annotated[str, typer.Option("--mode", metavar="MODE", help="upsert (the default), create, or update.")]
Companies = Annotated[
    bool, typer.Option("--associate-companies", help="Associate each with the company of its e-mail's domain.")
]
SkipInvalid = Annotated[
    bool, typer.Option("--skip-invalid-values", help="Take rows without the values that cannot be read; list these.")
]
Details = Annotated[bool, typer.Option("--details", help="Say what becomes of every row.")]
Repair = Annotated[str, typer.Option("--repair", metavar="FILE", help="Where rejected rows go; else beside FILE.")]
Encoding = Annotated[str, typer.Option("--encoding", metavar="NAME", help="The file's encoding, if it is misread.")]
Delimiter = Annotated[str, typer.Option("--delimiter", metavar="CHAR", help="What divides columns, if misread.")]


def import_(
    ctx: typer.Context,
    object_name: ObjectName,
    file: File,
    column: Column = [],  # noqa: B006 - Typer copies it
    key: Key = "",
    mode: Mode = "upsert",
    associate_companies: Companies = False,
    skip_invalid_values: SkipInvalid = False,
    details: Details = False,
    repair: Repair = "",
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    force: Force = False,
    dry_run: DryRun = False,
) -> int:
    r"""Import records from a CSV file, as one operation.

    Headings are known by internal name, label and usual aliases; rows are matched with records by the object's
    keys. Rejected rows go into a repair file with the reason, and the exit code is 3: mend and import that file.

    Example:
      printf 'First name,Mail\nGrace,grace@hopper.example\n' > people.csv
      crm import contacts people.csv --column "Mail=email" --dry-run --details
      crm import contacts people.csv --column "Mail=email"
    """
    session = ctx.ensure_object(Session)
    request = imports.ImportRequest(
        object_name=object_name,
        path=file,
        stream=sys.stdin.buffer if file == "-" else None,
        columns=column_mapping(column),
        key=key,
        mode=mode,
        associate_companies=associate_companies,
        skip_invalid_values=skip_invalid_values,
        force=force,
        dry_run=dry_run,
        repair_path=repair,
        encoding=encoding,
        delimiter=delimiter,
    )
    imported = imports.import_file(
        session.workspace,
        request,
        progress=progress(session.output, file) if sys.stderr.isatty() and not session.quiet else None,
        report=(lambda outcome: write_outcome(session.output, outcome)) if details else None,
    )
    write_imported(session.output, session.workspace, imported)
    return ExitCode.PARTIAL if imported.rejected else ExitCode.DONE
