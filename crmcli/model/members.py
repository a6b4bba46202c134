"""Files of members: one reference a line, in the order of their ids, so that git shows who came and who went.

`contact:42` is a member; with + it was put in by hand, with - it is kept out by hand, whatever an expression says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

SUFFIX = ".members"
_LINE = re.compile(r"([+-]?)([a-z][a-z0-9_]*):(\d{1,18})")


@frozen
class Members:
    """Ids, each ascending: `listed` ones, those `included` by hand and those `excluded` by hand."""

    listed: tuple[int, ...] = ()
    included: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()


def read_members(text: str, object_name: str, path: str) -> tuple[Members, list[Problem]]:
    """Read a file of an object's members; what is no such line is a problem, and left out."""
    if re.fullmatch(rf"(?:{object_name}:\d{{1,18}}\n)*", text):  # a hundred thousand in a moment
        return Members(tuple(map(int, text.replace(f"{object_name}:", "").split()))), []
    found: dict[str, list[int]] = {"": [], "+": [], "-": []}
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        match = _LINE.fullmatch(line.strip())
        if match and match[2] == object_name:
            found[match[1]].append(int(match[3]))
        elif line.strip():
            hint = f"a line is {object_name}:42, or with + or - before it"
            problems.append(Problem(f"{path}:{number}", f'"{line.strip()[:60]}" is no member', hint))
    return Members(*(tuple(sorted(found[mark])) for mark in ("", "+", "-"))), problems


def member_lines(object_name: str, members: Members) -> list[str]:
    """Give the lines of a file of members, in its order."""
    if not members.included and not members.excluded:
        return [f"{object_name}:{record_id}" for record_id in members.listed]
    marked = [
        (record_id, mark)
        for mark, ids in (("", members.listed), ("+", members.included), ("-", members.excluded))
        for record_id in ids
    ]
    return [f"{mark}{object_name}:{record_id}" for record_id, mark in sorted(marked)]


def in_order(lines: Iterable[str]) -> list[str]:
    """Put lines of members in the order of their file; what is none comes first."""
    return sorted(lines, key=_place)


def _place(line: str) -> tuple[int, str]:
    match = _LINE.fullmatch(line)
    return (int(match[3]), match[1]) if match else (0, line)
