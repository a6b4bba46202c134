"""A Gantt chart: a bar for each record, scaled to the terminal, with today marked; rows of dates in a pipe or file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crmcli.render.cells import clip, fill, width
from crmcli.render.documents import Document, write_document
from crmcli.render.listings import Look, footer
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.render.time_scale import Scale

if TYPE_CHECKING:
    from datetime import date

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.gantt import Bar, Gantt

_GAP = 2
_ROOMY = 60  # columns of a terminal on which references stand before the titles
_FULL, _BACKWARDS, _ALONE = "█", "░", "◆"
_TODAY, _TODAY_IN_BAR = "│", "┃"
_LEGEND = {_ALONE: "one date", _BACKWARDS: "ends before it begins"}


def write_gantt(output: Output, gantt: Gantt, look: Look) -> None:
    """Write a Gantt chart."""
    value = {
        "object": gantt.object_name,
        "from": gantt.starts.name,
        "to": gantt.ends.name,
        "records": gantt.total,
        "undated": gantt.undated,
        "bars": [
            {
                "id": str(bar.ref),
                "title": bar.title,
                "from": _iso(bar.begin),
                "to": _iso(bar.end),
                "status": bar.status or None,
            }
            for bar in gantt.bars
        ],
    }
    write_document(output, Document(value, lambda out: _draw(out, gantt, look), lambda: _sheet(gantt)))


def _sheet(gantt: Gantt) -> Sheet:
    columns = (
        Column("title", "Title"),
        Column("from", gantt.starts.heading),
        Column("to", gantt.ends.heading),
        Column("days", "Days", right=True),
        Column("status", "Status"),
    )
    rows: list[Row] = [
        (str(bar.ref), (bar.title, _iso(bar.begin), _iso(bar.end), _days(bar), bar.status or None))
        for bar in gantt.bars
    ]
    return Sheet(columns, rows, reference="Record")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _days(bar: Bar) -> int | None:
    """Count the days of a bar, its first and its last; those of one that goes backwards are negative."""
    if bar.begin is None or bar.end is None:
        return None
    days = (bar.end - bar.begin).days
    return days + 1 if days >= 0 else days - 1


def _draw(output: Output, gantt: Gantt, look: Look) -> None:
    if not output.terminal:
        write_sheet(output, _sheet(gantt))
    elif gantt.bars:
        _draw_bars(output, gantt)
    said = [f"{gantt.undated:,} without a date"] if gantt.undated else []
    if output.terminal:
        said.insert(0, footer((gantt.label, gantt.plural), len(gantt.bars), lambda: gantt.total, look))
    if said:
        output.say((" · ".join(said), "dim"))


def _draw_bars(output: Output, gantt: Gantt) -> None:
    refs = [str(bar.ref) if output.width >= _ROOMY else "" for bar in gantt.bars]
    titles = [safe(bar.title) for bar in gantt.bars]
    before = max(map(len, refs))
    space = min(max(map(width, titles)), max(output.width // 3, 1))
    margin = " " * (before + _GAP + space + _GAP if before else space + _GAP)
    scale = _scale(gantt, output.width - len(margin))
    output.line(margin, (_axis(scale), "dim"))
    now = scale.place(gantt.today) if scale.first <= gantt.today <= scale.last else None
    if now is not None:
        mark = "▼ today" if now + len("▼ today") <= scale.columns else "▼"
        output.line(margin + " " * now, (mark, "heading"))
    seen = ""
    for bar, ref, title in zip(gantt.bars, refs, titles, strict=True):
        drawn = _bar(bar, scale, now)
        seen += drawn
        named = ((fill(ref, before), "ref"), " " * _GAP) if before else ()
        output.line(*named, fill(clip(title, space), space), " " * _GAP, (drawn, "ref"))
    legend = [f"{sign} {what}" for sign, what in _LEGEND.items() if sign in seen]
    if legend:
        output.line((" · ".join(legend), "dim"))


def _scale(gantt: Gantt, columns: int) -> Scale:
    """Give the scale that all bars fit in, today too where it is not further off than they are long."""
    days = [day for bar in gantt.bars for day in (bar.begin, bar.end) if day]
    first, last = min(days), max(days)
    length = last - first + timedelta(days=1)
    if first - length <= gantt.today <= last + length:
        first, last = min(first, gantt.today), max(last, gantt.today)
    return Scale(first, last, max(columns, 1))


def _axis(scale: Scale) -> str:
    axis = ""
    for place, name in scale.names():
        axis = axis.ljust(place) + name
    return axis


def _bar(bar: Bar, scale: Scale, now: int | None) -> str:
    """Draw a bar over all columns of the scale."""
    cells = [" "] * scale.columns
    if now is not None:
        cells[now] = _TODAY
    if bar.begin is None or bar.end is None:
        cells[scale.place(bar.begin or bar.end or scale.first)] = _ALONE
    else:
        begin, end = min(bar.begin, bar.end), max(bar.begin, bar.end)
        sign = _FULL if bar.begin <= bar.end else _BACKWARDS
        for place in range(scale.place(begin), scale.until(end) + 1):
            cells[place] = _TODAY_IN_BAR if place == now else sign
    return "".join(cells)
