"""A board: columns of cards side by side on a terminal, one after another in a pipe or file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.beside import cut, evenly, fitting, room, write_beside
from crmcli.render.cells import wrap
from crmcli.render.documents import Document, write_document
from crmcli.render.pipelines import stage_value
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet
from crmcli.render.totals import facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.render.output import Output
    from crmcli.render.sheets import Line, Lines, Row
    from crmcli.services.board import Board, BoardColumn, Card

_LEAST_COLUMN = 18  # a card that is narrower says nothing


def write_board(output: Output, board: Board) -> None:
    """Write a board."""

    def sheet() -> Sheet:
        first = "stage" if board.pipeline else board.by
        columns = tuple(Column(name, name.capitalize()) for name in (first, "title", "amount", "owner"))
        cards = [(column, card) for column in board.columns for card in column.cards]
        rows: list[Row] = [
            (str(card.ref), (column.value, card.title, card.amount or None, card.owner or None))
            for column, card in cards
        ]
        return Sheet(columns, rows, reference="Record")

    write_document(output, Document(_value(board), lambda out: _draw(out, board), sheet))


def _value(board: Board) -> Mapping[str, object]:
    columns = [
        {**_column_value(column), "cards": [_card_value(card) for card in column.cards]} for column in board.columns
    ]
    if board.pipeline:
        return {"object": board.object_name, "pipeline": board.pipeline.id, "label": board.title, "stages": columns}
    return {"object": board.object_name, "by": board.by, "label": board.title, "columns": columns}


def _column_value(column: BoardColumn) -> dict[str, object]:
    amounts = column.total.sums[0].by_currency if column.total.sums else {}
    further = {each.name: dict(each.by_currency) for each in column.total.sums[1:]}
    more = {"sums": further} if further else {}
    if column.stage:
        return {**stage_value(column.stage, column.total.count, amounts), **more}
    shown: dict[str, object] = {"value": column.value, "label": column.label, "records": column.total.count}
    return {**shown, "amounts": dict(amounts), **more}


def _card_value(card: Card) -> dict[str, object]:
    return {"id": str(card.ref), "title": card.title, "amount": card.amount or None, "owner": card.owner or None}


def _draw(output: Output, board: Board) -> None:
    output.line((board.title, "title"), (f"  {board.plural.lower()}", "dim"))
    if not board.columns:
        output.say((f"No {board.plural.lower()} to list", "dim"))
    elif output.terminal:
        at_once = evenly(len(board.columns), fitting(output.width, _LEAST_COLUMN, len(board.columns)))
        for start in range(0, len(board.columns), at_once):
            output.line()
            _draw_columns(output, board.columns[start : start + at_once], room(output.width, at_once))
    else:
        for column in board.columns:
            _write_column(output, column)
    if board.others:
        output.say((f"Other pipelines: {', '.join(board.others)} (--pipeline)", "dim"))


def _write_column(output: Output, column: BoardColumn) -> None:
    output.line()
    output.line((column.label, "heading"), f"  {facts(column.total, named=False)}")
    for card in column.cards:
        about = " · ".join(filter(None, (card.amount, card.owner)))
        output.line("  ", (str(card.ref), "ref"), f"  {card.title}", (f"  {about}".rstrip(), "dim"))
    if more := column.total.count - len(column.cards):
        output.line((f"  and {more:,} more", "dim"))


def _draw_columns(output: Output, columns: Sequence[BoardColumn], space: int) -> None:
    """Draw columns in so much space each: heads and figures, a rule, the cards."""
    figures = [list(_figures(column, space)) for column in columns]
    tallest = max(map(len, figures))
    drawn: list[Lines] = []
    for column, lines in zip(columns, figures, strict=True):
        more = column.total.count - len(column.cards)
        drawn.append(
            [
                cut(column.label, space, column.color or "heading"),
                *lines,
                *[()] * (tallest - len(lines)),
                (("─" * space, "dim"),),
                *(line for card in column.cards for line in (*_card(card, space), ())),
                *([((f"and {more:,} more", "dim"),)] if more else []),
            ]
        )
    write_beside(output, drawn, space)


def _figures(column: BoardColumn, space: int) -> Iterator[Line]:
    yield cut(f"{column.total.count:,}", space)
    named = len(column.total.sums) > 1
    for each in column.total.sums:
        if named and each.shown:
            yield cut(each.heading, space, "dim")
        yield from (cut(shown, space) for shown in each.shown)


def _card(card: Card, space: int) -> Iterator[Line]:
    first, *rest = wrap(safe(card.title), space)
    yield ((first, "title"),)
    if rest:  # two lines of a title tell what it is
        yield cut(" ".join(rest), space, "title")
    yield from (cut(about, space, "dim") for about in (card.amount, card.owner) if about)
    yield cut(str(card.ref), space, "ref")
