"""Headings of files, as words: what columns are called in exports of other programs and in other languages.

The words stand in schemas/headings/*.yaml (words.yaml tells how these read) and are kept as JSON in the cache folder,
where only an import reads them.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model.cache import keep
from crmcli.model.files import built_in_folder, stamp_of
from crmcli.model.load import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from crmcli.model.nodes import Block

WHOLE = "+"  # between the properties that one column holds together: firstname+lastname
_WORD = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FORMAT = 2  # of the kept words; raised when what is in them changes
_EVERY = "all"
_FIRST = "words.yaml"  # what belongs to no program or language


@frozen
class Source:
    """The words of one program or language; headings are folded."""

    name: str
    marks: frozenset[str]
    other: frozenset[str]
    objects: Mapping[str, Mapping[str, Sequence[tuple[str, int]]]]
    roles: Mapping[str, Sequence[tuple[str, int]]]

    def knows(self, heading: str, object_name: str) -> bool:
        """Whether a folded heading is one of its words."""
        return heading in self.other or heading in self.marks or heading in self.objects.get(object_name, {})


@frozen
class HeadingWords:
    """All words: of programs and languages, those that change nothing, hosts of addresses by object and property."""

    sources: tuple[Source, ...]
    neutral: Mapping[str, frozenset[str]]  # by object role, those of all objects under "all"
    hosts: Mapping[str, Mapping[str, Sequence[str]]]
    options: Mapping[str, Sequence[str]] = {}  # of options: folded word → the folded labels that it may mean

    def origin(self, header: Iterable[str], object_name: str) -> Source | None:
        """Give the program that a file with these folded headings comes from, None where nothing tells."""
        headings = [heading for heading in header if heading]
        marked = [source for source in self.sources if not source.marks.isdisjoint(headings)]
        return max(marked, key=lambda source: sum(source.knows(h, object_name) for h in headings), default=None)

    def neutral_for(self, object_roles: Iterable[str]) -> frozenset[str]:
        """Give the folded words that change nothing in the headings of an object with these roles."""
        empty: frozenset[str] = frozenset()
        return empty.union(*(self.neutral.get(role, empty) for role in (_EVERY, *object_roles)))


@lru_cache(maxsize=4096)
def fold_heading(text: str) -> str:
    """Give the letters and digits of a heading, letter case and accents apart; "Discount %" is no "Discount"."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(character for character in parts if not unicodedata.combining(character))
    return "".join(character for character in text.casefold() if character.isalnum() or character == "%")


def words_of(heading: str) -> list[str]:
    """Give the words of a heading, also of one such as accountId, without letter case."""
    return [word.casefold() for word in _WORD.findall(_CAMEL.sub(" ", heading))]


def heading_words(cache: str) -> HeadingWords:
    """Give the words; `cache` is a workspace's folder, beside which those of this program are kept."""
    paths = _paths()
    stamps = [stamp_of(path) for path in (*paths, __file__)]
    path = os.path.join(os.path.dirname(cache), f"headings.{os.getuid()}.json")
    kept = _kept(path)
    if kept is None or kept["stamps"] != stamps:
        text = json.dumps({"format": _FORMAT, "stamps": stamps, **_read(paths)})
        keep(path, text.encode())
        kept = json.loads(text)
    return _words(kept)


def _paths() -> list[str]:
    folder = os.path.join(built_in_folder("schemas"), "headings")
    names = sorted(os.listdir(folder), key=lambda name: (name != _FIRST, name))
    return [os.path.join(folder, name) for name in names if name.endswith(".yaml")]


def _kept(path: str) -> dict[str, Any] | None:
    try:
        with open(path, "rb") as file:
            kept = json.load(file)
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) and kept.get("format") == _FORMAT else None


def _read(paths: Sequence[str]) -> dict[str, Any]:
    """Read the YAML: what the cache keeps."""
    blocks = []
    for path in paths:
        with open(path, "rb") as file:
            blocks.append(read_yaml(file.read(), os.path.basename(path))[0])
    return {
        "sources": [_source(block) for block in blocks],
        "neutral": _merged(block.block("neutral") for block in blocks),
        "hosts": {
            name: {prop: list(hosts.texts(prop)) for prop in hosts.entries}
            for block in blocks
            for name, hosts in block.blocks("hosts").items()
        },
        "options": _of_options(block.block("options") for block in blocks),
    }


def _source(block: Block) -> dict[str, Any]:
    return {
        "name": block.text("source"),
        "marks": [fold_heading(text) for text in block.texts("marks")],
        "other": [fold_heading(text) for text in block.texts("other")],
        "objects": {name: _by_heading(words) for name, words in block.blocks("objects").items()},
        "roles": _by_heading(block.block("roles")),
    }


def _by_heading(words: Block) -> dict[str, list[tuple[str, int]]]:
    """Turn target → headings into heading → targets with their ranks."""
    found: dict[str, list[tuple[str, int]]] = {}
    for target in words.entries:
        for rank, text in enumerate(words.texts(target)):
            found.setdefault(fold_heading(text), []).append((target, rank))
    return found


def _of_options(blocks: Iterator[Block]) -> dict[str, list[str]]:
    """Turn label → words into word → labels."""
    found: dict[str, list[str]] = {}
    for block in blocks:
        for label in block.entries:
            for text in block.texts(label):
                found.setdefault(fold_heading(text), []).append(fold_heading(label))
    return found


def _merged(blocks: Iterator[Block]) -> dict[str, list[str]]:
    merged: dict[str, list[str]] = {}
    for block in blocks:
        for role in block.entries:
            merged.setdefault(role, []).extend(map(fold_heading, block.texts(role)))
    return merged


def _words(kept: Mapping[str, Any]) -> HeadingWords:
    sources = tuple(
        Source(each["name"], frozenset(each["marks"]), frozenset(each["other"]), each["objects"], each["roles"])
        for each in kept["sources"]
    )
    neutral = {role: frozenset(words) for role, words in kept["neutral"].items()}
    return HeadingWords(sources, neutral, kept["hosts"], kept["options"])
