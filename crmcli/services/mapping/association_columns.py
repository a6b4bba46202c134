"""Which columns of a file are about associations: whose records they name, by what, and which hold labels.

`associations.company`, `Associated company` or `Company ID` name records of another object: by our reference, by the
id that another system gave them, by e-mail address, domain or another unique property, or by name. What the heading
leaves open, the values say. `Association label` holds labels for them; `associations.company[Child Company]`, or a
heading that has a label in it (`Parent company ID`), gives one to all.
"""

from __future__ import annotations

import re
from itertools import dropwhile
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.model.headings import words_of
from crmcli.services.association_cells import REFERENCE
from crmcli.services.importing.link_columns import labels_between
from crmcli.services.importing.result import ColumnKind, MappedColumn
from crmcli.services.mapping.label_headings import FOREIGN_IDS, LabelHeadings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.model.objects import Model, ObjectType, Property, Summary

ASSOCIATIONS = "associations."  # then the other object, and maybe another dot and by what its records are known
_LABELS = ("label", "labels", "associationlabel", "associationlabels", "relationship")
_ASSOCIATED = ("associated", "association", "associations", "primary", "related")
_STATES = ("status", "state", "participation", "attendance")  # behind an object's name: labels, if the values are
_WISH = re.compile(rf"{re.escape(ASSOCIATIONS)}(?P<other>\w+)(\[(?P<label>[^\]]+)\])?(\.(?P<word>.*))?")
_ADDRESS = re.compile(r"[^@\s;]+@[^@\s;]+\.[^@\s;]+")
_DOMAIN = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)*\.[a-zA-Z]{2,}/?")


