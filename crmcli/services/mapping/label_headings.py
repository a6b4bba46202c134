"""Headings that say what the associated record is: "Parent company ID" names, by its id, a company's parent.

The words of a label stand in the heading, with any word for the object ("Parent account") or, before an id, with none
("ParentId"); what follows says by what the record is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model.headings import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.model.objects import Label, Model, ObjectType, Summary

FOREIGN_IDS = ("id", "ids", "recordid", "recordids", "objectid", "objectids")
_BEFORE = ("hs", "property", "properties")  # how a portal and a warehouse begin their names


@frozen
class LabelHeading:
    """What a heading says: of which object the other record is, the label as read from the row's, and the rest.

    `paired`: whether the label reads differently from its two ends.
    """

    other: str
    label: str
    paired: bool
    rest: str = ""


class LabelHeadings:
    """Reads the headings of one object's files for labels of its associations."""

    def __init__(self, name: str, model: Model, others: Iterable[str]) -> None:
        self._known: dict[str, LabelHeading] = {}
        self._known_by_id: dict[str, LabelHeading] = {}
        for other in others:
            pair = model.pair(name, other)
            for said, words in _said(pair.labels, name, other) if pair else ():
                whole, bare = _forms(words, model.words[other])
                self._known |= {form: said for form in whole if form not in self._known}
                if bare:
                    self._known_by_id.setdefault(bare, said)

    def read(self, heading: str) -> LabelHeading | None:
        """Give what a heading says, None where no label is in it; `rest` is without letter case and spaces."""
        words = words_of(heading)
        while words and words[0] in _BEFORE:
            words = words[1:]
        for size in range(len(words), 0, -1):
            start, rest = "".join(words[:size]), "".join(words[size:])
            found = self._known.get(start) or (self._known_by_id.get(start) if rest in FOREIGN_IDS else None)
            if found:
                return LabelHeading(found.other, found.label, found.paired, rest)
        return None


def _said(labels: Sequence[Label], name: str, other: str) -> Iterator[tuple[LabelHeading, list[str]]]:
    """Give for each end of labels what its words in a heading say."""
    for label in labels:
        if (label.from_object, label.to_object) == (other, name):
            yield LabelHeading(other, label.inverse, label.paired), words_of(label.name)
        if (label.from_object, label.to_object) == (name, other) and label.paired:
            yield LabelHeading(other, label.name, paired=True), words_of(label.inverse)


def _forms(words: Sequence[str], other: Summary | ObjectType) -> tuple[set[str], str]:
    """Give a label's words with each word for the object in place of its own, and without any."""
    called = ["".join(words_of(word)) for word in (other.name, other.label, other.plural, *other.aliases)]
    place = next((n for n, word in enumerate(words) if word in called), None)
    if place is None:
        return {"".join(words)}, ""
    before, behind = "".join(words[:place]), "".join(words[place + 1 :])
    return {f"{before}{word}{behind}" for word in called}, f"{before}{behind}"
