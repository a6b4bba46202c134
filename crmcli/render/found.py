"""What a search found: a line for each record, and one more where its name does not tell why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.sheets import Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.render.output import Output, Span
    from crmcli.services.search import Found, Marked

_COLUMNS = tuple(Column(key, key.capitalize()) for key in ("title", "secondary", "object", "within", "context"))


def write_found(output: Output, found: Sequence[Found], text: str) -> None:
    """Write what a search found, best first; on a terminal with the words in colour."""
    if output.format != "table":
        rows = [(str(one.ref), _values(one)) for one in found]
        write_sheet(output, Sheet(_COLUMNS, rows, reference="Record"))
        return
    width = max((len(str(one.ref)) for one in found), default=0)
    for one in found:
        behind = f"  {one.object_label}{' · ' * bool(one.secondary.text)}"
        ref = str(one.ref).ljust(width)
        output.line((ref, "ref"), "  ", *_spans(one.title, "title"), (behind, "dim"), *_spans(one.secondary, "dim"))
        if one.within:
            output.line(" " * width, "  ", (f"{one.within}: ", "dim"), *_spans(one.context, ""))
    if output.terminal or not found:
        output.say((f"{len(found):,} found" if found else f'Nothing holds "{text}"', "dim"))


def _values(one: Found) -> tuple[str | None, ...]:
    told = one.within or None, one.context.text or None
    return one.title.text, one.secondary.text or None, one.object_label, *told


def _spans(marked: Marked, style: str) -> Iterator[Span]:
    """Give a text in a style, the places that are marked in that of what was found."""
    done = 0
    for begin, end in marked.places:
        yield marked.text[done:begin], style
        yield marked.text[begin:end], "hit"
        done = end
    yield marked.text[done:], style
