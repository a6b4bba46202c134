"""`name=text` arguments: told apart from references, and `name@=FILE` read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.frozen import replace
from crmcli.services.assignments import parse_assignments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.services.assignments import Assignment


class UnreadableText(CrmError):
    """A file named by `name@=FILE` that cannot be read as UTF-8 text."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f'"{path}" cannot be read: {reason}', "name@=FILE takes a UTF-8 text file, - standard input")


def assignments(texts: Sequence[str]) -> tuple[Assignment, ...]:
    """Take assignments apart and put files' texts in the place of their names. Raises AssignmentSyntax."""
    return tuple(
        replace(each, text=read_text(each.text)) if each.operator == "@=" else each for each in parse_assignments(texts)
    )


def divided(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Divide words into references and assignments: `contact:email=x` is a reference, `email=x` an assignment."""
    given = [word for word in words if _is_assignment(word)]
    return [word for word in words if not _is_assignment(word)], given


def _is_assignment(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and ":" not in name[:-1]


def read_text(path: str) -> str:
    """Read a UTF-8 text without its last line break; `-` is standard input. Raises UnreadableText."""
    try:
        if path == "-":
            return sys.stdin.read().removesuffix("\n")
        with open(path, encoding="utf-8") as file:
            return file.read().removesuffix("\n")
    except OSError as error:
        raise UnreadableText(path, error.strerror or str(error)) from None
    except UnicodeDecodeError:
        raise UnreadableText(path, "it is not UTF-8") from None
