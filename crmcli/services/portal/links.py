"""What a portal's files say about how records are associated that are there by now."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crmcli.formats.opening import opened
from crmcli.services.association_cells import LinkedTo
from crmcli.services.importing.partners import Known
from crmcli.services.importing.rules import RowRules
from crmcli.services.portal.naming import LabelReader, each_said, namings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.model.objects import Model, ObjectType, Property
    from crmcli.services.importing.partners import Partners
    from crmcli.services.portal.files import PortalFile
    from crmcli.services.portal.naming import Naming, SaidOf
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction

    End = tuple[str, int]
    Group = tuple[str, str, tuple[str, ...], bool]  # both objects, labels, whether the second record is the primary one

# What became of associations, in words behind their number.
_TAKEN, _MISSING = "taken", "name records that are not there"
_UNABLE, _BARRED = "cannot be associated", "would break a rule of associations"


class PortalRecords:
    """Finds records by the ids that the portal gave them."""

    def __init__(self, model: Model, partners: Partners) -> None:
        self._model = model
        self._partners = partners

    def find(self, end: str, cells: Iterable[str]) -> dict[str, End]:
        """Give the records that ids name, of an object or, with "", of any activity."""
        wanted = {cell.strip() for cell in cells if cell.strip()}
        hits: dict[str, End] = {}
        for name in [end] if end else self._model.objects_with("activity"):
            found = self._partners.find(Known(name, own_id(self._model.objects[name]).name), wanted)
            hits.update((text, (name, hit)) for text, hit in found.items() if isinstance(hit, int))
        return hits


class PortalLinker:
    """Associates records within the transaction that makes them; `declared` are the portal's labels by number."""

    def __init__(
        self,
        workspace: Workspace,
        change: Transaction,
        records: PortalRecords,
        declared: Mapping[tuple[str, str, str], str],
    ) -> None:
        self._model = workspace.model
        self._workspace = workspace
        self._change = change
        self._records = records
        self._labels = LabelReader(workspace.store.model, declared)  # in a dry run it has no new labels
        self._rules: dict[str, RowRules] = {}

    def associate(self, file: PortalFile) -> str:
        """Associate the records that a file names; say what became of that, "" where it names none."""
        counts = Counter(dict.fromkeys((_TAKEN, _MISSING, _UNABLE, _BARRED), 0))
        groups: dict[Group, list[tuple[int, int]]] = {}
        with opened(file.path) as (table, *_):
            ways = list(namings(self._model, file, table.header))
            for block in table.blocks() if ways else ():
                rows = list(zip(*block.columns, strict=True))
                for naming in ways:
                    self._take(naming, rows, groups, counts)
        for group, pairs in groups.items():
            counts.update(self._link(group, pairs))
        return said(counts)

    def _take(
        self,
        naming: Naming,
        rows: Sequence[Sequence[str]],
        groups: dict[Group, list[tuple[int, int]]],
        counts: Counter[str],
    ) -> None:
        """Gather the associations of a block by what is to be written of them."""
        a_end, b_end = naming.ends
        named = [(naming.ours(row), *each) for row in rows for each in each_said(naming, row)]
        ours = self._records.find(a_end, (own for own, _, _ in named))
        theirs = self._records.find(b_end, (other for _, other, _ in named))
        for own, other, words in named:
            a, b = ours.get(own), theirs.get(other)
            if a is None or b is None:
                counts[_MISSING] += 1
            elif self._model.pair(a[0], b[0]) is None:
                counts[_UNABLE] += 1
            else:
                groups.setdefault(self._group(a, b, words), []).append((a[1], b[1]))

    def _group(self, a: End, b: End, words: SaidOf) -> Group:
        labels, primary = self._labels.read(a[0], b[0], words)
        return a[0], b[0], labels, primary

    def _link(self, group: Group, pairs: Sequence[tuple[int, int]]) -> Counter[str]:
        """Associate records of two objects; in bulk where there is nothing to keep to."""
        a, b, labels, primary = group
        pair, forward, name = self._change.direction(a, b, labels[0] if labels else None)
        if a == b or pair.ruled or primary or len(labels) > 1:
            return Counter(self._one(group, one, other) for one, other in pairs)
        links = {(one, other) if forward else (other, one) for one, other in pairs}
        self._change.link_many(pair, sorted(links), name)
        return Counter({_TAKEN: len(pairs)})

    def _one(self, group: Group, one: int, other: int) -> str:
        """Associate two records, if no rule is against it; say what became of it."""
        a, b, labels, primary = group
        rules = self._rules.setdefault(a, RowRules(self._workspace, self._change, a))
        broken = rules.barred([LinkedTo(b, other, labels)], record_id=one)
        rules.forget()
        if broken or (a, one) == (b, other):
            return _BARRED
        for label in labels or (None,):
            self._change.link((a, one), (b, other), label=label, primary=primary or None)
        return _TAKEN


def own_id(found: ObjectType) -> Property:
    """Give the property that keeps the ids of another system: the first that is unique."""
    return next(prop for prop in found.unique_properties() if not prop.additional_of)


def said(counts: Mapping[str, int]) -> str:
    """Say what became of rows: "11 taken", "3 taken, 8 name records that are not there"."""
    return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
