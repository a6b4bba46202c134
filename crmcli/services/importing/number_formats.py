"""Numbers with marks in them: which mark can be the decimal one, and the same number as programs write it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

POINT, COMMA = ".", ","
MARKS = frozenset((POINT, COMMA))
# What `--numbers` says → the decimal mark.
FORMATS = {"1,234.56": POINT, "1.234,56": COMMA, "1 234,56": COMMA, "1'234.56": POINT, "1 234.56": POINT}
_BLANKS = " \u00a0\u202f\u2009'\u2019"  # between thousands, whatever the decimal mark
_NUMBER = re.compile(rf"[.,]?[0-9][0-9.,{_BLANKS}]*")
_AROUND = r"(?:[^\w()+\u2212-]|[A-Z])*"  # a currency or a percent sign
_BRACKETED = re.compile(rf"({_AROUND})\(({_AROUND}[\d.,](?:[\d.,{_BLANKS}]*[\d.,])?{_AROUND})\)({_AROUND})")
_THOUSAND = 3  # digits of a group


def decimal_marks(text: str) -> frozenset[str]:
    """Give the marks of which each can be the decimal one of a number; both where it has none, or is none."""
    found = _NUMBER.search(text)
    number = found[0].rstrip(f"{_BLANKS}.,") if found else ""
    points, commas = number.count(POINT), number.count(COMMA)
    if not points and not commas:
        return MARKS
    if points and commas:
        return frozenset((max(POINT, COMMA, key=number.rindex),))
    mark = POINT if points else COMMA
    if points + commas > 1:
        return MARKS - {mark}
    whole, _, fraction = number.partition(mark)
    grouped = 0 < len(whole) <= _THOUSAND and not whole.startswith("0") and len(fraction) == _THOUSAND
    return MARKS if grouped and fraction.isdigit() and whole.isdigit() else frozenset((mark,))


def signed(text: str) -> str:
    """Give a number in brackets, as accounts write negative ones, with a minus: "-$12" for "($12)" and "$(12)"."""
    found = _BRACKETED.fullmatch(text)
    return f"-{found[1].strip()}{found[2].strip()}{found[3].rstrip()}" if found else text


def signed_many(cells: Sequence[str]) -> Sequence[str]:
    """Do as `signed` for a column of cells."""
    return [signed(cell) for cell in cells] if "(" in "".join(cells) else cells


def unclear(text: str) -> bool:
    """Whether a number has one mark that may be the decimal one or stand between thousands: 1.234."""
    return (POINT in text or COMMA in text) and decimal_marks(text) == MARKS and bool(_NUMBER.search(text))


def plain(text: str, mark: str) -> str | None:
    """Give a text with its number without marks between thousands and with a decimal point; None where it misfits.

    Text without a number stays as it is, for its type to refuse.
    """
    found = _NUMBER.search(text)
    if not found:
        return text
    number = found[0].rstrip(f"{_BLANKS}.,")
    if not _grouped(mark).fullmatch(number):
        return None
    digits = "".join(figure for figure in number if figure.isdigit() or figure == mark)
    return text[: found.start()] + digits.replace(mark, POINT) + text[found.start() + len(number) :]


@cache
def _grouped(mark: str) -> re.Pattern[str]:
    """Numbers with thousands by one and the same mark, or the Indian way, or none; decimals after `mark`."""
    between = f"[{POINT if mark == COMMA else COMMA}{_BLANKS}]"
    indian = r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}" if mark == POINT else ""
    return re.compile(
        rf"(?:[1-9][0-9]{{0,2}}(?P<mark>{between})[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*{indian}|[0-9]*)"
        rf"(?:{re.escape(mark)}[0-9]+)?"
    )
