"""A column as numbers: each row has the number of a normalised value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmcli.dedupe.folding import encoded
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from numpy.typing import NDArray

    _T = TypeVar("_T")


class Words(list[str]):
    """Distinct normalised values; what is made of all of them is made when it is first asked for, and once."""

    def __init__(self, words: Sequence[str]) -> None:
        """Take the values."""
        super().__init__(words)
        self._made: dict[Callable[..., Any], Any] = {}

    def made(self, make: Callable[[Sequence[str]], _T]) -> _T:
        """Give what is made of the words."""
        if make not in self._made:
            self._made[make] = make(self)
        found: _T = self._made[make]
        return found

    def numbers(self, change: Callable[[Sequence[str]], Sequence[str]]) -> NDArray[np.int32]:
        """Give the number of what each word is changed to; -1 where nothing is left of it."""
        if change not in self._made:
            changed, numbers = encoded(change(self))
            self._made[change] = np.where(numbers == changed.index(""), -1, numbers) if "" in changed else numbers
        found: NDArray[np.int32] = self._made[change]
        return found


@frozen
class Field:
    """One thing that is compared, from one column or from several that are compared crosswise."""

    columns: tuple[str, ...]
    meaning: str
    words: Words
    codes: NDArray[np.int32]  # rows by columns; -1 is unset

    @property
    def first(self) -> NDArray[np.int32]:
        """Give each row's number in the first column."""
        return self.codes[:, 0]


def field(columns: tuple[str, ...], meaning: str, words: Sequence[str], codes: NDArray[np.int32]) -> Field:
    """Give a field of one column of numbers or of several."""
    words = words if isinstance(words, Words) else Words(words)
    return Field(columns, meaning, words, codes if codes.ndim == 2 else codes[:, None])
