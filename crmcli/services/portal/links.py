"""What a portal's files say about records that are there by now: how they are associated, and what they were before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.formats.opening import opened
from crmcli.model.headings import words_of
from crmcli.services.importing.link_columns import labels_between
from crmcli.services.importing.partners import Known
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.importing.partners import Partners
    from crmcli.services.portal.files import PortalFile
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction
    from crmcli.types.base import Stored

_LABEL_HEADINGS = ("label", "associationlabel")
# What became of rows, in words behind their number.
_TAKEN, _MISSING, _OLD = "taken", "name records that are not there", "of records that were there before"
_STRANGE, _EMPTY = "name no property here", "have no value that can be read"
_MOMENTS = ("timestamp", "timestampinstant", "dateentered")


class PortalLinker:
    """Takes files of associations and of histories within the transaction of their records."""

    def __init__(self, workspace: Workspace, change: Transaction, partners: Partners) -> None:
        self._workspace = workspace
        self._change = change
        self._partners = partners

    def associate(self, file: PortalFile) -> tuple[int, str]:
        """Associate the records that each row names; give the number of rows and what became of them."""
        rows = linked = unknown = 0
        groups: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
        with opened(file.path) as (table, *_):
            headings = ["".join(words_of(heading)) for heading in table.header]
            place = next((headings.index(heading) for heading in _LABEL_HEADINGS if heading in headings), None)
            for block in table.blocks():
                labels = block.columns[place] if place is not None else [""] * len(block.lines)
                ends = [self._ids(end, block.columns[at]) for end, at in zip(file.ends, file.places, strict=True)]
                for a, b, label in zip(*ends, labels, strict=True):
                    rows += 1
                    if a is None or b is None:
                        unknown += 1
                    elif self._workspace.model.pair(a[0], b[0]) is not None:
                        linked += 1
                        groups.setdefault((a[0], b[0], self._label(a[0], b[0], label)), []).append((a[1], b[1]))
        for (a_name, b_name, label), pairs in groups.items():
            self._link(a_name, b_name, label, pairs)
        return rows, _said(rows, {_TAKEN: linked, _MISSING: unknown})

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
        return rows, _said(rows, counts)

    def _rows(self, file: PortalFile) -> Iterator[tuple[Mapping[str, str], tuple[str, int] | None]]:
        with opened(file.path) as (table, *_):
            headings = ["".join(words_of(heading)) for heading in table.header]
            for block in table.blocks():
                records = self._ids(file.ends[0], block.columns[file.places[0]])
                for row, record in zip(zip(*block.columns, strict=True), records, strict=True):
                    yield dict(zip(headings, row, strict=True)), record

    def _ids(self, end: str, cells: Sequence[str]) -> list[tuple[str, int] | None]:
        """Give the records that cells name by the ids that the portal gave them; "" is any activity."""
        names = [end] if end else self._workspace.model.objects_with("activity")
        hits: dict[str, tuple[str, int]] = {}
        for name in names:
            known = Known(name, own_id(self._workspace.model.objects[name]).name)
            found = self._partners.find(known, {cell.strip() for cell in cells if cell.strip()})
            hits.update((text, (name, hit)) for text, hit in found.items() if isinstance(hit, int))
        return [hits.get(cell.strip()) for cell in cells]

    def _label(self, a: str, b: str, text: str) -> str:
        pair = self._workspace.model.pair(a, b)
        known = labels_between(pair, a, b) if pair and text.strip() else ()
        return next((name for name in known if name.casefold() == text.strip().casefold()), "")

    def _link(self, a: str, b: str, label: str, pairs: Iterable[tuple[int, int]]) -> None:
        pair, forward, name = self._change.direction(a, b, label or None)
        links = {(one, other) if forward else (other, one) for one, other in pairs}
        if a == b:
            for one, other in sorted(links):
                self._change.link((a, one), (b, other), label=label or None)
        else:
            self._change.link_many(pair, sorted(links), name)

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


def own_id(found: ObjectType) -> Property:
    """Give the property that keeps the ids of another system: the first that is unique."""
    return next(prop for prop in found.unique_properties() if not prop.additional_of)


def _said(rows: int, counts: Mapping[str, int]) -> str:
    """Say what became of rows: "11 taken", "3 taken, 8 name records that are not there"."""
    parts = [f"{count:,} {what}" for what, count in counts.items() if count]
    rest = rows - sum(counts.values())
    if rest:
        parts.append(f"{rest:,} cannot be associated")
    return ", ".join(parts)
