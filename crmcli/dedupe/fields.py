"""A column as numbers: each row has the number of a normalised value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@frozen
class Field:
    """One thing that is compared, from one column or from several that are compared crosswise."""

    columns: tuple[str, ...]
    meaning: str
    words: Sequence[str]  # the distinct normalised values
    codes: NDArray[np.int32]  # rows by columns; -1 is unset
    rarity: NDArray[np.float32]  # of each word: how many bits it says that another row has it too

    @property
    def first(self) -> NDArray[np.int32]:
        """Give each row's number in the first column."""
        return self.codes[:, 0]


def field(columns: tuple[str, ...], meaning: str, words: Sequence[str], codes: NDArray[np.int32]) -> Field:
    """Give a field with the rarity of its words."""
    codes = codes.reshape(len(codes), -1)
    counts = np.bincount(codes[codes >= 0], minlength=len(words))
    rows = max(int((codes >= 0).any(axis=1).sum()), 1)
    rarity = np.log2(rows / np.maximum(counts, 1)).astype(np.float32)
    return Field(columns, meaning, words, codes, np.maximum(rarity, 0))
