"""Finds objects and properties by the words that people use for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.types.nearest import nearest as nearest  # noqa: PLC0414 - offered from here too: it is about names
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmcli.model.objects import Model, ObjectType, Property, Summary

_VOWELS = frozenset("aeiou")
_NO_VOWEL = ("one", "once", "uni", "use", "usa", "eu")  # as it is spoken


class UnknownObject(CrmError):
    """A word that means no object, or several; `word` is what was typed, `near` what may have been meant."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str, known: Iterable[str], *, meant: tuple[str, ...] = ()) -> None:
        self.word = word
        if meant:
            self.near = meant
            super().__init__(f'"{word}" may mean {" or ".join(meant)}', "write more of the name")
        else:
            names = tuple(known)
            self.near = tuple(nearest(word, names))
            super().__init__(f'there is no object "{word}"', suggestion(word, names))


class UnknownProperty(CrmError):
    """A word that means no property of an object, or several; `near` is what may have been meant."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str, thing: ObjectType, *, meant: tuple[str, ...] = ()) -> None:
        self.word = word
        self.object_name = thing.name
        if meant:
            self.near = meant
            message = f'"{word}" may mean {" or ".join(meant)} of {with_article(thing.label)}'
            super().__init__(message, "use the internal name")
        else:
            known = [name for name, prop in thing.properties.items() if not prop.system]
            self.near = tuple(nearest(word, known))
            hint = suggestion(word, known) if self.near else f"see them: crm schema show {thing.name}"
            super().__init__(f'{with_article(thing.label)} has no property "{word}"', hint)


def with_article(label: str) -> str:
    """Give what something is called in a sentence: "a deal", "an invoice", "a one-to-one email"."""
    word = label.lower()
    return f"{'an' if word[:1] in _VOWELS and not word.startswith(_NO_VOWEL) else 'a'} {word}"


def fold(word: str) -> str:
    """Give the form in which "First Name", "first_name" and "firstname" are one word; "Discount %" is no "Discount"."""
    return "".join(char for char in word.casefold() if char.isalnum() or char == "%")


def find_object(model: Model, word: str) -> ObjectType:
    """Give the object that a word means: its name, label, plural, an alias, or the beginning of just one of them.

    Letter case, spaces and underscores do not matter. Reads no object but the one found. Raises UnknownObject.
    """
    return model.objects[find_object_name(model, word)]


def find_object_name(model: Model, word: str) -> str:
    """Like `find_object`, but gives the name and reads no object at all.

    Inactive objects are found as well, but stand back: a beginning means one only where it means no active one, and
    they are never offered.
    """
    if word in model.objects:
        return word
    folded = fold(word)
    begun = []
    for name, words in model.words.items():
        forms = [fold(form) for form in called(words)]
        if folded in forms:
            return name
        if folded and any(form.startswith(folded) for form in forms):
            begun.append(name)
    active = [words for words in model.words.values() if words.active]
    begun = [words.name for words in active if words.name in begun] or begun
    if len(begun) == 1:
        return begun[0]
    known = [form for words in active for form in (words.name, typed(words))]
    raise UnknownObject(word, dict.fromkeys(known), meant=tuple(begun))


def called(words: Summary | ObjectType) -> Iterator[str]:
    """Give all that an object is called: name, label, plural, aliases."""
    yield from (words.name, words.label, words.plural)
    yield from words.aliases


def typed(words: Summary | ObjectType) -> str:
    """Give the plural as one types it: "line_items"."""
    return "_".join(words.plural.casefold().split())


def find_property(thing: ObjectType, word: str) -> Property:
    """Give the property that a word means: internal name, role word, label or alias, in this order.

    Letter case, spaces and underscores do not matter; of two properties with one label the one that people fill
    wins over the one that a system fills. Raises UnknownProperty.
    """
    exact = thing.properties.get(word) or thing.properties.get(word.casefold()) or thing.role(word.casefold())
    if exact:
        return exact
    folded = fold(word)
    if found := _named(thing, folded):
        if len(found) > 1:
            raise UnknownProperty(word, thing, meant=tuple(prop.name for prop in found))
        return found[0]
    raise UnknownProperty(word, thing)


def _named(thing: ObjectType, folded: str) -> list[Property]:
    """The properties that answer to a word, by the first kind of name that any has."""
    if not folded:
        return []
    properties = list(thing.properties.values())
    visible = [prop for prop in properties if not prop.system]
    ways = (
        [prop for prop in properties if fold(prop.name) == folded],
        [prop for prop in visible if fold(prop.label) == folded],
        [prop for prop in properties if fold(prop.label) == folded],
        [prop for prop in properties if any(fold(alias) == folded for alias in prop.aliases)],
    )
    return next((found for found in ways if found), [])
