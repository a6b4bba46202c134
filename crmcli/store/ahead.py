"""Work done ahead: a second process makes what this one takes, so that a long command has two cores.

The second process is a copy of this one that has closed all files but those it needs: it holds no lock, cannot reach
the index, and goes with its last item, with an error, or with this process. Whatever goes wrong in it costs time and
nothing else, for this process then makes the rest itself, and meets what is wrong itself.
"""

from __future__ import annotations

import fcntl
import gc
import os
import pickle
import signal
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from typing import NoReturn

T = TypeVar("T")

_LENGTH = 8  # bytes before each item that say how long it is; 0 for the end
_WAITING = 1 << 20  # bytes of items that are made and not taken yet: what any user's pipe may hold
_STANDARD = (0, 1, 2)


@contextmanager
def ahead(make: Callable[[], Iterable[T]], *, files: Collection[int] = ()) -> Iterator[Iterable[T]]:
    """Give the items of `make`, in order; where there is a second core, a process on it makes them ahead.

    `make` begins at the beginning each time it is called, in whichever process; its items can be pickled. `files` are
    the descriptors that it reads. Leaving the `with` block ends the other process, however far it is.
    """
    begun = _begin(make, files)
    if begun is None:
        yield make()
        return
    process, pipe = begun
    try:
        with pipe:
            yield _taken(pipe, make)
    finally:
        with suppress(ProcessLookupError, ChildProcessError):  # where whoever started us has the system reap
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _taken(pipe: BinaryIO, make: Callable[[], Iterable[T]]) -> Iterator[T]:
    taken = 0
    while content := _next(pipe):
        taken += 1
        yield pickle.loads(content)  # noqa: S301 - only a copy of this very process writes into the pipe
    if content is None:
        yield from islice(make(), taken, None)


def _next(pipe: BinaryIO) -> bytes | None:
    """Give the next item, b"" where there is none, None where the other process broke off."""
    head = pipe.read(_LENGTH)
    content = pipe.read(int.from_bytes(head))
    return content if len(head) == _LENGTH and len(content) == int.from_bytes(head) else None


def _begin(make: Callable[[], Iterable[T]], files: Collection[int]) -> tuple[int, BinaryIO] | None:
    """Start the other process; None where that is of no use, or cannot be."""
    if not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) == 1:  # other systems fork less well
        return None
    try:
        receive, send = os.pipe()
    except OSError:  # no room for another open file
        return None
    with suppress(OSError):
        fcntl.fcntl(send, fcntl.F_SETPIPE_SZ, _WAITING)
    # The copy is never interrupted, since it would then undo what this process has begun; it is killed instead.
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        process = os.fork()
        if not process:
            _work(make, send, files)
    except OSError:  # no room for another process
        os.close(receive)
        return None
    finally:
        os.close(send)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    return process, open(receive, "rb")


def _work(make: Callable[[], Iterable[T]], send: int, files: Collection[int]) -> NoReturn:
    """Be the other process: send all items, and leave without a word, since nothing here is its own to tidy up."""
    try:
        _close_all_but({*_STANDARD, send, *files})
        gc.freeze()  # what both share is not looked at again, or it would have to be copied
        with open(send, "wb") as pipe:
            for item in make():
                content = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
                pipe.write(len(content).to_bytes(_LENGTH))
                pipe.write(content)
                pipe.flush()
            pipe.write(bytes(_LENGTH))
    finally:
        os._exit(0)


def _close_all_but(kept: Collection[int]) -> None:
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor not in kept:
            with suppress(OSError):  # that of the listing itself is closed already
                os.close(descriptor)
