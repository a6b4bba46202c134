"""crm import."""

from __future__ import annotations

import io
import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.arguments import AllowErased, DryRun, Force, OnDuplicate, column_mapping
from crmcli.cli.import_columns import (
    Column,
    CreateOptions,
    CreateProperties,
    Explain,
    Fixed,
    MapName,
    SaveMap,
    column_chooser,
    fixed_values,
    map_keeper,
    object_chooser,
)
from crmcli.cli.import_exports import FromExport, take_back
from crmcli.cli.import_portals import From, take_over
from crmcli.cli.import_values import (
    ClearToken,
    Dates,
    Details,
    KeepExisting,
    Numbers,
    Save,
    Strict,
    Zone,
    choose,
)
from crmcli.cli.import_words import check_alone, is_file, named_files
from crmcli.cli.importing import import_aloud
from crmcli.cli.session import Session
from crmcli.errors import CrmError, ExitCode
from crmcli.formats.opening import Reading
from crmcli.frozen import replace
from crmcli.render.imports import write_normalised
from crmcli.render.mappings import write_explained
from crmcli.render.schema_files import with_property
from crmcli.render.schema_text import with_entry
from crmcli.services import normalising
from crmcli.services.duplicates.likely import check_deed
from crmcli.services.importing import imports
from crmcli.services.importing import objects as import_objects
from crmcli.services.importing import plans as import_plans
from crmcli.services.importing.formats import Formats
from crmcli.services.mapping import explaining
from crmcli.services.mapping.new_options import with_new_options
from crmcli.services.mapping.new_properties import Prepared, with_new_properties

if TYPE_CHECKING:
    from typing import BinaryIO


ObjectName = Annotated[
    str, typer.Argument(metavar="OBJECT", help="The object: contact, companies, d (any unambiguous beginning).")
]
Files = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE…", help="Files of any format, as they are; - reads standard input. OBJECT=FILE too."),
]
Key = Annotated[str, typer.Option("--key", metavar="NAME", help="Match records by this unique property.")]
Mode = Annotated[str, typer.Option("--mode", metavar="MODE", help="upsert (the default), create, or update.")]
Companies = Annotated[
    bool, typer.Option("--associate-companies", help="Associate each with the company of its e-mail's domain.")
]
SkipInvalid = Annotated[
    bool, typer.Option("--skip-invalid-values", help="Take rows without the values that cannot be read; list these.")
]
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
            f'"{word}" alone says not what is to be imported' if word else "Nothing is named to import",
            "Name the object and the file: crm import contacts leads.csv",
        )


