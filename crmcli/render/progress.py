"""A progress bar on standard error: one line, rewritten in place, only ever on a terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.render.output import Output

_WIDTH = 30
# Seconds: often enough to be seen moving, seldom enough to cost nothing.
_EVERY = 0.1
_SOON = 0.5  # seconds before which the pace says nothing
_NAME = 23  # last characters of the name that are shown: the line stays under 80


def progress(output: Output, what: str, *, paced: bool = True) -> Callable[[int, int], None]:
    """Give a function that draws how much of how much is done, how fast and how long to go; it wipes the bar at last.

    The amounts are bytes; unless they are `paced`, they are steps, of which some take longer than others.
    """
    began, last = time.monotonic(), 0.0

    def draw(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done >= total:
            output.err.write("\r\x1b[K")
        elif now - last >= _EVERY:
            last = now
            full = done * _WIDTH // total
            bar = "█" * full + "░" * (_WIDTH - full)
            pace = _pace(done, total, now - began) if paced else ""
            output.err.write(f"\r{what[-_NAME:]} {bar} {str(done * 100 // total).rjust(3)}%{pace}\x1b[K")
        output.err.flush()

    return draw


def _pace(done: int, total: int, seconds: float) -> str:
    """Say how many megabytes a second that is, and the time left; nothing at the beginning, when it is not known."""
    if seconds < _SOON or not done:
        return ""
    left = round((total - done) * seconds / done)
    return f" {done / seconds / 1e6:.1f} MB/s {left // 60}:{left % 60:02} left"
