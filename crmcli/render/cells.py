"""How many columns of a terminal a text takes; cutting, filling and wrapping by that measure."""

from __future__ import annotations

ELLIPSIS = "…"


def width(text: str) -> int:
    """Count the columns that `text` takes: 2 for wide characters and emoji, 0 for combining ones."""
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if character < "\u0300":
        return 1
    from unicodedata import category, east_asian_width

    if category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1


def clip(text: str, columns: int) -> str:
    """Cut `text` to at most `columns`, with … where something was cut."""
    if width(text) <= columns:
        return text
    return head(text, columns - 1).rstrip("\u200d") + ELLIPSIS  # no joiner without what it joins


def head(text: str, columns: int) -> str:
    """Give the longest beginning of `text` that takes at most `columns`."""
    taken = 0
    for at, character in enumerate(text):
        taken += _character_width(character)
        if taken > columns:
            return text[:at]
    return text


def fill(text: str, columns: int, *, right: bool = False) -> str:
    """Fill `text` with spaces to `columns`; `right` aligns it there."""
    spaces = " " * (columns - width(text))
    return spaces + text if right else text + spaces


def wrap(text: str, columns: int) -> list[str]:
    """Break `text` at spaces into lines of at most `columns`; a longer word is broken where it must be."""
    wrapped: list[str] = []
    for line in text.split("\n"):
        wrapped.extend(_wrap_line(line, max(columns, 1)))
    return wrapped


def _wrap_line(line: str, columns: int) -> list[str]:
    if width(line) <= columns:
        return [line]
    lines, current = [], ""
    for word in line.split(" "):
        joined = f"{current} {word}" if current else word
        while width(joined) > columns:
            if current:
                lines.append(current)
                joined, current = word, ""
            else:
                piece = head(joined, columns) or joined[0]
                lines.append(piece)
                joined = joined[len(piece) :]
        current = joined
    return [*lines, current] if current or not lines else lines