class AssociationHeadings:
    """What headings say about the associations of one object."""

    def __init__(self, found: ObjectType, model: Model) -> None:
        self._model = model
        self._name = found.name
        self._associated = {b if a == found.name else a for a, b in model.pairs if found.name in (a, b)}
        self._words = {
            _squeezed(word): other for other in self._associated for word in _object_words(model.words[other])
        }
        self._labels = LabelHeadings(found.name, model, sorted(self._associated))

    def wished(self, number: int, heading: str, target: str) -> MappedColumn | None:
        """Give the column that somebody calls `associations.OBJECT`, `…OBJECT.PROPERTY` or `…OBJECT.labels`.

        `…OBJECT[LABEL]` is what the row's record is of those in the cells.
        """
        wish = _WISH.fullmatch(target)
        if wish is None or wish["other"] not in self._associated:
            return None
        column = self._column(number, heading, wish["other"], wish["word"] or "")
        if column is None or not wish["label"] or column.kind is ColumnKind.LABELS:
            return column
        pair = self._model.pair(self._name, wish["other"])
        known = {name.casefold(): name for name in labels_between(pair, self._name, wish["other"])} if pair else {}
        label = known.get(wish["label"].casefold())
        return replace(column, label=label) if label else None

    def certain(self, number: int, heading: str, cells: Sequence[str]) -> MappedColumn | None:
        """Give the column whose heading or whose references leave no doubt."""
        wished = self.wished(number, heading, heading.casefold())
        if wished and wished.kind is ColumnKind.ASSOCIATION and not wished.known_by:
            return self._by_values(wished, cells)
        if wished:
            return wished
        other = self._words.get(_squeezed(heading), "")
        if other and referred_object(cells) == other:
            return MappedColumn(number, heading, ColumnKind.ASSOCIATION, other)
        return None

    def label(self, heading: str, other: str) -> str:
        """Give the label that a heading of ids gives to associations with records of another object, "" for none."""
        said = self._labels.read(heading)
        return said.label if said and said.other == other and said.rest in FOREIGN_IDS else ""

    def labelled(self, number: int, heading: str, cells: Sequence[str]) -> MappedColumn | None:
        """Give the column whose heading has a label in it, where its values can name the other records.

        A label that reads the same from both ends may be any word, such as "Cancelled": only values that identify a
        record show that it is meant.
        """
        said = self._labels.read(heading)
        if said is None:
            return None
        column = self._column(number, heading, said.other, said.rest)
        if column is None or column.kind is not ColumnKind.ASSOCIATION:
            return None
        read = column if column.known_by else self._bare(column, cells)
        if read is None or not (said.rest or said.paired or self._identifies(read)):
            return None
        return replace(read, label=said.label)

    def _identifies(self, column: MappedColumn) -> bool:
        """Whether the values of a column are references, or addresses of records."""
        prop = self._model.objects[column.target].properties.get(column.known_by)
        return prop is None or (prop.unique and prop.type != "number")

    def likely(self, number: int, heading: str, cells: Sequence[str]) -> MappedColumn | None:
        """Give the column whose heading names an associated object and how its records are known, if anything."""
        every = words_of(heading)
        words = [*dropwhile(_ASSOCIATED.__contains__, every)]
        said = len(words) < len(every)
        if not words or (said and "".join(words) in _LABELS):
            return MappedColumn(number, heading, ColumnKind.LABELS) if said and words else None
        size = next((n for n in range(len(words), 0, -1) if "".join(words[:n]) in self._words), 0)
        if not size:
            return None
        other, rest = self._words["".join(words[:size])], "".join(words[size:])
        if rest in _STATES and self._are_labels(other, cells):
            return MappedColumn(number, heading, ColumnKind.LABELS, other)
        whole = self._known_by(self._model.objects[other], "".join(words)) if rest else None
        if whole is not None and whole.unique:  # "Event ID", where an event has a property of that name
            return MappedColumn(number, heading, ColumnKind.ASSOCIATION, other, whole.name)
        column = self._column(number, heading, other, rest)
        if column and column.kind is ColumnKind.ASSOCIATION and not column.known_by:
            return self._by_values(column, cells) if said else self._bare(column, cells)
        return column

    def _are_labels(self, other: str, cells: Sequence[str]) -> bool:
        """Whether all cells hold labels of associations with an object: of a participant, what became of it."""
        pair = self._model.pair(self._name, other)
        known = {label.casefold() for label in labels_between(pair, self._name, other)} if pair else set()
        said = {item.strip().casefold() for cell in cells for item in cell.split(";") if item.strip()}
        return bool(said) and said <= known

    def _bare(self, column: MappedColumn, cells: Sequence[str]) -> MappedColumn | None:
        """Give the column headed with nothing but an object: of names, that is an association with organisations only.

        A column "Notes" or "Service" most often holds a text about the row's own record.
        """
        read = self._by_values(column, cells)
        other = self._model.objects[column.target]
        if read.known_by and "organisation" not in other.object_roles and not other.properties[read.known_by].unique:
            return None
        return read if read.known_by or referred_object(cells) else None

    def _column(self, number: int, heading: str, other: str, word: str) -> MappedColumn | None:
        """Give a column of an object's records, known by what `word` says, "" where it says nothing."""
        folded = _squeezed(word)
        if folded in _LABELS:
            return MappedColumn(number, heading, ColumnKind.LABELS, other)
        column = MappedColumn(number, heading, ColumnKind.ASSOCIATION, other)
        if not folded:
            return column
        prop = self._known_by(self._model.objects[other], folded)
        return replace(column, known_by=prop.name) if prop else None

    def _known_by(self, other: ObjectType, folded: str) -> Property | None:
        """Give the property that a word means, of those by which a record is known."""
        able = [prop for prop in other.unique_properties() if not prop.additional_of]
        if folded in FOREIGN_IDS:
            return able[0] if able else None
        named = other.role("name")
        for prop in [*able, *([named] if named else [])]:
            known = {_squeezed(word) for word in (prop.name, prop.label, *prop.aliases)}
            if folded in known or (prop is named and folded in ("name", "names")):
                return prop
            if folded.removesuffix("s") in known | {prop.value_type.name}:
                return prop
        return None

    def _by_values(self, column: MappedColumn, cells: Sequence[str]) -> MappedColumn:
        """Give the column with what its first values look like: references, ids, addresses, domains, names."""
        if referred_object(cells):
            return column
        other = self._model.objects[column.target]
        items = [item.strip() for cell in cells for item in cell.split(";") if item.strip()][:50]
        able = {prop.value_type.name: prop for prop in reversed(other.unique_properties()) if not prop.additional_of}
        looks: Iterable[tuple[re.Pattern[str], str]] = (
            (re.compile(r"\d+"), "number"),
            (_ADDRESS, "email"),
            (_DOMAIN, "domain"),
        )
        for pattern, kind in looks:
            if items and kind in able and all(pattern.fullmatch(item) for item in items):
                return replace(column, known_by=able[kind].name)
        named = other.role("name")
        return replace(column, known_by=named.name) if named and items else column


def without_names(columns: Sequence[MappedColumn], model: Model) -> tuple[MappedColumn, ...]:
    """Leave a column of names out beside one that names the same records by something that is unique."""
    known = {
        column.target for column in columns if column.kind is ColumnKind.ASSOCIATION and not _by_name(column, model)
    }
    return tuple(
        replace(column, kind=ColumnKind.LEFT_OUT, target="", known_by="")
        if column.kind is ColumnKind.ASSOCIATION and _by_name(column, model) and column.target in known
        else column
        for column in columns
    )


def association_word(column: MappedColumn) -> str:
    """Say what a column of associations is, as `--column` takes it: `associations.company[Child Company].domain`."""
    label = f"[{column.label}]" if column.label else ""
    known_by = f".{column.known_by}" if column.known_by else ""
    return f"{ASSOCIATIONS}{column.target}{label}{known_by}"


def _by_name(column: MappedColumn, model: Model) -> bool:
    return bool(column.known_by) and not model.objects[column.target].properties[column.known_by].unique


def referred_object(cells: Sequence[str]) -> str:
    """Give the object whose references these cells hold, "" where the first that is not blank is none."""
    first = next((cell for cell in cells if cell.strip()), "")
    match = REFERENCE.match(first.strip())
    return match["object"] if match else ""


def _object_words(found: Summary | ObjectType) -> Iterator[str]:
    yield from (found.name, found.label, found.plural, *found.aliases)


def _squeezed(text: str) -> str:
    return "".join(words_of(text))
