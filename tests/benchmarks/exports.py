"""Export of all contacts: to CSV, against the sqlite3 shell with the same columns; memory at a tenth and at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import Bench
from timing import Command, Figure, alternate, ratio, run

COLUMNS = (
    "id", "firstname", "lastname", "email", "phone", "mobilephone", "website", "jobtitle", "company", "city", "country",
    "lifecyclestage", "createdate",
)  # fmt: skip
COMPANIES = (
    "(SELECT group_concat('company:' || other || CASE WHEN is_primary THEN '*' ELSE '' END, '; ') FROM _association"
    " WHERE pair = (SELECT pair FROM _association LIMIT 1) AND owner = contact.id)"
)
ROUNDS = 5  # of each; they are long
ALLOWED = 32  # MiB of difference that is no growth with the records


def figures(bench: Bench) -> Iterator[Figure]:
    """The same columns out of the same database, in turn; then whole files of two sizes."""
    sqlite = shutil.which("sqlite3")
    large = bench.workspace(bench.rows)
    if sqlite:
        names = ", ".join(COLUMNS)
        chosen = bench.crm(large, "export", "contacts", "--columns", ",".join(COLUMNS))
        yield compared(f"export of {bench.rows:,} to CSV, 13 columns", chosen, plain(sqlite, bench.index(large), names))
        with_companies = plain(sqlite, bench.index(large), f"{names}, {COMPANIES}")
        whole = bench.crm(large, "export", "contacts")
        yield compared(f"export of {bench.rows:,} to CSV, with associations", whole, with_companies)
    tenth = bench.workspace(bench.rows // 10)
    for form in ("csv", "jsonl", "xlsx"):
        small, all_ = (run(to_file(bench, folder, form)) for folder in (tenth, large))
        detail = f"{all_.peak:.0f} MiB against {small.peak:.0f} MiB; {all_.seconds:.1f} s"
        yield Figure(f"export to {form}, memory beyond that of a tenth", all_.peak - small.peak, ALLOWED, "MiB", detail)


def plain(sqlite: str, index: Path, columns: str) -> Command:
    """The shell's own CSV."""
    return Command((sqlite, "-csv", "-header", index, f"SELECT {columns} FROM contact"))


def to_file(bench: Bench, folder: Path, form: str) -> Command:
    """An export to a new file."""
    target = bench.scratch / f"export.{form}"
    target.unlink(missing_ok=True)
    return bench.crm(folder, "export", "contacts", target)


def compared(what: str, ours: Command, theirs: Command) -> Figure:
    """The median of the ratios of paired runs."""
    mine, others = alternate(ROUNDS, ours, theirs)
    return Figure(what, ratio(mine, others), 2.5, "x", f"{median(mine):.2f} s against {median(others):.2f} s")
