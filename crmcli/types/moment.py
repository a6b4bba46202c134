"""A moment: stored in UTC, read and shown by the clock of the workspace's zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING

from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted
from crmcli.types.date import EPOCH, LONGEST, from_epoch, read_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from crmcli.types.base import Column, Context, Stored

_MICROSECOND = timedelta(microseconds=1)
_NONE = timedelta(0)
_CLOCK = (
    r"(?P<day>.+?)(?:\s+|(?<=[0-9])T)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,6})0*)?)?"
    r"\s*(?P<half>am|pm)?\s*(?P<offset>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2}(?::[0-9]{2})?)?)?"
)
_NOON = 12
_UTC_LENGTH = len("2026-12-01T09:30:00Z")
_PLAIN_LENGTH = len("2026-12-01 09:30:00")


class NotADateTime(InvalidValue):
    """Text that names no moment."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{quoted(text)} is not a date and time",
            "write it like 2026-12-01 14:30, 2026-12-01T14:30:00+01:00, now, or fri 14:00",
        )


class DateTime(ValueType):
    """A moment, to the microsecond."""

    name = "datetime"
    doc = "A moment: 2026-12-01 14:30, with an offset where the zone is another one, now, tomorrow, or fri 14:00."
    sql = "INTEGER"
    stored_is_column = False

    def parse(self, text: str, context: Context) -> Stored:
        """Read a moment, in the workspace's zone where none is typed; a day alone is its first moment.

        Raises NotADateTime or AmbiguousDate.
        """
        try:
            moment = _read(text.strip(), context)
            if moment is not None:
                return written(moment.astimezone(UTC))
        except (ValueError, OverflowError):  # 25:00, or before the year 1 in UTC
            pass
        raise NotADateTime(text)

    def parse_many(self, texts: Sequence[str], context: Context) -> list[Stored | InvalidValue | None]:
        """Read the two shapes that files have by slicing, the rest (days alone, words) once for each text."""
        zone, remember = context.zone, self._remember
        quick = _quick_in_utc if zone is UTC or str(zone) == "UTC" else _quick
        seen = self._memory(context)
        return [quick(t, zone) or (seen[t] if t in seen else remember(seen, t, context)) for t in texts]

    def accept(self, value: object) -> Stored:
        """Take ISO with a zone, normally UTC."""
        if isinstance(value, str) and "T" in value:
            try:
                moment = datetime.fromisoformat(value)
                if _is_utc(value):
                    return value
                if moment.tzinfo is not None:
                    return written(moment.astimezone(UTC))
            except (ValueError, OverflowError):
                pass
        raise NotStored(value, "a moment like 2026-12-01T09:30:00Z")

    def show(self, value: Stored, context: Context) -> str:
        """Say it by the zone's clock, with seconds, fraction and offset only where they are needed."""
        moment = datetime.fromisoformat(str(value))
        try:
            local = moment.astimezone(context.zone)
        except OverflowError:  # the first or last hours of the calendar
            return str(value).replace("T", " ")
        plain = local.replace(tzinfo=None, fold=0)
        text = plain.isoformat(" ", "auto" if plain.second or plain.microsecond else "minutes")
        if plain.microsecond:
            text = text.rstrip("0")
        return text if _same(plain, context.zone, moment) else text + _offset(local)

    def column(self, value: Stored) -> Column:
        """Give the microseconds since 1970 in UTC."""
        return (datetime.fromisoformat(str(value)) - EPOCH) // _MICROSECOND

    def stored(self, column: str | int) -> Stored:
        """Read microseconds since 1970."""
        return written(EPOCH + timedelta(microseconds=int(column)))


def written(moment: datetime) -> str:
    """Give the stored form of a moment in UTC: ISO with Z, a fraction only when there is one."""
    text = moment.isoformat()[:-6]  # without +00:00
    return (text.rstrip("0") if moment.microsecond else text) + "Z"


def _is_utc(text: str) -> bool:
    """Whether the text has the shape of the stored form, to the second."""
    return len(text) == _UTC_LENGTH and text[10] == "T" and text[19] == "Z" and text[7] == "-" and _has_colons(text)


def _is_plain(text: str) -> bool:
    """Whether the text has the ISO shape without an offset, to the second."""
    return len(text) == _PLAIN_LENGTH and text[10] in "T " and text[7] == "-" and _has_colons(text)


def _has_colons(text: str) -> bool:
    return text[13] == ":" and text[16] == ":"


def _quick(text: str, zone: tzinfo) -> str | None:
    """Read one of the two shapes that files mostly have; None for any other, and for what it refuses."""
    plain = _is_plain(text)
    if not plain and not _is_utc(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return f"{(moment - (zone.utcoffset(moment) or _NONE)).isoformat()}Z" if plain else text
    except (ValueError, OverflowError):
        return None


def _quick_in_utc(text: str, zone: tzinfo) -> str | None:
    """Likewise, where the zone is UTC: nothing has to be converted."""
    if not _is_plain(text):
        return _quick(text, zone)
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return f"{text[:10]}T{text[11:]}Z"


@cache
def _clock() -> re.Pattern[str]:
    return re.compile(_CLOCK, re.IGNORECASE)


def _read(text: str, context: Context) -> datetime | None:
    if len(text) > LONGEST:
        return None
    if text.lower() == "now":
        return context.moment.replace(microsecond=0)
    moment = from_epoch(text)
    if moment is not None:
        return moment
    found = _clock().fullmatch(text)
    day = read_day(found["day"] if found else text, context)
    if day is None:
        return None
    if not found:
        return datetime.combine(day, time(), context.zone)
    microsecond = int((found["fraction"] or "").ljust(6, "0"))
    clock = time(_hour(found), int(found["minute"]), int(found["second"] or 0), microsecond)
    return datetime.combine(day, clock, _zone(found["offset"], context.zone))


def _hour(found: re.Match[str]) -> int:
    hour = int(found["hour"])
    if not found["half"]:
        return hour
    if not 1 <= hour <= _NOON:
        message = "no such hour on a clock of twelve"
        raise ValueError(message)
    return hour % _NOON + (_NOON if found["half"].lower() == "pm" else 0)


def _zone(offset: str | None, zone: tzinfo) -> tzinfo:
    if not offset:
        return zone
    if offset.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    hours, minutes, seconds = (int(part) for part in re.findall("[0-9]{2}", offset + "0000")[:3])
    distance = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return timezone(-distance if offset.startswith("-") else distance)


def _same(plain: datetime, zone: tzinfo, moment: datetime) -> bool:
    """Whether a local time read without an offset is this moment: not in the second of a repeated hour."""
    try:
        return plain.replace(tzinfo=zone).astimezone(UTC) == moment
    except OverflowError:
        return False


def _offset(local: datetime) -> str:
    return local.isoformat()[len(local.replace(tzinfo=None).isoformat()) :]
