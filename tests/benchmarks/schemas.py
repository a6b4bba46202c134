"""Schema changes: the plan of some that touch data, and what an edit of a schema file costs the next command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import Bench
from timing import PYTHON, Command, Figure, alternate, ratio, run

# Reads every row of the index, as one pass over all records does.
SCAN = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
for (name,) in connection.execute("SELECT object FROM _layout").fetchall():
    for row in connection.execute(f'SELECT * FROM "{name}"'):
        pass
"""
WORDS = "properties:\n  jobtitle: {label: What they do}\n"
COLUMN = WORDS + "  shoe_size: {label: Shoe size, type: number}\n"
# Of every contact a value of another type, and uniqueness that cities have not.
CHANGES = """\
properties:
  jobtitle: {type: number, fieldType: number, override: true}
  city: {unique: true}
"""
ROUNDS = 3


def figures(bench: Bench) -> Iterator[Figure]:
    """The plan against a scan, then the first command after an edit against the same command without one."""
    folder = bench.workspace(bench.rows)
    overlay = folder / "schemas" / "contact.yaml"
    ready = bench.crm(folder, "list", "contacts", "--limit", "1")
    run(ready)
    try:
        overlay.write_text(CHANGES, encoding="utf-8")
        run(ready)
        plan = bench.crm(folder, "schema", "plan")
        scan = Command((PYTHON, "-c", SCAN, bench.index(folder)))
        ours, theirs = alternate(ROUNDS, plan, scan)
        detail = f"{median(ours):.2f} s against {median(theirs):.2f} s"
        yield Figure(f"schema plan at {bench.rows:,}", ratio(ours, theirs), 2, "x", detail)
        for what, before, text in (("another label", "", WORDS), ("a new property", WORDS, COLUMN)):
            first, usual = zip(*(_first(bench, folder, overlay, before, text) for _ in range(ROUNDS)), strict=True)
            detail = f"{median(first):.2f} s against {median(usual):.2f} s"
            yield Figure(f"first list after {what}", median(first) - median(usual), None, "s", detail)
    finally:
        overlay.unlink(missing_ok=True)
        run(ready)


def _first(bench: Bench, folder: Path, overlay: Path, before: str, text: str) -> tuple[float, float]:
    """Seconds of the first command after an edit from one text to another, and of the next one."""
    command = bench.crm(folder, "list", "contacts", "--limit", "1")
    overlay.write_text(before, encoding="utf-8")
    run(command)
    overlay.write_text(text, encoding="utf-8")
    return run(command).seconds, run(command).seconds
