"""Opening a file to be imported: the one place that knows which formats there are and how each is recognised."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.formats import sniffing
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from crmcli.formats.table import Table

STANDARD_INPUT = "-"
# What opens each format: a module of this package, imported when it is met, and its function (file, name) -> tables.
# Workbooks and delimited text also take what was said about the reading. What is packed is unpacked first.
OPENERS: Mapping[str, tuple[str, str]] = {
    sniffing.CSV: ("delimited", "open_delimited"),
    sniffing.WORKBOOK: ("workbook", "sheet_tables"),
    sniffing.JSON: ("json_rows", "json_tables"),
    sniffing.JSON_LINES: ("json_rows", "json_line_tables"),
    sniffing.VCARD: ("vcard", "card_tables"),
    sniffing.CALENDAR: ("calendar_file", "calendar_tables"),
    sniffing.MAIL: ("mail", "mail_tables"),
}
PACKED = (sniffing.GZIP, sniffing.XZ, sniffing.BZ2, sniffing.ZIP)
# Other words that people say for a format.
FORMAT_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("tsv", "text"), sniffing.CSV),
    **dict.fromkeys(("xlsx", "xls", "ods", "excel"), sniffing.WORKBOOK),
    "ndjson": sniffing.JSON_LINES,
    "vcf": sniffing.VCARD,
    **dict.fromkeys(("calendar", "ical"), sniffing.CALENDAR),
    **dict.fromkeys(("eml", "mbox"), sniffing.MAIL),
    "gz": sniffing.GZIP,
}
_DEEPEST = 3  # packed files within packed files
_WORDS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|", "pipe": "|", "space": " ", "colon": ":"}
_NONE = "none"


class UnreadableFile(CrmError):
    """A file that cannot be opened."""

    def __init__(self, path: str, error: OSError) -> None:
        self.path = path
        reason, hint = _reason(error)
        super().__init__(f'"{path}" {reason}', hint)


class BadDelimiter(CrmError):
    """A delimiter that cannot be one."""

    exit_code = ExitCode.USAGE

    def __init__(self, delimiter: str) -> None:
        super().__init__(
            f'"{delimiter}" cannot divide cells', 'Give one to four characters that are no quotes: ";", "||", or tab'
        )


class BadQuote(CrmError):
    """A mark that cannot enclose cells, or escape."""

    exit_code = ExitCode.USAGE

    def __init__(self, flag: str, text: str, allowed: str) -> None:
        super().__init__(f'{flag} cannot be "{text}"', f"It is {allowed}")


class UnknownFormat(CrmError):
    """A word that is no format of files."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        from crmcli.types.nearest import nearest

        words = [*OPENERS, *FORMAT_WORDS, *PACKED]
        near = nearest(word, words)
        there = (
            f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(OPENERS)} and {', '.join(PACKED)}"
        )
        super().__init__(f'"{word}" is no format that is read', there)


