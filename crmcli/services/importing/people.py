"""Mail and calendars as activities of the people whom they name: who wrote or called together, and whom.

The table of such a file gets two columns more: in which direction a mail went, by whether its sender is a user of
this CRM, and which user's it is. Its records are associated with the people who have the addresses, first or
additional, and with the records that the schema's rules add, as `crm log` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.formats.derived import DerivedTable
from crmcli.frozen import replace
from crmcli.services.filing import by_rule
from crmcli.services.references import Ref
from crmcli.store.keys import key_properties

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crmcli.formats.table import Block, Table
    from crmcli.model.objects import ObjectType, Pair
    from crmcli.services.importing.batch import Batch
    from crmcli.services.importing.table import Source
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction

SENDERS = ("From", "Organizer")  # headings of the tables of mail and calendars
OTHERS = ("To", "Cc", "Bcc", "Attendees")
_OUT, _IN = "outgoing", "incoming"  # as the schemas call the options of a direction


class Addressed(DerivedTable):
    """The table of a mail or calendar file with what the addresses in it say."""

    def __init__(self, workspace: Workspace, found: ObjectType, table: Table) -> None:
        """Take a table whose format says what it holds."""
        super().__init__(table)
        self.senders = [place for place, heading in enumerate(table.header) if heading in SENDERS]
        self.others = [place for place, heading in enumerate(table.header) if heading in OTHERS]
        self._users = {user.email.casefold(): user.id for user in workspace.settings.users if user.email}
        added = [found.role("direction"), found.role("owner") if self._users else None]
        self._added = [prop is not None and prop.label not in table.header for prop in added]
        self.header = [*table.header, *(p.label for p, new in zip(added, self._added, strict=True) if p and new)]

    @property
    def guesses_direction(self) -> bool:
        """Whether directions are made without anybody being known as a user."""
        return self._added[0] and not self._users

    def blocks(self) -> Iterator[Block]:
        """Give the rows with the columns that they have more."""
        for block in self.table.blocks():
            senders = [list(addresses(block, self.senders, row)) for row in range(len(block.lines))]
            others = [list(addresses(block, self.others, row)) for row in range(len(block.lines))]
            ours = [next(filter(None, map(self._users.get, each)), "") for each in senders]
            directions = [_OUT if user else _IN for user in ours]
            owners = [
                user or next(filter(None, map(self._users.get, each)), "")
                for user, each in zip(ours, others, strict=True)
            ]
            more = [column for column, new in zip((directions, owners), self._added, strict=True) if new]
            yield replace(block, columns=[*block.columns, *more])


class PeopleLinker:
    """Associates the records of each block with the people whom the rows name."""

    def __init__(self, workspace: Workspace, change: Transaction, found: ObjectType, table: Addressed) -> None:
        """Prepare for the records of one object of activities."""
        self._workspace = workspace
        self._change = change
        self._found = found
        self._table = table
        self._rules: dict[Ref, list[Ref]] = {}
        self._alone = 0
        self._taken = 0

    @property
    def notes(self) -> list[str]:
        """How many are on nobody, and why."""
        notes = []
        if self._alone:
            told = "1 is" if self._alone == 1 else f"{self._alone:,} are"
            notes.append(f"{told} on nobody: no record has an e-mail address that is in it")
        if self._taken and self._table.guesses_direction:
            notes.append("All are taken as incoming: no user of this CRM has an e-mail address (crm user add)")
        return notes

    def take(self, batch: Batch) -> None:
        """Associate the records that a block's rows became."""
        named = {
            record_id: set(addresses(batch.block, [*self._table.senders, *self._table.others], row))
            for row, record_id in batch.written.items()
        }
        people = self._people({address for each in named.values() for address in each})
        ends: dict[str, list[tuple[int, int]]] = {}
        for record_id, each in named.items():
            refs = list(dict.fromkeys(ref for address in sorted(each) for ref in people.get(address, ())))
            self._alone += not refs
            self._taken += 1
            for ref in [*refs, *self._added(refs)]:
                ends.setdefault(ref.object_name, []).append((record_id, ref.id))
        for other, pairs in ends.items():
            self._link(other, pairs)

    def _people(self, wanted: Iterable[str]) -> Mapping[str, list[Ref]]:
        """Give the records that have these addresses, of all objects of people that may be associated."""
        values = sorted(wanted)
        found: dict[str, list[Ref]] = {}
        for name in self._workspace.model.objects_with("person"):
            pair = self._workspace.model.pair(self._found.name, name)
            kinds = {key.kind for key in key_properties(self._workspace.model.objects[name]) if key.kind == "email"}
            for kind in kinds if pair and values else ():
                for value, hits in self._workspace.store.find_keys(kind, values, name).items():
                    found.setdefault(value, []).extend(Ref(name, hit.id) for hit in hits)
        return found

    def _added(self, refs: Sequence[Ref]) -> list[Ref]:
        """Give the records that the rules add, each person's looked up once."""
        for ref in refs:
            if ref not in self._rules:
                self._rules[ref] = by_rule(self._workspace, self._found, [ref])
        added = dict.fromkeys(other for ref in refs for other in self._rules[ref])
        return [ref for ref in added if ref not in refs]

    def _link(self, other: str, pairs: Sequence[tuple[int, int]]) -> None:
        pair: Pair | None = self._workspace.model.pair(self._found.name, other)
        if pair is not None:
            own = pair.owner == self._found.name
            self._change.link_many(pair, sorted(pairs if own else [(b, a) for a, b in pairs]), None)


def with_people(workspace: Workspace, source: Source) -> Source:
    """Give a source whose table is of mail or a calendar with what the addresses in it say; any other as it is."""
    if not source.table.kind or "activity" not in source.found.object_roles:
        return source
    table = Addressed(workspace, source.found, source.table)
    usual = dict.fromkeys((*SENDERS[1:], *OTHERS[-1:]), "")  # they are for associations only
    tables = [table if each is source.table else each for each in source.tables]
    request = replace(source.request, usual={**usual, **source.request.usual})
    return replace(source, request=request, tables=tables, table=table)


def addresses(block: Block, places: Iterable[int], row: int) -> Iterator[str]:
    """Give the e-mail addresses in some cells of a row, as keys are written."""
    for place in places:
        for item in block.columns[place][row].split(";"):
            if "@" in item:
                yield item.strip().casefold()
