"""A column of texts looked at as a whole, which costs a tenth of a look at each."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXT_OR_NONE = frozenset((str, type(None)))


def all_match(pattern: str, values: Sequence[object], longest: int) -> bool:
    """Whether all values but None are texts that match a pattern, which itself takes no line feed.

    `longest` bounds their length. No may also mean that a closer look is needed.
    """
    if not _TEXT_OR_NONE.issuperset(map(type, values)):
        return False
    texts = [value for value in values if value is not None]
    if max(map(len, texts), default=0) > longest:  # type: ignore[arg-type]  # texts, as just seen
        return False
    return _repeated(pattern).fullmatch("\n".join([*texts, ""])) is not None  # type: ignore[list-item]


@cache
def _repeated(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{pattern})\n)*")
