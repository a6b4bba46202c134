"""The TinyDB storage of a data file: TinyDB's own interface over our canonical text, replaced as a whole or not at all.

    TinyDB("data/contact/00000.json", storage=ShardStorage).table("contact").get(doc_id=42)

Other than TinyDB's JSONStorage, which truncates the user's only copy before it writes, a reader or a crash sees the old
file or the new one.
"""

from __future__ import annotations

import os
from typing import Any

from tinydb.storages import Storage, touch

from crmcli.store.files import TEMPORARY, Modes, sync_folder, write_new
from crmcli.store.shard import canonical, loads


class ShardStorage(Storage):
    """Reads and writes one data file for TinyDB."""

    def __init__(self, path: str, *, create_dirs: bool = False, access_mode: str = "r+") -> None:
        """Open the file at `path`, making it where it is not there; `access_mode` "r" refuses writing."""
        super().__init__()
        self._path = os.fspath(path)
        self._writable = any(letter in access_mode for letter in "+wa")
        if self._writable:
            touch(self._path, create_dirs=create_dirs)
        elif not os.path.exists(self._path):
            raise FileNotFoundError(self._path)

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The tables of the file; None where it is empty. Raises DamagedFile."""
        with open(self._path, "rb") as file:
            content = file.read()
        return loads(content, self._path) if content else None  # type: ignore[return-value]

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace the file by these tables and force them to disk."""
        if not self._writable:
            raise OSError(f'"{self._path}" was opened for reading only')
        target = os.path.realpath(self._path)
        temporary = f"{target}.{os.getpid()}{TEMPORARY}"
        write_new(temporary, canonical(data), Modes(""), like=target)
        os.rename(temporary, target)
        sync_folder(os.path.dirname(target))

    def close(self) -> None:
        """Nothing is held open between calls."""
