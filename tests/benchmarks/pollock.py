"""The Pollock benchmark of data loading: 2,290 polluted files, read with no parameter given.

    python tests/benchmarks/pollock.py [--worst 10]

Reads `../shared/data/pollock` and is left out where that folder is absent. A file counts by ten measures: whether it
was read at all, and precision, recall and F1 of its headings, records and cells against the clean file; *simple* is the
sum of their means over all files, *weighted* the mean of their sum by how often a pollution was found in a survey of
open data. The published method compares headings and records after bringing dates, numbers and prices into one form;
here texts are compared as they are, so that no figure is better than it would be there.

References:
    Vitagliano, Hameed, Jiang, Reisener, Wu, Naumann: Pollock: A Data Loading Benchmark. PVLDB 16(8), 2023.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parents[2]))

from crmcli.errors import CrmError
from crmcli.services.normalising import normalise

DATA = Path(__file__).parents[3] / "shared" / "data" / "pollock"
PUBLISHED = {"DuckDB, told the parameters": (9.961, 9.599), "pandas": (9.895, 9.431), "CleverCSV": (9.193, 9.454)}
MEASURES = [
    "success",
    *(f"{part} {measure}" for part in ("header", "record", "cell") for measure in ("precision", "recall", "F1")),
]

Rows = Sequence[Sequence[str]]


def agreement(wanted: Sequence[str], found: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 as the benchmark has them: shares of what is wanted, and of what was found."""
    if not wanted:
        return 1.0, 1.0, 1.0
    common = (Counter(wanted) & Counter(found)).total()
    if not common:
        return 0.0, 0.0, 0.0
    precision, recall = common / len(wanted), common / len(found)
    return precision, recall, 2 * precision * recall / (precision + recall)


def measures(clean: Rows, loaded: Rows) -> list[float]:
    """The ten measures of a file that was read."""
    if not clean:
        return [1.0] * 10
    header = agreement(clean[0], loaded[0] if loaded else ())
    records = agreement(["".join(row) for row in clean[1:]], ["".join(row) for row in loaded[1:]])
    cells = agreement([cell for row in clean for cell in row], [cell for row in loaded for cell in row])
    return [1.0, *header, *records, *cells]


def loaded(content: bytes) -> Rows | None:
    """What `crm import --to-csv -` makes of a file; None where it fails."""
    sink = io.StringIO(newline="")
    try:
        normalise("-", io.BytesIO(content), sink)
    except CrmError:
        return None
    return rows(sink.getvalue())


def rows(text: str) -> Rows:
    """Plain CSV."""
    return list(csv.reader(io.StringIO(text, newline="")))


def files() -> Iterator[tuple[str, bytes, Rows]]:
    """Name, polluted bytes and clean rows of each file."""
    with tarfile.open(DATA / "polluted_files.tar.xz") as archive:
        content = {m.name: archive.extractfile(m).read() for m in archive if m.isfile()}
    for name in sorted(content):
        if "/csv/" in name:
            yield Path(name).name, content[name], rows(content[name.replace("/csv/", "/clean/")].decode("utf-8-sig"))


def evaluated() -> Mapping[str, list[float]]:
    """The measures of every file."""
    found = {}
    for name, polluted, clean in files():
        read = loaded(polluted)
        found[name] = [0.0] * 10 if read is None else measures(clean, read)
    return found


def scores(found: Mapping[str, list[float]]) -> tuple[float, float]:
    """Simple and weighted: what ten measures come to, of 10."""
    weights = json.loads((DATA / "pollock_weights.json").read_text())
    total = sum(weights[name] for name in found)
    return mean(map(sum, found.values())), sum(sum(found[name]) * weights[name] for name in found) / total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list the N files with the lowest scores")
    options = parser.parse_args()
    if not DATA.is_dir():
        print("left out: there is no ../shared/data/pollock")
        return
    found = evaluated()
    for name, value in zip(MEASURES, map(mean, zip(*found.values(), strict=True)), strict=True):
        print(f"{name:18}{value:.4f}")
    simple, weighted = scores(found)
    print(f"\n{len(found):,} files\nsimple   {simple:.4f}\nweighted {weighted:.4f}\n")
    for system, figures in PUBLISHED.items():
        print(f"{system:30}{figures[0]:.3f} {figures[1]:.3f}")
    for name in sorted(found, key=lambda name: sum(found[name]))[: options.worst]:
        print(f"{sum(found[name]):7.3f}  {name}")


if __name__ == "__main__":
    main()
