"""What can be wrong with an expression; every message shows the expression with a caret under the place."""

from __future__ import annotations

from crmcli.errors import CrmError, ExitCode

_BEFORE, _AFTER = 50, 26  # how much of a long expression is shown around the place


class QueryError(CrmError):
    """An expression that cannot be evaluated; `column` counts characters from 1."""

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, source: str, span: tuple[int, int], hint: str = "") -> None:
        super().__init__(f"{message}\n{pointed(source, *span)}", hint)
        self.summary = message
        self.source = source
        self.span = span
        self.column = span[0] + 1


class QuerySyntaxError(QueryError):
    """An expression that the grammar does not allow."""


class UnknownName(QueryError):
    """A word that is `what` nowhere: no property, associated object, label or function; the hint has the nearest."""

    def __init__(self, word: str, what: str, source: str, span: tuple[int, int], hint: str) -> None:
        self.word = word
        super().__init__(f'"{word}" is not {what}', source, span, hint)


class WrongType(QueryError):
    """A value or an operator that does not suit what it stands beside."""


class BrokenFormula(QueryError):
    """A mistake in the formula of `name`, a calculated property that an expression uses; it points into the formula.

    `where` is the file and line of the property, "" where it is not known.
    """

    def __init__(self, name: str, mistake: QueryError, where: str = "") -> None:
        self.name = name
        self.mistake = mistake
        place = f" ({where})" if where else ""
        message = f"in the formula of {name}{place}: {mistake.summary}"
        super().__init__(message, mistake.source, mistake.span, mistake.hint)


class FormulaCircle(QueryError):
    """A calculated property that needs itself; `chain` is the way, from it and back to it."""

    def __init__(self, chain: tuple[str, ...], source: str, span: tuple[int, int]) -> None:
        self.chain = chain
        super().__init__(f"a schema cycle: {' → '.join(chain)}", source, span, "a formula cannot need its own result")


class BrokenSegment(QueryError):
    """A mistake in the expression of the segment `name`, or in its file; `where` is the file and line."""

    def __init__(self, name: str, mistake: QueryError, where: str) -> None:
        self.name = name
        self.mistake = mistake
        message = f'in the segment "{name}" ({where}): {mistake.summary}'
        super().__init__(message, mistake.source, mistake.span, mistake.hint)


class SegmentCircle(QueryError):
    """A segment whose expression needs itself; `chain` is the way, from it and back to it."""

    def __init__(self, chain: tuple[str, ...], source: str, span: tuple[int, int]) -> None:
        self.chain = chain
        way = " → ".join(f'"{name}"' for name in chain)
        super().__init__(f"segments in a circle: {way}", source, span, "a segment cannot need its own members")


class TooComplex(QueryError):
    """An expression that is nested too deeply, or has more values than the index takes at once."""


def pointed(source: str, start: int, end: int) -> str:
    """Show the expression, cut around the place when long, and a caret under each column of the place."""
    first, last = max(0, start - _BEFORE), max(end, start + 1) + _AFTER
    first, last = (0 if first < 4 else first), min(last, start + _BEFORE + _AFTER)
    head = "…" if first else ""
    tail = "…" if last < len(source) else ""
    line = "".join(c if c.isprintable() else " " for c in source[first:last])
    before = _width(head + line[: start - first])
    under = _width(line[start - first : end - first])
    return f"  {head}{line}{tail}\n  {' ' * before}{'^' * max(1, under)}"


def _width(text: str) -> int:
    """Count the terminal columns that a text takes: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
