"""The part of a file that is about one object: its columns, and one row for each of its records.

A record is told from others by the strongest key that its row has, an organisation without one by its name, any other
by all that its row says of it; what later rows say of the same record is passed over. A row names the records of the
other objects in it in two columns of its own, which are written like those of an export.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.formats.derived import DerivedTable
from crmcli.formats.table import Block, Fault
from crmcli.services.importing.partners import Known, several
from crmcli.services.importing.result import ColumnKind
from crmcli.services.importing.values import Refusal
from crmcli.services.references import Ref
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.formats.table import Table
    from crmcli.model.objects import Property
    from crmcli.services.importing.batch import Batch, Plan
    from crmcli.services.importing.groups import Share
    from crmcli.services.importing.partners import Partners

SAME = "record in this CRM"  # headings of the two columns that no file has
WITH = "in the same row"
Identity = tuple[str, ...]  # what tells a record from the others of its object


class Part(DerivedTable):
    """One object's table within a file of several; `earlier` are those whose records its rows may be associated with.

    Rows on lines in `rejected`, which all parts of a file share, are passed over.
    """

    descriptors: tuple[int, ...] = ()  # it needs to know what became of earlier rows: no other process reads it

    def __init__(self, table: Table, share: Share, earlier: Sequence[Part], rejected: Mapping[int, str]) -> None:
        """Take the columns of one object; nothing is told apart until `identify`."""
        super().__init__(table)
        self.share = share
        self.earlier = earlier
        self.headed, self.typed = True, False
        self.kind, self.notes = "", ()
        self.header = (*share.headings, SAME, *(f"{each.share.found.label} {WITH}" for each in earlier))
        self.records: dict[Identity, int] = {}  # what the rows' records became
        self.lines: dict[Identity, int] = {}  # of the rows that said so: those have their associations
        self.repeated = 0  # rows that say something else of a record than the first one about it
        self._rejected = rejected
        self._said: dict[Identity, int] = {}  # hash of what the first row about a record says
        self._plan: Plan | None = None
        self._partners: Partners | None = None
        self._keys: list[tuple[int, Property]] = []
        self._named: tuple[int, Property] | None = None
        self._block: Block | None = None

    def restart(self) -> None:
        """Read from the first row again."""
        super().restart()
        self._said.clear()

    @property
    def wishes(self) -> Mapping[str, str]:
        """What the two columns go into that the file does not have."""
        first = len(self.share.headings) + 1
        others = {f"#{n}": f"associations.{each.share.found.name}" for n, each in enumerate(self.earlier, first + 1)}
        return {f"#{first}": "id", **others}

    def identify(self, plan: Plan, partners: Partners) -> None:
        """Have rows told apart by what the columns are."""
        self._plan, self._partners = plan, partners
        found = self.share.found
        places = {column.target: column.number - 1 for column in plan.columns if column.kind is ColumnKind.PROPERTY}
        unique = [prop for prop in found.unique_properties() if not prop.additional_of]
        self._keys = [(places[prop.name], prop) for prop in unique if prop.name in places]
        named = found.role("name")
        self._named = (places[named.name], named) if named and named.name in places else None

    def blocks(self) -> Iterator[Block]:
        """Give the rows that are about a record which no row before was about, once these are told apart."""
        for block in self.table.blocks():
            columns = [block.columns[place] for place in self.share.places]
            if self._plan is None:
                extra = [[""] * len(block.lines)] * (1 + len(self.earlier))
                yield Block([*columns, *extra], block.lines, ())
            else:
                yield self._told_apart(block, columns)

    def identities(self, block: Block) -> list[Identity | None]:
        """Give what tells each row's record from others, None where a row says nothing about this object."""
        columns = [block.columns[place] for place in self.share.places]
        keys = [(self._canonical(columns[place], prop), prop) for place, prop in self._keys]
        organisation = "organisation" in self.share.found.object_roles
        named = columns[self._named[0]] if self._named and organisation else None
        found: list[Identity | None] = []
        for row, cells in enumerate(zip(*columns, strict=True)):
            key = next(((prop.name, column[row]) for column, prop in keys if column[row]), None)
            if not any(cell.strip() for cell in cells):
                found.append(None)
            elif key is not None:
                found.append(key)
            else:
                found.append((named[row].strip().casefold(),) if named and named[row].strip() else ("", *cells))
        return found

    def take(self, batch: Batch) -> None:
        """Note what the records of a block's rows became."""
        columns = batch.block.columns
        whole: list[Sequence[str]] = [()] * (max(self.share.places) + 1)
        for place, column in zip(self.share.places, columns, strict=False):
            whole[place] = column
        identities = self.identities(Block(whole, batch.block.lines, ()))
        for row, record_id in batch.written.items():
            identity = identities[row]
            if identity is not None:
                self.records[identity] = record_id
                self.lines[identity] = batch.line(row)

    def _told_apart(self, block: Block, columns: Sequence[Sequence[str]]) -> Block:
        """Give the rows whose records are met for the first time, with what names those of the other objects."""
        name = self.share.found.name
        identities = self.identities(block)
        others = [(each, each.identities(block)) for each in self.earlier]
        rows = self._first_rows(block, columns, identities)
        known = self._known_already(columns, identities, rows, others)
        refused = {row: refusal for row in rows if (refusal := self._refused(row, known, others)) is not None}
        faults = [Fault(block.lines[row], each.code, each.reason, block.row(row)) for row, each in refused.items()]
        rows = [row for row in rows if row not in refused]
        same = [f"{name}:{known[row]}" if row in known else "" for row in rows]
        partners = [
            [f"{each.share.found.name}:{each.records[i]}" if (i := theirs[row]) else "" for row in rows]
            for each, theirs in others
        ]
        kept = [[column[row] for row in rows] for column in columns]
        first = not self.earlier
        return Block(
            [*kept, same, *partners],
            [block.lines[row] for row in rows],
            [*(block.faults if first else ()), *faults],
            block.blank if first else 0,
        )

    def _first_rows(
        self, block: Block, columns: Sequence[Sequence[str]], identities: Sequence[Identity | None]
    ) -> list[int]:
        """Give the rows about a record that no row before was about."""
        rows: dict[Identity, int] = {}
        for row, identity in enumerate(identities):
            if identity is None or block.lines[row] in self._rejected:
                continue
            said = hash(tuple(column[row] for column in columns))
            if self._said.setdefault(identity, said) != said:
                self.repeated += 1
            elif identity not in self.records:
                rows.setdefault(identity, row)
        return list(rows.values())

    def _refused(
        self,
        row: int,
        known: Mapping[int, int | Refusal],
        others: Sequence[tuple[Part, Sequence[Identity | None]]],
    ) -> Refusal | None:
        """Say why a row cannot be taken: its name is that of several, or the record of another object was rejected."""
        refusal = known.get(row)
        if isinstance(refusal, Refusal):
            return refusal
        for each, theirs in others:
            if theirs[row] is not None and theirs[row] not in each.records:
                word = each.share.found.label.lower()
                return Refusal("ASSOCIATION_RECORD_NOT_FOUND", f"its {word} was rejected, on an earlier line")
        return None

    def _known_already(
        self,
        columns: Sequence[Sequence[str]],
        identities: Sequence[Identity | None],
        rows: Sequence[int],
        others: Sequence[tuple[Part, Sequence[Identity | None]]],
    ) -> dict[int, int | Refusal]:
        """Find the records of rows without a key by their names, those that are there already."""
        if self._named is None or self._partners is None:
            return {}
        place, prop = self._named
        keys = {prop.name for _, prop in self._keys}
        named = {row: columns[place][row].strip() for row in rows if (identities[row] or ("",))[0] not in keys}
        named = {row: name for row, name in named.items() if name}
        known = Known(self.share.found.name, prop.name)
        candidates = self._partners.named(known, named.values())
        organisation = "organisation" in self.share.found.object_roles
        found: dict[int, int | Refusal] = {}
        for row, name in named.items():
            ids = candidates.get(name, [])
            if not organisation:
                beside = [
                    Ref(each.share.found.name, each.records[i])
                    for each, theirs in others
                    if (i := theirs[row]) in each.records
                ]
                ids = [one for one in ids if self._partners.associated(Ref(self.share.found.name, one), beside)]
            if len(ids) == 1:
                found[row] = ids[0]
            elif ids:
                found[row] = several(self.share.found, prop, name, ids)
        return found

    def _canonical(self, cells: Sequence[str], prop: Property) -> list[str]:
        context = self._plan.context if self._plan else None
        if context is None:
            return [cell.strip() for cell in cells]
        canonical = prop.value_type.canonical
        values = prop.value_type.parse_many(cells, context)
        return [
            "" if value is None else cell.strip() if isinstance(value, InvalidValue) else canonical(value)
            for cell, value in zip(cells, values, strict=True)
        ]
