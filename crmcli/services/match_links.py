"""Associating records of two objects wherever a property of the one equals a property of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.model.matrix import cell, possible
from crmcli.model.names import find_property

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.model.objects import Property
    from crmcli.model.settings_associations import MatchRule
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction

_BLOCK = 10_000  # values that are looked up together
_MOST = 100  # records that one value may mean; a value of more is none that tells records apart


class NotComparable(CrmError):
    """Two properties whose values cannot be equal."""

    exit_code = ExitCode.USAGE

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"{left} and {right} hold values of different kinds", "Compare properties of the same type")


class MatchLinker:
    """Associates by one rule within one transaction; what is associated already stays as it is."""

    def __init__(self, workspace: Workspace, change: Transaction, rule: MatchRule) -> None:
        """Look at the rule: raises UnknownObject, UnknownProperty, NoAssociation and NotComparable."""
        from crmcli.store.linking import NoAssociation

        a, b = workspace.object(rule.from_object), workspace.object(rule.to_object)
        pair = workspace.model.pair(a.name, b.name)
        if pair is None:
            raise NoAssociation(
                a.name, b.name, cell(workspace.model, a.name, b.name), possible(workspace.model, a.name)
            )
        self._store = workspace.store
        self._change = change
        self._pair = pair
        self._sides = ((a.name, find_property(a, rule.on)), (b.name, find_property(b, rule.equals)))
        kinds = [prop.value_type for _, prop in self._sides]
        if kinds[0].name != kinds[1].name or any(kind.several for kind in kinds):
            raise NotComparable(*(f"{name}.{prop.name}" for name, prop in self._sides))
        self.common: dict[str, None] = {}  # values that mean too many records

    @property
    def notes(self) -> list[str]:
        """What is to be said of values that were passed over."""
        name, prop = self._sides[1]
        return [
            f'"{value}" is the {prop.label} of more than {_MOST} {name} records: passed over' for value in self.common
        ]

    def compared(self, object_name: str) -> Property | None:
        """Give the property of an object that the rule compares, None where it is about others."""
        return next((prop for name, prop in self._sides if name == object_name), None)

    def link(self, object_name: str, ids: Sequence[int] | None) -> None:
        """Associate these records of one of the rule's objects, or all of it, with those of the other that match."""
        prop = next(prop for name, prop in self._sides if name == object_name)
        for block in _blocks(self._store.column_values(object_name, prop.name, ids)):
            self.link_values(object_name, block)

    def link_values(self, object_name: str, block: Sequence[tuple[int, object]]) -> None:
        """Associate records of one of the rule's objects that have these values, as the index has them."""
        far, prop = self._sides[1 if self._sides[0][0] == object_name else 0]
        self._link(object_name, block, far, self._holders(far, prop, block))

    def _holders(self, far: str, prop: Property, block: Sequence[tuple[int, object]]) -> dict[object, list[int]]:
        values = list(dict.fromkeys(value for _, value in block))
        holders: dict[object, list[int]] = {}
        for record_id, value in self._store.column_values(far, prop.name, None, values):
            holders.setdefault(value, []).append(record_id)
        for value in [value for value, ids in holders.items() if len(ids) > _MOST]:
            self.common[str(prop.value_type.stored(value))] = None  # type: ignore[arg-type]
            del holders[value]
        return holders

    def _link(self, name: str, block: Sequence[tuple[int, object]], far: str, holders: dict[object, list[int]]) -> None:
        mine = self._pair.owner == name
        found = [(one, other) for one, value in block for other in holders.get(value, ())]
        if name == far:  # which end keeps it depends on what there is
            for one, other in found:
                if one != other:
                    self._change.link((name, one), (far, other))
            return
        links = found if mine else [(other, one) for one, other in found]
        self._change.link_many(self._pair, sorted(set(links)), None)


def _blocks(rows: Iterable[tuple[int, object]]) -> Iterator[list[tuple[int, object]]]:
    block: list[tuple[int, object]] = []
    for row in rows:
        block.append(row)
        if len(block) == _BLOCK:
            yield block
            block = []
    if block:
        yield block
