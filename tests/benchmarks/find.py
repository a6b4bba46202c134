"""Full-text search: the first one, which makes its index, and those after it."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench import Bench
from people import domain
from timing import Figure, P, alternate, milliseconds, run


def figures(bench: Bench) -> Iterator[Figure]:
    """On a copy without a search index: the first search, then a rare text, a frequent one and a phone number."""
    folder = bench.workspace(bench.rows)
    bench.forget(folder)
    run(bench.crm(folder, "list", "contacts", "--limit", "1"))  # makes the index, not the search index
    number = bench.rows // 2
    words = {
        "a domain": domain(number),
        "a frequent name": "lovelace",
        "a national phone number": f"06{10_000_000 + number}",
    }
    first = run(bench.crm(folder, "search", words["a domain"])).seconds
    yield Figure(f"first search at {bench.rows:,}", first, None, "s")
    for what, text in words.items():
        ours, bare = alternate(bench.runs, bench.crm(folder, "search", text), P)
        yield Figure(f"search for {what}", median(ours) / min(bare), None, "P", milliseconds(ours))
