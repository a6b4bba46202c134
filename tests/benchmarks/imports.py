"""Import of a CSV file: against sqlite-utils, csv.reader alone and the same file again; memory; a row at two sizes."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench import Bench
from timing import BIN, PYTHON, Command, Figure, run

READ = "import csv, sys\nfor row in csv.reader(open(sys.argv[1], encoding='utf-8', newline='')): pass"
ROUNDS = 3  # of the imports: they are long


def figures(bench: Bench) -> Iterator[Figure]:
    """A tenth of the rows in turn with sqlite-utils, then all of them."""
    tenth = bench.rows // 10
    database = bench.scratch / "sqlite-utils.db"
    insert = Command((BIN / "sqlite-utils", "insert", database, "people", bench.csv(tenth), "--csv"))
    ours, theirs, again = [], [], []
    for _ in range(ROUNDS):
        folder = bench.empty("import")
        ours.append(bench.imports(folder, tenth).seconds)
        again.append(bench.imports(folder, tenth).seconds)
        database.unlink(missing_ok=True)
        theirs.append(run(insert).seconds)
    detail = f"{median(ours):.2f} s against {median(theirs):.2f} s"
    yield Figure(f"import of {tenth:,}, against sqlite-utils", median(ours) / median(theirs), 0.25, "x", detail)
    detail = f"{median(again):.2f} s against {median(ours):.2f} s"
    yield Figure(f"import of {tenth:,} again, unchanged", median(again) / median(ours), 0.7, "x", detail)

    read = median(run(Command((PYTHON, "-c", READ, bench.csv(bench.rows)))).seconds for _ in range(ROUNDS))
    whole = bench.imports(bench.empty("import"), bench.rows)
    detail = f"{whole.seconds:.2f} s against {read:.2f} s"
    yield Figure(f"import of {bench.rows:,}, against csv.reader", whole.seconds / read, 13, "x", detail)
    yield Figure(f"import of {bench.rows:,}, peak memory", whole.peak, 300, "MiB")
    cost, cost_of_tenth = whole.seconds / bench.rows, median(ours) / tenth
    detail = f"{cost * 1e6:.1f} µs against {cost_of_tenth * 1e6:.1f} µs"
    yield Figure(f"cost of a row, against {tenth:,}", cost / cost_of_tenth, 1.25, "x", detail)
