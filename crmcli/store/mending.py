"""Mending: what doctor finds and can be put right without a guess and without losing anything.

A data file that a merge or an editor left with duplicate JSON keys is read with the last of them, as every JSON
reader does, after the file was copied aside; the index is made anew.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from crmcli.store import tokens
from crmcli.store.files import DATA, shard_path, sync_folder, write_new
from crmcli.store.freshness import look
from crmcli.store.shard import DamagedFile, canonical, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.store.store import Store


def mend(store: Store) -> list[str]:
    """Mend what can be mended; give a line for each thing done. Takes the writers' lock."""
    with store.exclusive("crm doctor --fix"):
        done = [line for name in store.model.objects for line in _mend_shards(store, name)]
        store.index.close()
        store.rebuild()
    done.append("the index was made anew")
    return done


def _mend_shards(store: Store, name: str) -> Iterator[str]:
    for number in sorted(look(os.path.join(store.root, DATA, name))):
        path = shard_path(name, number)
        target = os.path.realpath(os.path.join(store.root, path))
        with open(target, "rb") as file:
            content = file.read()
        try:
            parse(content, name, path)
        except DamagedFile:
            repaired = _without_duplicates(content, name, path)
            if repaired is not None:
                shutil.copy2(target, f"{target}.damaged")
                write_new(f"{target}.mended", repaired, store.modes, like=target)
                os.rename(f"{target}.mended", target)
                sync_folder(os.path.dirname(target))
                yield f"{path}: of keys that stood twice the last was kept; the file as it was is {path}.damaged"


def _without_duplicates(content: bytes, name: str, path: str) -> bytes | None:
    """The canonical text with the last of duplicate keys, or None where that is not what is wrong."""
    try:
        mended = canonical(tokens.loads(content))
        parse(mended, name, path)
    except (ValueError, AttributeError, TypeError, DamagedFile):
        return None
    return mended
