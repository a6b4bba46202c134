"""The shards that a transaction changes: read once, changed in memory, staged on disk a few at a time.

However much an operation changes, only a handful of shards is held in memory; the rest waits staged beside the old
files and in the index's open transaction, both of which a crash or a refusal takes away.
"""

from __future__ import annotations

import contextlib
import os
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.store.alongside import Alongside
from crmcli.store.files import read_if_there, resolved, shard_path, sync_folder
from crmcli.store.freshness import Stamp, stamp
from crmcli.store.shard import Shard, number_of, parse, parse_fast
from crmcli.store.staging import Staged, digest, keep_aside, stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.store.files import Modes

_IN_MEMORY = 12  # shards: about 20 MB
_SLOWLY = 2  # so many are read without orjson, whose import takes as long as reading one


class ChangedMeanwhile(CrmError):
    """A data file was changed by another program while this command was working on it."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, path: str) -> None:
        super().__init__(
            f'"{path}" was changed by another program meanwhile; nothing was written', "run the command again"
        )


@dataclass(slots=True)
class Edit:
    """A shard in the making. `touched` are the present records and `linked` the owners that changed."""

    path: str
    number: int
    shard: Shard
    before: str  # hash of the present version
    stamp: Stamp | None  # of the present version; None where there is none
    touched: set[int] = field(default_factory=set)
    linked: set[int] = field(default_factory=set)
    created: int = 0  # how many records are new; those are in the index already
    buried: bool = False  # whether tombstones changed
    again: bool = False  # whether it was staged before, and is changed once more
    filler: bool = False  # whether it is to be there even though it is empty

    @property
    def fresh(self) -> bool:
        """Whether this operation makes the file, and nothing of it is in the index yet."""
        return self.stamp is None and not self.again

    @property
    def changed(self) -> bool:
        """Whether there is anything to write; a shard that was only looked at has nothing."""
        return self.again or self.filler or self.buried or bool(self.created or self.touched or self.linked)


class Edits:
    """All shards of one transaction, by object and number."""

    def __init__(self, root: str, operation: str, modes: Modes, index: Callable[[Edit], None] | None) -> None:
        """`index` is told of each edit just before it leaves memory; None for a dry run, which stages nothing.

        `operation` names the temporaries.
        """
        self._root = root
        self._operation = operation
        self._modes = modes
        self._index = index
        self._open: OrderedDict[tuple[str, int], Edit] = OrderedDict()
        self._staged: dict[tuple[str, int], Callable[[], Staged]] = {}
        self._origin: dict[tuple[str, int], tuple[str, Stamp | None]] = {}
        self._writing = Alongside()

    def of(self, object_name: str, record_id: int) -> Edit:
        """The edit of the shard that holds a record."""
        place = (object_name, number_of(record_id))
        edit = self._open.get(place)
        if edit is None:
            if len(self._open) >= _IN_MEMORY:
                self._stage(self._open.popitem(last=False)[1])
            edit = self._open[place] = self._read(*place)
        else:
            self._open.move_to_end(place)
        return edit

    def open_one(self, object_name: str, record_id: int) -> Edit | None:
        """The edit of the shard that holds a record, if it is in memory."""
        return self._open.get((object_name, number_of(record_id)))

    def _read(self, object_name: str, number: int) -> Edit:
        path = shard_path(object_name, number)
        target = resolved(self._root, path)
        again = self._staged.pop((object_name, number), None)
        if again is not None:
            staged = again()
            content = read_if_there(staged.temporary)
            staged.discard()
        else:
            content = read_if_there(target)
            seen = None if content is None else stamp(os.stat(target))
            self._origin[object_name, number] = (digest(content), seen)
        read = parse_fast if len(self._origin) > _SLOWLY else parse
        shard = Shard(object_name) if content is None else read(content, object_name, path)
        return Edit(path, number, shard, *self._origin[object_name, number], again=again is not None)

    def _stage(self, edit: Edit) -> None:
        if self._index is None or not edit.changed:
            return
        self._index(edit)
        shard = edit.shard
        fast = shard.plain or (edit.stamp is None and len(shard.records) > 1)
        content = shard.dumps_fast() if fast else shard.dumps()
        self._staged[shard.object_name, edit.number] = self._begin(edit, content)

    def _begin(self, edit: Edit, content: bytes) -> Callable[[], Staged]:
        """Begin to write a shard: its fsync overlaps with the making of the next ones, where there are any."""
        arguments = (self._root, edit.path, (edit.before, content), self._operation, self._modes)
        if not self._open and not self._staged:
            staged = stage(*arguments)
            return lambda: staged
        return self._writing.begin(partial(stage, *arguments))

    def put_aside(self, edit: Edit) -> str:
        """Keep the present version of a shard under journal/removed/ and say where."""
        aside = keep_aside(self._root, edit.path, self._operation, self._modes)
        # The link to it is a change of its inode, and ours.
        edit.stamp = stamp(os.stat(aside))
        self._origin[edit.shard.object_name, edit.number] = (edit.before, edit.stamp)
        return aside

    def stage_all(self) -> list[Staged]:
        """Stage what is still in memory and give all that is staged, forced to disk with its folders."""
        while self._open:
            self._stage(self._open.popitem(last=False)[1])
        staged = [finish() for _, finish in sorted(self._staged.items(), key=lambda item: item[0])]
        for folder in sorted({os.path.dirname(one.target) for one in staged}):
            sync_folder(folder)
        return staged

    def check_unchanged(self) -> None:
        """Raise ChangedMeanwhile where a file is not what it was when it was read."""
        for (object_name, number), (_, seen) in self._origin.items():
            path = shard_path(object_name, number)
            try:
                now = stamp(os.stat(resolved(self._root, path)))
            except FileNotFoundError:
                now = None
            if now != seen:
                raise ChangedMeanwhile(path)

    def discard(self) -> None:
        """Take away all that was staged."""
        self._open.clear()
        for finish in self._staged.values():
            with contextlib.suppress(OSError, CrmError):
                finish().discard()
        self._staged.clear()
        self.close()

    def close(self) -> None:
        """End the writing threads, if there are any."""
        self._writing.close()
