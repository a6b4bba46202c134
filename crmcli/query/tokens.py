"""Expressions cut into tokens, each with its place."""

from __future__ import annotations

import re

from crmcli.frozen import frozen
from crmcli.query.mistakes import QuerySyntaxError

# In this order: the first that matches at a place is the token.
_KINDS = {
    "blank": r"\s+",
    "text": r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\]|\\.)*'",
    "moment": r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?(?![\w.:])",
    "period": r"\d{4}-(?:\d\d-\d\d|[Qq]\d|\d\d)(?![\w.-])",
    "duration": r"(?:\d+(?:min|mo|[ymwdhs]))+(?!\w)",
    "number": r"\d+(?:_\d+)*(?:\.\d+)?%?(?!\w)",
    "word": r"[^\W\d]\w*",
    "symbol": r"!=|>=|<=|[=<>~+\-*/(),.\[\]]",
}
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()), re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_FOREIGN = {"==": "=", "<>": "!=", "&&": "and", "||": "or", "!": "not"}  # what other languages write


@frozen
class Token:
    """One token: `kind` is a key of the token table or "end"; `text` is what stands there, unescaped."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands: first character and the one after the last."""
        return self.start, self.end

    def keyword(self, *words: str) -> bool:
        """Whether it is one of these bare words or symbols, in any case."""
        return self.kind in {"word", "symbol"} and self.text.lower() in words


def tokens(source: str) -> list[Token]:
    """Cut an expression; the last token is of kind "end". Raises QuerySyntaxError."""
    found: list[Token] = []
    place = 0
    while place < len(source):
        match = _TOKEN.match(source, place)
        if match is None or any(source.startswith(f, place) for f in ("==", "<>")):
            raise _unreadable(source, place)
        kind = match.lastgroup or ""
        text = match.group()
        if kind == "text":
            text = _ESCAPE.sub(_unescape, text[1:-1])
        if kind != "blank":
            found.append(Token(kind, text, place, match.end()))
        place = match.end()
    return [*found, Token("end", "", len(source), len(source))]


def _unescape(match: re.Match[str]) -> str:
    # An unknown escape stays as it is, so that "\d+" reaches a regular expression.
    return _ESCAPED.get(match[1], match[0])


def _unreadable(source: str, place: int) -> QuerySyntaxError:
    character = source[place]
    if character in "\"'":
        return QuerySyntaxError("the quote is not closed", source, (place, place + 1), f"end the text with {character}")
    for foreign, ours in _FOREIGN.items():
        if source.startswith(foreign, place):
            span = (place, place + len(foreign))
            return QuerySyntaxError(f'"{foreign}" is not an operator here', source, span, f"write {ours}")
    end = place + 1
    while end < len(source) and (source[end].isalnum() or source[end] in "_-."):
        end += 1
    return QuerySyntaxError(f'"{source[place:end]}" cannot be read', source, (place, end), 'put a text in quotes: "…"')
