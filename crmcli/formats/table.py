"""A table of a file: headings, and rows of text cells in blocks, each row with the line it begins on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from crmcli.errors import CrmError
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class EmptyFile(CrmError):
    """A file without a single line of text."""

    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" is empty', "Its first line should name the columns")


@frozen
class Fault:
    """A row that cannot be taken: its line, a code of the import vocabulary, why, and its cells as best they are."""

    line: int
    code: str
    reason: str
    cells: Sequence[str]


@frozen
class Remark:
    """What was done about a line without anybody having said so: rows are counted by `text`, which names the deed."""

    line: int
    text: str


@frozen
class Block:
    """Up to 1,000 rows that have as many cells as there are headings, by column.

    `lines` says on which line of the file each row begins. `width` is how many of the columns are the file's own where
    others were made of them, else 0.
    """

    columns: Sequence[Sequence[str]]
    lines: Sequence[int]
    faults: Sequence[Fault]
    blank: int = 0  # rows without any text, left out
    remarks: Sequence[Remark] = ()
    width: int = 0

    def row(self, place: int) -> list[str]:
        """Give the cells of one row as they are in the file."""
        return [column[place] for column in (self.columns[: self.width] if self.width else self.columns)]


class Table(Protocol):
    """One table of a file, its headings read."""

    @property
    def name(self) -> str:
        """What messages call it: "leads.csv", "leads.xlsx[Sheet2]"."""

    @property
    def header(self) -> Sequence[str]:
        """The headings, without blanks around them."""

    @property
    def headed(self) -> bool:
        """Whether the file has these headings; else they are column_1, column_2 …."""

    @property
    def typed(self) -> bool:
        """Whether cells are canonical texts of typed values: dates ISO, numbers with a point."""

    notes: Sequence[str]
    """What was found out, for one line: "UTF-16", "semicolons", "headings on line 4"."""

    @property
    def kind(self) -> str:
        """What the file's format says it holds, as the word of a role: person, meeting, email; "" where it does not."""

    @property
    def delimiter(self) -> str:
        """What divides the cells of a file of the rows that were rejected."""

    @property
    def size(self) -> int:
        """Bytes of the file."""

    @property
    def position(self) -> int:
        """Bytes that have been read."""

    @property
    def descriptors(self) -> Sequence[int]:
        """The numbers, in this process, of the files that are read."""

    def blocks(self) -> Iterator[Block]:
        """Give the rows from where reading stands, block by block; memory does not grow with the file."""

    def restart(self) -> None:
        """Read from the first row again."""
