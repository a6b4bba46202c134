"""Full-text search: the first one, which makes its index, and those after it, less what finding nothing takes."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench import Bench
from people import domain
from timing import Figure, alternate, milliseconds, run

_PROMISED = 0.1  # seconds beyond start-up
NOTHING = "qqzzqq"


def figures(bench: Bench) -> Iterator[Figure]:
    """On a copy without a search index: the first search, then words that few and many have, short ones, a number."""
    folder = bench.workspace(bench.rows)
    bench.forget(folder)
    run(bench.crm(folder, "list", "contacts", "--limit", "1"))  # makes the index, not the search index
    number = bench.rows // 2
    words = {
        "two words": "ada lovelace",
        "two words, one in all records": "lovelace company",
        "two words that nobody has together": "leiden engineer",
        "three words": "ada lovelace engineer",
        "a frequent word": "ada",
        "a domain": domain(number),
        "two letters": "ad",
        "two letters that nobody has": "xq",
        "a letter and two letters": "a lo",
        "a national phone number": f"06{10_000_000 + number}",
    }
    first = run(bench.crm(folder, "search", words["a domain"])).seconds
    yield Figure(f"first search at {bench.rows:,}", first, None, "s")
    for what, text in words.items():
        ours, nothing = alternate(bench.runs, bench.crm(folder, "search", text), bench.crm(folder, "search", NOTHING))
        beyond = median(ours) - median(nothing)
        yield Figure(f"search for {what}, beyond start-up", beyond, _PROMISED, "s", milliseconds(ours))
