"""crm dedupe."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, Limit, ObjectName, Where, row_limit, screenful
from crmcli.cli.deciding import Auto, Review, Save, Ways, check, decide
from crmcli.cli.dedupe_files import (
    Encoding,
    File,
    IdColumn,
    MapName,
    Meanings,
    Sheet,
    check_flags,
    look_in_file,
    meanings,
)
from crmcli.cli.session import Session
from crmcli.formats.opening import Reading
from crmcli.frozen import replace
from crmcli.render.duplicates import write_comparison, write_duplicates
from crmcli.render.progress import progress
from crmcli.services.duplicates.explaining import compare
from crmcli.services.duplicates.files import FindInFile
from crmcli.services.duplicates.finding import FindDuplicates, find
from crmcli.services.duplicates.groups import pages

Explain = Annotated[
    tuple[str, str],
    typer.Option("--explain", metavar="REF REF", help="Compare these two, proposed or not."),
]
Minimum = Annotated[
    float | None, typer.Option("--min", metavar="P", help="The least probability of a group: 0.9; else 0.5.")
]
NewSince = Annotated[
    str, typer.Option("--new-since", metavar="DATE", help="Only groups with a record created then or later.")
]


def dedupe(
    ctx: typer.Context,
    object_name: ObjectName,
    explain: Explain = ("", ""),
    minimum: Minimum = None,
    where: Where = "",
    new_since: NewSince = "",
    limit: Limit = None,
    review: Review = False,
    save: Save = "",
    auto: Auto = None,
    dry_run: DryRun = False,
    file: File = "",
    map_: MapName = "",
    id_column: IdColumn = "",
    meaning: Meanings = [],  # noqa: B006 - Typer copies it
    encoding: Encoding = "",
    sheet: Sheet = "",
) -> None:
    r"""Find records that may be one: groups of them, the surest first, each with the reasons.

    Each reason has its bits: above 0 they speak for one record, below 0 against it; together they make the
    probability. What is compared stands in the schema (crm schema show). Nothing is changed, unless you say what is to
    become of them.

    dedupe/OBJECT.yaml may say more for this CRM, each line if you like: `meanings: {badge: id, jobtitle: none}`,
    `weights: {phone: 0.5, company.name: 2}`, `blocked: [info@acme.com]`, `minimum: 0.8`.

    --review shows the groups at a terminal, one after the other, and asks: merge, not the same, unsure. --save keeps
    a plan of merges that you or a program edit and crm apply does. --auto merges those that are sure. What is not the
    same is never proposed again: see crm judgements list.

    --file looks for them in a file that is not imported: among its rows, and between these and the records. Columns
    that no property has count too, by what their headings and values mean. -o csv gives each row's id, group,
    probability and record.

    Example:
      crm dedupe contacts
      crm dedupe companies --min 0.9 --limit 20
      crm dedupe contacts --new-since -7d -o csv
      crm dedupe contacts --explain contact:1 contact:2
      crm dedupe contacts --auto 0.999 --dry-run
      crm dedupe contacts --save plan.json
      crm apply plan.json
      printf 'Name,Mail\nAda Lovelace,ada@king.example\nLovelace A,ada@king.example\n' > leads.csv
      crm dedupe contacts --file leads.csv
    """
    session = ctx.ensure_object(Session)
    workspace = session.workspace
    about_files = {"--map": map_, "--id-column": id_column, "--meaning": meaning}
    about_files |= {"--encoding": encoding, "--sheet": sheet}
    ways = Ways(review, save, auto, dry_run)
    about_records = {"--explain": any(explain), "--new-since": new_since, "--review, --save or --auto": ways.any}
    check_flags(file, about_records, about_files)
    if file:
        reading = Reading(encoding=encoding, sheet=sheet)
        request = FindInFile(object_name, file, None, map_, id_column, meanings(meaning), minimum, where, reading)
        look_in_file(session, request, limit)
        return
    wanted = FindDuplicates(object_name, minimum, where, new_since)
    if any(explain):
        write_comparison(session.output, compare(workspace, wanted, explain))
        return
    check(session, ways, object_name)
    draw = progress(session.output, "Comparing", paced=False) if sys.stderr.isatty() and not session.quiet else None
    found = find(workspace, wanted, draw)
    if ways.any:
        decide(session, ways, replace(found, groups=found.groups[: row_limit(limit)]))
        return
    shown = screenful(limit, session.output)
    write_duplicates(session.output, found, pages(workspace, found, shown), shown)
