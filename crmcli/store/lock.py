"""The writers' lock: an flock on the data folder, held by one command at a time, gone with its process."""

from __future__ import annotations

import fcntl
import os
import time
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.store.files import DATA

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

WRITER_PATIENCE = 30.0  # seconds
READER_PATIENCE = 2.0
LOCK_NOTE = "lock-holder"  # in the folder of the index
_PAUSE = 0.002


class StoreLocked(CrmError):
    """Another command has held the lock for longer than we wait."""

    exit_code = ExitCode.LOCKED

    def __init__(self, holder: str, seconds: float) -> None:
        who = f" by {holder}" if holder else ""
        super().__init__(
            f"the workspace is locked{who}; waited {seconds:g} s", "try again when the other command has ended"
        )


class StoreLock:
    """Holds the lock between `acquire` and `release`; also a context manager.

    `note` is a file outside the workspace that says who holds it, as far as that can be known.
    """

    def __init__(self, root: str, note: str) -> None:
        self._folder = os.path.join(root, DATA)
        self._note = note
        self._descriptor = -1

    @property
    def held(self) -> bool:
        """Whether this process holds the lock."""
        return self._descriptor >= 0

    def acquire(self, command: str, patience: float) -> None:
        """Take the lock within `patience` seconds or raise StoreLocked naming the holder."""
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    raise StoreLocked(self._holder(), patience) from None
                time.sleep(_PAUSE)
            except BaseException:
                os.close(descriptor)
                raise
        self._descriptor = descriptor
        self._sign(command)

    def release(self) -> None:
        """Give the lock back; nothing happens where it is not held."""
        if self.held:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _sign(self, command: str) -> None:
        try:
            with open(self._note, "w", encoding="utf-8") as file:
                file.write(f"process {os.getpid()} ({command})")
        except OSError:
            pass  # only a courtesy to whoever waits

    def _holder(self) -> str:
        """Who signed last, if that process is still there."""
        try:
            with open(self._note, encoding="utf-8") as file:
                note = file.read(200)
            os.kill(int(note.split(" ", 2)[1]), 0)
        except PermissionError:
            return note  # another user's process, so there is one
        except (OSError, ValueError, IndexError):
            return ""
        return note