class NoSuchSheet(CrmError):
    """A table that the file does not have."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: str, sheet: str, names: Sequence[str]) -> None:
        there = "it has one table" if len(names) == 1 else f"its {len(names)} tables are {', '.join(names)}"
        super().__init__(
            f'"{path}" has no table "{sheet}"', f"Leave --sheet out: {there}" if len(names) == 1 else there
        )


@frozen
class Reading:
    """What somebody said about how a file is to be read; "", 0 and False: find out.

    `delimiter` may be a word (tab, space), `quote` and `escape` none. `header_line` counts from 1. `sheet` is the name
    of a table or its number from 1.
    """

    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    escape: str = ""
    header_line: int = 0
    no_header: bool = False
    sheet: str = ""

    @property
    def dialect(self) -> Mapping[str, str]:
        """What was said about a dialect. Raises BadDelimiter or BadQuote."""
        said: dict[str, str] = {}
        if self.delimiter:
            said["delimiter"] = _WORDS.get(self.delimiter, self.delimiter)
            if len(said["delimiter"]) > 4 or set(said["delimiter"]) & set("\"'\r\n\0"):
                raise BadDelimiter(self.delimiter)
        if self.quote:
            said["quote"] = "" if self.quote == _NONE else self.quote
            if said["quote"] not in ("", '"', "'"):
                raise BadQuote("--quote", self.quote, "\", ' or none")
        if self.escape:
            said["escape"] = "" if self.escape == _NONE else self.escape
            if said["escape"] not in ("", "\\"):
                raise BadQuote("--escape", self.escape, "\\, or none where quotes are written twice")
        return said


@contextmanager
def opened(path: str, stream: BinaryIO | None = None, reading: Reading = Reading()) -> Iterator[Sequence[Table]]:  # noqa: B008 - it is frozen
    """Open a file, or for "-" a stream, and give its tables, at least one; the one that `reading` names, where it does.

    Raises UnreadableFile, EmptyFile, UnknownFormat, NoSuchSheet, UnknownEncoding, BadDelimiter, BadQuote, and what its
    format says of a file that it cannot read.
    """
    with ExitStack() as held:
        file = held.enter_context(_spooled(stream) if path == STANDARD_INPUT and stream is not None else _open(path))
        tables = _tables(file, path, reading, held)
        yield _chosen(tables, path, reading.sheet)


def _tables(file: BinaryIO, name: str, reading: Reading, held: ExitStack, deep: int = 0) -> list[Table]:
    """Give the tables of an open file; what it is unpacked to is closed with what `held` holds."""
    word = _format(file, name, reading)
    if word not in PACKED:
        return _read(file, name, (word, reading), held)
    from crmcli.formats.compressed import UnreadableArchive, archived, unpacked

    if deep == _DEEPEST:
        raise UnreadableArchive(
            name, "it is packed too many times over", "Unpack it yourself, and import what comes out"
        )
    if word != sniffing.ZIP:
        return _tables(unpacked(file, name, word, held), name, reading, held, deep + 1)
    members, notes = archived(file, name, held)
    tables = [
        table for path, member in members for table in _tables(member, f"{name}[{path}]", reading, held, deep + 1)
    ]
    tables[0].notes = [*tables[0].notes, *notes]
    return tables


def _format(file: BinaryIO, name: str, reading: Reading) -> str:
    """Name the format of a file, as somebody said or as it looks; what is packed is unpacked first."""
    said = FORMAT_WORDS.get(reading.format, reading.format)
    if said and said not in OPENERS and said not in PACKED:
        raise UnknownFormat(reading.format)
    found = sniffing.find_format(file, name)
    if found in PACKED or not said:
        return sniffing.CSV if reading.dialect and found not in (*PACKED, sniffing.WORKBOOK) else found
    return found if said in PACKED else said


def _read(file: BinaryIO, name: str, how: tuple[str, Reading], held: ExitStack) -> list[Table]:
    word, reading = how
    module, function = OPENERS[word]
    opener: Callable[..., Sequence[Table]] = getattr(import_module(f"crmcli.formats.{module}"), function)
    if word == sniffing.CSV:
        return list(opener(file, name, reading, held))
    return list(opener(file, name, reading) if word == sniffing.WORKBOOK else opener(file, name))


def _chosen(tables: Sequence[Table], path: str, sheet: str) -> Sequence[Table]:
    """Give the table that somebody named, by its name or number; all where nobody did."""
    if not sheet:
        return tables
    for number, table in enumerate(tables, 1):
        if sheet in (str(number), table.name, table.name.removeprefix(path).strip("[]")):
            return [table]
    raise NoSuchSheet(path, sheet, [table.name.removeprefix(path).strip("[]") for table in tables])


def _open(path: str) -> BinaryIO:
    try:
        return open(path, "rb")
    except OSError as error:
        raise UnreadableFile(path, error) from None


def _spooled(stream: BinaryIO) -> BinaryIO:
    """Put a stream, which can be read once only, into a nameless file: its encoding is known at its end."""
    import shutil
    import tempfile

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller's context closes it
    shutil.copyfileobj(stream, file, 1 << 20)
    return file


def _reason(error: OSError) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return "does not exist", "Look at the path: a relative one starts at the current folder"
    if isinstance(error, IsADirectoryError):
        return "is a folder", "Name a file in it"
    if isinstance(error, PermissionError):
        return "may not be read", "Look at its permissions"
    return f"cannot be read: {error.strerror}", ""
