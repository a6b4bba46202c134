"""What each column of a file goes into: by what the user says, else by its heading.

A heading means a property by its internal name, label, alias or role word, letter case, blanks and punctuation
apart, also behind `property_`. `id` with our references in it (`contact:42`) names the record itself, and
`associations.company` the records that it is associated with (see `association_cells`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.import_association_columns import AssociationHeadings, referred_object, without_names
from crmcli.services.import_result import ColumnKind, MappedColumn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crmcli.model.objects import Model, ObjectType, Property

REASON_HEADING = "crm_error"  # of the column that a repair file has more than its source
_REFERENCE_HEADINGS = ("id", "ref")
_FOREIGN_PREFIX = "property"  # of warehouse exports: property_firstname


class BadHeadings(CrmError):
    """Headings that do not say which column is which."""

    exit_code = ExitCode.USAGE


class BlankHeading(BadHeadings):
    """A column without a heading."""

    def __init__(self, name: str, number: int) -> None:
        super().__init__(
            f'Column {number} of "{name}" has no heading', f'Give it one, or leave it out: --column "#{number}="'
        )


class RepeatedHeading(BadHeadings):
    """Two columns with the same heading."""

    def __init__(self, name: str, heading: str, numbers: Sequence[int]) -> None:
        super().__init__(
            f'"{name}" has several columns headed "{heading}": {", ".join(map(str, numbers))}',
            f'Rename them, or say of each what it is: --column "#{numbers[-1]}=" leaves that one out',
        )


class MappedTwice(BadHeadings):
    """Two columns that go into one property."""

    def __init__(self, first: MappedColumn, second: MappedColumn) -> None:
        super().__init__(
            f'The columns "{first.heading}" and "{second.heading}" both are {second.target or second.kind.value}',
            f'Leave one out: --column "{second.heading}="',
        )


class NoSuchColumn(BadHeadings):
    """A heading that the user names and the file does not have."""

    def __init__(self, name: str, wished: str, headings: Sequence[str]) -> None:
        from crmcli.model.names import nearest

        near = nearest(wished, headings)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Its columns: {', '.join(headings)}"
        super().__init__(f'"{name}" has no column "{wished}"', hint)


class NothingMapped(BadHeadings):
    """A first line of which no cell is known as a heading."""

    def __init__(self, name: str, label: str, header: Sequence[str]) -> None:
        looks = " and looks like data" if any(_is_data(cell) for cell in header) else ""
        super().__init__(
            f'The first line of "{name}" names no property of {label.lower()}{looks}: {", ".join(header)[:200]}',
            'Put a line of headings first, or say what a column is: --column "#1=email"',
        )


class NotImportable(BadHeadings):
    """A calculated property that the user wants to import."""

    def __init__(self, prop: Property) -> None:
        super().__init__(f"{prop.label} ({prop.name}) is calculated and cannot be imported", "Leave the column out")


def map_columns(
    found: ObjectType,
    model: Model,
    name: str,
    table: tuple[Sequence[str], Sequence[Sequence[str]]],
    wishes: Mapping[str, str],
) -> tuple[MappedColumn, ...]:
    """Say what each column of the file `name` goes into.

    `table` is the headings and the first cells of each column. `wishes` is heading or `#number` → property,
    `id` or `associations.OBJECT`, "" to leave the column out. Raises BadHeadings or UnknownProperty.
    """
    header = [heading.strip() for heading in table[0]]
    wished = _numbered(name, header, wishes)
    _check_headings(name, header, {number for number, target in wished.items() if not target})
    known = _Headings(found, model)
    columns = tuple(
        known.as_wished(number, heading, wished[number])
        if number in wished
        else known.recognised(number, heading, cells)
        for number, (heading, cells) in enumerate(zip(header, table[1], strict=True), start=1)
    )
    columns = without_names(columns, model)
    _check_targets(columns)
    if not any(c.kind in (ColumnKind.PROPERTY, ColumnKind.REFERENCE) for c in columns):
        raise NothingMapped(name, found.label, header)
    return columns


class _Headings:
    """What headings mean for one object."""

    def __init__(self, found: ObjectType, model: Model) -> None:
        self._found = found
        self._associations = AssociationHeadings(found, model)
        self._tiers = [_index(words) for words in _property_words(found)]

    def as_wished(self, number: int, heading: str, target: str) -> MappedColumn:
        """Give the column as the user wants it; raise UnknownProperty or NotImportable."""
        if not target:
            return MappedColumn(number, heading, ColumnKind.LEFT_OUT)
        if target in _REFERENCE_HEADINGS and target not in self._found.properties:
            return MappedColumn(number, heading, ColumnKind.REFERENCE)
        associated = self._associations.wished(number, heading, target)
        if associated:
            return associated
        from crmcli.model.names import find_property

        prop = find_property(self._found, target)
        if prop.formula:
            raise NotImportable(prop)
        return MappedColumn(number, heading, ColumnKind.PROPERTY, prop.name)

    def recognised(self, number: int, heading: str, cells: Sequence[str]) -> MappedColumn:
        """Give the column as its heading says, UNKNOWN where it says nothing."""
        certain = self._associations.certain(number, heading, cells)
        if certain:
            return certain
        kind, target = self._meaning(heading, cells)
        likely = self._associations.likely(number, heading, cells) if kind is ColumnKind.UNKNOWN else None
        return likely or MappedColumn(number, heading, kind, target)

    def _meaning(self, heading: str, cells: Sequence[str]) -> tuple[ColumnKind, str]:
        word = heading.casefold()
        if word == REASON_HEADING:
            return ColumnKind.REASON, ""
        if word in _REFERENCE_HEADINGS and referred_object(cells) == self._found.name:
            return ColumnKind.REFERENCE, ""
        prop = self._property(fold(heading)) or self._property(fold(heading).removeprefix(_FOREIGN_PREFIX))
        if prop is None:
            return ColumnKind.UNKNOWN, ""
        return (ColumnKind.CALCULATED if prop.formula else ColumnKind.PROPERTY), prop.name

    def _property(self, word: str) -> Property | None:
        """Give the property that a folded word means in the strongest way, None where that is more than one."""
        for tier in self._tiers:
            props = tier.get(word)
            if props:
                usual = [prop for prop in props if not prop.system] or props
                return usual[0] if len(usual) == 1 else None
        return None


def fold(text: str) -> str:
    """Give the letters and digits of a heading, letter case apart."""
    return "".join(character for character in text.casefold() if character.isalnum() or character == "%")


def unmapped_note(columns: Iterable[MappedColumn]) -> str:
    """Say which columns are not imported though nobody asked for that, "" where there are none."""
    unknown = [column.heading for column in columns if column.kind is ColumnKind.UNKNOWN]
    calculated = [column.heading for column in columns if column.kind is ColumnKind.CALCULATED]
    notes = []
    if unknown:
        quoted = ", ".join(f'"{heading}"' for heading in unknown)
        notes.append(f'no property is known by {quoted} (say which it is: --column "{unknown[0]}=PROPERTY")')
    if calculated:
        notes.append(f"calculated: {', '.join(calculated)}")
    return f"Not imported: {'; '.join(notes)}" if notes else ""


def _property_words(found: ObjectType) -> Iterator[list[tuple[str, Property]]]:
    """Give the words by which properties are known, the strongest way first."""
    props = list(found.properties.values())
    yield [(prop.name, prop) for prop in props]
    yield [(prop.label, prop) for prop in props]
    yield [(alias, prop) for prop in props for alias in prop.aliases]
    yield [(role, found.properties[name]) for role, name in found.roles.items()]


def _index(words: Iterable[tuple[str, Property]]) -> dict[str, list[Property]]:
    index: dict[str, list[Property]] = {}
    for word, prop in words:
        props = index.setdefault(fold(word), [])
        if prop not in props:
            props.append(prop)
    index.pop("", None)
    return index


def _numbered(name: str, header: Sequence[str], wishes: Mapping[str, str]) -> dict[int, str]:
    """Give what the user wishes by the number of the column; raise NoSuchColumn or RepeatedHeading."""
    numbered = {}
    for heading, target in wishes.items():
        number = re.fullmatch(r"#(\d+)", heading.strip())
        if number and 1 <= int(number[1]) <= len(header):
            numbered[int(number[1])] = target.strip()
            continue
        found = [n for n, known in enumerate(header, start=1) if known == heading.strip()]
        found = found or [n for n, known in enumerate(header, start=1) if fold(known) == fold(heading) != ""]
        if not found:
            raise NoSuchColumn(name, heading, [known for known in header if known])
        if len(found) > 1:
            raise RepeatedHeading(name, heading, found)
        numbered[found[0]] = target.strip()
    return numbered


def _check_headings(name: str, header: Sequence[str], left_out: set[int]) -> None:
    """Refuse blank and repeated headings of columns that are not left out."""
    numbers: dict[str, list[int]] = {}
    for number, heading in enumerate(header, start=1):
        if number in left_out:
            continue
        if not heading:
            raise BlankHeading(name, number)
        numbers.setdefault(heading, []).append(number)
    for heading, found in numbers.items():
        if len(found) > 1:
            raise RepeatedHeading(name, heading, found)


def _check_targets(columns: Iterable[MappedColumn]) -> None:
    taken: dict[tuple[ColumnKind, str, str], MappedColumn] = {}
    for column in columns:
        if column.kind in (ColumnKind.PROPERTY, ColumnKind.REFERENCE, ColumnKind.ASSOCIATION):
            first = taken.setdefault((column.kind, column.target, column.known_by), column)
            if first is not column:
                raise MappedTwice(first, column)


def _is_data(cell: str) -> bool:
    """Whether a cell looks like a value rather than a heading: an e-mail address, a number or a date."""
    return bool(re.fullmatch(r"\s*([^@\s]+@[^@\s]+\.\w+|[\d.,:/+-]{2,})\s*", cell))
