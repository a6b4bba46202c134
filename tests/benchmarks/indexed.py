"""Lists by a declared index: a page of a view that was saved with its index, beside DuckDB reading all of the table.

DuckDB is no dependency: CRM_BENCH_DUCKDB names the Python of an environment that has it (`pip install duckdb`).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import Bench
from lists import COLUMNS, TINY, copy
from reports import duck
from timing import Figure, alternate, milliseconds, run

WHERE = 'lifecyclestage in (lead, customer) and city = "Utrecht"'
VIEW = ("near", "contacts", "--where", WHERE, "--sort", "lastname,-firstname", "--limit", "50")
WHEREVER = "FROM contact WHERE lifecyclestage IN ('lead', 'customer') AND city = 'Utrecht'"
ORDER = "ORDER BY lastname{0}, firstname{0} DESC, id LIMIT 50"
# As crm asks: first which records, then their columns.
MINE = (
    f"SELECT c.id, {', '.join(f'c.{name}' for name in COLUMNS)}"
    f" FROM (SELECT id {WHEREVER} COLLATE NOCASE {ORDER.format(' COLLATE NOCASE')}) page"
    " CROSS JOIN contact c ON c.id = page.id"
)
THEIRS = f"SELECT id, {', '.join(COLUMNS)} {WHEREVER} {ORDER.format('')}"
MOST = 1.0  # of what DuckDB takes
# A library, a file and a statement: the median of the seconds that processors worked for it.
ASK = """
import sys
from importlib import import_module
from statistics import median
from time import process_time

base = import_module(sys.argv[1]).connect(sys.argv[2])
runs = []
for _ in range(21):
    before = process_time()
    assert len(base.execute(sys.argv[3]).fetchall()) == 50
    runs.append(process_time() - before)
print(median(runs))
"""


def figures(bench: Bench) -> Iterator[Figure]:
    """The statement by both, within a process each; and the command as a whole."""
    folder = bench.kept(f"indexed-{bench.rows}", lambda made: fill(bench, made, bench.rows))
    tiny = bench.kept(f"indexed-{TINY}", lambda made: fill(bench, made, TINY))
    ours = [bench.crm(each, "list", "contacts", "--view", "near") for each in (folder, tiny)]
    large, small = alternate(bench.runs, *ours)
    net = median(large) - median(small)
    yield Figure("list by a declared index", net, None, "s", f"and {milliseconds(small)} start-up")
    python = os.environ.get("CRM_BENCH_DUCKDB", "")
    if not python:
        return
    mine = seconds(python, "sqlite3", bench.index(folder), MINE)
    file = duck(python, copy(bench.index(folder), folder.with_suffix(".indexed")), ("id", *COLUMNS))
    theirs = seconds(python, "duckdb", file, THEIRS)
    detail = f"{mine * 1000:.1f} ms; DuckDB {theirs * 1000:.1f} ms"
    yield Figure("the statement of that list, against DuckDB", mine / theirs, MOST, "x", detail)


def seconds(python: str, library: str, file: Path, statement: str) -> float:
    """Ask a library a statement and give the seconds that processors worked for it."""
    words = (python, "-c", ASK, library, str(file), statement)
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def fill(bench: Bench, folder: Path, rows: int) -> None:
    """Import contacts, save a view of them with its index, and let the next command make that."""
    bench.imports(folder, rows)
    run(bench.crm(folder, "view", "save", *VIEW, "--columns", ",".join(COLUMNS), "--index"))
    run(bench.crm(folder, "list", "contacts", "--view", "near"))
