"""What a portal's files say about what records were before: the values of their properties, with moments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.formats.opening import opened
from crmcli.model.headings import words_of
from crmcli.services.portal.links import said
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from crmcli.model.objects import Property
    from crmcli.services.portal.files import PortalFile
    from crmcli.services.portal.links import End, PortalRecords
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction
    from crmcli.types.base import Stored

# What became of rows, in words behind their number.
_TAKEN, _MISSING, _OLD = "taken", "name records that are not there", "of records that were there before"
_STRANGE, _EMPTY = "name no property here", "have no value that can be read"
_MOMENTS = ("timestamp", "timestampinstant", "dateentered")


class PortalPast:
    """Gives records their history within the transaction that makes them."""

    def __init__(self, workspace: Workspace, change: Transaction, records: PortalRecords) -> None:
        self._workspace = workspace
        self._change = change
        self._records = records

    def remember(self, file: PortalFile) -> tuple[int, str]:
        """Give records that this import made their history; give the number of rows and what became of them."""
        found = self._workspace.model.objects[file.ends[0]]
        past: dict[tuple[int, str], list[tuple[datetime, Stored | None]]] = {}
        counts = dict.fromkeys((_TAKEN, _MISSING, _OLD, _STRANGE, _EMPTY), 0)
        rows = 0
        for cells, record in self._rows(file):
            rows += 1
            prop = found.properties.get(cells["name"]) if "name" in cells else found.role("stage")
            value, moment = self._value(prop, cells), self._moment(cells)
            if prop is None or prop.formula:
                counts[_STRANGE] += 1
            elif record is None:
                counts[_MISSING] += 1
            elif not self._change.creating.made(found.name, record[1], record[1]):
                counts[_OLD] += 1
            elif moment is None or value is None:
                counts[_EMPTY] += 1
            else:
                counts[_TAKEN] += 1
                past.setdefault((record[1], prop.name), []).append((moment, value))
        for (record_id, name), entries in past.items():
            self._change.record_past(found.name, record_id, name, sorted(entries, key=lambda entry: entry[0]))
        return rows, said(counts)

    def _rows(self, file: PortalFile) -> Iterator[tuple[Mapping[str, str], End | None]]:
        with opened(file.path) as (table, *_):
            headings = ["".join(words_of(heading)) for heading in table.header]
            for block in table.blocks():
                cells = block.columns[file.places[0]]
                records = self._records.find(file.ends[0], cells)
                for row, cell in zip(zip(*block.columns, strict=True), cells, strict=True):
                    yield dict(zip(headings, row, strict=True)), records.get(cell.strip())

    def _value(self, prop: Property | None, cells: Mapping[str, str]) -> Stored | None:
        if prop is None:
            return None
        value = prop.value_type.parse_many([cells.get("value", "").strip()], self._workspace.context)[0]
        return None if isinstance(value, InvalidValue) else value

    def _moment(self, cells: Mapping[str, str]) -> datetime | None:
        from datetime import datetime

        from crmcli.types.moment import DateTime

        text = next((cells[heading] for heading in _MOMENTS if cells.get(heading, "").strip()), "")
        value = DateTime().parse_many([text], self._workspace.context)[0]
        return None if value is None or isinstance(value, InvalidValue) else datetime.fromisoformat(str(value))
