"""What headings mean for one object: by its own words, by those of programs and languages, by parts of them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model.files import BUILT_IN
from crmcli.model.headings import WHOLE, fold_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.model.headings import HeadingWords, Source
    from crmcli.model.objects import ObjectType

_FOREIGN_PREFIX = "property"  # of warehouse exports: property_firstname
_RANKS = 1_000  # more than there are headings of one property
_IDS = ("id", "recordid", "key", "guid")
_BY_ROLE = 100  # a word for any property of a role stands back behind the object's own
_NUMBERED = "column"  # of a file without headings: column_1, column_2 …
_CUSTOM = "__c"  # behind the names of a Salesforce customer's own fields
_TOKEN = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# The ways to know what a heading means, the strongest first.
ORIGIN, NAME, LABEL, ALIAS, COMMON, PROGRAM, ROLE, PART, VALUES = range(9)


@frozen
class Meaning:
    """What a heading may mean: a property, or several that one column holds (`firstname+lastname`), and why.

    `strength` is the way it is known and the rank of the heading among those of that property: less is stronger.
    """

    target: str
    why: str
    strength: tuple[int, int]

    @property
    def parts(self) -> tuple[str, ...]:
        """The properties of a column that holds several together, () for one."""
        return tuple(self.target.split(WHOLE)) if WHOLE in self.target else ()


class Meanings:
    """The words for one object's properties, as far as a file's headings need them."""

    def __init__(self, found: ObjectType, words: HeadingWords, header: Sequence[str]) -> None:
        self._found = found
        called = (found.name, found.label, found.plural, *found.aliases)
        self._called = {fold_heading(text) for text in called}
        self._own = self._called | {word for text in called for word in _tokens(text)}
        self._neutral = words.neutral_for(found.object_roles) | self._own
        self.origin = words.origin(map(fold_heading, header), found.name)
        self._known: dict[str, list[Meaning]] = defaultdict(list)
        for heading, meaning in self._all(words):
            if heading:
                self._known[heading].append(meaning)

    def of(self, heading: str) -> list[Meaning]:
        """Give what a heading means in the strongest way it is known, each target once; [] where it says nothing."""
        heading = heading.removesuffix(_CUSTOM)
        folded = fold_heading(heading)
        if not folded:
            return []
        if self.origin is not None and folded in self.origin.other:
            return self._usual(filter(self._own_word, self._known.get(folded, ())))
        found = self._known.get(folded) or self._known.get(folded.removeprefix(_FOREIGN_PREFIX)) or []
        if not found:
            rest = [token for token in _tokens(heading) if token not in self._neutral]
            found = [
                Meaning(each.target, f"{each.why}, in part", (PART, each.strength[0] * _RANKS + each.strength[1]))
                for each in (self._whole() if folded in self._called else self._known.get("".join(rest), ()))
            ]
        return self._usual(sorted(found, key=lambda meaning: meaning.strength))

    def nothing(self, heading: str) -> bool:
        """Whether the program that the file comes from has this heading for what no property holds."""
        return self.origin is not None and fold_heading(heading) in self.origin.other

    def own_id(self, heading: str) -> bool:
        """Whether a heading is that of ids which another system gave these very records: "Company ID" of companies."""
        tokens = _tokens(heading)
        rest = [token for token in tokens if token not in self._own]
        return len(rest) < len(tokens) and "".join(rest) in _IDS

    def neutral(self, heading: str) -> bool:
        """Whether a heading says nothing, at least in letters that the words are in: the values may speak for it."""
        return all(
            word in self._neutral or word.isdecimal() or word == _NUMBERED or not word.isascii()
            for word in _tokens(heading)
        )

    def _own_word(self, meaning: Meaning) -> bool:
        """Whether a heading is the name or the label of a property that this CRM has made."""
        prop = self._found.properties.get(meaning.target)
        return prop is not None and not prop.source.startswith(BUILT_IN) and meaning.strength[0] in (NAME, LABEL)

    def _whole(self) -> list[Meaning]:
        """What a heading means that is no more than the object's own name: the record's."""
        target = self._target("first_name+last_name") or self._target("name")
        return [Meaning(target, "the object's name", (COMMON, 99))] if target else []

    def _usual(self, meanings: Iterable[Meaning]) -> list[Meaning]:
        """Give each target that is known in the strongest way once, those that a person fills where there are any."""
        kept: dict[str, Meaning] = {}
        for meaning in meanings:
            first = next(iter(kept.values()), meaning)
            if meaning.strength[0] == first.strength[0]:
                kept.setdefault(meaning.target, meaning)
        usual = [each for each in kept.values() if not self._system(each)]
        return usual or list(kept.values())

    def _system(self, meaning: Meaning) -> bool:
        prop = self._found.properties.get(meaning.target)
        return prop is not None and prop.system

    def _all(self, words: HeadingWords) -> Iterator[tuple[str, Meaning]]:
        for prop in self._found.properties.values():
            yield fold_heading(prop.name), Meaning(prop.name, "internal name", (NAME, 0))
            yield fold_heading(prop.label), Meaning(prop.name, "label", (LABEL, 0))
            for rank, alias in enumerate(prop.aliases):
                yield fold_heading(alias), Meaning(prop.name, "alias", (ALIAS, rank))
        for role, name in self._found.roles.items():
            yield fold_heading(role), Meaning(name, "role", (ROLE, 0))
        for source in words.sources:
            yield from self._of_source(source)

    def _of_source(self, source: Source) -> Iterator[tuple[str, Meaning]]:
        way = ORIGIN if source is self.origin else PROGRAM if source.marks else COMMON
        why = f"heading of {source.name}" if source.marks else f"{source.name} heading"
        for heading, targets in source.objects.get(self._found.name, {}).items():
            for target, rank in targets:
                if all(part in self._found.properties for part in target.split(WHOLE)):
                    yield heading, Meaning(target, why, (way, rank))
        for heading, targets in source.roles.items():
            for target, rank in targets:
                name = self._target(target)
                if name:
                    yield heading, Meaning(name, why, (way, rank + _BY_ROLE))

    def _target(self, roles: str) -> str:
        """Give the properties that have these roles, "" where the object has not all of them."""
        names = [self._found.roles.get(role, "") for role in roles.split(WHOLE)]
        return WHOLE.join(names) if all(names) else ""


def _tokens(heading: str) -> list[str]:
    return [fold_heading(token) for token in _TOKEN.findall(_CAMEL.sub(" ", heading))]
