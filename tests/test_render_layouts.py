"""No line of any layout is wider than the terminal, whatever records are called."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crmcli.query.selection import ColumnInfo
from crmcli.render.boards import write_board
from crmcli.render.calendars import write_calendar
from crmcli.render.cells import width
from crmcli.render.gantts import write_gantt
from crmcli.render.listings import Look
from crmcli.render.output import Output
from crmcli.render.record_cards import write_cards
from crmcli.services.board import Board, BoardColumn, Card
from crmcli.services.calendar import Calendar, CalendarDay, DayCard
from crmcli.services.gantt import Bar, Gantt
from crmcli.services.list_totals import Sum, Total
from crmcli.services.record_cards import RecordCard, RecordCards
from crmcli.services.references import Ref
from crmcli.types.base import Context
from crmcli.types.date import Date
from crmcli.types.text import String

CONTEXT = Context(datetime(2026, 3, 2, tzinfo=UTC), UTC, "NL", "EUR")
WIDTHS = st.integers(40, 220)
TITLES = st.text(min_size=1, max_size=60) | st.text("网站 a\u0301é😀", min_size=1, max_size=60)
REFS = st.integers(1, 2_000_000_000).map(lambda number: Ref("contact", number))
DAYS = st.none() | st.dates(date(1990, 1, 1), date(2060, 1, 1))


def widest(columns, write):
    out = io.StringIO()
    write(Output(out, io.StringIO(), terminal=True, width=columns))
    return max(map(width, out.getvalue().splitlines()), default=0)


@given(WIDTHS, st.lists(st.tuples(TITLES, st.lists(st.tuples(REFS, TITLES), max_size=3)), max_size=9))
def test_a_board(columns, stages):
    total = Total(12_345, (Sum("amount", "Amount", {}, ("1,234,567.89 EUR",)),))
    drawn = [
        BoardColumn(label, label, total, tuple(Card(ref, title, title, title) for ref, title in cards))
        for label, cards in stages
    ]
    board = Board("contact", "Contacts", "stage", "Stage", tuple(drawn))
    assert widest(columns, lambda output: write_board(output, board)) <= columns


@given(WIDTHS, st.lists(st.tuples(st.integers(0, 27), REFS, TITLES), max_size=9), st.integers(0, 3_000_000))
def test_a_calendar(columns, placed, more):
    days = [date(2026, 2, 1) + timedelta(days=number) for number in range(28)]
    cards = {n: tuple(DayCard(ref, title, "14:30") for at, ref, title in placed if at == n) for n in range(28)}
    shown = tuple(CalendarDay(day, len(cards[n]) and len(cards[n]) + more, cards[n]) for n, day in enumerate(days))
    calendar = Calendar("contact", "Contacts", "due", "Due", shown, date(2026, 2, 9))
    assert widest(columns, lambda output: write_calendar(output, calendar)) <= columns


@given(WIDTHS, st.lists(st.tuples(REFS, TITLES, DAYS, DAYS).filter(lambda bar: bar[2] or bar[3]), max_size=9))
def test_a_gantt_chart(columns, bars):
    info = ColumnInfo("Start", Date(), "start")
    gantt = Gantt(
        "contact", "Contact", "Contacts", info, info, tuple(Bar(*bar) for bar in bars), len(bars), 0, date(2026, 3, 2)
    )
    assert widest(columns, lambda output: write_gantt(output, gantt, Look())) <= columns


@given(WIDTHS, st.lists(st.tuples(REFS, TITLES, TITLES, st.none() | TITLES), max_size=9))
def test_cards(columns, records):
    infos = (ColumnInfo("A label that is long enough", String(), "a"), ColumnInfo("B", String(), "b"))
    cards = tuple(RecordCard(ref, title, (one, other)) for ref, title, one, other in records)
    found = RecordCards("contact", "Contact", "Contacts", infos, cards, Total(len(cards)))
    assert widest(columns, lambda output: write_cards(output, found, CONTEXT, lambda: 9, Look())) <= columns
