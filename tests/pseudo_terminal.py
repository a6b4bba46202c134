"""A command on a pseudo-terminal of any size: what stands on it in the end, and the exit code."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shlex
import struct
import subprocess
import termios
import time

from terminal import BIN, ENOUGH


def on_terminal(terminal, line, *, columns=80, lines=24, keys="", **variables):
    """Run a `crm` line on a terminal of that size; `keys` are typed once something stands there and it waits."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    environment = {name: value for name, value in terminal.environment.items() if name not in ("COLUMNS", "LINES")}
    environment |= {"TERM": "xterm", "PAGER": "cat"} | variables
    running = subprocess.Popen(
        [str(BIN / "crm"), *shlex.split(line)],
        cwd=terminal.folder,
        env=environment,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    shown, typed, end = b"", not keys, time.monotonic() + ENOUGH
    while time.monotonic() < end:
        if select.select([leader], [], [], 0.3)[0]:
            try:
                shown += os.read(leader, 65536)
            except OSError:  # Linux: the other end is closed
                break
        elif running.poll() is not None:
            break
        elif shown and not typed:
            os.write(leader, keys.encode())
            typed = True
    os.close(leader)
    return shown.decode().replace("\r\n", "\n"), running.wait(timeout=20)
