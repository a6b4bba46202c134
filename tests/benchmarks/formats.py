"""Reading files of any format: what finding out costs, workbooks, memory, and the Pollock benchmark."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median

import pollock
import xlsxwriter
from bench import Bench
from people import HEADINGS, row, write_csv
from timing import BIN, PYTHON, Command, Figure, run

MOST = 100_000  # rows of a workbook, and messages and cards of a file
ROUNDS = 5
SAID = ("--format", "csv", "--encoding", "utf-8", "--delimiter", "comma", "--quote", '"', "--header-line", "1")
CALAMINE = """
import sys
from python_calamine import CalamineWorkbook
for _ in CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).iter_rows(): pass
"""


def figures(bench: Bench) -> Iterator[Figure]:
    """Imports of a CSV file and of the same rows in a workbook; each format at two sizes; 2,290 polluted files."""
    yield from imports(bench, min(bench.rows, MOST))
    yield memory(bench, "csv", bench.rows)
    for name in ONE_BY_ONE:
        yield memory(bench, name, min(bench.rows, MOST))
    if pollock.DATA.is_dir():
        simple, weighted = pollock.scores(pollock.evaluated())
        yield Figure("Pollock, simple score, points short of 10", 10 - simple, 0.04, "points", f"{simple:.4f}")
        yield Figure("Pollock, weighted score, points short of 10", 10 - weighted, 0.4, "points", f"{weighted:.4f}")


def imports(bench: Bench, rows: int) -> Iterator[Figure]:
    """The three ways to import the same rows, and reading the workbook alone, in turn."""
    book = workbook(bench.scratch / f"people-{rows}.xlsx", rows)
    found, said, sheet, alone = [], [], [], []
    for _ in range(ROUNDS):
        for times, file, flags in ((found, bench.csv(rows), ()), (said, bench.csv(rows), SAID), (sheet, book, ())):
            folder = bench.empty("formats")
            times.append(run(bench.crm(folder, "import", "contacts", file, "--associate-companies", *flags)).seconds)
        alone.append(run(Command((PYTHON, "-c", CALAMINE, book))).seconds)
    cost = median(a / b for a, b in zip(found, said, strict=True))
    detail = f"{median(found):.2f} s against {median(said):.2f} s"
    yield Figure(f"import of {rows:,} from CSV, all found out, against all said by flags", cost, 1.2, "x", detail)
    cost = median(a / (b + c) for a, b, c in zip(sheet, alone, found, strict=True))
    detail = f"{median(sheet):.2f} s against {median(alone):.2f} s and {median(found):.2f} s"
    yield Figure(f"import of {rows:,} from XLSX, against calamine alone and CSV", cost, 1.3, "x", detail)


def memory(bench: Bench, name: str, rows: int) -> Figure:
    """Peak memory of reading a file, against one of a tenth of the rows."""
    small, large = (written(bench.scratch / f"people-{count}.{name}", count) for count in (rows // 10, rows))
    least, most = (run(Command((BIN / "crm", "import", "--to-csv", "-", path))) for path in (small, large))
    detail = f"{large.stat().st_size / 1e6:.0f} MB in {most.seconds:.1f} s: {most.peak:.0f} MiB, {least.peak:.0f} MiB"
    return Figure(f"memory to read {rows:,} as {name}, against a tenth", most.peak / least.peak, 1.1, "x", detail)


def written(path: Path, rows: int) -> Path:
    """Write people as the file's name says, unless it is there."""
    if path.suffix == ".csv":
        return write_csv(path, rows)
    if not path.exists():
        one = ONE_BY_ONE[path.suffix[1:]]
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(one(row(n)) for n in range(1, rows + 1))
        unfinished.rename(path)
    return path


def line(person: tuple[str, ...]) -> str:
    """A person as a line of JSON."""
    return f"{json.dumps(dict(zip(HEADINGS, person, strict=True)))}\n"


def card(person: tuple[str, ...]) -> str:
    """A person as a vCard."""
    first, last, mail, phone, *_ = person
    lines = (
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"N:{last};{first};;;",
        f"FN:{first} {last}",
        f"EMAIL:{mail}",
        f"TEL:{phone}",
    )
    return "\r\n".join((*lines, "END:VCARD", ""))


def message(person: tuple[str, ...]) -> str:
    """A message from a person, of a kilobyte, as an mbox has it."""
    head = f"From {person[2]} Mon Jan  5 10:00:00 2026\nFrom: {person[0]} <{person[2]}>\nTo: ada@king.example\n"
    return f"{head}Subject: Offer\nDate: Mon, 5 Jan 2026 10:00:00 +0100\n\n{'What we talked about. ' * 40}\n\n"


ONE_BY_ONE: Mapping[str, Callable[[tuple[str, ...]], str]] = {"jsonl": line, "vcf": card, "mbox": message}


def workbook(path: Path, rows: int) -> Path:
    """Write people as a workbook, unless it is there."""
    if not path.exists():
        with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False}) as made:
            sheet = made.add_worksheet("People")
            sheet.write_row(0, 0, HEADINGS)
            for n in range(1, rows + 1):
                sheet.write_row(n, 0, row(n))
    return path
