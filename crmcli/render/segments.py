"""Segments: the list of them, one of them, why a record is in it, and who came and left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.render.writes import write_summary
from crmcli.render.yaml_lines import yaml_block

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.render.output import Output
    from crmcli.services.segments.changes import Looks, MemberChange
    from crmcli.services.segments.found import SegmentLine, SegmentPage
    from crmcli.services.segments.why import Reason, Why
    from crmcli.services.workspace import Workspace

_TRUTHS = {True: ("yes", "good"), False: ("no", "bad"), None: ("unknown", "warn")}
_JOINED = {"and": "all of", "or": "any of", "not": "not"}
_WIDEST = 7  # "unknown"
_SHOWN = 20  # changes of a segment that a terminal shows


def segment_text(keys: Mapping[str, str | bool]) -> str:
    """Give the text of a segment's file."""
    return "".join(f"{line}\n" for key, value in keys.items() for line in yaml_block(key, value))


def write_segments(output: Output, lines: Sequence[SegmentLine]) -> None:
    """Write the list of segments."""

    def footer(written: int) -> str:
        return f"{written:,} segment{'s' * (written != 1)}" if written else "No segments: crm segment create"

    columns = (
        Column("name", "Segment"),
        Column("object", "Object"),
        Column("kind", "Kind"),
        Column("members", "Members", right=True),
        Column("follow_up", "Follow up"),
        Column("expression", "Expression"),
    )
    rows = [
        (
            "",
            (
                line.segment.name,
                line.plural if output.format == "table" else line.segment.object_name,
                _kind(line.segment.active),
                line.members,
                line.segment.follow_up or None,
                line.reason or line.segment.expression or None,
            ),
        )
        for line in lines
    ]
    write_sheet(output, Sheet(columns, rows, footer=footer))


def _kind(active: bool) -> str:  # noqa: FBT001 - said of a segment
    return "active" if active else "static"


def write_segment(output: Output, page: SegmentPage) -> None:
    """Write all of one segment."""
    value = {
        "name": page.segment.name,
        "object": page.segment.object_name,
        "kind": _kind(page.segment.active),
        "description": page.segment.description or None,
        "where": page.segment.where or None,
        "snapshot": page.segment.snapshot or None,
        "follow_up": page.segment.follow_up or None,
        "members": page.members,
        "by_hand": page.by_hand,
        "kept_out": page.kept_out,
        "file": page.segment.path,
        "uses": list(page.uses),
    }

    def text(out: Output) -> None:
        out.line((page.segment.name, "title"), (f"  {page.segment.path}", "dim"))
        for label, said in _said(page):
            out.line((f"{label:<12}", "dim"), said)

    columns = tuple(Column(key, key.replace("_", " ").capitalize()) for key in value if key != "uses")
    told = tuple(each for key, each in value.items() if key != "uses")
    write_document(output, Document(value, text, lambda: Sheet(columns, [("", told)])))  # type: ignore[list-item]


def _said(page: SegmentPage) -> Iterator[tuple[str, str]]:
    segment = page.segment
    yield "Members", f"{page.members:,} {page.plural.lower()}"
    if segment.description:
        yield "Description", segment.description
    if segment.active:
        yield "Active", segment.where
        if page.by_hand:
            yield "Put in", f"{page.by_hand:,} by hand"
    else:
        yield "Static", f"taken from: {segment.snapshot}" if segment.snapshot else "put in by hand"
    if page.kept_out:
        yield "Kept out", f"{page.kept_out:,} by hand"
    if segment.follow_up:
        yield "Follow up", f"every {segment.follow_up}"
    if not page.seen:
        yield "Changes", "nobody looked yet: crm segment changes"
    for place, use in enumerate(page.uses):
        yield "" if place else "Used in", use


def write_why(output: Output, why: Why) -> None:
    """Write why a record is in a segment, or is not: its conditions as a tree."""

    def text(out: Output) -> None:
        verb = ("is in", "good") if why.member else ("is not in", "bad")
        out.line((str(why.ref), "ref"), "  ", (why.title, "title"), "  ", verb, f' "{why.segment.name}"')
        for part in why.parts:
            _write_reason(out, part, 0)

    value = {
        "segment": why.segment.name,
        "id": str(why.ref),
        "title": why.title,
        "member": why.member,
        "reasons": [_reason_value(part) for part in why.parts],
    }
    columns = (Column("truth", "Is so"), Column("condition", "Condition"), Column("values", "Values"))
    rows = [("", (_TRUTHS[r.truth][0], "  " * deep + r.text, _values(r) or None)) for deep, r in _all(why.parts, 0)]
    write_document(output, Document(value, text, lambda: Sheet(columns, rows)))


def _write_reason(output: Output, reason: Reason, deep: int) -> None:
    word, style = _TRUTHS[reason.truth]
    said = _JOINED.get(reason.joined, reason.text)
    values = _values(reason)
    behind = f"  {values}" if values else ""
    output.line((word.ljust(_WIDEST), style), "  " * (deep + 1), said, (behind, "dim"))
    for part in reason.parts:
        _write_reason(output, part, deep + 1)


def _values(reason: Reason) -> str:
    return " · ".join(f"{each.name}: {each.shown or 'not set'}" for each in reason.values)


def _all(parts: Sequence[Reason], deep: int) -> Iterator[tuple[int, Reason]]:
    for part in parts:
        yield deep, part
        yield from _all(part.parts, deep + 1)


def _reason_value(reason: Reason) -> dict[str, object]:
    value: dict[str, object] = {"condition": reason.text, "truth": reason.truth}
    if reason.values:
        value["values"] = [{"name": each.name, "value": each.value} for each in reason.values]
    if reason.parts:
        value |= {"joined": reason.joined, "parts": [_reason_value(part) for part in reason.parts]}
    return value


def write_looks(output: Output, workspace: Workspace, looks: Looks) -> None:
    """Write who came into segments and who left since the last look; -o ids are those who came."""
    if output.format == "table":
        _write_looks(output, workspace, looks)
        return
    columns = tuple(Column(key, key.capitalize()) for key in ("segment", "change", "title", "note"))
    changes = [each for each in looks.changes if each.new] if output.format == "ids" else looks.changes
    rows = [(str(c.ref), (c.segment, "new" if c.new else "gone", c.title, c.note or None)) for c in changes]
    write_sheet(output, Sheet(columns, rows, reference="Record"))


def _write_looks(output: Output, workspace: Workspace, looks: Looks) -> None:
    for looked in looks.looked:
        name = looked.segment.name
        if looked.first:
            output.line((name, "title"), f"  {_members(looked.members)}", (" · the first look: none before", "dim"))
            continue
        told = f": {len(looked.came):,} new, {len(looked.left):,} gone" if looked.came or looked.left else ", no change"
        output.line((name, "title"), f"  {_members(looked.members)}{told}")
        changes = [each for each in looks.changes if each.segment == name]
        shown = changes[:_SHOWN] if output.terminal else changes
        for change in shown:
            output.line(*_change(change))
        if len(changes) > len(shown):
            output.line((f"  and {len(changes) - len(shown):,} more: -o csv lists all", "dim"))
    write_summary(output, workspace, looks.written)


def _members(count: int) -> str:
    return f"{count:,} member{'s' * (count != 1)}"


def _change(change: MemberChange) -> Iterator[str | tuple[str, str]]:
    yield ("  + ", "good") if change.new else ("  - ", "bad")
    yield str(change.ref), "ref"
    yield f"  {change.title}"
    if change.note:
        yield f" · {change.note}", "dim"
