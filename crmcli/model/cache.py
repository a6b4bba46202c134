"""Files in the user's cache folder, which can be made again at any time."""

from __future__ import annotations

import os
from contextlib import suppress


def keep(path: str, content: bytes) -> None:
    """Write a file in one step, so that a reader has the old or the new one; where it cannot be written, do without."""
    temporary = f"{path}.{os.urandom(4).hex()}"
    try:
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary)
