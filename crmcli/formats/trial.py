"""Trying out in a process of its own what might bring this one down: a library that breaks off on a damaged file.

The library that reads workbooks ends the process, takes all memory or never ends on some that are damaged.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

_MEMORY = 1 << 32  # bytes that the process may have


def survives(work: Callable[[], object], seconds: int) -> bool:
    """Do work in a copy of this process, within bounds; say whether it came to an end, with an exception or without.

    `seconds` of computing are the most that it may take. Where processes are not copied safely, it is not tried.
    """
    if not hasattr(os, "sched_getaffinity"):  # other systems than Linux fork less well
        return True
    receive, send = os.pipe()
    process = os.fork()
    if not process:
        _try(work, seconds, send)
    os.close(send)
    with open(receive, "rb") as pipe:
        ended = bool(pipe.read())
    with suppress(ChildProcessError):  # where whoever started us has the system reap
        os.waitpid(process, 0)
    return ended


def _try(work: Callable[[], object], seconds: int, send: int) -> NoReturn:
    try:
        _bound(seconds)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what the library says as it breaks off
        with suppress(Exception):  # the first process will meet it itself
            work()
        os.write(send, b".")
    finally:
        os._exit(0)


def _bound(seconds: int) -> None:
    """Bound memory and time, as far as the system lets it."""
    import resource

    for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        with suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))
