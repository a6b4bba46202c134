"""One operation that associates many pairs, against the import of the records that it associates."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from statistics import median

from bench import Bench
from timing import Figure, run

MOST = 100_000  # pairs
ROUNDS = 3


def figures(bench: Bench) -> Iterator[Figure]:
    """As many contacts as pairs, ten to a company; with and without a label."""
    count = min(bench.rows, MOST)
    pairs = bench.scratch / f"pairs-{count}.csv"
    with pairs.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("from", "to"))
        writer.writerows((f"contact:{n}", f"company:{(n - 1) // 10 + 1}") for n in range(1, count + 1))
    companies = bench.scratch / f"companies-{count}.csv"
    companies.write_text("name\n" + "".join(f"Company {n}\n" for n in range(count // 10)), encoding="utf-8")
    imports: list[float] = []
    links: dict[str, list[float]] = {"": [], "Billing Contact": []}
    for _ in range(ROUNDS):
        for label, times in links.items():
            folder = bench.empty("links")
            run(bench.crm(folder, "import", "companies", companies))
            imports.append(run(bench.crm(folder, "import", "contacts", bench.csv(count))).seconds)
            flags = ("--label", label) if label else ()
            times.append(run(bench.crm(folder, "link", "--from-file", pairs, *flags)).seconds)
    for label, times in links.items():
        detail = f"{median(times):.2f} s against {median(imports):.2f} s"
        what = f"{count:,} pairs associated{f', labelled {label}' if label else ''}, against their import"
        yield Figure(what, median(times) / median(imports), 2.5, "x", detail)
