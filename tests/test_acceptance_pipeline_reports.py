"""Pipeline, forecast, funnel, time in stage and waterfall of random histories, against plain Python over exports.

Something happens at noon of each day, and may be undone at one; at the end of the day all deals are exported as JSON.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace as with_now
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crmcli.errors import CrmError
from crmcli.services.moving import MoveRecords, move
from crmcli.services.records import Targets, delete
from crmcli.services.references import Ref
from crmcli.services.undo import undo
from inside import Inside
from office import changed, make_office
from sales_office import at, cells, made, report
from terminal import Terminal

STAGES = {  # probability, category
    "appointmentscheduled": ("0.2", "pipeline"),
    "qualifiedtobuy": ("0.4", "pipeline"),
    "presentationscheduled": ("0.6", "pipeline"),
    "decisionmakerboughtin": ("0.8", "best_case"),
    "contractsent": ("0.9", "commit"),
    "closedwon": ("1", "closed"),
    "closedlost": ("0", "omit"),
}
CLOSED = ("closedwon", "closedlost")
FIRST = date(2026, 11, 2)
QUARTER = ("2026-10-01", "2027-01-01")
ZONE = ZoneInfo("Europe/Amsterdam")

which = st.integers(1, 3)
dues = st.sampled_from(["2026-11-20", "2026-12-31", "2026-09-30", "2027-01-01"])
amounts = st.sampled_from(["0.10", "12.50", "99.999999", "-3", "1000000"])
creations = st.tuples(st.just("create"), amounts | st.none(), dues | st.none())
happenings = st.one_of(
    creations,
    st.tuples(st.just("move"), which, st.sampled_from(list(STAGES)[1:])),
    st.tuples(st.just("move"), which, st.sampled_from(list(STAGES))),
    st.tuples(st.just("set"), which, st.builds("amount={}".format, amounts)),
    st.tuples(st.just("set"), which, st.builds("closedate={}".format, dues)),
    st.tuples(st.just("set"), which, st.builds("forecast={}".format, st.sampled_from(["COMMIT", "OMIT", "BEST_CASE"]))),
    st.tuples(st.just("delete"), which),
)
undoing = st.sampled_from([False, False, False, True])
# Two deals at least, so that there is something to happen to.
days = st.builds(
    lambda first, more: [*((each, False) for each in first), *more],
    st.lists(st.tuples(st.just("create"), amounts, dues), min_size=2, max_size=2),
    st.lists(st.tuples(happenings, undoing), min_size=3, max_size=9),
)


def do(workspace, happening):
    """Do something, if it can be done."""
    match happening:
        case ("create", amount, due):
            made(
                workspace,
                "deal",
                "name=X",
                *([f"amount={amount}"] if amount else []),
                *([f"closedate={due}"] if due else []),
            )
        case ("move", number, stage):
            move(workspace, MoveRecords((Ref("deal", number),), stage))
        case ("set", number, assignment):
            changed(workspace, Ref("deal", number), assignment)
        case ("delete", number):
            delete(workspace, Targets((Ref("deal", number),)))


def exported(folder, terminal):
    """What `crm export` says of the deals, by reference."""
    answer = Inside(folder, terminal).done("export", "deals", "-o", "json")
    return {deal["id"]: deal for deal in answer.json["records"]}


def lived_through(folder, drawn):
    """Let all of it happen; give the workspace at the last evening, and what was exported on each."""
    workspace = make_office(folder)
    terminal = with_now(Terminal(Path(workspace.root), folder), now="2026-12-01T00:00:00Z")
    evenings = []
    for number, (happening, undone) in enumerate(drawn):
        day = (FIRST + timedelta(days=number)).isoformat()
        with suppress(CrmError):
            before = len(list(workspace.store.log.operations(limit=100)))
            do(at(workspace, day), happening)
            if undone and len(list(workspace.store.log.operations(limit=100))) > before:
                undo(at(workspace, f"{day}T13:00"))
        evenings.append(exported(workspace.root, terminal))
    return at(workspace, f"{day}T18:00"), evenings


def amount_of(deal):
    return Decimal(deal.get("amount", "0"))


def due_of(deal):
    if "closedate" not in deal:
        return ""
    return datetime.fromisoformat(deal["closedate"]).astimezone(ZONE).date().isoformat()


def category_of(deal):
    own = deal.get("hs_manual_forecast_category", "").lower()
    return STAGES[deal["dealstage"]][1] if deal["dealstage"] in CLOSED or not own else own


def numbers(rows):
    """Rows with their amounts as decimals."""
    return [tuple(Decimal(str(cell)) if place else cell for place, cell in enumerate(row)) for row in rows]


def pipeline_of(deals):
    return [
        (
            stage,
            sum(deal["dealstage"] == stage for deal in deals.values()),
            sum((amount_of(d) for d in deals.values() if d["dealstage"] == stage), Decimal(0)),
        )
        for stage in STAGES
        if stage not in CLOSED
    ]


def forecast_of(deals):
    due = [deal for deal in deals.values() if QUARTER[0] <= due_of(deal) < QUARTER[1]]
    parts = {
        word: [d for d in due if category_of(d) == word]
        for word in ("closed", "commit", "best_case", "pipeline", "omit")
    }
    return [
        (
            word,
            len(part),
            sum(map(amount_of, part), Decimal(0)),
            sum(d["dealstage"] not in CLOSED and "hs_manual_forecast_category" in d for d in part),
        )
        for word, part in parts.items()
    ]


def stays_of(evenings):
    """The stages at which each deal that is still there has been: (stage, first evening, evening after the last)."""
    found = {}
    for reference in evenings[-1]:
        stays = []
        for number, deals in enumerate(evenings):
            if reference in deals:
                stage = deals[reference]["dealstage"]
                if stays and stays[-1][0] == stage:
                    stays[-1][2] = number + 1
                else:
                    stays.append([stage, number, number + 1])
        found[reference] = stays
    return found


def funnel_of(evenings):
    path, stays = [stage for stage in STAGES if stage != "closedlost"], stays_of(evenings)
    steps = []
    for of_one in stays.values():
        step = 0
        for stage, _, _ in of_one:
            step += step < len(path) and stage == path[step]
        steps.append(step)
    return [
        (stage, sum(any(stay[0] == stage for stay in of_one) for of_one in stays.values()), sum(s > n for s in steps))
        for n, stage in enumerate(path)
    ]


def times_of(evenings):
    times, last = defaultdict(list), len(evenings)
    for of_one in stays_of(evenings).values():
        lengths = defaultdict(timedelta)
        for stage, begun, ended in of_one:
            lengths[stage] += timedelta(days=ended - begun) - (timedelta(hours=18) if ended == last else timedelta())
        for stage, length in lengths.items():
            times[stage].append(length // timedelta(milliseconds=1))
    return [
        (stage, len(times[stage]), int(median(times[stage])) if times[stage] else None, max(times[stage], default=None))
        for stage in STAGES
        if stage not in CLOSED
    ]


def waterfall_of(before, after):
    """Each step's amount, put together deal by deal."""
    found = defaultdict(Decimal)

    def counts(deal):
        return deal is not None and deal["dealstage"] not in CLOSED and QUARTER[0] <= due_of(deal) < QUARTER[1]

    for reference in before.keys() | after.keys():
        a, b = before.get(reference), after.get(reference)
        came = "New" if a is None else "Reopened" if a["dealstage"] in CLOSED else "Pulled in"
        stage = "" if b is None else b["dealstage"]
        went = {"": "Gone", "closedwon": "Won", "closedlost": "Lost"}.get(stage, "Pushed out")
        if counts(a):
            found["Start"] += amount_of(a)
            if b is not None:
                by = amount_of(b) - amount_of(a)
                found["Increased" if by > 0 else "Decreased"] += by
        if counts(b):
            found["End"] += amount_of(b)
            found[came] += Decimal(0) if counts(a) else amount_of(b)
        elif counts(a):
            found[went] -= amount_of(b or a)
        elif stage in CLOSED and QUARTER[0] <= due_of(b) < QUARTER[1] and (a is None or a["dealstage"] != stage):
            found[came] += amount_of(b)
            found[went] -= amount_of(b)
    return {step: amount for step, amount in found.items() if amount}


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=days, data=st.data())
def test_reports_are_what_plain_python_makes_of_the_exports(drawn, data):
    with tempfile.TemporaryDirectory() as name:
        workspace, evenings = lived_through(Path(name), drawn)
        deals = evenings[-1]
        assert numbers(row[:3] for row in cells(report(workspace, "pipeline"))) == pipeline_of(deals)
        forecast = cells(report(workspace, "forecast", period="2026-Q4"))
        assert numbers((*row[:3], row[4]) for row in forecast) == forecast_of(deals)
        assert [(row[0], row[1], row[4]) for row in cells(report(workspace, "funnel"))] == funnel_of(evenings)
        times = cells(report(workspace, "time-in-stage"))
        assert [(row[0], row[1], row[4], row[5]) for row in times] == times_of(evenings)
        last = len(evenings) - 1
        begin, end = data.draw(st.just((1, last)) | st.tuples(st.integers(0, last), st.integers(0, last)).map(sorted))
        since, until = ((FIRST + timedelta(days=number)).isoformat() for number in (begin, end))
        table = report(workspace, "waterfall", period="2026-Q4", since=since, until=until)
        steps = {step: Decimal(amount) for step, _, amount in cells(table) if Decimal(amount)}
        assert steps == waterfall_of(evenings[begin], evenings[end])
        assert sum((a for step, a in steps.items() if step != "End"), Decimal(0)) == steps.get("End", 0)
