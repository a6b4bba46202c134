"""Timelines: what is planned, and day by day what has been; the thread of a conversation; the words of `crm log`."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from crmcli.render import moments
from crmcli.render.cells import clip, wrap
from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, tzinfo

    from crmcli.model.objects import Model
    from crmcli.render.output import Output, Span
    from crmcli.render.sheets import Row
    from crmcli.services.activity_words import ActivityWord
    from crmcli.services.entries import Entry
    from crmcli.services.timeline import Timeline

_LINES = 3  # of a text, unless all of it is asked for
_RECORDS = 4  # of an activity that are named
_INDENT = "         "
_KEYS = ("at", "state", "kind", "title", "text", "who", "details", "also")


def write_timeline(output: Output, timeline: Timeline, zone: tzinfo, *, full: bool = False) -> None:
    """Write a record's timeline; `full` cuts no text."""

    def text(out: Output) -> None:
        out.line((timeline.title, "title"), "  ", (str(timeline.ref), "ref"))
        if not timeline.total:
            out.line(("No activities", "dim"))
            return
        write_entries(out, timeline, zone, full=full or not out.terminal)  # what goes into a pipe is never cut
        if timeline.shown < timeline.total:
            out.line()
            out.line((f"{timeline.shown:,} of {timeline.total:,} · --limit 0 shows all", "dim"))

    write_document(output, Document(timeline_value(timeline), text, lambda: _sheet(timeline, zone)))


def timeline_value(timeline: Timeline) -> dict[str, object]:
    """Give the JSON shape `timeline`."""
    return {
        "id": str(timeline.ref),
        "title": timeline.title,
        "total": timeline.total,
        "pinned": str(timeline.pinned.ref) if timeline.pinned else None,
        "entries": [_entry_value(entry) for entry in (*timeline.upcoming, *timeline.past)],
    }


def write_entries(output: Output, timeline: Timeline, zone: tzinfo, *, full: bool = False) -> None:
    """Write the entries for people: the pinned one, what is planned, and day by day what has been."""
    if timeline.pinned is not None:
        output.line()
        output.line(("Pinned", "heading"))
        _write_entry(output, timeline.pinned, _shown(timeline.pinned.at, zone), full=full)
    if timeline.upcoming:
        output.line()
        output.line(("Upcoming", "heading"))
    for entry in timeline.upcoming:
        _write_entry(output, entry, _shown(entry.at, zone), full=full)
    for day, entries in groupby(timeline.past, key=lambda entry: _day(entry.at, zone)):
        output.line()
        output.line((day, "heading"))
        for entry in entries:
            _write_entry(output, entry, _shown(entry.at, zone)[11:] or "     ", full=full)


def write_section(output: Output, timeline: Timeline, zone: tzinfo) -> None:
    """Write the latest entries as a section of a record page; of a conversation the messages, oldest first."""
    if timeline.is_thread:
        _write_thread(output, timeline, zone)
        return
    output.line()
    output.line(("Timeline", "heading"), (f" ({timeline.total:,})", "dim"))
    pinned = [timeline.pinned] if timeline.pinned else []
    for entry in [*pinned, *(each for each in (*timeline.upcoming, *timeline.past) if not each.pinned)]:
        _write_entry(output, entry, _shown(entry.at, zone), full=False)
    if timeline.shown < timeline.total:
        output.line((f"  and {timeline.total - timeline.shown:,} more: crm timeline {timeline.ref}", "dim"))


def _write_thread(output: Output, timeline: Timeline, zone: tzinfo) -> None:
    output.line()
    output.line(("Messages", "heading"), (f" ({timeline.total:,})", "dim"))
    if timeline.shown < timeline.total:
        output.line((f"  {timeline.total - timeline.shown:,} earlier: crm timeline {timeline.ref}", "dim"))
    for entry in timeline.past:
        who = [(f"  {entry.who}", "title")] if entry.who else []
        direction = entry.details.get("direction") or entry.kind
        output.line(
            "  ", (_shown(entry.at, zone), "dim"), *who, (f"  {direction}", "dim"), "  ", (str(entry.ref), "ref")
        )
        for line in _lines(output, entry.text, full=True):
            output.line("    ", line)


