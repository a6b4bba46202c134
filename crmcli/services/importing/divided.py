"""What is said about a file whose rows hold several objects, object by object: columns, values, keys.

`contact.email` is a property of contacts; `email` alone is of the object that has the column by its heading, or of the
only one that knows the property. A fixed value or a key without an object's name is of each object that knows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.frozen import frozen, replace
from crmcli.model.headings import WHOLE
from crmcli.model.names import find_property
from crmcli.services.mapping.maps import USUAL_MODE
from crmcli.services.mapping.wishes import cased, column_numbers, numbers_there

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.groups import Share
    from crmcli.services.importing.imports import ImportRequest
    from crmcli.services.mapping.maps import ImportMap

_OF = "."  # between an object and its property
_Numbers = tuple[int, ...]  # of columns of the file, from 1: several are joined
_Wishes = dict[_Numbers, str]


@frozen
class Divided:
    """What is said about each object's part of a file: `claimed` is place of a column, from 0, → object."""

    request: ImportRequest
    objects: Sequence[ObjectType]
    sections: Mapping[str, ImportMap]
    claimed: Mapping[int, str]
    said: Mapping[str, _Wishes]  # by object; by "" what is of the object that has the column
    usual: Mapping[str, _Wishes]

    def request_of(self, share: Share) -> ImportRequest:
        """Give the import of one object's part, whose columns are counted anew."""
        name = share.found.name
        section = self.sections.get(name)
        request = section.completed(self.request) if section else self.request
        here = {numbers: target for numbers, target in self.said[""].items() if numbers[0] - 1 in share.places}
        return replace(
            request,
            object_name=name,
            columns=_within(share, {**here, **self.said[name]}),
            usual=_within(share, self.usual[name]),
            mode=request.mode or USUAL_MODE,
            fixed={**(section.fixed if section else {}), **self._of(share.found, self.request.fixed)},
            key=next(iter(self._of(share.found, {self.request.key: ""})), section.key if section else ""),
        )

    def _of(self, found: ObjectType, words: Mapping[str, str]) -> dict[str, str]:
        """Give of words for properties those of an object; a word that no object knows is the first one's to refuse."""
        kept = {}
        for word, value in words.items():
            name, rest = _named(word, self.objects)
            nobody = not any(_knows(each, word) for each in self.objects)
            if name == found.name or (not name and (_knows(found, word) or (nobody and found is self.objects[0]))):
                kept[rest] = value
        return {word: value for word, value in kept.items() if word}


def divided(
    request: ImportRequest, objects: Sequence[ObjectType], header: Sequence[str], sections: Mapping[str, ImportMap]
) -> Divided:
    """Divide what is said about a file's columns among objects. Raises NoSuchColumn and RepeatedHeading."""
    header = [heading.strip() for heading in header]
    said: dict[str, _Wishes] = {"": {}, **{found.name: {} for found in objects}}
    usual: dict[str, _Wishes] = {found.name: {} for found in objects}
    claimed: dict[int, str] = {}
    for heading, target in request.columns.items():
        name, rest = _named(target, objects)
        numbers = tuple(column_numbers(request.path, header, heading))
        name = name or _only(target, objects)
        said[name][numbers] = rest
        claimed |= {number - 1: name for number in numbers if name}
    spoken = {number for wishes in said.values() for numbers in wishes for number in numbers}
    for name, section in sections.items():
        for heading, target in section.usual.items():
            numbers = tuple(numbers_there(request.path, header, heading))
            if numbers and not spoken & set(numbers):
                usual[name][numbers] = target
                claimed |= {number - 1: name for number in numbers}
    return Divided(request, objects, sections, claimed, said, usual)


def _named(word: str, objects: Sequence[ObjectType]) -> tuple[str, str]:
    """Take `contact.email` apart, "" where no object of the file is named; also within `title(contact.city)`."""
    case, plain = cased(word)
    head, dot, rest = plain.partition(_OF)
    named = next((each.name for each in objects if dot and head.casefold() in _words(each)), "")
    if not named:
        return "", word
    return named, f"{case}({rest})" if case else rest


def _words(found: ObjectType) -> set[str]:
    return {word.casefold() for word in (found.name, found.label, found.plural, *found.aliases)}


def _only(target: str, objects: Sequence[ObjectType]) -> str:
    """Give the only object that knows a property, "" where several do, or none."""
    words = cased(target)[1].split(WHOLE)
    knowing = [each.name for each in objects if target and all(_knows(each, word) for word in words)]
    return knowing[0] if len(knowing) == 1 else ""


def _knows(found: ObjectType, word: str) -> bool:
    try:
        find_property(found, word.strip())
    except CrmError:
        return False
    return True


def _within(share: Share, wishes: Mapping[_Numbers, str]) -> dict[str, str]:
    """Say wishes by the numbers that the columns have in the part."""
    places = {place + 1: number for number, place in enumerate(share.places, start=1)}
    return {
        WHOLE.join(f"#{places[number]}" for number in numbers if number in places): target
        for numbers, target in wishes.items()
        if any(number in places for number in numbers)
    }
