"""Names near a misspelt one: what a refusal offers instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN = 8  # names that a hint lists where none is near


def nearest(word: str, candidates: Iterable[str], n: int = 3) -> list[str]:
    """Give up to `n` candidates that are spelt like `word` without regard to case, nearest first."""
    from difflib import get_close_matches

    by_fold: dict[str, str] = {}
    for candidate in candidates:
        by_fold.setdefault(candidate.casefold(), candidate)
    return [by_fold[f] for f in get_close_matches(word[:100].casefold(), by_fold, n)]


def suggestion(word: str, candidates: Iterable[str]) -> str:
    """Say which candidates may have been meant, or the first few there are; "" where there is none."""
    names = list(dict.fromkeys(candidates))
    near = nearest(word, names)
    if near:
        return f"did you mean {' or '.join(near)}?"
    more = f" … ({len(names)} in all)" if len(names) > _SHOWN else ""
    return f"one of: {', '.join(names[:_SHOWN])}{more}" if names else ""
