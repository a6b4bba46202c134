"""Writing calendars (ICS): events and to-dos by the clock of one time zone. References: RFC 5545."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from crmcli.formats.card_writing import printable
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

    from icalendar import Component

_USUAL = timedelta(minutes=30)  # of an event that has no end
_PRIORITIES = {"high": 1, "medium": 5, "low": 9}


@frozen
class Entry:
    """An event, or a to-do; `until` is when it ends or is due. "" and None are left out.

    `status` and `priority` are words of the format, and of people: "CANCELLED", "high". `people` are names and e-mails.
    """

    uid: str
    todo: bool
    title: str
    start: datetime | None = None
    until: datetime | None = None
    text: str = ""
    location: str = ""
    url: str = ""
    status: str = ""
    priority: str = ""
    completed: datetime | None = None
    people: tuple[tuple[str, str], ...] = ()


def calendar(name: str, zone: tzinfo, made: datetime, entries: Iterable[Entry]) -> tuple[bytes, int]:
    """Give a calendar, and how many entries it has; `made` is when."""
    from icalendar import Calendar

    found = Calendar()
    found.add("prodid", "-//crmcli//crm export//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", _line(name))
    if zone is not UTC:
        found.add("x-wr-timezone", str(zone))
    count = 0
    for entry in entries:
        found.add_component(_component(entry, zone, made))
        count += 1
    if zone is not UTC:
        found.add_missing_timezones()
    return found.to_ical(sorted=False), count


def _component(entry: Entry, zone: tzinfo, made: datetime) -> Component:
    from icalendar import Event, Todo

    component = Todo() if entry.todo else Event()
    component.add("uid", entry.uid)
    component.add("dtstamp", made.astimezone(UTC))
    component.add("summary", _line(entry.title))
    _add_times(component, entry, zone)
    _add_people(component, entry)
    found = {
        "description": printable(entry.text),
        "location": printable(entry.location),
        "url": entry.url if _is_word(entry.url) else "",
        "status": entry.status,
        "priority": _PRIORITIES.get(entry.priority.casefold()),
    }
    for field, value in found.items():
        if value:
            component.add(field, value)
    return component


def _add_times(component: Component, entry: Entry, zone: tzinfo) -> None:
    until = entry.until
    if entry.start is not None and not entry.todo:
        component.add("dtstart", entry.start.astimezone(zone))
        until = until if until is not None and until > entry.start else entry.start + _USUAL
    if until is not None:
        component.add("due" if entry.todo else "dtend", until.astimezone(zone))
    if entry.completed is not None:
        component.add("completed", entry.completed.astimezone(UTC))


def _add_people(component: Component, entry: Entry) -> None:
    from icalendar import vCalAddress, vText

    for name, address in entry.people:
        if _is_word(address):
            attendee = vCalAddress(f"mailto:{address}")
            attendee.params["CN"] = vText(_line(name).replace('"', "'"))
            component.add("attendee", attendee, encode=False)


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def _is_word(text: str) -> bool:
    """Whether a text may stand as an address: what has blanks or control characters in it is none."""
    return bool(text) and text.isprintable() and not any(character.isspace() for character in text)
