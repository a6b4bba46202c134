"""Refusing the keys of who was erased: they come back only where somebody says that they may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.store.barred import read_barred
from crmcli.store.keys import key_properties

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.workspace import Workspace
    from crmcli.store.barred import Barred
    from crmcli.types.base import Stored


class ErasedBefore(CrmError):
    """A key of somebody who was erased."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, prop: Property, value: str) -> None:
        self.property = prop
        self.value = value
        super().__init__(
            f'{prop.label} "{value}" is that of somebody who was erased',
            "Leave them out; if they want to be here again: --allow-erased",
        )


class Barring:
    """Knows which keys of an object's records are refused."""

    def __init__(self, barred: Barred, found: ObjectType) -> None:
        """Look at the properties of this object that are keys."""
        self._barred = barred
        self._keys = key_properties(found)

    def rows(self, columns: Mapping[str, Sequence[Stored | None]]) -> dict[int, ErasedBefore]:
        """Give the rows that hold such a key, with their refusals."""
        refused: dict[int, ErasedBefore] = {}
        for key in self._keys:
            column = columns.get(key.property.name, ())
            for value, row in key.block(column, range(len(column))):
                if self._barred.has((key.kind, value)):
                    refused.setdefault(row, ErasedBefore(key.property, value))
        return refused

    def check(self, values: Mapping[str, Stored | None], held: Mapping[str, Stored] | None = None) -> None:
        """Raise ErasedBefore where a record's new values hold such a key; not for what it `held` before."""
        new = {name: [value] for name, value in values.items() if not held or value != held.get(name)}
        for refusal in self.rows(new).values():
            raise refusal


def barring(workspace: Workspace, found: ObjectType, *, allowed: bool) -> Barring | None:
    """Give what refuses keys, None where nobody was erased or it is `allowed`. Raises DamagedBarred."""
    barred = None if allowed else read_barred(workspace.root)
    return Barring(barred, found) if barred else None
