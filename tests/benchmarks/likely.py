"""Looking for a record that likely is there before one is created: what it costs among many, and the first time."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench import Bench
from timing import Figure, alternate, run

VALUES = ("firstname=Zoltan", "lastname=Dijkstra", "phone=+31207654321", "city=Delft", "email=zoltan@company-7.nl")
CREATE = ("create", "contact", *VALUES, "--dry-run")


def figures(bench: Bench) -> Iterator[Figure]:
    """The same creation among many and among few, once SQLite's indexes for it are made; and making these."""
    large, small = bench.pair
    bench.forget(large)
    run(bench.crm(large, "list", "contacts", "--limit", 1))
    first = run(bench.crm(large, *CREATE)).seconds
    many, few = alternate(bench.runs, bench.crm(large, *CREATE), bench.crm(small, *CREATE))
    more = (median(many) - median(few)) * 1000
    detail = f"{median(many) * 1000:.0f} ms against {median(few) * 1000:.0f} ms"
    yield Figure(f"look for likely duplicates, beyond that at {bench.small:,}", more, 10, "ms", detail)
    yield Figure("the first such look, which makes its indexes", first - median(many), None, "s")
