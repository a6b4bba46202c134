"""What makes two records of an object the same: which property means what, as the schema says or as can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.types import type_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmcli.model.objects import Model, ObjectType, Property

KINDS = ("person", "organisation", "thing")
# What a property may mean, in the words of the search (dedupe/table.py); "none" keeps one out of it.
MEANINGS = (
    "given", "surname", "name", "org", "email", "phone", "street", "house", "city", "state", "postcode", "country",
    "date", "domain", "id", "category", "text",
)  # fmt: skip
NONE = "none"

_NAMING = {"person": "name", "organisation": "org", "thing": "org"}
_NAME_OF_A_THING = 1.5  # weight: people share names, things are given theirs to be told apart
_BY_ROLE = {
    "first_name": "given",
    "last_name": "surname",
    "company_name": "org",
    "company_domain": "domain",
    "website": "domain",
    "country": "country",
    "email": "email",
    "phone": "phone",
}
_BY_TYPE = {
    "email": "email",
    "phone": "phone",
    "domain": "domain",
    "date": "date",
    "datetime": "date",
    "option": "category",
    "money": "category",
    "number": "category",
    "string": "text",
    "text": "text",
}


@frozen
class DuplicateRules:
    """What is compared of the records of an object.

    `associations` are objects whose records' names count as well, those of the primary one or the first. `weights` say
    how many times a column counts, by the name of its property; associated names are columns such as "company.name".
    """

    kind: str
    meanings: Mapping[str, str] = {}  # property → meaning
    associations: Mapping[str, str] = {}  # object → the meaning of its record's name
    weights: Mapping[str, float] = {}
    source: str = ""  # file and line; "" where nothing is declared and this is what can be told


def association_column(other: str) -> str:
    """Give the name of the column that holds the names of associated records of an object."""
    return f"{other}.name"


def duplicate_rules(model: Model, found: ObjectType) -> DuplicateRules:
    """Give the rules of an object: those of its schema, else what roles, types and labels of its properties tell."""
    return found.duplicates or _told(model, found)


def kind_of_roles(object_roles: Iterable[str]) -> str:
    """Give the kind of an object with these roles."""
    return next((role for role in object_roles if role in KINDS), KINDS[-1])


def meant(meanings: Mapping[str, str]) -> dict[str, str]:
    """Leave out what is said to mean nothing."""
    return {name: meaning for name, meaning in meanings.items() if meaning != NONE}


def _told(model: Model, found: ObjectType) -> DuplicateRules:
    kind = kind_of_roles(found.object_roles)
    words = dict(_words(model))
    roles = {name: _BY_ROLE[role] for role, name in found.roles.items() if role in _BY_ROLE}
    naming = found.roles.get("name") or "".join(found.display[:1])
    roles[naming] = _NAMING[kind]
    held = [prop for prop in found.properties.values() if not (prop.system or prop.read_only or prop.formula)]
    compared = {prop.name: roles.get(prop.name) or _meaning(prop, words) for prop in held if not _is_state(found, prop)}
    return DuplicateRules(
        kind,
        {name: meaning for name, meaning in compared.items() if meaning},
        dict(_partners(model, found, kind)),
        {naming: _NAME_OF_A_THING} if kind == KINDS[-1] and naming in compared else {},
    )


def _partners(model: Model, found: ObjectType, kind: str) -> Iterator[tuple[str, str]]:
    """Give whose names count: the company of a person; that of a thing, or else whose it is.

    Beside the name of a thing, that of a company is no further name that it goes by.
    """
    organisations, persons = (
        [other for other in model.objects_with(role) if other != found.name and model.pair(found.name, other)]
        for role in ("organisation", "person")
    )
    if kind == "person":
        yield from ((other, "org") for other in organisations)
    elif kind != "organisation":
        yield from ((other, "category") for other in organisations or persons)


def _is_state(found: ObjectType, prop: Property) -> bool:
    """Whether a property says where a record stands, which tells nothing of what it is."""
    return prop.name in (found.roles.get(role) for role in ("stage", "pipeline", "owner", "status", "lifecycle"))


def _words(model: Model) -> Iterator[tuple[str, str]]:
    """Give the names, labels and other headings of the properties whose meaning a schema declares."""
    for name in reversed([*model.words]):  # so that the first object has the last word
        thing = model.objects[name]
        if thing.duplicates:
            for each, meaning in thing.duplicates.meanings.items():
                if each in thing.properties:
                    prop = thing.properties[each]
                    yield from ((_folded(word), meaning) for word in (each, prop.label, *prop.aliases))


def _meaning(prop: Property, words: Mapping[str, str]) -> str:
    by_type = _BY_TYPE.get(type_name(prop), "")
    if by_type in ("text", "category"):
        by_word = words.get(_folded(prop.name)) or words.get(_folded(prop.label))
        return "id" if prop.unique else by_word or by_type
    return by_type


def _folded(word: str) -> str:
    return "".join(character for character in word.casefold() if character.isalnum())
