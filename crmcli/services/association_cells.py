"""The associations of a record in one cell of a file: one format, written by export and read by import.

A column headed `associations.company` holds, for the record of its row, references joined by `; `. A reference
is followed by `*` where that record is the primary one, and by the labels in brackets, as read from the row's record
("the row's record is Billing contact of company 7"):

    company:7*[Billing contact]; company:9; company:12[Decision maker; Champion]
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

REFERENCE = re.compile(r"(?P<object>[a-z][a-z0-9_]*):(?P<id>[1-9][0-9]{0,17})(?![0-9])")
_ITEM = re.compile(rf"\s*{REFERENCE.pattern}\s*(?P<primary>\*?)\s*(?:\[(?P<labels>[^\]]*)\])?\s*(?:;|$)")


class BadAssociationCell(CrmError):
    """A cell that does not hold associations in the format of this module."""

    exit_code = ExitCode.USAGE

    def __init__(self, cell: str, rest: str) -> None:
        self.cell = cell
        super().__init__(
            f'"{rest.strip()}" is no reference such as company:7',
            "Write references joined by ;, as in company:7*[Label]; company:9",
        )


@frozen
class LinkedTo:
    """One association of a cell: to which record, with which labels, and whether that record is the primary one.

    A record that an import is yet to make has no id: `known_by` is the property, and `text` the cell, that name it.
    """

    object_name: str
    id: int
    labels: tuple[str, ...] = ()
    primary: bool = False
    known_by: str = ""
    text: str = ""


def read_cell(cell: str) -> tuple[LinkedTo, ...]:
    """Read a cell; () for a blank one. Raises BadAssociationCell."""
    links: list[LinkedTo] = []
    place = 0
    while cell[place:].strip():
        item = _ITEM.match(cell, place)
        if item is None:
            raise BadAssociationCell(cell, cell[place:])
        labels = tuple(label.strip() for label in (item["labels"] or "").split(";") if label.strip())
        links.append(LinkedTo(item["object"], int(item["id"]), labels, primary=bool(item["primary"])))
        place = item.end()
    return tuple(links)


def write_cell(links: Iterable[LinkedTo]) -> str:
    """Say associations as a cell that `read_cell` reads; labels must not hold `;` or `]`."""
    return "; ".join(map(_item, links))


def _item(link: LinkedTo) -> str:
    labels = f"[{'; '.join(link.labels)}]" if link.labels else ""
    return f"{link.object_name}:{link.id}{'*' if link.primary else ''}{labels}"
