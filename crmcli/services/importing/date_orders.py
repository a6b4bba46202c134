"""Dates in figures: in which orders of day, month and year a text can be read, and its ISO form in one of them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ORDERS = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}
_LONGEST = 64
_THIS_CENTURY = 69  # of two figures: 68 is 2068, 69 is 1969, as POSIX has it
_FIGURES = re.compile(
    r"\s*(?:[^\W\d_]{2,12}\.?,?\s+)?"  # a day of the week
    r"(?P<one>[0-9]{1,2})\s?(?P<mark>[-/.])\s?(?P<two>[0-9]{1,2})\s?(?P=mark)\s?(?P<three>[0-9]{4}|[0-9]{2})"
    r"(?P<rest>(?![0-9]).*)",
    re.DOTALL,
)
# A year of two figures after a month's name: 12-Mar-24, Mar 12, 24.
_SHORT_YEAR = re.compile(
    r"(?P<day>\s*(?:[^\W\d_]{2,12}\.?,?\s+)?(?:[0-9]{1,2}[^\W\d_]{0,2}\.?[\s/-]*[^\W\d_]{3,12}\.?[\s./-]+"
    r"|[^\W\d_]{3,12}\.?\s+[0-9]{1,2},?\s+))'?(?P<year>[0-9]{2})(?P<rest>(?:[\s,T]+[0-9]{1,2}:.*)?)\s*",
    re.DOTALL,
)


def year_first(text: str) -> bool:
    """Whether a text begins as dates in ISO form do."""
    return text[4:5] == "-" and text[:4].isdigit()


def readings(text: str) -> Mapping[str, date] | None:
    """Give the day that a text in figures is in each order that it can be read in; None for any other text.

    A year of four figures in front leaves nothing open: such a text is none of these.
    """
    if year_first(text) or len(text) > _LONGEST:
        return None
    found = _FIGURES.fullmatch(text)
    if not found:
        return None
    days = {order: day for order in ORDERS if (day := _day(found, order))}
    if len(days) > 1 and found["mark"] != "-":
        days.pop("ymd", None)  # years of two figures stand in front of dashes: 24-12-31, not 24/12/31
    return days


def rewritten(text: str, order: str) -> str | None:
    """Give a text with its date in ISO form, read in one order; None where it cannot be read in that.

    What is no date in figures stays, but for its year of two figures, which becomes one of four.
    """
    if len(text) > _LONGEST:
        return text
    found = _FIGURES.fullmatch(text)
    if found:
        day = _day(found, order)
        return f"{day.isoformat()}{found['rest'].rstrip()}" if day else None
    short = _SHORT_YEAR.fullmatch(text)
    return f"{short['day']}{_year(short['year'])}{short['rest']}" if short else text


def _day(found: re.Match[str], order: str) -> date | None:
    parts = dict(zip(order, found.group("one", "two", "three"), strict=True))
    if len(found["three"]) > 2 and order[2] != "y":
        return None
    try:
        return date(_year(parts["y"]), int(parts["m"]), int(parts["d"]))
    except ValueError:
        return None


def _year(figures: str) -> int:
    year = int(figures)
    if len(figures) > 2:
        return year
    return year + (2000 if year < _THIS_CENTURY else 1900)
