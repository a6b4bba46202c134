"""All that is held about a person, as a document to read (Markdown, HTML) or for machines (JSON)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.render.documents import Document, write_document
from crmcli.render.histories import entry_value, operation_value
from crmcli.render.html_page import END, beginning
from crmcli.render.moments import iso, shown
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from crmcli.render.output import Output
    from crmcli.services.erasing.reports import HeldRecord, SubjectReport
    from crmcli.services.history import HistoryLine

_LISTED = re.compile(r"^(\s*\d*)([-+.)])(?=\s)")  # what begins an item of a list
_STYLES = """\
:root { color-scheme: light dark; --line: #8884; --soft: #667085 }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.2rem; margin-top: 2.5rem; border-bottom: 1px solid var(--line) }
h3 { font-size: 1rem; margin-top: 1.5rem }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .25rem 1rem }
dt { color: var(--soft) } dd { margin: 0; white-space: pre-line; overflow-wrap: anywhere }
"""


@frozen
class _Part:
    """A part of the document: its heading, the level of that, what is said first, and lines of (what, text)."""

    level: int
    heading: str
    lines: Sequence[tuple[str, str]] = ()
    said: str = ""


def write_subject_report(output: Output, report: SubjectReport, zone: tzinfo) -> None:
    """Write the report: JSON and the other forms of data, HTML and Markdown, else a text for a terminal."""
    if output.format in ("html", "markdown"):
        form = _html if output.format == "html" else _markdown
        output.data("".join(form(list(_parts(report, zone)))))
        return

    def sheet() -> Sheet:
        held = (report.record, *report.absorbed, *report.activities)
        rows = [(str(each.ref), field) for each in held for field in each.fields]
        return Sheet((Column("property", "Property"), Column("value", "Value")), rows, reference="Record")

    def text(out: Output) -> None:
        _write(out, list(_parts(report, zone)))

    write_document(output, Document(_value(report), text, sheet))


def _parts(report: SubjectReport, zone: tzinfo) -> Iterator[_Part]:
    """Give the document's parts, those without anything left out."""
    record = report.record
    made = f"{report.crm}, {shown(report.made, zone)}: all that this CRM holds about {record.ref}."
    yield _Part(1, f"What is held about {record.title}", said=made)
    yield from _record(2, record, zone)
    yield from _records("Merged into it", report.absorbed, zone)
    yield from _records("Activities", report.activities, zone)
    named = [(f"{each.where}, {each.label}", each.text or "in its history") for each in report.named]
    judged = [
        (f"{each.ref} and {each.other}", f"{each.verdict} · {shown(each.at, zone)} · {each.actor}")
        for each in report.judgements
    ]
    done = [
        (f"{each.short_id}, {shown(each.at, zone)}", f"{each.summary} · {each.actor} · {each.command}")
        for each in report.operations
    ]
    for heading, lines in (
        ("Named in texts of other records", named),
        ("Judgements", judged),
        ("Operations", done),
        ("Files in the folder of this CRM", report.files),
    ):
        if lines:
            yield _Part(2, heading, lines)


def _records(heading: str, records: Sequence[HeldRecord], zone: tzinfo) -> Iterator[_Part]:
    if records:
        yield _Part(2, heading)
    for each in records:
        yield from _record(3, each, zone)


def _record(level: int, record: HeldRecord, zone: tzinfo) -> Iterator[_Part]:
    state = "" if record.state == "present" else f" ({record.state})"
    yield _Part(level, f"{record.object_label} {record.ref}{state}", record.fields)
    links = [(str(ref), f"{title}, {labels}" if labels else title) for ref, title, labels in record.associations]
    events = [(shown(line.at, zone), _event(line)) for line in record.history]
    for heading, lines in (("Associations", links), ("History", events)):
        if lines:
            yield _Part(level + 1, heading, lines)


def _event(line: HistoryLine) -> str:
    """Say one event: "Job Title: Analyst → Engineer · ada · 7f3a"."""
    what = f"{line.label}: {line.old_text or '–'} → {line.new_text or '–'}" if line.property else line.event
    return " · ".join(filter(None, (what, line.note, line.actor, line.operation)))


def _write(out: Output, parts: Sequence[_Part]) -> None:
    """Write the document for a terminal."""
    for place, part in enumerate(parts):
        if place:
            out.line("")
        out.line((part.heading, "title" if part.level == 1 else "heading"))
        if part.said:
            out.line(part.said)
        for what, text in part.lines:
            first, *more = text.splitlines() or [""]
            out.line("  ", (f"{what}: ", "dim"), first)
            for line in more:
                out.line("    ", line)


def _markdown(parts: Sequence[_Part]) -> Iterator[str]:
    for place, part in enumerate(parts):
        yield f"{chr(10) if place else ''}{'#' * part.level} {_escaped(part.heading)}\n"
        if part.said or part.lines:
            yield f"\n{_escaped(part.said)}\n" if part.said else "\n"
        for what, text in part.lines:
            lines = [_escaped(line) for line in text.splitlines()] or [""]
            yield f"- **{_escaped(what)}:** " + "  \n  ".join(lines) + "\n"


def _escaped(line: str) -> str:
    """A line in Markdown as it stands: nothing in it is markup, nor begins a list."""
    signs = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_<>[]|#~"})
    return _LISTED.sub(r"\1\\\2", safe(line).translate(signs))


def _html(parts: Sequence[_Part]) -> Iterator[str]:
    from html import escape

    yield beginning(safe(parts[0].heading), _STYLES)
    for part in parts:
        yield f"<h{part.level}>{escape(safe(part.heading))}</h{part.level}>\n"
        if part.said:
            yield f"<p>{escape(safe(part.said))}</p>\n"
        if part.lines:
            rows = (f"<dt>{escape(safe(what))}</dt><dd>{escape(_lines(text))}</dd>\n" for what, text in part.lines)
            yield f"<dl>\n{''.join(rows)}</dl>\n"
    yield END


def _lines(text: str) -> str:
    return "\n".join(map(safe, text.splitlines()))


def _value(report: SubjectReport) -> dict[str, object]:
    """Give the JSON shape `subject_report`."""
    return {
        "made": iso(report.made),
        "record": _record_value(report.record),
        "absorbed": [_record_value(each) for each in report.absorbed],
        "activities": [_record_value(each) for each in report.activities],
        "operations": [operation_value(each) for each in report.operations],
        "judgements": [
            {
                "record": str(each.ref),
                "other": str(each.other),
                "verdict": each.verdict,
                "at": iso(each.at),
                "actor": each.actor,
            }
            for each in report.judgements
        ],
        "named": [
            {"where": each.where, "property": each.label, "times": each.times, "text": each.text or None}
            for each in report.named
        ],
        "files": [{"path": path, "holds": what} for path, what in report.files],
    }


def _record_value(record: HeldRecord) -> dict[str, object]:
    return {
        "id": str(record.ref),
        "title": record.title,
        "state": record.state,
        "properties": dict(record.values),
        "associations": [
            {"id": str(ref), "title": title, "labels": labels or None} for ref, title, labels in record.associations
        ],
        "history": [entry_value(line) for line in record.history],
    }
