"""What an event or a to-do says, as the cells of a row."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icalendar import Component

# The headings, and the properties one of which a calendar must use for a column to be there.
_BOTH: Mapping[str, tuple[str, ...]] = {
    "Organizer": ("ORGANIZER",),
    "Attendees": ("ATTENDEE",),
    "Categories": ("CATEGORIES",),
    "URL": ("URL",),
    "Recurrence": ("RRULE",),
    "UID": ("UID",),
}
EVENT: Mapping[str, tuple[str, ...]] = {
    "Title": ("SUMMARY",),
    "Date": ("DTSTART",),
    "Start": ("DTSTART",),
    "End": ("DTEND", "DURATION", "DTSTART"),
    "All day": ("DTSTART",),
    "Location": ("LOCATION",),
    "Description": ("DESCRIPTION",),
    "Outcome": ("STATUS",),
    **_BOTH,
}
TODO: Mapping[str, tuple[str, ...]] = {
    "Title": ("SUMMARY",),
    "Due": ("DUE", "DTSTART"),
    "Start": ("DTSTART",),
    "Description": ("DESCRIPTION",),
    "Status": ("STATUS", "COMPLETED"),
    "Completed": ("COMPLETED",),
    "Priority": ("PRIORITY",),
    "Location": ("LOCATION",),
    **_BOTH,
}
TODO_STATUS = {
    "NEEDS-ACTION": "Not started", "IN-PROCESS": "In progress", "COMPLETED": "Completed", "CANCELLED": "Cancelled",
}  # fmt: skip


def event_cells(event: Component) -> dict[str, str]:
    """Give the cells of an event; its end is where it is over, so for days the day after the last."""
    start, end = _when(event, "DTSTART"), _when(event, "DTEND")
    length = getattr(_first(event, "DURATION"), "td", None)
    all_day = start is not None and not isinstance(start, datetime)
    if end is None and start is not None and (length or all_day):
        end = start + (length or timedelta(days=1))
    return {
        **_common(event),
        "Date": _moment(start),
        "Start": _moment(start),
        "End": _moment(end),
        "All day": "true" if all_day else "false" if start else "",
        "Outcome": "Cancelled" if _text(event, "STATUS").upper() == "CANCELLED" else "",
    }


def todo_cells(todo: Component) -> dict[str, str]:
    """Give the cells of a to-do; without a day by which it is due, that is the one on which it begins."""
    start, due = _when(todo, "DTSTART"), _when(todo, "DUE")
    length = getattr(_first(todo, "DURATION"), "td", None)
    if due is None and start is not None:
        due = start + (length or timedelta())
    completed = _when(todo, "COMPLETED")
    status = TODO_STATUS.get(_text(todo, "STATUS").upper(), "")
    return {
        **_common(todo),
        "Due": _moment(due),
        "Start": _moment(start),
        "Completed": _moment(completed),
        "Status": status or ("Completed" if completed else ""),
        "Priority": _priority(_text(todo, "PRIORITY")),
    }


def is_adrift(component: Component) -> bool:
    """Say whether the time zone in which it begins, or is due, is named but not known."""
    start = _first(component, "DTSTART") or _first(component, "DUE")
    return "TZID" in getattr(start, "params", ()) and getattr(start.dt, "tzinfo", 0) is None


def _common(component: Component) -> dict[str, str]:
    return {
        "Title": _text(component, "SUMMARY"),
        "Location": _text(component, "LOCATION"),
        "Description": _text(component, "DESCRIPTION"),
        "Organizer": _address(_first(component, "ORGANIZER")),
        "Attendees": ";".join(dict.fromkeys(filter(None, map(_address, _all(component, "ATTENDEE"))))),
        "Categories": ";".join(
            str(word) for listed in _all(component, "CATEGORIES") for word in getattr(listed, "cats", ())
        ),
        "URL": _text(component, "URL"),
        "Recurrence": ";".join(one.to_ical().decode() for one in _all(component, "RRULE") if hasattr(one, "to_ical")),
        "UID": "/".join(filter(None, (_text(component, "UID"), _moved(component)))),
    }


def _moved(component: Component) -> str:
    """Say which one of a recurring event a component is about, where it stands beside it under the same UID."""
    when = _first(component, "RECURRENCE-ID")
    return "" if when is None else when.to_ical().decode()


def _all(component: Component, name: str) -> list[Any]:
    """Give the values of a property that can be read."""
    from icalendar import vBroken

    value = component.get(name)
    values = value if isinstance(value, list) else [value]
    return [one for one in values if one is not None and not isinstance(one, vBroken)]


def _first(component: Component, name: str) -> Any:  # noqa: ANN401 - what the library has for the property
    return next(iter(_all(component, name)), None)


def _text(component: Component, name: str) -> str:
    value = _first(component, name)
    return "" if value is None else str(value).strip()


def _when(component: Component, name: str) -> date | None:
    """Give the day or the moment of a property, None where there is none that can be read."""
    value = getattr(_first(component, name), "dt", None)
    return value if isinstance(value, date) else None


def _moment(value: date | None) -> str:
    """Give a day as an ISO date, a moment in UTC, and one whose time zone is not known as it is."""
    if value is None:
        return ""
    if not isinstance(value, datetime) or value.tzinfo is None:
        return value.isoformat()
    try:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:  # in the year 1 or 9999
        return value.replace(tzinfo=None).isoformat()


def _address(value: object) -> str:
    """Give the e-mail address of a person, or else the name."""
    if value is None:
        return ""
    text = str(value).strip()
    marks: Mapping[str, Any] = getattr(value, "params", {})
    mail = text[7:] if text[:7].lower() == "mailto:" else text
    return str(mail if "@" in mail else marks.get("EMAIL") or marks.get("CN") or "").strip()


def _priority(text: str) -> str:
    """Give the word for a priority from 1, the highest, to 9; 0 is none."""
    number = int(text) if text.isdecimal() else 0
    return "" if not 1 <= number <= 9 else "High" if number < 5 else "Medium" if number == 5 else "Low"
