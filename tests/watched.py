"""A command that shows a full screen, watched over a pseudo-terminal: keys go in, screens come out."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

from terminal import BIN

ENOUGH = 60  # seconds; a screen that takes longer does not come
_DRAWN = "\x1b[J"  # what each screen ends with
_STEERING = re.compile(r"\x1b\[[?\d;]*[A-Za-z]")


class Watched:
    """A running command on a terminal of `columns` and `lines`; without `screens` it is not waited for one."""

    def __init__(self, workspace, *words, columns=80, lines=24, screens=1):
        self.leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.before = termios.tcgetattr(follower)
        environment = workspace.environment | {"TERM": "xterm"}
        for name in ("COLUMNS", "LINES"):
            environment.pop(name, None)
        self.running = subprocess.Popen(
            [str(BIN / "crm"), *words],
            cwd=workspace.folder,
            env=environment,
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - there are no threads
        )
        self.follower = follower
        self.written = ""
        self._awaited(screens)

    def screen(self) -> str:
        """The last screen that was drawn, as text."""
        drawn = self.written.split(_DRAWN)[-2].rpartition("\x1b[H")[2]
        return "\n".join(line.rstrip() for line in _STEERING.sub("", drawn).replace("\r\n", "\n").split("\n"))

    def press(self, keys: str) -> str:
        """Press keys, one after the other as each is answered, and give the screen that comes of them."""
        for key in re.findall(r"\x1b\[.|.", keys, re.DOTALL):
            drawn = self.written.count(_DRAWN)
            os.write(self.leader, key.encode())
            self._awaited(drawn + 1)
        return self.screen()

    def resize(self, columns: int, lines: int) -> str:
        """Make the window another size."""
        drawn = self.written.count(_DRAWN)
        fcntl.ioctl(self.leader, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        os.kill(self.running.pid, 28)
        self._awaited(drawn + 1)
        return self.screen()

    def end(self, key: str = "q") -> tuple[str, int]:
        """Press the key that ends it; give what it wrote after it gave the terminal back, and its status."""
        os.write(self.leader, key.encode())
        code = self.running.wait(timeout=ENOUGH)
        while select.select([self.leader], [], [], 0.2)[0]:
            self._read()
        assert termios.tcgetattr(self.follower) == self.before
        os.close(self.follower)
        os.close(self.leader)
        left = self.written.rpartition("\x1b[?1049l")[2]
        return _STEERING.sub("", left).replace("\r\n", "\n"), code

    def _awaited(self, screens: int) -> None:
        end = time.monotonic() + ENOUGH
        while self.written.count(_DRAWN) < screens:
            assert time.monotonic() < end, self.written
            if select.select([self.leader], [], [], 0.1)[0]:
                self._read()
            else:
                assert self.running.poll() is None, self.written

    def _read(self) -> None:
        self.written += os.read(self.leader, 65536).decode()


def _take_terminal():
    """Make the terminal that of the session, so that Ctrl-C is a signal to it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
