"""A month of records: with their titles in its days on a wide terminal, else small, above the days one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.beside import cut, room, write_beside
from crmcli.render.cells import clip, fill, width, wrap
from crmcli.render.documents import Document, write_document
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet
from crmcli.types.month_names import DAYS, MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.render.output import Output
    from crmcli.render.sheets import Line, Lines, Row
    from crmcli.services.calendar import Calendar, CalendarDay, DayCard

_WEEK = 7
_LEAST_DAY = 12  # columns of a day whose titles can be read
_WIDEST_SMALL = 8  # columns of a day of the small month
_LEAST_SMALL = 35  # columns of a terminal that has room for it


def write_calendar(output: Output, calendar: Calendar) -> None:
    """Write a month of records."""
    value = {
        "object": calendar.object_name,
        "by": calendar.by,
        "label": calendar.title,
        "month": calendar.days[0].day.isoformat()[: len("2026-11")],
        "records": calendar.count,
        "days": [
            {
                "date": day.day.isoformat(),
                "records": day.count,
                "cards": [{"id": str(c.ref), "title": c.title, "time": c.clock or None} for c in day.cards],
            }
            for day in calendar.days
            if day.count
        ],
    }

    def sheet() -> Sheet:
        columns = (Column("date", "Date"), Column("time", "Time"), Column("title", "Title"))
        rows: list[Row] = [
            (str(card.ref), (day.day.isoformat(), card.clock or None, card.title))
            for day in calendar.days
            for card in day.cards
        ]
        return Sheet(columns, rows, reference="Record")

    write_document(output, Document(value, lambda out: _draw(out, calendar), sheet))


def _draw(output: Output, calendar: Calendar) -> None:
    first = calendar.days[0].day
    about = f"  {calendar.plural.lower()} by {calendar.title.lower()} · {calendar.count:,}"
    month = f"{MONTHS[first.month - 1].capitalize()} {first.year}"
    output.line((month, "title"), (clip(about, max(output.width - len(month), 1)) if output.terminal else about, "dim"))
    space = room(output.width, _WEEK)
    if not output.terminal:
        _write_days(output, calendar)
    elif space >= _LEAST_DAY:
        _draw_large(output, calendar, space)
    else:
        if output.width >= _LEAST_SMALL:
            _draw_small(output, calendar)
        _write_days(output, calendar)


def _weeks(calendar: Calendar) -> Iterator[Sequence[CalendarDay | None]]:
    """Give the days in weeks that begin on Monday, None for those of other months."""
    days = [*[None] * calendar.days[0].day.weekday(), *calendar.days]
    days += [None] * (-len(days) % _WEEK)
    yield from (days[start : start + _WEEK] for start in range(0, len(days), _WEEK))


def _draw_large(output: Output, calendar: Calendar, space: int) -> None:
    output.line()
    write_beside(output, [[cut(name.capitalize(), space, "heading")] for name in DAYS], space)
    for week in _weeks(calendar):
        write_beside(output, [[(("─" * space, "dim"),)] for _ in week], space)
        write_beside(output, [_day(calendar, day, space) if day else [()] for day in week], space)


def _day(calendar: Calendar, day: CalendarDay, space: int) -> Lines:
    today = day.day == calendar.today
    lines: list[Line] = [
        cut(f"{day.day.day} today" if today else str(day.day.day), space, "heading" if today else "dim")
    ]
    for card in day.cards:
        first, *rest = wrap(safe(f"{card.clock} {card.title}".lstrip()), space)
        lines += [(first,), *([cut(" ".join(rest), space)] if rest else [])]  # two lines of a title tell what it is
    if more := day.count - len(day.cards):
        lines.append(cut(f"and {more:,} more", space, "dim"))
    return [*lines, ()]


def _draw_small(output: Output, calendar: Calendar) -> None:
    space = min(_WIDEST_SMALL, output.width // _WEEK)
    output.line()
    output.line((" " + "".join(fill(name[:2].capitalize(), space) for name in DAYS), "heading"))
    for week in _weeks(calendar):
        output.line(*(_small(calendar, day, space) if day else " " * space for day in week))


def _small(calendar: Calendar, day: CalendarDay, space: int) -> tuple[str, str]:
    """Say a day of the small month: `▸23·4` is today with four records."""
    today = day.day == calendar.today
    number = f"{'▸' if today else ' '}{day.day.day:>2}"
    count = f"·{day.count:,}" if day.count else ""
    text = number + (count if width(number + count) <= space else "·+")
    return fill(text, space), "heading" if today else "title" if day.count else "dim"


def _write_days(output: Output, calendar: Calendar) -> None:
    """Write the days that have records, one by one."""
    if not calendar.count:
        output.say((f"No {calendar.plural.lower()} in this month", "dim"))
    for day in calendar.days:
        if day.count:
            today = "  today" if day.day == calendar.today else ""
            output.line()
            output.line((f"{DAYS[day.day.weekday()][:3].capitalize()} {day.day.isoformat()}{today}", "heading"))
            for card in day.cards:
                _write_card(output, card)
            if more := day.count - len(day.cards):
                output.line((f"  and {more:,} more", "dim"))


def _write_card(output: Output, card: DayCard) -> None:
    head = f"  {card.clock}  " if card.clock else "  "
    taken = len(head) + len(str(card.ref)) + len("  ")
    title = safe(card.title)
    shown = clip(title, max(output.width - taken, 1)) if output.terminal else title
    output.line(head, (str(card.ref), "ref"), f"  {shown}")
