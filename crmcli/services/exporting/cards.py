"""Exports as vCards: people and organisations, by the roles of their objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.formats.card_cells import HEADINGS
from crmcli.formats.card_writing import card
from crmcli.services.exporting.exports import DoesNotFit
from crmcli.services.exporting.parts import identity, linked, needed, parts_of
from crmcli.services.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from crmcli.model.objects import ObjectType
    from crmcli.services.exporting.contents import Contents
    from crmcli.services.exporting.exports import Style
    from crmcli.services.exporting.parts import Parts

_PERSON, _ORGANISATION = "person", "organisation"
_COMPANY = "Company"
_AT_ONCE = 1_000


def properties(found: ObjectType) -> tuple[str, ...]:
    """Give the properties that a card takes. Raises DoesNotFit for what is neither a person nor an organisation."""
    if not {_PERSON, _ORGANISATION} & set(found.object_roles):
        raise DoesNotFit(found.plural, "vCards", "people and organisations")
    return needed(found, HEADINGS)


def write_vcard(parts: Sequence[Contents], sink: TextIO, style: Style) -> int:  # noqa: ARG001
    """Write a card for each record; give their number."""
    count = 0
    for contents in parts:
        for batch in _batches(parts_of(contents, HEADINGS)):
            _write(contents, batch, sink)
            count += len(batch)
    return count


def _write(contents: Contents, batch: Sequence[Parts], sink: TextIO) -> None:
    workspace, found = contents.workspace, contents.found
    person = _PERSON in found.object_roles
    alone = [one.record.id for one in batch if person and not one.cells.get(_COMPANY)]
    employers = linked(workspace, found, alone, _ORGANISATION)
    for one in batch:
        name = title_of(workspace, one.record)
        cells = {"Full Name": name, "UID": identity(workspace, one.record), **one.cells}
        if one.record.id in employers:
            cells[_COMPANY] = title_of(workspace, employers[one.record.id][0])
        sink.write(card(cells, person=person))


def _batches(parts: Iterator[Parts]) -> Iterator[list[Parts]]:
    from itertools import islice

    while batch := list(islice(parts, _AT_ONCE)):
        yield batch
