"""Finds words that would mean two objects: in the schema files, and in what crm.toml calls objects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.model.names import fold
from crmcli.model.nodes import Items, Scalar
from crmcli.model.settings import FILE
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmcli.model.nodes import Block
    from crmcli.model.settings import Settings


def shared_words(objects: Mapping[str, Block]) -> Iterator[Problem]:
    """Find names, labels, plurals and aliases that would mean two objects."""
    meant: dict[str, str] = {}
    for name, tree in objects.items():
        words = [Scalar(name, tree.where), *(Scalar(tree.text(key), tree.place(key)) for key in ("label", "plural"))]
        for word in (*words, *tree.items("aliases")):
            other = meant.setdefault(fold(word.text), name)
            if word.text and other != name:
                yield Problem(word.where, f'"{word.text}" already means "{other}"', "use another word")


def personal_problems(objects: Mapping[str, Block], settings: Settings) -> Iterator[Problem]:
    """Find what crm.toml says of objects that are not there, and names that it gives them and others have."""
    with open(settings.path, encoding="utf-8") as file:
        text = file.read()
    personal = dict(objects)
    for said in settings.objects:
        where = _line(text, said.name)
        if said.name not in objects:
            yield Problem(where, f'there is no object "{said.name}"', suggestion(said.name, objects))
            continue
        tree = objects[said.name]
        names = {key: Scalar(name, where) for key, name in (("label", said.singular), ("plural", said.plural)) if name}
        former = tuple(Scalar(tree.text(key), tree.place(key)) for key in names)
        aliases = Items((*tree.items("aliases"), *former), tree.place("aliases"))
        personal[said.name] = tree.having(aliases=aliases, **names)
    # Those that crm.toml renames come last, so that it is they who are in the way.
    renamed = {said.name for said in settings.objects}
    yield from shared_words({name: personal[name] for name in sorted(personal, key=renamed.__contains__)})


def _line(text: str, name: str) -> str:
    """Give the file and the line of an object's table, or the file alone."""
    found = re.search(rf'(?m)^\s*\[\s*objects\s*\.\s*"?{re.escape(name)}"?\s*\]', text)
    return f"{FILE}:{text.count(chr(10), 0, found.end()) + 1}" if found else FILE
