"""What an import says about its mapping without being asked: what was found out, and what stays out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.headings import WHOLE
from crmcli.services.importing.result import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.result import MappedColumn

_NAMED = 6  # columns that a note names


def mapping_notes(columns: Sequence[MappedColumn], found: ObjectType, blank: Iterable[int] = ()) -> list[str]:
    """Say in a few lines what a person should know; `blank` are the numbers of columns that seem to hold nothing."""
    empty = set(blank)
    notes = [*_parted(columns, found), *_by_values(columns, found), *_doubtful(columns), *_taken(columns, empty)]
    unknown = [column for column in columns if column.kind is ColumnKind.UNKNOWN]
    calculated = [column.heading for column in columns if column.kind is ColumnKind.CALCULATED]
    held = [column for column in unknown if column.number not in empty]
    said = []
    if held:
        example = f'--column "{_said(held[0])}=PROPERTY"'
        more = f", nor by {len(unknown) - len(held)} more without a value so far" if len(unknown) > len(held) else ""
        said.append(f"no property is known by {_quoted(held)}{more} (say which it is: {example})")
    if calculated:
        said.append(f"calculated: {', '.join(calculated)}")
    return [*notes, f"Not imported: {'; '.join(said)}"] if said else notes


def named(column: MappedColumn) -> str:
    """Call a column as a message does: by its heading, else by its number."""
    return f'"{column.heading}"' if column.heading else f"column {column.number}"


def _parted(columns: Iterable[MappedColumn], found: ObjectType) -> list[str]:
    return [
        f"{named(column)} is taken apart: {' and '.join(found.properties[part].label for part in parts)}"
        for column in columns
        if column.kind is ColumnKind.MADE_OF and len(parts := column.target.split(WHOLE)) > 1
    ]


def _by_values(columns: Iterable[MappedColumn], found: ObjectType) -> list[str]:
    """Tell what was not known by the heading: whoever reads it can say otherwise."""
    return [
        f"{named(column)} is {found.properties[column.target].label}: {column.evidence}"
        for column in columns
        if column.kind is ColumnKind.PROPERTY and column.by_values
    ]


def _doubtful(columns: Iterable[MappedColumn]) -> list[str]:
    return [
        f"{named(column)} is left out: it may be {' or '.join(column.guesses)} ({column.evidence});"
        f' say so: --column "{_said(column)}={column.guesses[0]}"'
        for column in columns
        if column.kind is ColumnKind.DOUBTFUL
    ]


def _taken(columns: Iterable[MappedColumn], empty: set[int]) -> list[str]:
    return [
        f"{named(column)} is left out: {_why_taken(column)}"
        for column in columns
        if column.kind is ColumnKind.TAKEN and column.number not in empty
    ]


def _why_taken(column: MappedColumn) -> str:
    if WHOLE in column.target:
        return f"{' and '.join(column.target.split(WHOLE))} have columns of their own"
    return f'"{column.evidence}" is {column.target or "the same"} already'


def _quoted(columns: Sequence[MappedColumn]) -> str:
    more = f" and {len(columns) - _NAMED} more" if len(columns) > _NAMED else ""
    return ", ".join(map(named, columns[:_NAMED])) + more


def _said(column: MappedColumn) -> str:
    return column.heading or f"#{column.number}"
