"""The files of a workspace that make it what it is, read while nobody writes: for backups and whole exports."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from crmcli.store.files import TEMPORARY, resolved
from crmcli.store.freshness import stale
from crmcli.store.staging import settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.store.store import Store

FOLDERS = (
    "schemas", "views", "segments", "workflows", "reports", "dashboards", "forecasts", "imports", "dedupe", "data",
    "journal",
)  # fmt: skip
FILES = (".gitattributes", ".gitignore", "crm.toml", "goals.yaml", "hygiene.yaml", "service.yaml")
_LEFTOVERS = (TEMPORARY, ".torn")  # of commands that were killed


@contextmanager
def steady(store: Store, command: str) -> Iterator[None]:
    """Keep others from writing, with the index up to date and what a crash left cleared away. Raises StoreLocked."""
    with store.exclusive(command):
        with suppress(OSError):  # a folder that may only be read
            settle(store.root, store.clone())
        if stale(store.root, store.index, store.model.objects):
            store.refresh_now()
        yield


def kept_files(root: str) -> list[str]:
    """Give the files of a workspace in a stable order, as paths within it; what is the user's own is left alone.

    Raises OutsideWorkspace for a link that leads out of it.
    """
    found = [name for name in FILES if os.path.isfile(os.path.join(root, name))]
    for folder in FOLDERS:
        found += _within(root, folder, frozenset())
    for path in found:
        resolved(root, path)
    return found


def _within(root: str, folder: str, above: frozenset[str]) -> Iterator[str]:
    path = os.path.join(root, folder)
    if not os.path.isdir(path):
        return
    real = resolved(root, folder)
    if real in above:  # a link to a folder that it is in
        return
    for name in sorted(os.listdir(path)):
        inner = f"{folder}/{name}"
        if os.path.isdir(os.path.join(root, inner)):
            yield from _within(root, inner, above | {real})
        elif os.path.isfile(os.path.join(root, inner)) and not name.endswith(_LEFTOVERS):
            yield inner


def is_kept(path: str) -> bool:
    """Whether a path is one that `kept_files` may give: within a workspace, wherever it came from."""
    parts = path.split("/")
    sound = all(part and part not in (".", "..") and "\\" not in part and part.isprintable() for part in parts)
    return sound and (path in FILES or (len(parts) > 1 and parts[0] in FOLDERS)) and not path.endswith(_LEFTOVERS)
