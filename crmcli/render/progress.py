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


def progress(output: Output, what: str) -> Callable[[int, int], None]:
    """Give a function that draws how much of how much is done; it wipes the bar when all is."""
    last = 0.0

    def draw(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done >= total:
            output.err.write("\r\x1b[K")
        elif now - last >= _EVERY:
            last = now
            full = done * _WIDTH // total
            output.err.write(f"\r{what} {'█' * full}{'░' * (_WIDTH - full)} {str(done * 100 // total).rjust(3)}%\x1b[K")
        output.err.flush()

    return draw
