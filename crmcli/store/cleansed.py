"""The files of the store, each without a person: data files, those put aside, the journal, and copies of damage."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model.applied import PATH as SCHEMA
from crmcli.store.files import BARRED, DATA, JOURNAL, REMOVED, is_journal, journal_names
from crmcli.store.freshness import look
from crmcli.store.journal_cleansing import JournalCleansing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crmcli.store.cleansing import Cleansing, End
    from crmcli.store.erasing import Erasing

# What a crash or a repair copied aside, of whatever was there: nobody reads it.
_COPIES = (".torn", ".damaged", ".mended")


@frozen
class Cleansed:
    """A file that changes: how much of what goes out of it; `gone` says that the file goes as a whole."""

    path: str
    counts: Mapping[str, int]
    gone: bool = False


def cleanse_store(
    work: Erasing, cleansing: Cleansing, stays: Callable[[str], bool], present: Callable[[End], Mapping[str, object]]
) -> Iterator[Cleansed]:
    """Put each file of the store that holds something of the person, and say so.

    `stays` and `present`: see JournalCleansing. Raises DamagedFile and DamagedJournal: what cannot be read cannot be
    cleansed.
    """
    tomb = {"kind": "erased", "operation": work.operation.id}
    for path, name in _shards(work.root, DATA):
        yield from _put(work, cleansing, path, cleansing.shard(work.read(path), name, path, tomb))
    for path, name in put_aside_shards(work.root):
        yield from _put(work, cleansing, path, cleansing.shard(work.read(path), name, path, None))
    months = JournalCleansing(cleansing, stays, present)
    for name in journal_names(work.root):
        path = f"{JOURNAL}/{name}"
        work.read(path)
        yield from _put(work, cleansing, path, months.rewritten(work.root, name))
    for path in _copies(work.root):
        work.read(path)
        work.put(path, None)
        yield Cleansed(path, {}, gone=True)


def _put(work: Erasing, cleansing: Cleansing, path: str, content: bytes | None) -> Iterator[Cleansed]:
    """Put a file that changes; `counts` begin again for the next one."""
    counts, cleansing.counts = cleansing.counts, Counter()
    if content is not None:
        work.put(path, content)
        yield Cleansed(path, {what: count for what, count in counts.items() if count})


def is_of_store(path: str) -> bool:
    """Whether a file of the workspace is one that this goes through, or that holds nobody's data."""
    above, _, name = path.rpartition("/")
    if path in (SCHEMA, BARRED) or (above == JOURNAL and is_journal(name)):
        return True
    if not path.startswith((f"{DATA}/", f"{JOURNAL}/")):
        return False
    number, _, kind = name.partition(".")
    parts = above.split("/")
    in_place = (len(parts), parts[0]) == (2, DATA) or (len(parts) == 4 and parts[:2] == [JOURNAL, REMOVED])
    return name.endswith(_COPIES) or (kind == "json" and number.isdecimal() and in_place)


def put_aside_shards(root: str) -> Iterator[tuple[str, str]]:
    """The data files that operations put aside, each with the name of its object."""
    above = f"{JOURNAL}/{REMOVED}"
    for operation in _folders(root, above):
        yield from _shards(root, f"{above}/{operation}")


def _shards(root: str, above: str) -> Iterator[tuple[str, str]]:
    """The data files below a folder with the name of their object, whether or not the schema knows it."""
    for name in _folders(root, above):
        for number in sorted(look(os.path.join(root, above, name))):
            yield f"{above}/{name}/{number:05d}.json", name


def _folders(root: str, above: str) -> list[str]:
    folder = os.path.join(root, above)
    try:
        return sorted(name for name in os.listdir(folder) if os.path.isdir(os.path.join(folder, name)))
    except FileNotFoundError:
        return []


def _copies(root: str) -> Iterator[str]:
    for above in (DATA, JOURNAL):
        for folder, _, names in os.walk(os.path.join(root, above)):
            yield from (
                os.path.relpath(os.path.join(folder, name), root) for name in sorted(names) if name.endswith(_COPIES)
            )
