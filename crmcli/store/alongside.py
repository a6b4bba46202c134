"""Work done alongside: threads that wait for the disk while this one goes on; where none can be started, it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")

_THREADS = 2


class Alongside:
    """Does work in turn on a few threads, each started when there is work for it."""

    def __init__(self) -> None:
        self._threads: list[ThreadPoolExecutor] = []
        self._most = _THREADS
        self._begun = 0

    def begin(self, work: Callable[[], T]) -> Callable[[], T]:
        """Begin some work; what this gives waits for it, and gives or raises what it does."""
        if len(self._threads) < self._most:
            self._start()
        if not self._threads:
            made = work()
            return lambda: made
        self._begun += 1
        return self._threads[self._begun % len(self._threads)].submit(work).result

    def _start(self) -> None:
        from concurrent.futures import ThreadPoolExecutor

        thread = ThreadPoolExecutor(1)
        try:
            thread.submit(int)
        except RuntimeError:  # this user, or this container, may have no more
            thread.shutdown(wait=False)
            self._most = len(self._threads)
        else:
            self._threads.append(thread)

    def close(self) -> None:
        """Wait for all work, and end the threads."""
        for thread in self._threads:
            thread.shutdown(wait=True)
        self._threads.clear()
