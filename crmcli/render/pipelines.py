"""Pipelines: the list of them, one with what stands at its stages, and a board of cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.cells import clip, fill, width, wrap
from crmcli.render.documents import Document, write_document
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.board import Board, BoardColumn, Card
    from crmcli.services.pipelines import Funnel, PipelineLine, StageTotal

_WIDEST_BAR = 20
_LEAST_COLUMN = 18  # of a board: a card that is narrower says nothing
_GAP = 2


def write_pipelines(output: Output, lines: Sequence[PipelineLine]) -> None:
    """Write the list of pipelines."""
    columns = (
        Column("object", "Object"),
        Column("pipeline", "Pipeline"),
        Column("id", "Id"),
        Column("stages", "Stages", right=True),
        Column("records", "Records", right=True),
    )
    rows: list[Row] = [
        ("", (one.object_plural, one.pipeline.label, one.pipeline.id, len(one.pipeline.stages), one.records))
        for one in lines
    ]
    write_sheet(output, Sheet(columns, rows))


def write_funnel(output: Output, funnel: Funnel) -> None:
    """Write a pipeline with what stands at its stages."""
    value = {
        "object": funnel.object_name,
        "pipeline": funnel.pipeline.id,
        "label": funnel.pipeline.label,
        "stages": [_stage_value(total) for total in funnel.stages],
    }

    def sheet() -> Sheet:
        names = ("stage", "label", "probability", "closed", "records", "amount")
        columns = tuple(Column(name, name.capitalize(), right=name in ("records", "amount")) for name in names)
        rows: list[Row] = [
            ("", (t.stage.id, t.stage.label, _chance(t), t.stage.closed, t.count, _joined(t) or None))
            for t in funnel.stages
        ]
        return Sheet(columns, rows)

    write_document(output, Document(value, lambda out: _draw_funnel(out, funnel), sheet))


def write_board(output: Output, board: Board) -> None:
    """Write a board: columns side by side on a terminal, stage after stage in a pipe or file."""
    value = {
        "object": board.object_name,
        "pipeline": board.pipeline.id,
        "label": board.pipeline.label,
        "stages": [
            {**_stage_value(column.total), "cards": [_card_value(card) for card in column.cards]}
            for column in board.columns
        ],
    }

    def sheet() -> Sheet:
        columns = tuple(Column(name, name.capitalize()) for name in ("stage", "title", "amount", "owner"))
        cards = [(column, card) for column in board.columns for card in column.cards]
        rows: list[Row] = [
            (str(card.ref), (column.total.stage.id, card.title, card.amount or None, card.owner or None))
            for column, card in cards
        ]
        return Sheet(columns, rows, reference="Record")

    write_document(output, Document(value, lambda out: _draw_board(out, board), sheet))


def _stage_value(total: StageTotal) -> dict[str, object]:
    stage = total.stage
    return {
        "id": stage.id,
        "label": stage.label,
        "probability": stage.probability,
        "closed": stage.closed,
        "records": total.count,
        "amounts": dict(total.sums),
    }


def _card_value(card: Card) -> dict[str, object]:
    return {"id": str(card.ref), "title": card.title, "amount": card.amount or None, "owner": card.owner or None}


def _chance(total: StageTotal) -> str:
    chance = total.stage.probability
    return "" if chance is None else f"{chance:.0%}"


def _draw_funnel(output: Output, funnel: Funnel) -> None:
    """Write a line for each stage, and one more for each further currency."""
    output.line((funnel.pipeline.label, "title"), (f"  {funnel.object_plural.lower()} · {funnel.pipeline.id}", "dim"))
    rows = [
        (safe(t.stage.label), _chance(t) or ("closed" if t.stage.closed else ""), f"{t.count:,}", *_first(t))
        for t in funnel.stages
    ]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    further = [width(amount) for total in funnel.stages for amount in total.shown]
    widths[3] = max([widths[3], *further])
    most = max(total.count for total in funnel.stages)
    room = min(_WIDEST_BAR, output.width - sum(widths) - _GAP * len(widths) - 2) if output.terminal else 0
    for (label, chance, count, amount), total in zip(rows, funnel.stages, strict=True):
        bar = "█" * round(room * total.count / most) if most and room > 0 else ""
        about = f"{fill(chance, widths[1], right=True)}  {fill(count, widths[2], right=True)}"
        head = f"  {fill(label, widths[0])}  {about}"
        output.line(f"{head}  {fill(amount, widths[3], right=True)}  ", (bar, "ref"))
        for more in total.shown[1:]:
            output.line(f"{' ' * width(head)}  {fill(more, widths[3], right=True)}")


def _first(total: StageTotal) -> tuple[str]:
    return (total.shown[0] if total.shown else "",)


def _draw_board(output: Output, board: Board) -> None:
    output.line((board.pipeline.label, "title"), (f"  {board.plural.lower()}", "dim"))
    if output.terminal:
        at_once = max(1, min(len(board.columns), (output.width + _GAP) // (_LEAST_COLUMN + _GAP)))
        pages = -(-len(board.columns) // at_once)
        even = -(-len(board.columns) // pages)  # seven stages are four and three, not six and one
        for start in range(0, len(board.columns), even):
            output.line()
            _draw_columns(output, board.columns[start : start + even], even)
    else:
        for column in board.columns:
            _write_column(output, column)
    if board.others:
        output.say((f"Other pipelines: {', '.join(board.others)} (--pipeline)", "dim"))


def _write_column(output: Output, column: BoardColumn) -> None:
    output.line()
    output.line((column.total.stage.label, "heading"), f"  {_heading(column.total)}")
    for card in column.cards:
        output.line("  ", (str(card.ref), "ref"), f"  {card.title}", (f"  {_about(card)}".rstrip(), "dim"))
    if more := column.total.count - len(column.cards):
        output.line((f"  and {more:,} more", "dim"))


def _draw_columns(output: Output, columns: Sequence[BoardColumn], at_once: int) -> None:
    """Draw some stages side by side."""
    from rich.table import Table
    from rich.text import Text

    from crmcli.render.colours import STYLES
    from crmcli.render.terminal import console_of

    room = (output.width + _GAP) // at_once - _GAP
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), show_header=False)
    for _ in columns:
        table.add_column(width=room, no_wrap=True, overflow="ellipsis")
    stages = [column.total.stage for column in columns]
    heads = [Text(clip(safe(stage.label), room), STYLES.get(stage.color, "bold cyan")) for stage in stages]
    table.add_row(*heads)
    table.add_row(*[_figures(column.total, room) for column in columns])
    table.add_row(*[Text("─" * room, "dim") for _ in columns])
    for number in range(max(len(column.cards) for column in columns)):
        table.add_row(*[_cell(column.cards[number : number + 1], room) for column in columns])
    rest = [column.total.count - len(column.cards) for column in columns]
    if any(rest):
        table.add_row(*[Text(f"and {more:,} more" if more else "", "dim") for more in rest])
    console_of(output).print(table)


def _figures(total: StageTotal, room: int) -> Text:
    from rich.text import Text

    return Text("\n".join(clip(line, room) for line in (f"{total.count:,}", *total.shown)))


def _cell(cards: Sequence[Card], room: int) -> Text:
    from rich.text import Text

    cell = Text()
    for card in cards:
        first, *rest = wrap(safe(card.title), room)
        cell.append(f"{first}\n", "bold")
        if rest:  # two lines of a title tell what it is
            cell.append(clip(" ".join(rest), room) + "\n", "bold")
        for about in filter(None, (card.amount, card.owner, str(card.ref))):
            cell.append(clip(safe(about), room) + "\n", "cyan" if about == str(card.ref) else "dim")
    return cell


def _heading(total: StageTotal) -> str:
    return " · ".join(filter(None, (f"{total.count:,}", _joined(total))))


def _joined(total: StageTotal) -> str:
    return " + ".join(total.shown)


def _about(card: Card) -> str:
    return " · ".join(filter(None, (card.amount, card.owner)))
