"""Contents of data files as the index takes them: records column by column, associations, tombstones."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeAlias

from crmcli.frozen import frozen
from crmcli.store.files import shard_path
from crmcli.store.freshness import UNKNOWN, Stamp, settled, stamp
from crmcli.store.indexing import RowWriter, association_rows, tombstone_rows
from crmcli.store.keys import key_properties
from crmcli.store.shard import DamagedFile, parse, parse_fast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.model.objects import Model, ObjectType
    from crmcli.store.indexing import AssociationRow, TombstoneRow
    from crmcli.store.shard import Shard
    from crmcli.types.base import Column

    IndexLine: TypeAlias = tuple[Any, ...]  # id, _extra, columns


@frozen
class Contents:
    """What the index is to hold of a shard; `columns` are id and _extra, ids ascending, then those of `names`."""

    names: Sequence[str] = ()
    columns: Sequence[Sequence[Column]] = ((), ())
    associations: Sequence[AssociationRow] = ()
    tombstones: Sequence[TombstoneRow] = ()

    def lines(self) -> list[IndexLine]:
        """The lines of the object's table."""
        return list(zip(*self.columns, strict=True))


@frozen
class Found:
    """What a look at a shard's file found: its contents, or what is wrong with it, and its stamp."""

    number: int
    stamp: Stamp
    contents: Contents = Contents()
    damage: str = ""


class ContentsReader:
    """Reads the data files of one object."""

    def __init__(self, root: str, model: Model, object_type: ObjectType, clock_ns: Callable[[], int]) -> None:
        self._root = root
        self._model = model
        self._name = object_type.name
        self._rows = RowWriter(object_type)
        self._keys = key_properties(object_type)
        self._clock_ns = clock_ns

    def read(self, number: int, *, changed: bool = False) -> Found:
        """Read a shard; `changed` says that the index has records of it, which are to be compared with these."""
        path = shard_path(self._name, number)
        try:
            with open(os.path.join(self._root, path), "rb") as file:
                mark = stamp(os.fstat(file.fileno()))
                shard = (parse if changed else parse_fast)(file.read(), self._name, path)
        except DamagedFile as damage:
            return Found(number, UNKNOWN, damage=damage.what)
        except OSError as error:
            return Found(number, UNKNOWN, damage=f"it cannot be read: {error.strerror or error}")
        return Found(number, settled(mark, self._clock_ns()), self._contents(shard))

    def _contents(self, shard: Shard) -> Contents:
        ids = sorted(shard.records)
        return Contents(
            *self._rows.columns(ids, [shard.records[i] for i in ids]),
            association_rows(self._model, self._name, shard.associations),
            tombstone_rows(self._name, shard.tombstones, self._keys),
        )
