"""Whose a column is, where the rows of one file hold the properties of several objects.

A heading that begins with an object's name is that object's: `Company name`, `Contact: Email`, `Organization - City`.
Any other is of the first object that knows it in the strongest way, or of that of the column before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.headings import heading_words, words_of
from crmcli.services.mapping.meanings import Meanings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.divided import Divided
    from crmcli.services.workspace import Workspace

_NOBODY = (99, 0)
_MARKED = re.compile(r"\s*([^:–-]+?)(?::| [–-] )\s*\S")  # an object, a colon or a dash, and what it is of it


class NoColumns(CrmError):
    """An object of which a file of several objects has no column."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: str, found: ObjectType) -> None:
        super().__init__(
            f'No column of "{path}" is one of {found.plural.lower()}',
            f'Begin their headings with the object: "{found.label} name"; or leave {found.name} out',
        )


@frozen
class Share:
    """The columns of a file that are one object's: their places from 0, and their headings without its name."""

    found: ObjectType
    places: tuple[int, ...]
    headings: tuple[str, ...]


def shares(workspace: Workspace, divided: Divided, header: Sequence[str]) -> list[Share]:
    """Say which columns each object has, in the order of the objects; each column is one's. Raises NoColumns."""
    objects = divided.objects
    words = heading_words(workspace.cache)
    known = [(found, Meanings(found, words, header)) for found in objects]
    taken: dict[str, list[tuple[int, str]]] = {found.name: [] for found in objects}
    name = objects[0].name
    for place, heading in enumerate(header):
        claimed = divided.claimed.get(place, "")
        name, own = (claimed, heading) if claimed else _owner(heading, known, name)
        taken[name].append((place, own))
    for found in objects:
        if not taken[found.name]:
            raise NoColumns(divided.request.path, found)
    return [
        Share(found, tuple(p for p, _ in taken[found.name]), tuple(h for _, h in taken[found.name]))
        for found in objects
    ]


def grouped(workspace: Workspace, header: Sequence[str]) -> tuple[str, ...]:
    """Give the objects that headings such as `Contact: Email` and `Organization - Name` are marked with, if several."""
    known = {
        "".join(words_of(word)): each.name
        for each in workspace.model.words.values()
        if each.active
        for word in (each.name, each.label, each.plural, *each.aliases)
    }
    marks = [match[1] for heading in header if (match := _MARKED.match(heading))]
    found = dict.fromkeys(known[word] for mark in marks if (word := "".join(words_of(mark))) in known)
    return tuple(found) if len(found) > 1 else ()


def _owner(heading: str, known: Sequence[tuple[ObjectType, Meanings]], before: str) -> tuple[str, str]:
    """Give the object that a heading is of, and what it is called among that object's own.

    What no object knows is that of the column before, which `before` names.
    """
    fallback = ""
    for found, meanings in known:
        rest = _without_name(heading, found)
        if rest is None:
            continue
        fallback = fallback or found.name
        if not rest:
            return found.name, "Name"
        if meanings.of(heading):
            return found.name, heading
        if meanings.of(rest):
            return found.name, rest
    ranked = [(min((each.strength for each in meanings.of(heading)), default=_NOBODY), place)
              for place, (_, meanings) in enumerate(known)]  # fmt: skip
    strength, place = min(ranked)
    if strength == _NOBODY:
        return fallback or before, heading
    return known[place][0].name, heading


def _without_name(heading: str, found: ObjectType) -> str | None:
    """Give a heading without the object's name that it begins with, None where it does not."""
    words = words_of(heading)
    names = {"".join(words_of(word)) for word in (found.name, found.label, found.plural, *found.aliases)}
    for size in range(len(words), 0, -1):
        if "".join(words[:size]) in names:
            return " ".join(words[size:])
    return None
