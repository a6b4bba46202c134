"""Records as cards: side by side on a terminal, as many as fit, one after another in a pipe or file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.beside import cut, fitting, room, write_beside
from crmcli.render.cells import clip, fill, width
from crmcli.render.documents import Document, write_document
from crmcli.render.listings import Look, column_of, footer
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet
from crmcli.render.totals import facts, headed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.render.output import Output
    from crmcli.render.sheets import Line, Lines
    from crmcli.services.record_cards import RecordCard, RecordCards
    from crmcli.types.base import Context

_LEAST = 36  # columns of a card
_LABEL = 20  # columns of a label in it, at most


def write_cards(output: Output, found: RecordCards, context: Context, total: Callable[[], int], look: Look) -> None:
    """Write records as cards; `total` is asked only for the footer on a terminal."""
    columns = [column_of(info, context, near_days=look.near) for info in found.columns]
    value = {
        "object": found.object_name,
        "cards": [
            {
                "id": str(card.ref),
                "title": card.title,
                "properties": {
                    column.key: value for column, value in zip(columns, card.values, strict=True) if value is not None
                },
            }
            for card in found.cards
        ],
    }

    def sheet() -> Sheet:
        rows = [(str(card.ref), (card.title, *card.values)) for card in found.cards]
        return Sheet((Column("title", "Title"), *columns), rows, reference="Record")

    def draw(out: Output) -> None:
        _draw(out, found.cards, columns)
        if found.total:
            for line in headed(out, ("Total", "title"), facts(found.total)):
                out.line(*line)
        if out.terminal:
            out.say((footer((found.label, found.plural), len(found.cards), total, look), "dim"))

    write_document(output, Document(value, draw, sheet))


def _draw(output: Output, cards: Sequence[RecordCard], columns: Sequence[Column]) -> None:
    at_once = fitting(output.width, _LEAST, len(cards)) if output.terminal else 1
    space = room(output.width, at_once) if output.terminal else 0
    for start in range(0, len(cards), at_once):
        write_beside(output, [_card(card, columns, space) for card in cards[start : start + at_once]], space)
        output.line()


def _card(card: RecordCard, columns: Sequence[Column], space: int) -> Lines:
    """Give a card in so much space, 0 for all that it takes."""
    ref = str(card.ref)
    title = safe(card.title)
    shown = [
        (safe(column.label), safe(column.show(value)), column)
        for column, value in zip(columns, card.values, strict=True)
        if value is not None
    ]
    labels = min(max((width(label) for label, _, _ in shown), default=0), _LABEL)
    head: Line = ((clip(title, space - len(ref) - 2) if space else title, "title"), "  ", (ref, "ref"))
    if space and len(ref) + 2 >= space:
        head = cut(title, space, "title")
    lines: list[Line] = [head]
    for label, text, column in shown:
        words = clip(text, max(space - labels - 4, 1)) if space else text
        lines.append(("  ", (fill(clip(label, labels), labels), "dim"), "  ", (words, column.colours.get(text, ""))))
    return lines
