"""Reports on how deals moved through their stages: 200,000 deals with five moves each, out of the history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench import Bench
from timing import Figure, alternate

from crmcli.frozen import replace
from crmcli.services.workspace import Circumstances, open_workspace

FIRST = "appointmentscheduled"

SHARE = 5  # of so many contacts there is one deal
LIMIT = 3  # seconds
# The stages of five moves, a month each; every fifth deal goes the n-th of these ways.
WAYS = (
    ("qualifiedtobuy", "presentationscheduled", "decisionmakerboughtin", "contractsent", "closedwon"),
    ("qualifiedtobuy", "presentationscheduled", "qualifiedtobuy", "contractsent", "closedlost"),
    (
        "presentationscheduled",
        "decisionmakerboughtin",
        "presentationscheduled",
        "decisionmakerboughtin",
        "contractsent",
    ),
    ("qualifiedtobuy", "appointmentscheduled", "qualifiedtobuy", "presentationscheduled", "closedlost"),
    ("contractsent", "closedwon", "contractsent", "decisionmakerboughtin", "closedwon"),
)
REPORTS = (
    (LIMIT, "funnel", ()),
    (LIMIT, "time-in-stage", ()),
    (LIMIT, "conversion", ()),
    (LIMIT, "stages", ()),
    (None, "pipeline", ()),
    (None, "forecast", ("--by", "owner", "--period", "2026")),
    (None, "won", ("--period", "2026")),
    (None, "velocity", ()),
)


def workspace(bench: Bench, count: int) -> Path:
    """A workspace with so many deals and five times as many moves, each at its own second."""
    return bench.kept(f"deals-{count}", lambda folder: fill(folder, count))


def fill(folder: Path, count: int) -> None:
    """Make the deals in January and move them once a month."""
    first = datetime(2026, 1, 5, 9, tzinfo=UTC)
    opened = open_workspace(str(folder), f"{folder}.made", Circumstances(first, "bench", "bench", f"{folder}.config"))
    numbers = range(1, count + 1)
    with opened.store.write(opened.intent()) as change:
        due = [f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}T12:00:00Z" for number in numbers]
        amounts = [str(number * 7919 % 9_999 + 1) for number in numbers]
        columns = [[f"Deal {number}" for number in numbers], ["default"] * count, [FIRST] * count, amounts, due]
        change.create_many("deal", ("dealname", "pipeline", "dealstage", "amount", "closedate"), columns)
        change.commit()
    for month, stages in enumerate(zip(*WAYS, strict=True), start=1):
        begun = first + timedelta(days=30 * month)
        later = replace(opened, context=replace(opened.context, moment=begun + timedelta(seconds=count)))
        with later.store.write(later.intent()) as change:
            for number in numbers:
                stage = stages[number % len(WAYS)]
                change.set("deal", number, {"dealstage": stage}, at=begun + timedelta(seconds=number))
            change.commit()
    opened.store.close()


def figures(bench: Bench) -> Iterator[Figure]:
    """Each report over all deals, start-up and all."""
    count = bench.rows // SHARE
    folder = workspace(bench, count)
    commands = [bench.crm(folder, "report", name, "-o", "json", *more) for _, name, more in REPORTS]
    taken = alternate(bench.runs, *commands)
    for (limit, name, more), seconds in zip(REPORTS, taken, strict=True):
        what = f"report {' '.join((name, *more))}, {count:,} deals, {5 * count:,} moves"
        yield Figure(what, median(seconds), limit, "s", f"least {min(seconds):.2f} s")
