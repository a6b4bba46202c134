"""A pipeline and a board as they are drawn: on a terminal of 80 columns, and in a pipe."""

from __future__ import annotations

import io

from crmcli.model.objects import Pipeline, Stage
from crmcli.render.boards import write_board
from crmcli.render.output import Output
from crmcli.render.pipelines import write_funnel
from crmcli.services.board import Board, BoardColumn, Card
from crmcli.services.list_totals import Sum, Total
from crmcli.services.pipelines import Funnel, StageTotal
from crmcli.services.references import Ref

STAGES = [Stage(f"s{n}", f"Stage number {n}", n / 10, n > 4) for n in range(6)]
PIPELINE = Pipeline("sales", "Sales", tuple(STAGES))


def total(stage, count, *shown):
    return StageTotal(stage, count, {}, shown)


def card(number, title, amount="", owner=""):
    return Card(Ref("deal", number), title, amount, owner)


def columns():
    cards = (
        card(1, "Ten analytical engines for the observatory", "12,500.00 EUR", "Ada King"),
        card(2, "Two", "9.00 EUR"),
    )
    full = at(STAGES[0], Total(9, (Sum("amount", "Amount", {}, ("12,509.00 EUR", "1,250,000.00 USD")),)), *cards)
    hostile = at(STAGES[1], Total(1), card(3, "\x1b[31mred\nline"))
    return (full, hostile, *(at(stage, Total(0)) for stage in STAGES[2:]))


def at(stage, total, *cards):
    return BoardColumn(stage.id, stage.label, total, cards, stage=stage)


BOARD = Board("deal", "Deals", "dealstage", "Sales", columns(), PIPELINE, ("Renewals",))


def drawn(write, value, *, terminal, form="table", width=80):
    out, err = io.StringIO(), io.StringIO()
    write(Output(out, err, format=form, terminal=terminal, width=width), value)
    return out.getvalue(), err.getvalue()


def test_a_board_fits_80_columns_and_wraps_its_stages_evenly():
    text, talk = drawn(write_board, BOARD, terminal=True)
    assert max(map(len, text.splitlines())) <= 80
    assert talk == "Other pipelines: Renewals (--pipeline)\n"
    assert "\x1b" not in text
    assert text.count("Stage number") == 6
    lines = [line for line in text.splitlines() if "Stage number" in line]
    assert [line.count("Stage number") for line in lines] == [3, 3]


def test_a_card_is_its_title_amount_owner_and_reference():
    text, _ = drawn(write_board, BOARD, terminal=True)
    first = [line[:26].rstrip() for line in text.splitlines()[2:16]]
    assert first == [
        "Stage number 0",
        "9",
        "12,509.00 EUR",
        "1,250,000.00 USD",
        "─" * 25,
        "Ten analytical engines",
        "for the observatory",
        "12,500.00 EUR",
        "Ada King",
        "deal:1",
        "",
        "Two",
        "9.00 EUR",
        "deal:2",
    ]
    assert "and 7 more" in text


def test_a_narrow_terminal_gets_one_stage_at_a_time():
    text, _ = drawn(write_board, BOARD, terminal=True, width=20)
    assert max(map(len, text.splitlines())) <= 20


def test_a_board_in_a_pipe_is_plain_text_stage_after_stage():
    text, _ = drawn(write_board, BOARD, terminal=False)
    assert text.splitlines()[:6] == [
        "Sales  deals",
        "",
        "Stage number 0  9 · 12,509.00 EUR + 1,250,000.00 USD",
        "  deal:1  Ten analytical engines for the observatory  12,500.00 EUR · Ada King",
        "  deal:2  Two  9.00 EUR",
        "  and 7 more",
    ]


def test_a_board_as_rows():
    text, _ = drawn(write_board, BOARD, terminal=False, form="csv")
    assert text.splitlines()[:3] == [
        "id,stage,title,amount,owner",
        'deal:1,s0,Ten analytical engines for the observatory,"12,500.00 EUR",Ada King',
        "deal:2,s0,Two,9.00 EUR,",
    ]


FUNNEL = Funnel(
    "deal",
    "Deals",
    PIPELINE,
    (total(STAGES[0], 4, "10.00 EUR", "7.00 USD"), *(total(s, n) for n, s in enumerate(STAGES[1:]))),
)


def test_a_pipeline_is_drawn_with_bars_on_a_terminal():
    text, _ = drawn(write_funnel, FUNNEL, terminal=True)
    assert text.splitlines() == [
        "Sales  deals · sales",
        "  Stage number 0   0%  4  10.00 EUR  ████████████████████",
        "                           7.00 USD",
        "  Stage number 1  10%  0",
        "  Stage number 2  20%  1             █████",
        "  Stage number 3  30%  2             ██████████",
        "  Stage number 4  40%  3             ███████████████",
        "  Stage number 5  50%  4             ████████████████████",
    ]


def test_a_pipeline_in_a_pipe_has_no_bars():
    text, _ = drawn(write_funnel, FUNNEL, terminal=False)
    assert "█" not in text
