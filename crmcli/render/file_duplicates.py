"""Duplicates in a file: its rows with their groups, and how its columns were taken."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, cast

from crmcli.formats.writing import write_rows
from crmcli.render.cells import fill, wrap
from crmcli.render.cells import width as columns_of
from crmcli.render.duplicates import probability_text, reason_value, reasons_text
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.services.spreadsheet import neutralise_many

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.duplicates.file_groups import FileMember, FilePage
    from crmcli.services.duplicates.files import FileDuplicates
    from crmcli.types.base import Stored

_DELIMITERS = {"csv": ",", "tsv": "\t"}
_NESTED = ("json", "jsonl", "yaml")
_HEADINGS = ("id", "group", "probability", "record")
_AT_ONCE = 10_000  # rows


def write_file_duplicates(
    output: Output, duplicates: FileDuplicates, pages: Iterator[FilePage], shown: int | None
) -> None:
    """Write what was found in a file: the groups, or as CSV and the like a line for each row; the rest is talk."""
    for note in (*duplicates.notes, _columns_note(duplicates)):
        output.say((note, "dim"))
    if output.format == "table":
        for page in pages:
            _write_group(output, page, duplicates)
    elif output.format in _NESTED:
        columns = tuple(Column(key, key) for key in ("group", "probability", "members"))
        write_sheet(output, Sheet(columns, _nested(pages)))
        shown = None
    else:
        _write_lines(output, duplicates)
        shown = None
    _write_summary(output, duplicates, shown)


def _columns_note(duplicates: FileDuplicates) -> str:
    """Say in one line what each column was taken for."""
    taken = [
        column.called if column.meaning == column.called.casefold() else f"{column.called} as {column.meaning}"
        for column in duplicates.columns
        if column.meaning
    ]
    out = [f"{column.called} ({column.why})" for column in duplicates.columns if not column.meaning]
    left = f"; left out: {', '.join(out)}" if out else ""
    return f"Compared: {', '.join(taken) or 'nothing'}{left}"


def _write_lines(output: Output, duplicates: FileDuplicates) -> None:
    if output.format not in _DELIMITERS:
        write_sheet(
            output, Sheet(tuple(Column(key, key) for key in _HEADINGS), (("", line) for line in _lines(duplicates)))
        )
        return
    sink, delimiter, lines = output.sink(), _DELIMITERS[output.format], _lines(duplicates)
    write_rows(sink, [_HEADINGS], delimiter)
    while some := list(islice(lines, _AT_ONCE)):
        ids, *others = zip(*some, strict=True)
        write_rows(sink, list(zip(neutralise_many(ids), *others, strict=True)), delimiter)


def _lines(duplicates: FileDuplicates) -> Iterator[tuple[str, str, str, str]]:
    """Give for each row its id, group, probability, and the record that it may be; one that is alone is a group."""
    count = len(duplicates.ids)
    numbers, probabilities, records = [0] * count, [""] * count, [""] * count
    for number, group in enumerate(duplicates.groups, 1):
        probability, record = probability_text(group.probability), ";".join(map(str, group.refs))
        for row in group.rows:
            numbers[row], probabilities[row], records[row] = number, probability, record
    alone = len(duplicates.groups)
    for row, number in enumerate(numbers):
        if not number:
            alone += 1
            numbers[row] = alone
    return zip(duplicates.ids, map(str, numbers), probabilities, records, strict=True)


def _write_group(output: Output, page: FilePage, duplicates: FileDuplicates) -> None:
    rows = sum(1 for member in page.members if member.row)
    records = len(page.members) - rows
    counted = f"{rows} row{'' if rows == 1 else 's'}"
    if records:
        counted += f" and {records} {(duplicates.label if records == 1 else duplicates.plural).lower()}"
    output.line((probability_text(page.probability), "heading"), (f"  {counted}", "dim"))
    widest = max(columns_of(member.name) for member in page.members)
    room = max(output.width - widest - 4, 40)
    for member in page.members:
        why = reasons_text(member.evidence)
        if why and len(page.members) > 2:
            why = f"as {member.like}: {why}"
        first, *further = wrap(safe(" · ".join(member.values)), room)
        output.line("  ", (fill(member.name, widest), "ref"), "  ", first)
        for line in further:
            output.line(" " * (widest + 4), line)
        for line in wrap(why, room) if why else ():
            output.line(" " * (widest + 4), (line, "dim"))
    output.line()


def _nested(pages: Iterator[FilePage]) -> Iterator[Row]:
    for page in pages:
        members = [_member(member) for member in page.members]
        yield "", (page.number, cast("Stored", round(page.probability, 6)), cast("Stored", members))


def _member(member: FileMember) -> dict[str, object]:
    return {
        "row": member.row or None,
        "record": str(member.ref) if member.ref else None,
        "values": list(member.values),
        "like": member.like or None,
        "bits": round(member.bits, 2) if member.like else None,
        "reasons": [reason_value(each) for each in member.evidence],
    }


def _write_summary(output: Output, duplicates: FileDuplicates, shown: int | None) -> None:
    rows, groups = len(duplicates.ids), len(duplicates.groups)
    among = f"{rows:,} row{'' if rows == 1 else 's'}"
    if duplicates.records:
        one = duplicates.records == 1
        known = f"{duplicates.label.lower()} that is" if one else f"{duplicates.plural.lower()} that are"
        among += f" and {duplicates.records:,} {known} there"
    if not groups:
        output.say(f"No duplicates in {among}")
        return
    inside = sum(len(group.rows) for group in duplicates.groups)
    met = sum(1 for group in duplicates.groups if group.refs)
    output.say((f"{groups:,} group{'' if groups == 1 else 's'} with {inside:,} rows, in {among}", "title"))
    if met:
        output.say(f"  {met:,} of them with a record that is there")
    if shown is not None and shown < groups:
        output.say((f"The first {shown:,} are shown · --limit 0 lists all", "dim"))
