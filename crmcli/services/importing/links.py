"""Association columns of an import: read and checked with the rows, written when the rows' records are there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.services.importing.link_columns import LinkColumns
from crmcli.services.importing.partners import Known
from crmcli.services.importing.values import Refusal
from crmcli.services.references import Ref
from crmcli.store.indexing import labels_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from crmcli.formats.table import Block
    from crmcli.model.objects import ObjectType
    from crmcli.services.association_cells import LinkedTo
    from crmcli.services.importing.partners import Partners
    from crmcli.services.importing.result import MappedColumn
    from crmcli.services.importing.rules import RowRules
    from crmcli.services.importing.values import Values
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
    partners: Partners | None = None  # of the transaction
    _later: list[tuple[int, LinkedTo, bool]] = field(default_factory=list)
    _notes: list[str] = field(default_factory=list)

    def read(self, block: Block, values: Values) -> dict[int, list[LinkedTo]]:
        """Give the associations of each row that has any; what cannot be read or found refuses its row."""
        if self.partners is None:
            return {}
        return LinkColumns(self.workspace, self.found, self.columns, self.partners, self.own_ids).read(block, values)

    def barred(
        self, links: Sequence[LinkedTo], *, record_id: int | None, values: Collection[str] | None = None
    ) -> Refusal | None:
        """Say which rule of associations a row would break; associations with rows further down are seen to later.

        A row whose record is there is written at once; others are supposed to be, until `rules.forget`.
        """
        if self.rules is None or not (links or (record_id is None and self.rules.needs)):
            return None
        now = [link for link in links if not self._waits(link)]
        broken = self.rules.barred(now, record_id=record_id, values=values)
        if record_id is not None:
            self.rules.forget()
        return Refusal(broken.code, broken.message) if broken else None

    def write(self, change: Transaction, record_id: int, links: Sequence[LinkedTo], *, exact: bool) -> bool:
        """Associate a record; say whether anything changed.

        `exact` is for a record that is restored from its export: only what the cell marks is primary. Otherwise a
        first one becomes primary by itself.
        """
        changed = False
        for link in links:
            if (link.object_name, link.id) == (self.found.name, record_id):
                self._notes.append(f"{Ref(self.found.name, record_id)} is not associated with itself")
            elif self._waits(link):
                self._later.append((record_id, link, exact))
            else:
                changed |= self._link(change, record_id, link, exact=exact)
        return changed

    def finish(self, change: Transaction) -> list[str]:
        """Write what waited for records further down; give a note for each that did not come."""
        notes = self._notes
        for record_id, link, exact in self._arrived():
            ours, theirs = Ref(self.found.name, record_id), link.text or Ref(link.object_name, link.id)
            broken = self.rules.barred([link], record_id=record_id) if self.rules and link.id else None
            if self.rules:
                self.rules.forget()
            if (link.object_name, link.id) == (self.found.name, record_id):
                notes.append(f"{ours} is not associated with itself")
            elif not link.id or not (link.text or link.id in self.own_ids):
                notes.append(f"{ours} is not associated with {theirs}, whose row was rejected")
            elif broken:
                notes.append(f"{ours} is not associated with {theirs}: {broken.message}")
            else:
                self._link(change, record_id, link, exact=exact)
        return notes

    def _waits(self, link: LinkedTo) -> bool:
        """Whether a record is yet to come, or may be."""
        return bool(link.text) or (link.object_name == self.found.name and link.id in self.own_ids)

    def _arrived(self) -> list[tuple[int, LinkedTo, bool]]:
        """Give what waited, with the ids of the records that have come; 0 for those that have not."""
        wanted: dict[Known, dict[str, None]] = {}
        for _, link, _ in self._later:
            if link.text:
                wanted.setdefault(Known(link.object_name, link.known_by), {})[link.text] = None
        come: dict[tuple[Known, str], object] = {}
        for known, texts in wanted.items():
            if self.partners is not None:
                come |= {(known, text): hit for text, hit in self.partners.find(known, texts).items()}
        return [(record_id, self._found_now(link, come), exact) for record_id, link, exact in self._later]

    def _found_now(self, link: LinkedTo, come: Mapping[tuple[Known, str], object]) -> LinkedTo:
        hit = come.get((Known(link.object_name, link.known_by), link.text))
        return replace(link, id=hit) if isinstance(hit, int) else link

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
