"""Start-up and look-up: `crm show` by id and by e-mail address."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench import Bench
from people import email
from timing import Figure, P, alternate, milliseconds, ratio


def figures(bench: Bench) -> Iterator[Figure]:
    """Both references, at both sizes, against bare start-up."""
    large, small = bench.pair
    for kind, reference in (("id", lambda n: f"contact:{n}"), ("e-mail", email)):
        pair = [
            bench.crm(folder, "show", reference(rows // 2))
            for folder, rows in ((large, bench.rows), (small, bench.small))
        ]
        ours, at_small, bare = alternate(bench.runs, *pair, P)
        least = min(bare)
        yield Figure(f"show by {kind}", median(ours) / least, 6, "P", f"{milliseconds(ours)}; P {least * 1000:.1f} ms")
        yield Figure(
            f"show by {kind}, against {bench.small:,}", ratio(ours, at_small), 1.10, "x", milliseconds(at_small)
        )
