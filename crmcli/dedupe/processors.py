"""Work on parts of arrays, on several processors at once: what numpy and rapidfuzz do does not wait for Python."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeVar

    _Part = TypeVar("_Part")
    _Result = TypeVar("_Result")

_MOST = 4  # processors: each more takes its share of memory as well


def at_once(work: Callable[[_Part], _Result], parts: Iterable[_Part]) -> Iterator[_Result]:
    """Give what the work makes of each part, in their order, whatever is done first."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST)) as pool:
        yield from pool.map(work, parts)
