"""The graph around a company with many associations, in a large workspace and in a small one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench import Bench
from timing import Figure, alternate, milliseconds, ratio, run

HUB = "hub.example"


def figures(bench: Bench) -> Iterator[Figure]:
    """Three steps from a company that all contacts of the small workspace, and as many of the large one, are at."""
    large, small = (bench.kept(f"hub-{rows}", partial(_fill, bench, rows)) for rows in (bench.rows, bench.small))
    for what, words, runs in (("as a tree", (), bench.runs), ("all of it as JSON", ("--fan", 0, "-o", "json"), 5)):
        command = ("graph", HUB, "--depth", 3, *words)
        ours, at_small = alternate(min(bench.runs, runs), bench.crm(large, *command), bench.crm(small, *command))
        detail = f"{milliseconds(ours)} against {milliseconds(at_small)}"
        yield Figure(f"graph of depth 3 {what}, against {bench.small:,}", ratio(ours, at_small), 1.5, "x", detail)


def _fill(bench: Bench, rows: int, folder: Path) -> None:
    """Import people and associate the first of them with one company more."""
    bench.imports(folder, rows)
    run(bench.crm(folder, "create", "company", "name=Hub", f"domain={HUB}"))
    pairs = bench.scratch / "hub.csv"
    pairs.write_text("from,to\n" + "".join(f"contact:{n},{HUB}\n" for n in range(1, bench.small + 1)), encoding="utf-8")
    run(bench.crm(folder, "link", "--from-file", pairs))
