"""A column as numbers: each row has the number of a normalised value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


@frozen
class Field:
    """One thing that is compared, from one column or from several that are compared crosswise."""

    columns: tuple[str, ...]
    meaning: str
    words: Sequence[str]  # the distinct normalised values
    codes: NDArray[np.int32]  # rows by columns; -1 is unset

    @property
    def first(self) -> NDArray[np.int32]:
        """Give each row's number in the first column."""
        return self.codes[:, 0]


def field(columns: tuple[str, ...], meaning: str, words: Sequence[str], codes: NDArray[np.int32]) -> Field:
    """Give a field of one column of numbers or of several."""
    return Field(columns, meaning, words, codes if codes.ndim == 2 else codes[:, None])
