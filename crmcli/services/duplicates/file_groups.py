"""Groups of a file's duplicates as people look at them: its rows and the records that are there, with the reasons."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.duplicates.explaining import Evidence
from crmcli.services.duplicates.wording import Wording
from crmcli.services.references import Ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.services.duplicates.files import FileDuplicates, FileGroup


@frozen
class FileMember:
    """A row of a file, or a record that is there: what it is called, and its values in the columns compared.

    `row` is its id or line, "" for a record; `ref` the record, None for a row. All but the first say which other of the
    group they are `like`, by how many bits and why.
    """

    row: str
    ref: Ref | None
    values: tuple[str, ...]
    like: str = ""
    bits: float = 0
    evidence: tuple[Evidence, ...] = ()

    @property
    def name(self) -> str:
        """What it is called: the row's id or line, or the record's reference."""
        return self.row or str(self.ref)


@frozen
class FilePage:
    """A group with its members, records first; groups are numbered from 1."""

    number: int
    probability: float
    members: tuple[FileMember, ...]


def file_pages(duplicates: FileDuplicates, limit: int | None = None) -> Iterator[FilePage]:
    """Give the groups of a file, or so many, as they are asked for."""
    wording = Wording(duplicates.fed)
    for number, group in enumerate(islice(duplicates.groups, limit), 1):
        rows = sorted(group.found.rows)
        members = [_member(duplicates, wording, rows[0], None)]
        members += [_member(duplicates, wording, row, _like(group, row)) for row in rows[1:]]
        yield FilePage(number, group.probability, tuple(members))


def _like(group: FileGroup, row: int) -> int:
    """Give which row that stands before it a row is most like."""
    pairs = [(link.a, link.b) if link.a < link.b else (link.b, link.a) for link in group.found.links]
    return next((first for first, second in pairs if second == row), min(group.found.rows))


def _member(found: FileDuplicates, wording: Wording, row: int, like: int | None) -> FileMember:
    ref = Ref(found.object_name, found.fed.ids[row]) if row < found.records else None
    called = "" if ref else found.name(row)
    values = tuple(dict.fromkeys(value for column in found.fed.columns if (value := column.values[row])))
    if like is None:
        return FileMember(called, ref, values)
    explained = found.found.explain(like, row)
    reasons = tuple(
        Evidence(reason.columns, reason.level, wording.words(reason), reason.bits, reason.a, reason.b)
        for reason in explained.reasons
    )
    return FileMember(called, ref, values, found.name(like), explained.bits, reasons)
