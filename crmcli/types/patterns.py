"""Regular expressions, by RE2: in linear time, so that none can hang a command."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol

    class Pattern(Protocol):
        """A compiled expression."""

        def search(self, text: str) -> object:
            """Find it anywhere in a text; None where it is not."""

        def fullmatch(self, text: str) -> object:
            """Match the whole of a text; None where it does not."""


@lru_cache(maxsize=64)
def compiled(pattern: str) -> Pattern:
    """Compile an expression that `pattern_mistake` finds nothing wrong with."""
    import re2

    options = re2.Options()
    options.log_errors = False  # RE2 would write to stderr itself
    found: Pattern = re2.compile(pattern, options)
    return found


def pattern_mistake(pattern: str) -> str | None:
    """Say what RE2 has against a regular expression, or None where it takes it."""
    import re2

    try:
        compiled(pattern)
    except re2.error as refused:
        reason = refused.args[0]
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return None
