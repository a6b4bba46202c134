"""How the values of a file are written: dates, numbers, the zone of its clock; and what may be unclear about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.importing import number_formats
from crmcli.services.importing.date_orders import ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DATES = frozenset(("date", "datetime"))  # names of the types whose values are written so
NUMBERS = frozenset(("number", "money", "percent"))
WHOLE = "1234"  # the format of numbers of which none has a mark: one that could be read in two ways is refused


@frozen
class Formats:
    """How a file's values are written; "" is found out, or not to be changed.

    `dates` is dmy, mdy or ymd, `numbers` a number as the file has it (1.234,56), `zone` the time zone of its clock,
    `clear_token` a cell that clears its property, `options` by property what cells mean: cell → value. `exact` says
    that texts are to the character as we wrote them.
    """

    dates: str = ""
    numbers: str = ""
    zone: str = ""
    clear_token: str = ""
    options: Mapping[str, Mapping[str, str]] = {}
    exact: bool = False


@frozen
class Question:
    """What the values of a file leave open: the `flag` that says it, its choices and what `text` means in each."""

    flag: str
    what: str  # "the dates"
    file: str
    heading: str
    line: int
    text: str
    choices: Mapping[str, str]


class UnknownFormat(CrmError):
    """A word of a flag that is none of those it takes."""

    exit_code = ExitCode.USAGE

    def __init__(self, flag: str, word: str, known: Iterable[str]) -> None:
        super().__init__(f'"{word}" is nothing that {flag} takes', f"There are {', '.join(known)}")


class UnknownZone(CrmError):
    """A name of no time zone."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'"{word}" is no time zone', "Name one of the IANA database: Europe/Amsterdam, UTC")


class UnclearFormat(CrmError):
    """Values of which all can be read in more than one way."""

    exit_code = ExitCode.USAGE

    def __init__(self, question: Question) -> None:
        self.question = question
        read = " or ".join(question.choices.values())
        said = ", ".join(f"{question.flag} {word} ({meant})" for word, meant in question.choices.items())
        super().__init__(
            f'{question.what} of "{question.file}" can be read in two ways: "{question.text}" (line {question.line},'
            f" {question.heading}) is {read}",
            f"Say which: {said}",
        )


class MixedFormat(CrmError):
    """Values that cannot all be written in one way."""

    exit_code = ExitCode.USAGE

    def __init__(self, question: Question, other: Question) -> None:
        super().__init__(
            f'{question.what} of "{question.file}" are written in more than one way: "{question.text}" (line'
            f' {question.line}) and "{other.text}" (line {other.line})',
            f"Say which is meant, and the rows that differ are rejected: {question.flag} {'|'.join(question.choices)}",
        )


def check_formats(formats: Formats) -> None:
    """Refuse words that mean nothing: raise UnknownFormat or UnknownZone."""
    if formats.dates and formats.dates not in ORDERS:
        raise UnknownFormat("--dates", formats.dates, ORDERS)
    if formats.numbers and formats.numbers not in number_formats.FORMATS:
        raise UnknownFormat("--numbers", formats.numbers, number_formats.FORMATS)
    if formats.zone:
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(formats.zone)
        except (KeyError, OSError, ValueError):  # zoneinfo says no in each of these ways
            raise UnknownZone(formats.zone) from None