def import_(
    ctx: typer.Context,
    object_name: ObjectName = "",
    files: Files = None,
    column: Column = [],  # noqa: B006 - Typer copies it
    fixed: Fixed = [],  # noqa: B006 - Typer copies it
    explain: Explain = False,
    map_: MapName = "",
    save_map: SaveMap = "",
    create_properties: CreateProperties = False,
    create_options: CreateOptions = False,
    key: Key = "",
    mode: Mode = "",
    associate_companies: Companies = False,
    skip_invalid_values: SkipInvalid = False,
    dates: Dates = "",
    numbers: Numbers = "",
    zone: Zone = "",
    clear_token: ClearToken = "",
    keep_existing: KeepExisting = False,
    strict: Strict = False,
    details: Details = False,
    save: Save = "",
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
    from_: From = "",
    from_export: FromExport = "",
    allow_erased: AllowErased = False,
    on_duplicate: OnDuplicate = "warn",
    force: Force = False,
    dry_run: DryRun = False,
) -> int:
    r"""Import records from a file, as one operation.

    It may be delimited text, a workbook, JSON, vCards, a calendar or mail, also compressed; how it is written is found
    out: format, encoding, delimiter, quotes, the line of the headings. Headings are known by internal name, label and
    usual aliases; rows are matched with records by the object's keys. Rejected rows go into a repair file with the
    reason, and the exit code is 3: mend and import that file.

    What is not known by its heading is known by its values, a whole name is taken apart, and what stays doubtful is
    asked on a terminal and left out in a script: --explain says it all. Without OBJECT it is found out, too. --save-map
    keeps the mapping for --map; crm schema map list.

    Dates are read in the file's one order, numbers in its one format, which the values show; what they leave open is
    asked on a terminal, and refused in a script, with both readings. Blank cells never clear.

    Several files go in as one operation. Their records refer to each other by the ids that their own system gave them
    (company_id, AccountId): these become associations, and the ids are kept, so that a second import updates.

    Of a file whose rows hold several objects name all of them: contacts,companies. A column is of the object that its
    heading begins with (Company name, Contact: Email), that knows it, or that you say: --column "Mail=contact.email".

    --from hubspot takes a folder or zip of a portal's exports, of its API's answers, or of a warehouse's tables over as
    they are: users, properties and pipelines first, then the records and how they are associated, as one operation.

    --from-export makes an empty workspace all that crm export all --output-dir wrote, after proving every file of it.

    Example:
      printf 'First name,Mail\nGrace,grace@hopper.example\n' > people.csv
      crm import contacts people.csv --column "Mail=email" --dry-run --details
      crm import contacts people.csv --column "Mail=email"
      crm import people.csv --explain
      crm import --to-csv - people.csv
      printf 'id,name\n7,Navy\n' > accounts.csv
      printf 'id,account_id,email\n1,7,grace@hopper.example\n' > contacts.csv
      crm import accounts.csv contacts.csv
      printf 'Email,Company name,Deal name\nada@king.example,King,Loom\n' > sales.csv
      crm import companies,contacts,deals sales.csv
      mkdir portal
      printf 'Record ID,Deal Name,Pipeline,Deal Stage\n7,Loom,Mills,Spinning\n' > portal/deals.csv
      crm import --from hubspot portal --dry-run
      crm export all --output-dir everything
      crm init copy --name Copy --currency EUR --time-zone Europe/Amsterdam --country NL
      crm -C copy import --from-export everything
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
    if from_export:
        check_alone(ctx, "--from-export", ("from_export", "dry_run"))
        return take_back(session, from_export, dry_run=dry_run)
    if from_:
        check_alone(ctx, "--from", ("object_name", "from_", "dry_run"))
        return take_over(session, object_name, from_, dry_run=dry_run)
    words = [object_name, *(files or [])]
    if not files and not is_file(object_name):
        raise NothingToImport(object_name)
    named = named_files(session.workspace, words)
    request = imports.ImportRequest(
        object_name=named[0][0],
        path=named[0][1],
        stream=_input(again=create_properties or create_options) if named[0][1] == "-" else None,
        columns=column_mapping(column),
        fixed=fixed_values(fixed),
        key=key,
        mode=mode or ("" if map_ else "upsert"),
        choose_column=column_chooser(session),
        choose_object=object_chooser(session),
        map_name=map_,
        save_map=map_keeper(save_map),
        associate_companies=associate_companies,
        skip_invalid_values=skip_invalid_values,
        formats=Formats(dates, numbers, zone, clear_token),
        choose=choose(session),
        keep_existing=keep_existing,
        strict=strict,
        allow_erased=allow_erased,
        on_duplicate=check_deed(on_duplicate),
        force=force,
        dry_run=dry_run or bool(save),
        repair_path=repair,
        reading=reading,
    )
    workspace, requests = session.workspace, tuple(replace(request, object_name=o, path=path) for o, path in named)
    if explain:
        write_explained(session.output, workspace, explaining.explain(workspace, requests))
        return ExitCode.DONE
    prepared = _prepared(Prepared(workspace, requests), properties=create_properties, options=create_options)
    workspace, requests = prepared.workspace, prepared.requests
    run = partial(import_plans.plan_import, path=save) if save else import_objects.import_all
    status = import_aloud(session, request.path, partial(run, workspace, requests), details=details)
    if save:
        _say_planned(session, save, piped=request.stream is not None)
    return status


def _prepared(prepared: Prepared, *, properties: bool, options: bool) -> Prepared:
    """Declare what the files need, as far as that is wanted."""
    if properties:
        prepared = with_new_properties(prepared.workspace, prepared.requests, with_property)
    return with_new_options(prepared, with_entry) if options else prepared


def _say_planned(session: Session, plan: str, *, piped: bool) -> None:
    session.output.say(f"Planned only. Do it: crm apply {plan}")
    if piped:
        session.output.say(f"What came from standard input is kept in {plan}{import_plans.INPUT}")


def _input(*, again: bool) -> BinaryIO:
    """Give standard input; so that it can be read again where that is needed."""
    return io.BytesIO(sys.stdin.buffer.read()) if again else sys.stdin.buffer


def _to_csv(session: Session, target: str, path: str, reading: Reading) -> int:
    """Write the file as plain CSV, without a workspace."""
    stream = sys.stdin.buffer if path == "-" else None
    if target == "-":
        made = normalising.normalise(path, stream, session.output.sink(), reading)
    else:
        made = normalising.normalise_to(target, path, stream, reading)
    write_normalised(session.output, made)
    return ExitCode.PARTIAL if made.faulty else ExitCode.DONE
