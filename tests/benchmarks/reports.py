"""Groups, months and columns of reports, against the sqlite3 shell on the same columns, and DuckDB where there is one.

DuckDB is no dependency: CRM_BENCH_DUCKDB names the Python of an environment that has it (`pip install duckdb`).
"""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import Bench
from lists import TINY, copy
from timing import Command, Figure, alternate, milliseconds, run

COLUMNS = ("id", "lifecyclestage", "city", "createdate")
# What asks DuckDB: a file and a statement.
ASK = "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).execute(sys.argv[2]).fetchall())"
FILL = "import duckdb, sys; duckdb.connect(sys.argv[1]).read_csv(sys.argv[2]).create('contact')"


@dataclass(frozen=True)
class Question:
    """One question as crm's words and as SQL; `{month}` and `{year}` are how an engine writes those of a moment."""

    what: str
    words: tuple[str, ...]
    sql: str


QUESTIONS = (
    Question(
        "report by lifecycle stage",
        ("--group-by", "lifecyclestage"),
        "SELECT lifecyclestage, count(*) FROM contact GROUP BY 1 ORDER BY 1",
    ),
    Question(
        "report by month",
        ("--group-by", "month(createdate)"),
        "SELECT {month} AS month, count(*) FROM contact GROUP BY 1 ORDER BY 1",
    ),
    Question(
        "report by city and month",
        ("--group-by", "city, month(createdate)"),
        "SELECT city, {month} AS month, count(*) FROM contact GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    Question(
        "report, years by lifecycle stage",
        ("--group-by", "year(createdate)", "--columns-by", "lifecyclestage"),
        "SELECT {year} AS year, lifecyclestage, count(*) FROM contact GROUP BY 1, 2 ORDER BY 1, 2",
    ),
)
SQLITE = {
    "month": "strftime('%Y-%m', createdate / 1000000, 'unixepoch')",
    "year": "strftime('%Y', createdate / 1000000, 'unixepoch')",
}
DUCKDB = {"month": "strftime(make_timestamp(createdate), '%Y-%m')", "year": "year(make_timestamp(createdate))"}


def figures(bench: Bench) -> Iterator[Figure]:
    """Each question to all, less what each needs for the same question to ten contacts."""
    sqlite, duckdb = shutil.which("sqlite3"), os.environ.get("CRM_BENCH_DUCKDB", "")
    if not sqlite:
        return
    folders = bench.pair[0], bench.workspace(TINY)
    plain = [copy(bench.index(folder), folder.with_suffix(".reports")) for folder in folders]
    ducks = [duck(duckdb, file) for file in plain] if duckdb else []
    for question in QUESTIONS:
        ours = [bench.crm(folder, "report", "contacts", *question.words) for folder in folders]
        theirs = [Command((sqlite, file, question.sql.format(**SQLITE))) for file in plain]
        theirs += [Command((duckdb, "-c", ASK, file, question.sql.format(**DUCKDB))) for file in ducks]
        large, tiny, *others = alternate(bench.runs, *ours, *theirs)
        net = median(large) - median(tiny)
        told = [median(more) - median(less) for more, less in zip(others[::2], others[1::2], strict=True)]
        named = [f"{name} {each * 1000:.0f} ms" for name, each in zip(("sqlite3", "DuckDB"), told, strict=False)]
        detail = f"{net * 1000:.0f} ms and {milliseconds(tiny)} start-up; {', '.join(named)}"
        yield Figure(question.what, net / told[0], 1.2, "x", detail)


def duck(python: str, plain: Path, columns: Sequence[str] = COLUMNS) -> Path:
    """Make a DuckDB file of the columns that are asked about."""
    target, rows = plain.with_suffix(".duckdb"), plain.with_suffix(".csv")
    target.unlink(missing_ok=True)
    with sqlite3.connect(plain) as base, rows.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows(base.execute(f"SELECT {', '.join(columns)} FROM contact"))
    base.close()
    run(Command((python, "-c", FILL, target, rows)))
    return target
