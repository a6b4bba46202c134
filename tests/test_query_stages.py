"""Times at stages: hand-computed ones, and those of random histories against a minute by minute account."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.query.visits import in_force, stage_time, visits
from querying import computed, database, matching, micros, refused, rows

MOVES = [
    (1, "2026-11-10T12:00:00+00:00", "new", "closedwon"),
    (1, "2026-11-12T12:00:00+00:00", "closedwon", "new"),
    (1, "2026-11-20T12:00:00+00:00", "new", "closedwon"),
    (4, "2026-11-01T00:00:00+00:00", None, "new"),
    (4, "2026-11-03T00:00:00+00:00", "new", "closedwon"),
]
DAY = 86_400_000


@pytest.fixture(scope="module")
def crm():
    stages = {1: "closedwon", 2: "new", 3: None, 4: "closedwon", 5: "fresh"}
    return database(
        [("sale", n, {"title": f"S{n}", "amount": "100", **({"stage_id": s} if s else {})}) for n, s in stages.items()]
        + [("person", 1, {"firstname": "Ada"})],
        [("sale", n, "person", 1, 0, None) for n in stages],
        [("sale", n, "stage_id", micros(at), old, new) for n, at, old, new in MOVES],
        [("sale", 1, 3, micros("2026-11-08T12:00:00+00:00")), ("sale", 4, 5, micros("2026-11-09T12:00:00+00:00"))],
    )


@pytest.mark.parametrize(("expression", "by_sale"), [
    ("entered(closedwon)", ["2026-11-20T12:00:00Z", None, None, "2026-11-03T00:00:00Z", None]),
    ('entered("Closed Won")', ["2026-11-20T12:00:00Z", None, None, "2026-11-03T00:00:00Z", None]),
    ("exited(closedwon)", ["2026-11-12T12:00:00Z", None, None, None, None]),
    ("entered(new)", ["2026-11-12T12:00:00Z", "2026-11-08T12:00:00Z", None, "2026-11-01T00:00:00Z", None]),
    ("entered(New)", ["2026-11-12T12:00:00Z", "2026-11-08T12:00:00Z", None, "2026-11-01T00:00:00Z", None]),
    ("exited(new)", ["2026-11-20T12:00:00Z", None, None, "2026-11-03T00:00:00Z", None]),
    ("time_in(new) / 1d", ["10", "14.916667", None, "2", None]),
    ("time_in(closedwon) / 1d", ["4.916667", None, None, "20.416667", None]),
    ("latest_time_in(new) / 1d", ["8", None, None, "2", None]),
    ("latest_time_in(closedwon) / 1d", ["2", None, None, None, None]),
    ("time_in_stage() / 1d", ["2.916667", "14.916667", None, "20.416667", "13.916667"]),
    ("entered()", ["2026-11-20T12:00:00Z", "2026-11-08T12:00:00Z", None, "2026-11-03T00:00:00Z",
                   "2026-11-09T12:00:00Z"]),
    ("probability()", [1, None, None, 1, None]),
    ("closed()", [True, False, None, True, False]),
    ("amount * probability()", ["100", None, None, "100", None]),
])  # fmt: skip
def test_gives(crm, expression, by_sale):
    found = [computed(crm, "sale", expression, n) for n in range(1, 6)]
    assert found == [None if value is None else type(got)(value) for value, got in zip(by_sale, found, strict=True)]


def test_stand_in_filters_sorts_and_columns_and_for_associated_records(crm):
    assert matching(crm, "sale", "time_in_stage() > 14d") == [2, 4]
    assert matching(crm, "sale", "entered(closedwon) in this month and not closed() is unknown") == [1, 4]
    found, headings = rows(crm, "sale", sort=("-time_in_stage()",), columns=("time_in(new)",), limit=2)
    assert ([row[0] for row in found], headings) == ([4, 2], ["time_in(new)"])
    assert computed(crm, "person", "max(sales, entered(closedwon))") == "2026-11-20T12:00:00Z"
    assert computed(crm, "person", "count(sales, closed())") == 2


@pytest.mark.parametrize(("name", "text", "says"), [
    ("person", "time_in_stage() > 1d", "people have no pipelines, so no stages"),
    ("sale", "entered(closedlost) is known", "closedlost"),
    ("sale", "time_in() > 1d", "time_in takes a stage"),
    ("sale", "time_in(new, closedwon) > 1d", "time_in takes a stage"),
    ("sale", "time_in(title) > 1d", "here stands a stage"),
    ("sale", "probability(new) > 1", "probability takes no argument"),
])  # fmt: skip
def test_refuses(name, text, says):
    _, message, hint = refused(name, text)
    assert says in f"{message}\n{hint}"


def test_what_is_undone_at_the_same_moment_is_no_visit():
    found = visits("a", 0, [(5, "a", "b"), (5, "b", "a"), (8, "a", "c"), (9, "c", None)])
    assert [(stay.stage, stay.entered, stay.left) for stay in found] == [("a", 0, 8), ("c", 8, 9)]


def moves(*changes):
    """Changes as the history has them: (moment, operation, old, new, undone operation)."""
    return [[at, at, at, old, new, operation, undoes] for at, operation, old, new, undoes in changes]


@pytest.mark.parametrize(("history", "current", "kept"), [
    ([(5, "x", "a", "b", None), (7, "u", "b", "a", "x")], "a", []),
    ([(5, "x", "a", "b", None), (7, "u", "b", "a", "x"), (9, "y", "a", "b", "u")], "b", ["x"]),
    ([(3, "w", "a", "c", None), (5, "x", "c", "b", None), (7, "u", "b", "c", "x"), (8, "z", "c", "d", None)], "d",
     ["w", "z"]),
    # Undone by force, over a later change: all of it happened.
    ([(5, "x", "a", "b", None), (6, "z", "b", "c", None), (7, "u", "c", "a", "x")], "a", ["x", "z", "u"]),
    # The undo of an operation that did something else.
    ([(5, "x", "a", "b", "q")], "b", ["x"]),
    ([], "a", []),
])  # fmt: skip
def test_what_was_undone_has_not_been(history, current, kept):
    assert [change[5] for change in in_force(moves(*history), current)] == kept


STAGES = st.sampled_from(["a", "b", "c", None])
SECOND = 1_000_000


@given(
    begun=STAGES,
    created=st.none() | st.integers(0, 30),
    moves=st.lists(st.tuples(st.integers(0, 60), STAGES), max_size=8),
    what=st.sampled_from(["entered", "exited", "time_in", "latest_time_in"]),
    stage=st.sampled_from(["a", "b", "c"]),
)
def test_random_histories_second_by_second(begun, created, moves, what, stage):
    """An independent account: which stage it is in at each second, and runs of the same one."""
    moves = sorted(moves, key=lambda move: move[0])
    olds = [begun, *(new for _, new in moves)]
    history = [
        [at * SECOND, at * SECOND, n, old, new, f"op{n}", None]
        for n, (old, (at, new)) in enumerate(zip(olds, moves, strict=False))
    ]
    now = 61
    lived = []
    for second in range(now):
        after = [new for at, new in moves if at <= second]
        born = created is not None and second >= min([created, *(at for at, _ in moves)])
        lived.append(after[-1] if after else begun if born else None)
    runs, start = [], None
    for second, here in enumerate([*lived, "now"]):
        if here == stage and start is None:
            start = second
        elif here != stage and start is not None:
            runs.append((start, second if here != "now" else None))
            start = None
    ended = [run for run in runs if run[1] is not None]
    expected = {
        "entered": runs[-1][0] * SECOND if runs else None,
        "exited": ended[-1][1] * SECOND if ended else None,
        "time_in": sum((now if end is None else end) - begin for begin, end in runs) * 1000 if runs else None,
        "latest_time_in": (ended[-1][1] - ended[-1][0]) * 1000 if ended else None,
    }
    past = json.dumps([None if created is None else created * SECOND, history[::-1]])
    current = olds[-1]
    assert stage_time(f'["{stage}"]', what, current, past, now * SECOND) == expected[what]


def test_a_month_of_days():
    start = datetime.fromisoformat("2026-11-01T00:00:00+00:00")
    days = [start + timedelta(days=n) for n in (0, 3, 7)]
    crm = database(
        [("sale", 1, {"stage_id": "closedwon"})],
        history=[
            ("sale", 1, "stage_id", micros(days[1].isoformat()), "new", "fresh"),
            ("sale", 1, "stage_id", micros(days[2].isoformat()), "fresh", "closedwon"),
        ],
        creation=[("sale", 1, 1, micros(days[0].isoformat()))],
    )
    assert [computed(crm, "sale", f"time_in({name})") for name in ("new", "fresh")] == [3 * DAY, 4 * DAY]
