"""Association columns of an import: read and checked with the rows, written when the rows' records are there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.services.association_cells import BadAssociationCell, LinkedTo, read_cell
from crmcli.services.import_values import Refusal
from crmcli.services.references import Ref, UnknownReference, by_id
from crmcli.store.indexing import labels_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from crmcli.formats.table import Block
    from crmcli.model.objects import ObjectType, Pair
    from crmcli.services.import_result import MappedColumn
    from crmcli.services.import_rules import RowRules
    from crmcli.services.import_values import Values
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction


@dataclass(slots=True)
class Linker:
    """Writes the associations that a file's columns name.

    `own_ids` are the ids that rows of this file have, where the file associates records of one object with each
    other: such a record may come later in the file, so these associations are written at the end. An id whose row is
    rejected is taken out.
    """

    workspace: Workspace
    found: ObjectType
    columns: Sequence[MappedColumn]
    own_ids: set[int] = field(default_factory=set)
    rules: RowRules | None = None  # of the transaction, where the object has any
    _later: list[tuple[int, LinkedTo, bool]] = field(default_factory=list)
    _notes: list[str] = field(default_factory=list)

    def read(self, block: Block, values: Values) -> dict[int, list[LinkedTo]]:
        """Give the associations of each row that has any; what cannot be read or found refuses its row."""
        links: dict[int, list[LinkedTo]] = {}
        for column in self.columns:
            read = self._read_column(column, block.columns[column.number - 1], values)
            there = self._there(column.target, read)
            for row, named in read.items():
                cell = block.columns[column.number - 1][row]
                checked = [self._checked(link, there, (row, column.heading, cell), values) for link in named]
                links.setdefault(row, []).extend(link for link in checked if link is not None)
        return links

    def barred(
        self, links: Sequence[LinkedTo], *, record_id: int | None, values: Collection[str] | None = None
    ) -> Refusal | None:
        """Say which rule of associations a row would break; associations with rows further down are seen to later.

        A row whose record is there is written at once; others are supposed to be, until `rules.forget`.
        """
        if self.rules is None or not (links or (record_id is None and self.rules.needs)):
            return None
        now = [link for link in links if link.object_name != self.found.name or link.id not in self.own_ids]
        broken = self.rules.barred(now, record_id=record_id, values=values)
        if record_id is not None:
            self.rules.forget()
        return Refusal("ASSOCIATION_RULE", broken.message) if broken else None

    def write(self, change: Transaction, record_id: int, links: Sequence[LinkedTo], *, exact: bool) -> bool:
        """Associate a record; say whether anything changed.

        `exact` is for a record that is restored from its export: only what the cell marks is primary. Otherwise a
        first one becomes primary by itself.
        """
        changed = False
        for link in links:
            if (link.object_name, link.id) == (self.found.name, record_id):
                self._notes.append(f"{Ref(self.found.name, record_id)} is not associated with itself")
            elif link.object_name == self.found.name and link.id in self.own_ids:
                self._later.append((record_id, link, exact))
            else:
                changed |= self._link(change, record_id, link, exact=exact)
        return changed

    def finish(self, change: Transaction) -> list[str]:
        """Write what waited for records further down; give a note for each that did not come."""
        notes = self._notes
        for record_id, link, exact in self._later:
            ours, theirs = Ref(self.found.name, record_id), Ref(link.object_name, link.id)
            broken = self.rules.barred([link], record_id=record_id) if self.rules else None
            if self.rules:
                self.rules.forget()
            if link.id not in self.own_ids:
                notes.append(f"{ours} is not associated with {theirs}, whose row was rejected")
            elif broken:
                notes.append(f"{ours} is not associated with {theirs}: {broken.message}")
            else:
                self._link(change, record_id, link, exact=exact)
        return notes

    def _link(self, change: Transaction, record_id: int, link: LinkedTo, *, exact: bool) -> bool:
        if exact and self._restore(change, record_id, link):
            return True
        ends = (self.found.name, record_id), (link.object_name, link.id)
        primary = True if link.primary else (False if exact else None)
        changed = False
        for label in link.labels or (None,):
            changed |= change.link(*ends, label=label, primary=primary)
        return changed

    def _restore(self, change: Transaction, record_id: int, link: LinkedTo) -> bool:
        """Write an association that the record owns as it was, without a look at the other record's file.

        Say no where it is not the record's own, or is read from its other end: `link` must find out then.
        """
        pair = self.workspace.model.pair(self.found.name, link.object_name)
        if pair is None or pair.owner != self.found.name:
            return False
        declared = {label.name.casefold(): label.name for label in pair.labels if label.from_object == pair.owner}
        if any(label.casefold() not in declared for label in link.labels):
            return False
        names = [declared[label.casefold()] for label in link.labels]
        text = labels_text(names, primary=link.primary and pair.primary)
        change.put_labels((self.found.name, record_id), f"{link.object_name}:{link.id}", text)
        return True

    def _read_column(
        self, column: MappedColumn, cells: Sequence[str], values: Values
    ) -> dict[int, tuple[LinkedTo, ...]]:
        read = {}
        for row, cell in enumerate(cells):
            if not cell:
                continue
            try:
                read[row] = read_cell(cell)
                if sum(link.primary for link in read[row]) > 1:
                    reason = "several records are marked as the primary one"
                    values.refuse(row, Refusal("INVALID_ASSOCIATION_KEY", reason, column.heading, cell))
            except BadAssociationCell as refusal:
                reason = f"{refusal.message}; {refusal.hint}"
                values.refuse(row, Refusal("INVALID_ASSOCIATION_KEY", reason, column.heading, cell))
        return read

    def _there(self, other: str, read: Mapping[int, Sequence[LinkedTo]]) -> set[int]:
        """Give the ids of the other object that are there, of those that are named."""
        wanted = {link.id for links in read.values() for link in links if link.object_name == other}
        return self.workspace.store.present(other, sorted(wanted)) if wanted else set()

    def _checked(
        self, link: LinkedTo, there: AbstractSet[int], place: tuple[int, str, str], values: Values
    ) -> LinkedTo | None:
        """Give the association with its labels as the schema spells them, None where it refuses the row."""
        row, heading, cell = place
        pair = self.workspace.model.pair(self.found.name, link.object_name)
        if pair is None:
            reason = f"records of {self.found.name} and {link.object_name} cannot be associated"
            values.refuse(row, Refusal("INVALID_ASSOCIATION_KEY", reason, heading, cell))
            return None
        known = labels_between(pair, self.found.name, link.object_name)
        strange = [label for label in link.labels if label.casefold() not in {name.casefold() for name in known}]
        if strange:
            reason = f'there is no label "{strange[0]}"; there are {", ".join(known) or "none"}'
            values.refuse(row, Refusal("ASSOCIATION_LABEL_NOT_FOUND", reason, heading, cell))
            return None
        try:
            return LinkedTo(link.object_name, self._target(link, there), link.labels, link.primary)
        except UnknownReference as refusal:
            values.refuse(row, Refusal("UNKNOWN_ASSOCIATION_RECORD_ID", refusal.message, heading, cell))
        return None

    def _target(self, link: LinkedTo, there: AbstractSet[int]) -> int:
        """Give the id that a reference means now, following merges; raise UnknownReference."""
        if link.id in there or (link.object_name == self.found.name and link.id in self.own_ids):
            return link.id
        return by_id(self.workspace, self.workspace.model.objects[link.object_name], link.id).id


def labels_between(pair: Pair, a: str, b: str) -> tuple[str, ...]:
    """Give the labels that say what a record of object `a` is of one of object `b`."""
    forward = [label.name for label in pair.labels if (label.from_object, label.to_object) == (a, b)]
    backward = [label.inverse for label in pair.labels if (label.to_object, label.from_object) == (a, b)]
    return tuple(dict.fromkeys(forward + backward))
