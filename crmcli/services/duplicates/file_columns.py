"""What the columns of a file are to a search for duplicates.

What somebody says goes first, then the property that a column goes into, then its heading and values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace
from crmcli.model.duplicates import MEANINGS, NONE
from crmcli.model.headings import WHOLE
from crmcli.services.duplicates.guessing import guess
from crmcli.services.importing.date_orders import ORDERS, readings
from crmcli.services.importing.result import ColumnKind
from crmcli.services.mapping import evidence
from crmcli.services.mapping.columns import Said, Sample, map_columns
from crmcli.services.mapping.wishes import NoSuchColumn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.model.duplicate_settings import DuplicateSettings
    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.result import MappedColumn
    from crmcli.services.workspace import Workspace

# Of what is compared with its own column alone: a file's column is put beside the property that means the same.
_PAIRED = frozenset(("given", "surname", "name", "date", "street", "house", "city", "state", "postcode", "country"))
_SAID, _IDS = "as said", "the ids"


class UnknownMeaning(CrmError):
    """A word that is no meaning of a column."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        from crmcli.types.nearest import suggestion

        super().__init__(
            f'"{word}" is no meaning of a column', suggestion(word, MEANINGS) or f"There are {', '.join(MEANINGS)}"
        )


@frozen
class SaidOfFile:
    """What somebody said: `ids` is the heading of the rows' ids, `meanings` heading (or #3) → meaning, "" to leave out.

    `mapped` is what a saved map says of headings: → properties, "" for those that are left out.
    """

    ids: str = ""
    meanings: Mapping[str, str] = {}
    mapped: Mapping[str, str] = {}


@frozen
class FileColumn:
    """A column of a file, counted from 1, as a search takes it.

    `meaning` is "" where it is left out, and `why` says for what. `names` are the columns of the search that it
    becomes: the property with which its values are compared, else its heading; two for a whole name taken apart.
    `order` is that of day, month and year in dates, "" where it is open or they are as we write them.
    """

    number: int
    heading: str
    meaning: str
    names: tuple[str, ...] = ()
    why: str = ""
    order: str = ""

    @property
    def called(self) -> str:
        """Its heading, or its number where it has none."""
        return self.heading or f"#{self.number}"


def file_columns(
    workspace: Workspace, found: ObjectType, sample: Sample, settings: DuplicateSettings, said: SaidOfFile
) -> list[FileColumn]:
    """Say of each column of a file what it means. Raises NoSuchColumn, UnknownMeaning, and what a map's words raise."""
    rules = settings.rules
    header = [heading.strip() for heading in sample.header]
    named = {column_number(word, sample): meaning for word, meaning in said.meanings.items()}
    for meaning in named.values():
        if meaning not in (*MEANINGS, NONE, ""):
            raise UnknownMeaning(meaning)
    ids = column_number(said.ids, sample) if said.ids else 0
    mapped = map_columns(workspace, found, sample, Said(usual=said.mapped)).columns
    columns = []
    for number, (heading, cells) in enumerate(zip(header, sample.cells, strict=True), start=1):
        column = _column(mapped[number - 1], cells, found, settings)
        if number in named:
            meaning = named[number].replace(NONE, "")
            kept = column.names if column.meaning == meaning else ()
            column = replace(column, meaning=meaning, names=kept, why="" if meaning else _SAID)
        elif number == ids:
            column = FileColumn(number, heading, "", why=_IDS)
        columns.append(column)
    return [
        replace(column, order=_order(cells)) if column.meaning == "date" else column
        for column, cells in zip(_named(columns, rules.meanings), sample.cells, strict=True)
    ]


def _order(cells: Iterable[str]) -> str:
    """Give the one order in which all dates of a column can be read, "" where several can be or none."""
    read = [days for cell in cells if (days := readings(cell.strip()))]
    left = [order for order in ORDERS if sum(order in days for days in read) >= evidence.MOST * len(read)]
    clear = [order for order in left if any(list(days) == [order] for days in read)]
    return clear[0] if len(clear) == 1 else ""


def column_number(word: str, sample: Sample) -> int:
    """Give the number of a column that is named by its heading, in whatever letters, or as #3. Raises NoSuchColumn."""
    header = [heading.strip() for heading in sample.header]
    number = word.removeprefix("#")
    if word.startswith("#") and number.isdecimal() and 0 < int(number) <= len(header):
        return int(number)
    folded = [heading.casefold() for heading in header]
    for names, wanted in ((header, word), (folded, word.casefold())):
        if wanted in names:
            return names.index(wanted) + 1
    raise NoSuchColumn(sample.name, word, header)


def _column(mapped: MappedColumn, cells: Sequence[str], found: ObjectType, settings: DuplicateSettings) -> FileColumn:
    """Say what a column is that nobody said anything about."""
    number, heading, meanings = mapped.number, mapped.heading, settings.rules.meanings
    made = mapped.kind is ColumnKind.MADE_OF
    if mapped.kind is ColumnKind.LEFT_OUT:
        return FileColumn(number, heading, "", why=_SAID)
    parts = tuple(mapped.target.split(WHOLE))
    if made and len(parts) > 1 and all(part in meanings for part in parts):
        return FileColumn(number, heading, "name", parts)
    if mapped.kind is ColumnKind.TAKEN and len(parts) > 1:
        return FileColumn(number, heading, "", why="its parts have columns of their own")
    if (made or mapped.kind is ColumnKind.PROPERTY) and _holds(found, mapped.target, cells):
        if meaning := meanings.get(mapped.target, ""):
            return FileColumn(number, heading, meaning, (mapped.target,))
        known = mapped.target in found.properties
    else:
        known = mapped.kind is ColumnKind.CALCULATED
    guessed = guess(heading, cells, settings.rules.kind, known=known)
    return FileColumn(number, heading, guessed.meaning, why=guessed.why)


def _holds(found: ObjectType, name: str, cells: Sequence[str]) -> bool:
    """Whether a property may hold these values: of one with options, at least some must be these."""
    prop = found.properties.get(name)
    return prop is None or not prop.options or evidence.options_named(evidence.look(cells), prop) > 0


def _named(columns: Iterable[FileColumn], meanings: Mapping[str, str]) -> list[FileColumn]:
    """Give each column that counts the name under which it is compared, a property's where one means the same."""
    columns = list(columns)
    taken = {name for column in columns for name in column.names}
    for place, column in enumerate(columns):
        if column.meaning and not column.names:
            alike = (name for name, meaning in meanings.items() if meaning == column.meaning in _PAIRED)
            free = next((name for name in alike if name not in taken), column.called)
            columns[place] = column = replace(column, names=(free,))  # noqa: PLW2901
        elif len(column.names) == 1 and any(column.names == other.names for other in columns[:place]):
            columns[place] = column = replace(column, names=(f"{column.called} #{column.number}",))  # noqa: PLW2901
        taken.update(column.names)
    return columns
