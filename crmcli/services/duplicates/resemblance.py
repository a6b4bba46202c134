"""Why two records of an object are likely one, at a glance: a number, a name with a place, an e-mail name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.headings import fold_heading as folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.types.base import Stored

    Values = Mapping[str, Stored]

PERSON, ORGANISATION = "person", "organisation"
_BESIDE_A_NAME = {PERSON: ("org", "city", "date"), ORGANISATION: ("city", "postcode", "street")}


class Resemblance:
    """Compares records of one object by their properties' meanings: meaning → properties, the first counts most."""

    def __init__(self, found: ObjectType, kind: str, by_meaning: Mapping[str, Sequence[str]]) -> None:
        self._found = found
        self._kind = kind
        self._by_meaning = by_meaning

    @property
    def naming(self) -> tuple[str, ...]:
        """The properties that are a record's name, () where its kind has none by which it is known."""
        meanings = {PERSON: ("surname", "given"), ORGANISATION: ("org",)}.get(self._kind, ())
        names = tuple(self._by_meaning[meaning][0] for meaning in meanings if meaning in self._by_meaning)
        return names if len(names) == len(meanings) else ()

    def why(self, new: Values, old: Values) -> str:
        """Say why a new record is likely an old one, "" where it is not."""
        return self._same_address(new, old) or self._same_phone(new, old) or self._same_name(new, old)

    def _same_name(self, new: Values, old: Values) -> str:
        if not self.naming or not all(self._equal(name, name, new, old) for name in self.naming):
            return ""
        for meaning in _BESIDE_A_NAME[self._kind]:
            if name := self._shared(meaning, new, old):
                return f"same name and {self._label(name)}"
        bare = self._kind == ORGANISATION and not any(
            name in new for m in _BESIDE_A_NAME[self._kind] for name in self._by_meaning.get(m, ())
        )
        return "same name" if bare else ""

    def _same_phone(self, new: Values, old: Values) -> str:
        name = self._shared("phone", new, old)
        return f"same {self._label(name)}" if name and not self._otherwise_called(new, old) else ""

    def _same_address(self, new: Values, old: Values) -> str:
        """Say that an e-mail address differs by its domain alone; nobody asks here whose domains they are."""
        hosts = dict(map(_parts, self._texts("email", old)))
        for local, host in map(_parts, self._texts("email", new)):
            if local in hosts and hosts[local] != host and not self._otherwise_called(new, old):
                return f"{local}@ at {hosts[local]} too"
        return ""

    def _otherwise_called(self, new: Values, old: Values) -> bool:
        """Whether two people have different first names, or else surnames: of one number, or one mailbox, many are."""
        if self._kind != PERSON:
            return False
        for name in reversed(self.naming):
            one, other = folded(str(new.get(name, ""))), folded(str(old.get(name, "")))
            if one and other:
                return not (one.startswith(other) or other.startswith(one))
        return False

    def _shared(self, meaning: str, new: Values, old: Values) -> str:
        """Give the property of a meaning in which both have the same value, "" for none."""
        there = {folded(text) for text in self._texts(meaning, old)}
        for name in self._by_meaning.get(meaning, ()):
            if name in new and any(folded(text) in there for text in several(new[name])):
                return name
        return ""

    def _texts(self, meaning: str, values: Values) -> Iterator[str]:
        for name in self._by_meaning.get(meaning, ()):
            if name in values:
                yield from several(values[name])

    def _label(self, name: str) -> str:
        return self._found.properties[name].label.lower()

    @staticmethod
    def _equal(name: str, other: str, new: Values, old: Values) -> bool:
        return name in new and other in old and folded(str(new[name])) == folded(str(old[other])) != ""


def several(value: Stored | None) -> Iterator[str]:
    """Give the texts of a value: none where it is unset, those of a list."""
    return map(str, value if isinstance(value, list) else () if value is None else (value,))


def _parts(address: str) -> tuple[str, str]:
    local, _, host = address.lower().rpartition("@")
    return local, host
