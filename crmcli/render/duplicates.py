"""Duplicates: groups of records with the reasons, two records side by side, and how many there are."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, cast

from crmcli.render.cells import fill, wrap
from crmcli.render.cells import width as columns_of
from crmcli.render.documents import Document, write_document
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.services.duplicates.finding import BANDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.duplicates.explaining import Comparison, Evidence
    from crmcli.services.duplicates.finding import Band, Duplicates
    from crmcli.services.duplicates.groups import GroupPage, Member
    from crmcli.types.base import Stored

_NESTED = ("json", "jsonl", "yaml")
_LEAST = 0.05  # bits: what says less goes without words
_WORDS = 32  # columns of the words beside which values stand


def write_duplicates(output: Output, duplicates: Duplicates, pages: Iterator[GroupPage], shown: int | None) -> None:
    """Write the groups in the form that was asked for, at most `shown`, and a summary of all to standard error."""
    if output.format == "table":
        for page in pages:
            _write_group(output, page)
    elif output.format in _NESTED:
        columns = tuple(Column(key, key) for key in ("group", "probability", "records"))
        write_sheet(output, Sheet(columns, _nested(pages)))
    else:
        write_sheet(output, Sheet(_COLUMNS, _flat(pages), reference="Record"))
    _write_summary(output, duplicates, shown)


def probability_text(probability: float) -> str:
    """Say a probability by four decimals, never more than it is: what is not sure is not 1.0000."""
    return f"{_below(probability, 4):.4f}"


def _below(probability: float, decimals: int) -> float:
    scale = 10.0**decimals
    return floor(probability * scale) / scale


def reasons_text(evidence: Sequence[Evidence]) -> str:
    """Say why: "same phone number +9.1, other city -1.2"."""
    return ", ".join(f"{each.words} {each.bits:+.1f}" for each in evidence if abs(each.bits) >= _LEAST)


def _write_group(output: Output, page: GroupPage) -> None:
    output.line((probability_text(page.probability), "heading"), (f"  {len(page.members)} records", "dim"))
    widest = max(columns_of(str(member.ref)) for member in page.members)
    room = max(output.width - widest - 4, 40)
    for member in page.members:
        first, *further = wrap(safe(" · ".join((member.title, *member.facts))), room)
        output.line("  ", (fill(str(member.ref), widest), "ref"), "  ", first)
        why = reasons_text(member.evidence)
        if why and len(page.members) > 2:
            why = f"as {member.like}: {why}"
        for line in further:
            output.line(" " * (widest + 4), line)
        for line in wrap(why, room) if why else ():
            output.line(" " * (widest + 4), (line, "dim"))
    output.line()


def _nested(pages: Iterator[GroupPage]) -> Iterator[Row]:
    for page in pages:
        members = [_member(member) for member in page.members]
        yield "", (page.number, cast("Stored", _below(page.probability, 6)), cast("Stored", members))


def _member(member: Member) -> dict[str, object]:
    return {
        "id": str(member.ref),
        "title": member.title,
        "like": str(member.like) if member.like else None,
        "bits": round(member.bits, 2) if member.like else None,
        "reasons": [reason_value(each) for each in member.evidence],
    }


def reason_value(each: Evidence) -> dict[str, object]:
    """Give a piece of evidence as JSON has it."""
    return {
        "properties": list(each.columns),
        "level": each.level,
        "bits": round(each.bits, 2),
        "text": each.words,
        "values": [each.a, each.b],
    }


_COLUMNS = (
    Column("group", "Group", right=True),
    Column("probability", "Probability", right=True),
    Column("name", "Name"),
    Column("like", "Like"),
    Column("reasons", "Reasons"),
)


def _flat(pages: Iterator[GroupPage]) -> Iterator[Row]:
    for page in pages:
        for member in page.members:
            like = str(member.like) if member.like else None
            why = reasons_text(member.evidence) or None
            yield str(member.ref), (page.number, probability_text(page.probability), member.title, like, why)


def _write_summary(output: Output, duplicates: Duplicates, shown: int | None) -> None:
    plural = duplicates.plural.lower()
    groups = len(duplicates.groups)
    if not groups:
        none = f"No duplicates among {duplicates.searched:,} {plural}"
        output.say(none if duplicates.searched > 1 else f"There are not two {plural} to compare")
        return
    records = sum(len(group.refs) for group in duplicates.groups)
    output.say((f"{_counted(groups)} of {records:,} {plural}, among {duplicates.searched:,}", "title"))
    for band in duplicates.bands():
        output.say("  ", f"{_range(band):12}{_counted(band.groups):>14}  {band.records:>9,} {plural}")
    if output.terminal and output.format == "table":
        output.say((f"Decide one by one: crm dedupe {duplicates.object_name} --review", "dim"))
    if shown is not None and shown < groups:
        output.say((f"{shown:,} of {groups:,} groups shown · --limit 0 shows all", "dim"))


def _range(band: Band) -> str:
    return f"from {band.least:g}" if band.least else f"below {BANDS[-2]:g}"


def _counted(groups: int) -> str:
    return f"{groups:,} group{'' if groups == 1 else 's'}"


def write_comparison(output: Output, comparison: Comparison) -> None:
    """Write two records side by side, with what each property says."""
    a, b = comparison.refs

    def text(out: Output) -> None:
        out.line((str(a), "ref"), "  ", (comparison.titles[0], "title"))
        out.line((str(b), "ref"), "  ", (comparison.titles[1], "title"))
        out.line()
        told = [each for each in comparison.evidence if abs(each.bits) >= _LEAST]
        words = min(max((columns_of(each.words) for each in told), default=0), _WORDS)
        for each in told:
            _write_evidence(out, each, words)
        out.line(_bits(comparison.prior), ("any two records", "dim"))
        chance = probability_text(comparison.probability)
        out.line((_bits(comparison.bits), "title"), f"in all: the probability that they are one is {chance}")

    write_document(output, Document(_comparison_value(comparison), text, lambda: _comparison_sheet(comparison)))


def _write_evidence(output: Output, each: Evidence, words: int) -> None:
    """Write one piece of evidence: bits, words, and both values; long ones over several lines."""
    values = each.a if each.a == each.b else f"{each.a or '–'} | {each.b or '–'}"
    left = wrap(safe(each.words), words)
    right = wrap(safe(values), max(output.width - words - 10, _WORDS))
    for number in range(max(len(left), len(right))):
        first = _bits(each.bits) if not number else " " * 8
        word = left[number] if number < len(left) else ""
        output.line(first, fill(word, words + 2), (right[number] if number < len(right) else "", "dim"))


def _bits(bits: float) -> str:
    return f"{bits:+6.1f}  "


def _comparison_value(comparison: Comparison) -> dict[str, object]:
    return {
        "records": [str(ref) for ref in comparison.refs],
        "titles": list(comparison.titles),
        "probability": _below(comparison.probability, 6),
        "bits": round(comparison.bits, 2),
        "prior": round(comparison.prior, 2),
        "reasons": [reason_value(each) for each in comparison.evidence],
    }


def _comparison_sheet(comparison: Comparison) -> Sheet:
    a, b = map(str, comparison.refs)
    columns = (Column("reason", "Reason"), Column("bits", "Bits", right=True), Column(a, a), Column(b, b))
    rows: list[Row] = [("", (each.words, f"{each.bits:.2f}", each.a, each.b)) for each in comparison.evidence]
    return Sheet(columns, rows)
