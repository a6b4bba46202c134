"""Lists and counts without an index, against the sqlite3 shell on a table with the same columns."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import Bench
from timing import Command, Figure, alternate, milliseconds

COLUMNS = ("firstname", "lastname", "email", "jobtitle", "city", "lifecyclestage")
TINY = 10  # contacts; what a command costs there is its start-up


@dataclass(frozen=True)
class Question:
    """One question as crm's words and as SQL, and the ratio that was promised."""

    what: str
    words: tuple[str, ...]
    sql: str
    limit: float


def list_question(what: str, where: str, sql: str) -> Question:
    """A sorted page of a list."""
    words = ("list", "contacts", "--where", where, "--sort", "lastname,-firstname", "--limit", "50")
    columns, order = ", ".join(COLUMNS), "lastname, firstname DESC, id"
    sql = f"SELECT id, {columns} FROM contact WHERE {sql} ORDER BY {order} LIMIT 50"
    return Question(what, (*words, "--columns", ",".join(COLUMNS)), sql, 1.2)


QUESTIONS = (
    list_question(
        "list, two conditions",
        'lifecyclestage in (lead, customer) and city = "Utrecht"',
        "lifecyclestage IN ('lead', 'customer') AND city = 'Utrecht'",
    ),
    list_question("list, part of a text", 'jobtitle contains "engineer"', "jobtitle LIKE '%engineer%'"),
    Question(
        "count by lifecycle stage",
        ("report", "counts", "contacts", "--by", "lifecyclestage"),
        "SELECT lifecyclestage, count(*) FROM contact GROUP BY lifecyclestage ORDER BY 2 DESC",
        1.2,
    ),
)


def figures(bench: Bench) -> Iterator[Figure]:
    """Each question to both, less what each needs for the same question to ten contacts."""
    sqlite = shutil.which("sqlite3")
    if not sqlite:
        return
    folders = bench.pair[0], bench.workspace(TINY)
    copies = [copy(bench.index(folder), folder.with_suffix(".plain")) for folder in folders]
    for question in QUESTIONS:
        ours = [bench.crm(folder, *question.words) for folder in folders]
        theirs = [Command((sqlite, plain, question.sql)) for plain in copies]
        large, tiny, plain, plain_tiny = alternate(bench.runs, *ours, *theirs)
        net, plain_net = median(large) - median(tiny), median(plain) - median(plain_tiny)
        detail = f"{net * 1000:.0f} ms and {milliseconds(tiny)} start-up; sqlite3 {plain_net * 1000:.0f} ms"
        yield Figure(question.what, net / plain_net, question.limit, "x", detail)


def copy(index: Path, target: Path) -> Path:
    """Copy the table of contacts out of an index: the same columns and rows, no index on any of them."""
    target.unlink(missing_ok=True)
    with sqlite3.connect(target) as base:
        base.execute("ATTACH ? AS source", (str(index),))
        names = [row[1] for row in base.execute("PRAGMA source.table_info(contact)")]
        declared = ", ".join(f'"{name}"' if name != "id" else "id INTEGER PRIMARY KEY" for name in names)
        base.execute(f"CREATE TABLE main.contact ({declared})")
        base.execute("INSERT INTO main.contact SELECT * FROM source.contact")
    base.close()
    return target
