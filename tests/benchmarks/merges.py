"""Merging: ten companies with very many contacts between them, and thousands of groups at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from bench import Bench
from timing import PYTHON, Command, Figure, alternate, milliseconds, run

GROUP = 10
ROUNDS = 3
# Merges the first contacts two by two: what `crm apply` does with a plan of so many groups.
GROUPS = """
import os, sys
from datetime import UTC, datetime
from crmcli.cli.place import cache_folder
from crmcli.services.merging.merging import merge_all
from crmcli.services.merging.plans import MergeRecords
from crmcli.services.references import Ref
from crmcli.services.workspace import Circumstances, open_workspace
root, count = os.getcwd(), int(sys.argv[1])
around = Circumstances(datetime.now(UTC), "bench", "bench", os.path.join(os.environ["XDG_CONFIG_HOME"], "crm"))
workspace = open_workspace(root, cache_folder(root), around)
step = workspace.store.count("contact") // (2 * count)
pairs = [(1 + step * n, 1 + step * (2 * count - n - 1)) for n in range(count)]
merge_all(workspace, [MergeRecords(Ref("contact", a), (Ref("contact", b),)) for a, b in pairs])
"""


def figures(bench: Bench) -> Iterator[Figure]:
    """One group of ten with a tenth of all contacts, taken back in between; as many groups as a hundredth of them."""
    folder = bench.kept(f"merges-{bench.rows}", partial(_fill, bench))
    companies = [f"company:{n}" for n in range(1, GROUP + 1)]
    merge, undo = (bench.crm(folder, *words, "--yes") for words in (("merge", *companies), ("undo",)))
    show = bench.crm(folder, "show", "contact:1")
    merged, first, taken_back, shown = alternate(min(bench.runs, 5), merge, show, undo, show)
    start_up = median(shown)
    for what, limit, runs in (
        ("merged", 0.3, merged),
        ("moved by the first command after it", None, first),
        ("unmerged", None, taken_back),
    ):
        name = f"ten companies with {bench.rows // 10:,} contacts {what}, beyond start-up"
        detail = f"{milliseconds(runs)} and {milliseconds(shown)} start-up"
        yield Figure(name, median(runs) - start_up, limit, "s", detail)
    count = bench.rows // 100
    own = bench.crm(folder).variables
    times = []
    for _ in range(ROUNDS):
        times.append(run(Command((PYTHON, "-c", GROUPS, count), folder, {**os.environ, **own})).seconds)
        run(bench.crm(folder, "undo", "--yes", "--quiet", "--actor", "bench"))
    yield Figure(f"{count:,} groups of two contacts merged in one operation", median(times), 30, "s")


def _fill(bench: Bench, folder: Path) -> None:
    """Import people with their companies, and associate a tenth of them with ten companies more."""
    bench.imports(folder, bench.rows)
    pairs = bench.scratch / f"merges-{bench.rows}.csv"
    count = bench.rows // 10
    lines = (f"contact:{n * 10},company:{n % GROUP + 1}\n" for n in range(1, count + 1))
    pairs.write_text("from,to\n" + "".join(lines), encoding="utf-8")
    run(bench.crm(folder, "link", "--from-file", pairs))
