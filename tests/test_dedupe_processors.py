"""Several processors at once give what one gives, in its order."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.context import Tuples
from crmcli.dedupe.processors import at_once

if TYPE_CHECKING:
    from numpy.typing import NDArray


def test_results_come_in_order_whatever_is_done_first() -> None:
    def slower_first(part: int) -> int:
        sleep((8 - part) / 500)
        return part * part

    assert list(at_once(slower_first, range(8))) == [part * part for part in range(8)]


def test_what_is_counted_at_the_first_question_is_whole_for_all_who_ask() -> None:
    rows = 300_000
    source = np.random.default_rng(5)
    columns = [source.integers(-1, size, rows, dtype=np.int32) for size in (40, 4_000, 40_000)]
    left = np.arange(rows - 1, dtype=np.int32)
    every = np.full(rows - 1, 0b111, np.uint32)

    def rarity(tuples: Tuples, part: slice) -> NDArray[np.float32]:
        return tuples.rarity(every[part], left[part], left[part] + 1)

    parts = [slice(start, start + 20_000) for start in range(0, rows - 1, 20_000)]
    alone, together = (Tuples(columns, np.ones(rows, np.float32)) for _ in range(2))
    expected = np.concatenate([rarity(alone, part) for part in parts])
    assert np.array_equal(np.concatenate(list(at_once(lambda part: rarity(together, part), parts))), expected)
