"""Segments: looking who came and who left, beside asking who is in it."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench import Bench
from timing import Figure, alternate, milliseconds, run

_PROMISED = 1.5  # times the query
_NAME = "Tenth"


def figures(bench: Bench) -> Iterator[Figure]:
    """A tenth of all contacts, found by a condition that every record is asked for."""
    folder = bench.workspace(bench.rows)
    where = f'city = "Delft" and id <= {bench.rows * 8 // 10}'
    run(bench.crm(folder, "segment", "create", _NAME, "contacts", "--where", where))
    query = bench.crm(folder, "list", "contacts", "--where", where, "--columns", "id", "-o", "ids")
    try:
        run(bench.crm(folder, "segment", "refresh", _NAME))
        ours, theirs = alternate(bench.runs, bench.crm(folder, "segment", "refresh", _NAME), query)
        yield Figure(f"refresh of a segment of {bench.rows // 10:,}", _ratio(ours, theirs), _PROMISED, "x its query")
        times = []
        for number in range(1, bench.runs + 1):
            run(bench.crm(folder, "set", f"contact:{number * 8 + 2}", "city=Delft"))
            times.append(run(bench.crm(folder, "segment", "changes", _NAME)).seconds)
        detail = milliseconds(times)
        yield Figure("changes, where somebody is new", _ratio(times, theirs), _PROMISED, "x its query", detail)
        listed = bench.crm(
            folder, "list", "contacts", "--where", f'in segment("{_NAME}")', "--columns", "id", "-o", "ids"
        )
        ours, theirs = alternate(bench.runs, listed, query)
        yield Figure("list of it", _ratio(ours, theirs), None, "x its query", milliseconds(ours))
    finally:
        run(bench.crm(folder, "segment", "delete", _NAME, "--yes"))


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return median(ours) / median(theirs)
