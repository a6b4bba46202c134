"""Which columns of a portal's file name associated records, and what they say of the labels.

Tables of associations have a column of ids for each end. The API gives them in lists: with a record
(`associations.companies.results.id`), or for many at once (`from.id`, `to.toObjectId`); what a label is called stands
beside each, or the number of its type, or a word for it (`contact_to_company`, `child_to_parent_company`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.model.headings import words_of
from crmcli.services.importing.link_columns import PRIMARY, labels_between
from crmcli.services.mapping.association_columns import ASSOCIATIONS
from crmcli.services.portal.definitions import several

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.objects import Label, Model, Pair
    from crmcli.services.portal.files import PortalFile

OWN_IDS = ("id", "recordid", "hsobjectid")
OTHER_IDS = ("id", "toobjectid")
_LABELS = ("label", "associationlabel")
_TYPES = ("type", "associationtype")
_TYPE_IDS = ("typeid", "associationtypeid")
_TO = "_to_"
_NO_LABEL = "_unlabeled"


@frozen
class Naming:
    """Columns by their places: those of the two ends, an end "" for any activity, and what is said of labels.

    `own` is the id of the first end in all rows, "" where its column says it.
    """

    ends: tuple[str, str]
    places: tuple[int, int]
    labels: int | None = None
    types: int | None = None
    type_ids: int | None = None
    own: str = ""

    def ours(self, row: Sequence[str]) -> str:
        """Give the id of the first end in a row."""
        return self.own or row[self.places[0]].strip()

    @property
    def says(self) -> bool:
        """Whether anything is said of labels."""
        return any(place is not None for place in (self.labels, self.types, self.type_ids))


@frozen
class SaidOf:
    """What a file says of the labels of one association: names, numbers of types, and words for types."""

    labels: tuple[str, ...] = ()
    type_ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


def namings(model: Model, file: PortalFile, header: Sequence[str]) -> Iterator[Naming]:
    """Give the columns of a file that name associated records: those of a table of associations, or of records."""
    if len(file.ends) > 1:
        found = _naming((file.ends[0], file.ends[1]), (file.places[0], file.places[1]), header)
        yield replace(found, own=file.own)
        return
    squeezed = ["".join(words_of(heading)) for heading in header]
    own = next((squeezed.index(word) for word in OWN_IDS if word in squeezed), None)
    for place, other in nested_ids(model, header).items():
        if own is not None and model.pair(file.ends[0], other) is not None:
            before = header[place].rpartition(".")[0]
            yield _naming((file.ends[0], other), (own, place), header, before)


def nested_ids(model: Model, header: Sequence[str]) -> dict[int, str]:
    """Give the columns of ids that the API has with a record: place → object."""
    objects = {"".join(words_of(word)): each.name for each in model.words.values() for word in (each.plural, each.name)}
    found = {}
    for place, heading in enumerate(header):
        parts = heading.removeprefix(ASSOCIATIONS).split(".") if heading.startswith(ASSOCIATIONS) else [""]
        other = objects.get("".join(words_of(parts[0])), "")
        if other and "".join(words_of(parts[-1])) in OTHER_IDS:
            found[place] = other
    return found


def _naming(ends: tuple[str, str], places: tuple[int, int], header: Sequence[str], before: str = "") -> Naming:
    words = ["".join(words_of(heading.rpartition(".")[2])) if heading.startswith(before) else "" for heading in header]
    labels, types, type_ids = (
        next((place for place, word in enumerate(words) if word in known), None)
        for known in (_LABELS, _TYPES, _TYPE_IDS)
    )
    return Naming(ends, places, labels, types, type_ids)


def each_said(naming: Naming, row: Sequence[str]) -> Iterator[tuple[str, SaidOf]]:
    """Give the ids of the other ends in a row, each with what is said of its labels."""
    ids = [each.strip() for each in several(row[naming.places[1]])]
    columns = [_beside(ids, row, place) for place in (naming.labels, naming.type_ids, naming.types)]
    for known, labels, type_ids, types in zip(ids, *columns, strict=True):
        yield known, SaidOf(labels, type_ids, types)


def _beside(ids: Sequence[str], row: Sequence[str], place: int | None) -> list[tuple[str, ...]]:
    """Give what a cell says of each of these ids; of one id all of it."""
    cell = row[place] if place is not None else ""
    said = [cell] if len(ids) == 1 else several(cell)
    said = said if len(said) == len(ids) else [""] * len(ids)
    return [tuple(part.strip() for part in each.split(";") if part.strip()) for each in said]


class LabelReader:
    """Reads what files say of labels; `declared` are the labels that the portal has: ends and number → name."""

    def __init__(self, model: Model, declared: Mapping[tuple[str, str, str], str]) -> None:
        self._model = model
        self._declared = declared
        self._read: dict[tuple[str, str, SaidOf], tuple[tuple[str, ...], bool]] = {}

    def read(self, a: str, b: str, said: SaidOf) -> tuple[tuple[str, ...], bool]:
        """Give the labels that a record of `a` is of one of `b`, and whether that one is its primary."""
        known = self._read.get((a, b, said))
        if known is None:
            pair = self._model.pair(a, b)
            known = self._read[a, b, said] = self._labels(pair, a, b, said) if pair else ((), False)
        return known

    def _labels(self, pair: Pair, a: str, b: str, said: SaidOf) -> tuple[tuple[str, ...], bool]:
        names = {name.casefold(): name for name in labels_between(pair, a, b)}
        words = [*said.labels]
        for number in said.type_ids:
            words += filter(None, [self._declared.get((a, b, number)), _by_number(pair, a, b, number)])
        words += [word for each in said.types if (word := _by_word(pair, a, b, each))]
        folded = [word.casefold() for word in words]
        labels = tuple(dict.fromkeys(names[word] for word in folded if word in names))
        return labels, pair.primary and PRIMARY in folded


def new_labels(model: Model, a: str, b: str, said: SaidOf) -> list[str]:
    """Give the names of labels that the associations of two objects do not have."""
    pair = model.pair(a, b)
    if pair is None:
        return []
    known = {name.casefold() for name in labels_between(pair, a, b)} | {PRIMARY}
    own = [_spelled(word) for word in said.types if word.islower() and _TO not in word and not word.endswith(_NO_LABEL)]
    return [name for name in dict.fromkeys([*said.labels, *own]) if name.casefold() not in known]


def _by_number(pair: Pair, a: str, b: str, number: str) -> str:
    """Give the label, or the word for primary ones, that the number of a type has here."""
    for label in pair.labels:
        if number == str(label.type_id) and (label.from_object, label.to_object) == (a, b):
            return label.name
        if number == str(label.inverse_type_id) and (label.to_object, label.from_object) == (a, b):
            return label.inverse
    numbers = pair.primary_type_ids if a == pair.owner else pair.primary_type_ids[::-1]
    return PRIMARY if numbers and number == str(numbers[0]) and number != "0" else ""


def _by_word(pair: Pair, a: str, b: str, word: str) -> str:
    """Give the label that a word for a type means: "child_to_parent_company" begins with what the first record is."""
    if word.endswith(_NO_LABEL):
        return ""
    before, to, _ = word.partition(_TO)
    if not to:
        return _spelled(word)
    if before == a:
        return PRIMARY
    starts = {words_of(name)[0]: name for label in pair.labels for name in _names(label, a, b)}
    return starts.get(before, "")


def _names(label: Label, a: str, b: str) -> Iterator[str]:
    if (label.from_object, label.to_object) == (a, b):
        yield label.name
    if (label.to_object, label.from_object) == (a, b):
        yield label.inverse


def _spelled(word: str) -> str:
    return word.replace("_", " ").capitalize()
