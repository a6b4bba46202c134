"""crm import."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, Force, column_mapping
from crmcli.cli.import_words import named_files, several
from crmcli.cli.session import Session
from crmcli.errors import CrmError, ExitCode
from crmcli.formats.opening import Reading
from crmcli.frozen import replace
from crmcli.render.imports import write_imported, write_normalised, write_outcome, write_several
from crmcli.render.progress import progress
from crmcli.services import imports, normalising

ObjectName = Annotated[
    str, typer.Argument(metavar="OBJECT", help="The object: contact, companies, d (any unambiguous beginning).")
]
Files = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE…", help="Files of any format, as they are; - reads standard input. Several may be OBJECT=FILE."),
]
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
Format = Annotated[str, typer.Option("--format", metavar="NAME", help="The file's format: csv, xlsx, json, vcard …")]
Delimiter = Annotated[str, typer.Option("--delimiter", metavar="TEXT", help='What divides cells: ";", "||", tab …')]
Quote = Annotated[str, typer.Option("--quote", metavar="CHAR", help="What encloses cells: \", ' or none.")]
Escape = Annotated[
    str, typer.Option("--escape", metavar="CHAR", help="What stands before a quote in a cell: \\ or none.")
]
HeaderLine = Annotated[int, typer.Option("--header-line", metavar="N", min=0, help="The line of the headings.")]
NoHeader = Annotated[bool, typer.Option("--no-header", help="There are no headings: columns are column_1, column_2 …")]
Sheet = Annotated[str, typer.Option("--sheet", metavar="NAME", help="The table of the file, by its name or number.")]
ToCsv = Annotated[
    str, typer.Option("--to-csv", metavar="NEW", help="Only write FILE as plain CSV, to a new file or - (no OBJECT).")
]


class NothingToImport(CrmError):
    """An import without the object or the file."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(
            f'"{word}" alone says not what is to be imported',
            "Name the object and the file: crm import contacts leads.csv",
        )


def import_(
    ctx: typer.Context,
    object_name: ObjectName,
    files: Files = None,
    column: Column = [],  # noqa: B006 - Typer copies it
    key: Key = "",
    mode: Mode = "upsert",
    associate_companies: Companies = False,
    skip_invalid_values: SkipInvalid = False,
    details: Details = False,
    repair: Repair = "",
    encoding: Encoding = "",
    format_: Format = "",
    delimiter: Delimiter = "",
    quote: Quote = "",
    escape: Escape = "",
    header_line: HeaderLine = 0,
    no_header: NoHeader = False,
    sheet: Sheet = "",
    to_csv: ToCsv = "",
    force: Force = False,
    dry_run: DryRun = False,
) -> int:
    r"""Import records from a file, as one operation.

    It may be delimited text, a workbook, JSON, vCards, a calendar or mail, also compressed; how it is written is found
    out: format, encoding, delimiter, quotes, the line of the headings. Headings are known by internal name, label and
    usual aliases; rows are matched with records by the object's keys. Rejected rows go into a repair file with the
    reason, and the exit code is 3: mend and import that file.

    Several files go in as one operation. Their records refer to each other by the ids that their own system gave them
    (company_id, AccountId): these become associations, and the ids are kept, so that a second import updates.

    Example:
      printf 'First name,Mail\nGrace,grace@hopper.example\n' > people.csv
      crm import contacts people.csv --column "Mail=email" --dry-run --details
      crm import contacts people.csv --column "Mail=email"
      crm import --to-csv - people.csv
      printf 'id,name\n7,Navy\n' > accounts.csv
      printf 'id,account_id,email\n1,7,grace@hopper.example\n' > contacts.csv
      crm import accounts.csv contacts.csv
    """
    session = ctx.ensure_object(Session)
    reading = Reading(
        format=format_,
        encoding=encoding,
        delimiter=delimiter,
        quote=quote,
        escape=escape,
        header_line=header_line,
        no_header=no_header,
        sheet=sheet,
    )
    if to_csv:
        return _to_csv(session, to_csv, [object_name, *(files or [])][-1], reading)
    words = [object_name, *(files or [])]
    if not files and not several(words):
        raise NothingToImport(object_name)
    named = named_files(session.workspace, words)
    request = imports.ImportRequest(
        object_name=named[0][0],
        path=named[0][1],
        stream=sys.stdin.buffer if named[0][1] == "-" else None,
        columns=column_mapping(column),
        key=key,
        mode=mode,
        associate_companies=associate_companies,
        skip_invalid_values=skip_invalid_values,
        force=force,
        dry_run=dry_run,
        repair_path=repair,
        reading=reading,
    )
    imported = imports.import_files(
        session.workspace,
        [replace(request, object_name=name, path=path) for name, path in named],
        progress=progress(session.output, request.path) if sys.stderr.isatty() and not session.quiet else None,
        report=(lambda outcome: write_outcome(session.output, outcome)) if details else None,
    )
    if len(imported) > 1:
        write_several(session.output, session.workspace, imported)
    else:
        write_imported(session.output, session.workspace, imported[0])
    return ExitCode.PARTIAL if any(each.rejected for each in imported) else ExitCode.DONE


def _to_csv(session: Session, target: str, path: str, reading: Reading) -> int:
    """Write the file as plain CSV, without a workspace."""
    stream = sys.stdin.buffer if path == "-" else None
    if target == "-":
        made = normalising.normalise(path, stream, session.output.sink(), reading)
    else:
        made = normalising.normalise_to(target, path, stream, reading)
    write_normalised(session.output, made)
    return ExitCode.PARTIAL if made.faulty else ExitCode.DONE