def write_words(output: Output, model: Model, words: Sequence[ActivityWord]) -> None:
    """Write what may be logged: each word, what it makes, and which values it stands for."""
    typed = [", ".join(f"{name}={text}" for name, text in word.values) for word in words]
    said = {values: _said(model, word) for values, word in zip(typed, words, strict=True)}
    columns = (
        Column("word", "Kind"),
        Column("object", "Makes"),
        Column("values", "With", show=lambda values: said[str(values)]),
    )
    rows: list[Row] = [
        ("", (word.word, model.words[word.object_name].label, values or None))
        for word, values in zip(words, typed, strict=True)
    ]
    write_sheet(output, Sheet(columns, rows))


def _said(model: Model, word: ActivityWord) -> str:
    """Say for people which values a word stands for: "Call status: Completed"."""
    found = model.objects[word.object_name]
    props = [(found.role(name) or found.properties[name], text) for name, text in word.values]
    options = [next((one.label for one in prop.options if one.value == text), text) for prop, text in props]
    return ", ".join(f"{prop.label}: {option}" for (prop, _), option in zip(props, options, strict=True))


def _write_entry(output: Output, entry: Entry, when: str, *, full: bool) -> None:
    """Write one entry: a line of what, whose and which, then what it is called and what was said."""
    said: list[Span] = [(entry.title, "title")] if not entry.kind else [entry.kind, " ", (str(entry.ref), "ref")]
    marks: list[Span] = [("  pinned", "warn")] if entry.pinned else []
    marks += [("  overdue", "bad")] if entry.state == "overdue" else []
    facts = " · ".join([*entry.details.values(), *filter(None, [entry.who])])
    output.line("  ", (when, "dim"), "  ", *said, *marks, *([("  " + facts, "dim")] if facts else []))
    if entry.kind and entry.title:
        output.line(_INDENT, (entry.title, "title"))
    for line in _lines(output, entry.text, full=full):
        output.line(_INDENT, line)
    if entry.also:
        for line in wrap(f"with {with_whom(entry)}", max(output.width - len(_INDENT), 20)):
            output.line(_INDENT, (line, "dim"))


def with_whom(entry: Entry) -> str:
    """Name the first few of the other records that an activity is on."""
    named = [f"{title} ({ref})" for ref, title in entry.also[:_RECORDS]]
    more = len(entry.also) - _RECORDS
    return "; ".join([*named, f"{more:,} more"] if more > 0 else named)


def _lines(output: Output, text: str, *, full: bool) -> Iterator[str]:
    """Wrap a text, and cut it to a few lines unless all of it is asked for."""
    from crmcli.services.plain_text import plain_text

    lines = wrap(plain_text(text), max(output.width - len(_INDENT), 20)) if text else []
    if full or len(lines) <= _LINES:
        yield from lines
    else:
        yield from lines[: _LINES - 1]
        yield clip(f"{lines[_LINES - 1]} {lines[_LINES]}", max(output.width - len(_INDENT), 20))


def _shown(at: datetime | None, zone: tzinfo) -> str:
    """Say when; a midnight is the whole day."""
    return "no date" if at is None else moments.shown(at, zone).removesuffix(" 00:00")


def _day(at: datetime | None, zone: tzinfo) -> str:
    return "No date" if at is None else at.astimezone(zone).strftime("%a %Y-%m-%d")


def _entry_value(entry: Entry) -> dict[str, object]:
    return {
        "id": str(entry.ref),
        "kind": entry.kind or None,
        "at": moments.iso(entry.at) if entry.at else None,
        "state": entry.state,
        "pinned": entry.pinned,
        "who": entry.who or None,
        "title": entry.title or None,
        "text": entry.text or None,
        "details": dict(entry.details),
        "also": [{"id": str(ref), "title": title} for ref, title in entry.also],
    }


def _sheet(timeline: Timeline, zone: tzinfo) -> Sheet:
    def when(value: object) -> str:
        from datetime import datetime

        return _shown(datetime.fromisoformat(str(value)), zone)

    columns = [Column(key, key.capitalize(), when) if key == "at" else Column(key, key.capitalize()) for key in _KEYS]
    rows = [(str(entry.ref), _cells(entry)) for entry in (*timeline.upcoming, *timeline.past)]
    return Sheet(tuple(columns), rows, reference="Record")


def _cells(entry: Entry) -> tuple[str | None, ...]:
    at = moments.iso(entry.at) if entry.at else None
    details = ", ".join(entry.details.values())
    also = " ".join(str(ref) for ref, _ in entry.also)
    cells = (entry.state, entry.kind, entry.title, entry.text, entry.who, details, also)
    return at, *(cell or None for cell in cells)
