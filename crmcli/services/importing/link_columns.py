"""Reading the association columns of an import: which records each row names, with which labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.services.association_cells import REFERENCE, BadAssociationCell, LinkedTo, read_cell
from crmcli.services.importing.partners import Known
from crmcli.services.importing.result import ColumnKind
from crmcli.services.importing.values import Refusal
from crmcli.services.references import UnknownReference, by_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from crmcli.formats.table import Block
    from crmcli.model.objects import ObjectType, Pair
    from crmcli.services.importing.partners import Partners
    from crmcli.services.importing.result import MappedColumn
    from crmcli.services.importing.values import Values
    from crmcli.services.workspace import Workspace

PRIMARY = "primary"  # among labels: the record is the primary one of its object
_NO_LABEL = "ASSOCIATION_LABEL_NOT_FOUND"
_Links = dict[int, list[LinkedTo]]


class LinkColumns:
    """Reads the association columns of one object's rows; `own_ids` are the ids that rows of the file have."""

    def __init__(
        self,
        workspace: Workspace,
        found: ObjectType,
        columns: Sequence[MappedColumn],
        partners: Partners,
        own_ids: AbstractSet[int],
    ) -> None:
        """Take the columns in the order of the file."""
        self._workspace = workspace
        self._found = found
        self._named = [column for column in columns if column.kind is ColumnKind.ASSOCIATION]
        self._labels = [column for column in columns if column.kind is ColumnKind.LABELS]
        self._partners = partners
        self._own_ids = own_ids

    def read(self, block: Block, values: Values) -> _Links:
        """Give the associations of each row that has any; what cannot be read or found refuses its row."""
        links: _Links = {}
        for column in self._named:
            cells = block.columns[column.number - 1]
            labels = (column.label,) if column.label else ()
            referred = self._read_references(column, cells, values)
            there = self._there(column.target, referred)
            for row, named in referred.items():
                checked = [self._checked(link, there, (row, column.heading, cells[row]), values) for link in named]
                links.setdefault(row, []).extend(_with(link, labels) for link in checked if link is not None)
            if column.known_by:
                for row, link in self._read_keys(column, cells, values):
                    links.setdefault(row, []).append(_with(link, labels))
        for column in self._labels:
            self._add_labels(column, block.columns[column.number - 1], links, values)
        return links

    def _read_references(
        self, column: MappedColumn, cells: Sequence[str], values: Values
    ) -> dict[int, tuple[LinkedTo, ...]]:
        """Read the cells of our own references; where the column has keys, those that begin with one."""
        read = {}
        for row, cell in enumerate(cells):
            if not cell or (column.known_by and not REFERENCE.match(cell.strip())):
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

    def _read_keys(self, column: MappedColumn, cells: Sequence[str], values: Values) -> Iterator[tuple[int, LinkedTo]]:
        """Find the records that cells name by keys, several with semicolons between them."""
        known = Known(column.target, column.known_by)
        items = {
            row: [item.strip().removeprefix("@") for item in cell.split(";") if item.strip()]  # @ as Salesforce's trees
            for row, cell in enumerate(cells)
            if cell and not REFERENCE.match(cell.strip())
        }
        found = self._partners.find(known, {item for each in items.values() for item in each})
        for row, each in items.items():
            for item in dict.fromkeys(each):
                hit = found.get(item)
                if isinstance(hit, int):
                    yield row, LinkedTo(column.target, hit)
                elif self._partners.expected(known, item):
                    yield row, LinkedTo(column.target, 0, known_by=column.known_by, text=item)
                elif hit is not None:
                    values.refuse(row, Refusal(hit.code, hit.reason, column.heading, cells[row], self._remedy(column)))

    def _remedy(self, column: MappedColumn) -> str:
        label = self._workspace.model.words[column.target].label.lower()
        return f'import the {label} first, or leave the column out: --column "{column.heading}="'

    def _add_labels(self, column: MappedColumn, cells: Sequence[str], links: _Links, values: Values) -> None:
        """Give the associations of each row the labels of a cell."""
        for row, cell in enumerate(cells):
            words = [word.strip() for word in cell.split(";") if word.strip()]
            meant = [link for link in links.get(row, ()) if column.target in ("", link.object_name)]
            if not words or not meant:
                continue
            labelled, strange = self._labelled(meant, words)
            if strange:
                known = ", ".join(dict.fromkeys(name for link in meant for name in self._names(link))) or "none"
                reason = f'there is no label "{strange[0]}"; there are {known}'
                values.refuse(row, Refusal(_NO_LABEL, reason, column.heading, cell))
            elif sum(link.primary for link in labelled) > 1:
                reason = "several records would be the primary one"
                values.refuse(row, Refusal("INVALID_ASSOCIATION_KEY", reason, column.heading, cell))
            links[row] = [labelled[meant.index(link)] if link in meant else link for link in links[row]]

    def _labelled(self, links: Sequence[LinkedTo], words: Sequence[str]) -> tuple[list[LinkedTo], list[str]]:
        """Give associations with those of the words that are labels of theirs, and the words that are of none."""
        strange = {word.casefold(): word for word in words}
        labelled = []
        for link in links:
            names = {name.casefold(): name for name in self._names(link)}
            own = [names[word.casefold()] for word in words if word.casefold() in names]
            pair = self._workspace.model.pair(self._found.name, link.object_name)
            primary = bool(pair and pair.primary) and PRIMARY in strange | {w.casefold(): w for w in words}
            taken = {name.casefold() for name in own} | ({PRIMARY} if primary else set())
            strange = {folded: word for folded, word in strange.items() if folded not in taken}
            labelled.append(
                replace(link, labels=tuple(dict.fromkeys([*link.labels, *own])), primary=link.primary or primary)
            )
        return labelled, list(strange.values())

    def _names(self, link: LinkedTo) -> tuple[str, ...]:
        pair = self._workspace.model.pair(self._found.name, link.object_name)
        return labels_between(pair, self._found.name, link.object_name) if pair else ()

    def _there(self, other: str, read: Mapping[int, Sequence[LinkedTo]]) -> set[int]:
        """Give the ids of the other object that are there, of those that are named."""
        return self._partners.there(
            other, (link.id for links in read.values() for link in links if link.object_name == other)
        )

    def _checked(
        self, link: LinkedTo, there: AbstractSet[int], place: tuple[int, str, str], values: Values
    ) -> LinkedTo | None:
        """Give the association with its labels as the schema spells them, None where it refuses the row."""
        row, heading, cell = place
        pair = self._workspace.model.pair(self._found.name, link.object_name)
        if pair is None:
            reason = f"records of {self._found.name} and {link.object_name} cannot be associated"
            values.refuse(row, Refusal("INVALID_ASSOCIATION_KEY", reason, heading, cell))
            return None
        known = labels_between(pair, self._found.name, link.object_name)
        strange = [label for label in link.labels if label.casefold() not in {name.casefold() for name in known}]
        if strange:
            reason = f'there is no label "{strange[0]}"; there are {", ".join(known) or "none"}'
            values.refuse(row, Refusal(_NO_LABEL, reason, heading, cell))
            return None
        try:
            return LinkedTo(link.object_name, self._target(link, there), link.labels, link.primary)
        except UnknownReference as refusal:
            values.refuse(row, Refusal("UNKNOWN_ASSOCIATION_RECORD_ID", refusal.message, heading, cell))
        return None

    def _target(self, link: LinkedTo, there: Collection[int]) -> int:
        """Give the id that a reference means now, following merges; raise UnknownReference."""
        if link.id in there or (link.object_name == self._found.name and link.id in self._own_ids):
            return link.id
        return by_id(self._workspace, self._workspace.model.objects[link.object_name], link.id).id


def _with(link: LinkedTo, labels: tuple[str, ...]) -> LinkedTo:
    return replace(link, labels=tuple(dict.fromkeys([*link.labels, *labels]))) if labels else link


def labels_between(pair: Pair, a: str, b: str) -> tuple[str, ...]:
    """Give the labels that say what a record of object `a` is of one of object `b`."""
    forward = [label.name for label in pair.labels if (label.from_object, label.to_object) == (a, b)]
    backward = [label.inverse for label in pair.labels if (label.to_object, label.from_object) == (a, b)]
    return tuple(dict.fromkeys(forward + backward))
