"""What somebody says about the columns of a file, against its headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.model.headings import WHOLE, fold_heading
from crmcli.services.importing.result import ColumnKind, MappedColumn
from crmcli.services.mapping.making import CASES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.mapping.association_columns import AssociationHeadings

REFERENCE_HEADINGS = ("id", "ref")
_CASED = re.compile(rf"({'|'.join(CASES)})\((.+)\)")


class BadHeadings(CrmError):
    """Headings that do not say which column is which."""

    exit_code = ExitCode.USAGE


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
    """A file of which no column is known; `doubtful` are those that may be known after all."""

    def __init__(self, name: str, label: str, header: Sequence[str], doubtful: Sequence[MappedColumn] = ()) -> None:
        looks = " and looks like data" if any(_is_data(cell) for cell in header) else ""
        hint = 'Put a line of headings first, or say what a column is: --column "#1=email"'
        if doubtful:
            first = doubtful[0]
            hint = f'Say what columns are: --column "{first.heading or f"#{first.number}"}={first.guesses[0]}"'
        super().__init__(
            f'The first line of "{name}" names no property of {label.lower()}{looks}: {", ".join(header)[:200]}', hint
        )


class NotImportable(BadHeadings):
    """A calculated property that the user wants to import."""

    def __init__(self, prop: Property) -> None:
        super().__init__(f"{prop.label} ({prop.name}) is calculated and cannot be imported", "Leave the column out")


class WishedColumns:
    """The columns of a file that somebody said something about.

    `joined` are the properties that several columns go into together, as one text.
    """

    def __init__(self, found: ObjectType, associations: AssociationHeadings) -> None:
        """Prepare for files of this object."""
        self._found = found
        self._associations = associations
        self.columns: dict[int, MappedColumn] = {}
        self.joined: set[str] = set()

    def read(self, name: str, header: Sequence[str], wishes: Mapping[str, str]) -> None:
        """Take what was said about the file `name`.

        Raises NoSuchColumn, RepeatedHeading, UnknownProperty, NotImportable and MappedTwice.
        """
        for heading, target in wishes.items():
            numbers = column_numbers(name, header, heading)
            for number in numbers:
                self.columns[number] = self._column(number, header[number - 1], target.strip())
            if len(numbers) > 1:
                self.joined.add(self.columns[numbers[0]].target)
        self._check_once()

    def there(self, header: Sequence[str], wishes: Mapping[str, str]) -> dict[str, str]:
        """Give of what is said about columns what is about those that are there."""
        return {heading: target for heading, target in wishes.items() if is_there(header, heading)}

    def taken(self) -> dict[str, str]:
        """Give the properties that are spoken for: → the heading of their column."""
        return {
            name: column.heading
            for column in self.columns.values()
            if column.kind is ColumnKind.PROPERTY
            for name in cased(column.target)[1].split(WHOLE)
        }

    def _column(self, number: int, heading: str, target: str) -> MappedColumn:
        if not target:
            return MappedColumn(number, heading, ColumnKind.LEFT_OUT)
        if target in REFERENCE_HEADINGS and target not in self._found.properties:
            return MappedColumn(number, heading, ColumnKind.REFERENCE, evidence=_SAID)
        associated = self._associations.wished(number, heading, target)
        if associated:
            return associated
        case, word = cased(target)
        names = [self._property(part.strip()).name for part in word.split(WHOLE)]
        name = f"{case}({names[0]})" if case else WHOLE.join(names[:2])
        return MappedColumn(number, heading, ColumnKind.PROPERTY, name, evidence=_SAID)

    def fixed(self, values: Mapping[str, str]) -> dict[str, str]:
        """Give the values for every row by internal name. Raises UnknownProperty and NotImportable."""
        return {self._property(word).name: value for word, value in values.items()}

    def _property(self, word: str) -> Property:
        from crmcli.model.names import find_property

        prop = find_property(self._found, word)
        if prop.formula:
            raise NotImportable(prop)
        return prop

    def _check_once(self) -> None:
        taken: dict[tuple[ColumnKind, str, str, str], MappedColumn] = {}
        for column in self.columns.values():
            if column.kind in (ColumnKind.LEFT_OUT, ColumnKind.LABELS) or column.target in self.joined:
                continue
            prop = self._found.properties.get(column.target)
            first = taken.setdefault((column.kind, column.target, column.known_by, column.label), column)
            if first is not column and not (prop and prop.value_type.several):
                raise MappedTwice(first, column)


_SAID = "as you said"


def is_there(header: Sequence[str], wished: str) -> bool:
    """Whether the column that somebody names is one of a file's, or the columns to join all are."""
    known = {fold_heading(heading) for heading in header}

    def is_one(word: str) -> bool:
        number = re.fullmatch(r"#(\d+)", word)
        return fold_heading(word) in known or bool(number and int(number[1]) <= len(header))

    return is_one(wished) or all(map(is_one, wished.split(WHOLE)))


def numbers_there(name: str, header: Sequence[str], wished: str) -> Sequence[int]:
    """Give the numbers of the columns that are meant, none where they are not there. Raises RepeatedHeading."""
    return column_numbers(name, header, wished) if is_there(header, wished) else ()


def cased(target: str) -> tuple[str, str]:
    """Take `title(city)` apart: the letter case, "" for none, and the property."""
    match = _CASED.fullmatch(target)
    return (match[1], match[2]) if match else ("", target)


def column_numbers(name: str, header: Sequence[str], wished: str) -> list[int]:
    """Give the numbers of the columns that are meant: one, or those to join. Raises NoSuchColumn, RepeatedHeading."""
    number = re.fullmatch(r"#(\d+)", wished.strip())
    if number and 1 <= int(number[1]) <= len(header):
        return [int(number[1])]
    found = [n for n, known in enumerate(header, start=1) if known == wished.strip()]
    found = found or [n for n, known in enumerate(header, start=1) if fold_heading(known) == fold_heading(wished) != ""]
    if not found and WHOLE in wished:
        return [column_numbers(name, header, part)[0] for part in wished.split(WHOLE)]
    if not found:
        raise NoSuchColumn(name, wished, [known for known in header if known])
    if len(found) > 1:
        raise RepeatedHeading(name, wished, found)
    return found


def _is_data(cell: str) -> bool:
    """Whether a cell looks like a value rather than a heading: an e-mail address, a number or a date."""
    return bool(re.fullmatch(r"\s*([^@\s]+@[^@\s]+\.\w+|[\d.,:/+-]{2,})\s*", cell))
