"""The workspace as it was: a list of before a few changes beside one of now, and one of before everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import Bench
from lists import QUESTIONS
from timing import Command, Figure, alternate, milliseconds, run

CHANGED = 10  # contacts, one operation each
BEFORE, BETWEEN, AFTER = "2026-03-01T09:00:00Z", "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z"


def figures(bench: Bench) -> Iterator[Figure]:
    """A filtered and sorted list as of a moment, in turn with the same list of now."""
    folder = bench.kept(f"past-{bench.rows}", lambda made: fill(bench, made))
    words = QUESTIONS[0].words
    now, few = alternate(bench.runs, bench.crm(folder, *words), bench.crm(folder, *words, "--as-of", BETWEEN))
    changes = f"{CHANGED} contacts changed since"
    yield Figure(f"list as of, {changes}", median(few) / median(now), 1.2, "x", f"{milliseconds(few)}")
    (everything,) = alternate(1, bench.crm(folder, *words, "--as-of", BEFORE))
    yield Figure("list as of, all was imported since", median(everything), None, "s")


def fill(bench: Bench, folder: Path) -> None:
    """Import the contacts on one day, and change a few on another."""
    run(at(bench.crm(folder, "create", "company", "name=First"), BEFORE))
    words = ("import", "contacts", bench.csv(bench.rows), "--associate-companies")
    run(at(bench.crm(folder, *words), BETWEEN))
    for number in range(CHANGED):
        record = f"contact:{number * bench.rows // CHANGED + 1}"
        run(at(bench.crm(folder, "set", record, "city=Changed"), AFTER))


def at(command: Command, moment: str) -> Command:
    """Run a command at a moment."""
    return Command(command.words, command.folder, {**command.variables, "CRM_NOW": moment})
