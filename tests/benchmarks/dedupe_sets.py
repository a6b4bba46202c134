"""Finding duplicates: every set with known truth through the command line, at its one default setting.

    python tests/benchmarks/dedupe_sets.py [SET …] [--million FILE.csv]

Reads `../shared/data/dedupe` and is left out where that folder is absent. Each set is searched by
`crm dedupe contacts --file SET.csv --id-column id -o csv` (companies where no column is a person's name) in an empty
workspace, without its column `ent`, which is the truth; then once more with it, which must make no difference. What
is scored are pairs of rows: those that one group has, against those with one `ent`.
"""

from __future__ import annotations

import argparse
import csv
import json
import lzma
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import timing
from bench import Bench
from timing import Run, run

DATA = Path(__file__).parents[3] / "shared" / "data" / "dedupe"
PROMISED = {  # F1 at least
    **dict.fromkeys(("febrl1", "febrl2", "febrl3", "febrl4"), 0.998),
    "fake1000": 0.945,
    "hist50k": 0.90,
    "restaurant": 0.95,
    "crm10k": 0.955,
    "crm100k": 0.93,
    "org10k": 0.958,
    "dhcontact_medium": 0.889,
    "dhlead_medium": 0.876,
    "dhaccount_medium": 0.97,
    "pseudo": 0.946,
    "million": 0.908,
}
SURE = 0.99  # of the groups whose precision is measured apart
TRUTH, ID = "ent", "id"
HEADINGS = (
    "set",
    "rows",
    "precision",
    "recall",
    "F1",
    "promised",
    "kept",
    f"precision at p >= {SURE}",
    "s",
    "MB",
    "truth left in",
)


@dataclass(frozen=True)
class Score:
    """Pairwise precision, recall and F1 of groups, and the precision of those that are sure."""

    precision: float
    recall: float
    f1: float
    sure: float


def pairs(counts: Iterable[int]) -> int:
    """How many pairs groups of these sizes have."""
    return sum(n * (n - 1) // 2 for n in counts)


def share(some: int, of: int) -> float:
    """A part of a number, 1 of nothing."""
    return some / of if of else 1.0


def scored(truth: Mapping[str, str], found: Sequence[Mapping[str, str]]) -> Score:
    """Compare lines of the command with the truth, id → entity; every row must have its line."""
    if missing := truth.keys() ^ {line[ID] for line in found}:
        sys.exit(f"{len(missing)} rows without a line, or lines without a row, such as {sorted(missing)[:3]}")
    both = pairs(Counter((truth[line[ID]], line["group"]) for line in found).values())
    said = pairs(Counter(line["group"] for line in found).values())
    true = pairs(Counter(truth.values()).values())
    precision, recall = share(both, said), share(both, true)
    sure = [line for line in found if float(line["probability"] or 0) >= SURE]
    sure_both = pairs(Counter((truth[line[ID]], line["group"]) for line in sure).values())
    sure_said = pairs(Counter(line["group"] for line in sure).values())
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Score(precision, recall, f1, share(sure_both, sure_said))


class Trial:
    """Searches sets in one empty workspace."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._bench = Bench(scratch, 0, 0, 1)
        self._folder = self._bench.empty("empty")

    def row(self, name: str, path: Path, *, left_in: bool) -> str:
        """Search a set and give its row of the table."""
        object_name = "contacts" if persons(name) else "companies"
        truth, lines, measured = self._searched(object_name, path, without=TRUTH)
        score = scored(truth, lines)
        same = ""
        if left_in:
            same = "same" if self._searched(object_name, path)[1] == lines else "**differs**"
        least = PROMISED.get(name)
        kept = "" if least is None else "yes" if score.f1 >= least else "**no**"
        figures = [f"{each:.4f}" for each in (score.precision, score.recall, score.f1)]
        cells = [name, f"{len(truth):,}", *figures, least or "", kept, f"{score.sure:.4f}", f"{measured.seconds:.1f}"]
        return table_row([*cells, f"{measured.peak * 1.048576:.0f}", same])

    def _searched(
        self, object_name: str, path: Path, *, without: str = ""
    ) -> tuple[Mapping[str, str], list[dict[str, str]], Run]:
        """Give the truth, id → entity, the lines that the command wrote about a set, and what it took."""
        plain, into = self._scratch / "set.csv", self._scratch / "groups.csv"
        truth = unpacked(path, plain, without)
        words = ("dedupe", object_name, "--file", plain, "--id-column", ID, "-o", "csv")
        measured = run(self._bench.crm(self._folder, *words), into)
        with into.open(encoding="utf-8", newline="") as file:
            return truth, list(csv.DictReader(file)), measured


def unpacked(path: Path, into: Path, without: str) -> dict[str, str]:
    """Write a set as plain CSV, less one column, and give its truth, id → entity."""
    truth = {}
    opened = lzma.open if path.suffix == ".xz" else open
    with (
        opened(path, "rt", encoding="utf-8", newline="") as source,
        into.open("w", encoding="utf-8", newline="") as file,
    ):
        rows = csv.reader(source)
        header = next(rows)
        places = [place for place, heading in enumerate(header) if heading != without]
        writer = csv.writer(file)
        writer.writerow([header[place] for place in places])
        for row in rows:
            truth[row[header.index(ID)]] = row[header.index(TRUTH)]
            writer.writerow([row[place] for place in places])
    return truth


def persons(name: str) -> bool:
    """Whether a set is about persons, by the meanings that stand beside it; one without them is."""
    types = DATA / f"{name}.types.json"
    return not types.exists() or bool({"given", "surname"} & set(json.loads(types.read_text()).values()))


def table_row(cells: Iterable[object]) -> str:
    """One row of the table."""
    return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    """Search the sets that are named, all by default, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sets", nargs="*", metavar="SET", help="as febrl1, org10k, dhlead (default: all)")
    parser.add_argument("--million", type=Path, metavar="FILE", help="a set of a million contacts, made beforehand")
    parser.add_argument("--once", action="store_true", help="do not search each set with its truth left in as well")
    parser.add_argument("--busy", action="store_true", help="measure processor time, not the clock's")
    options = parser.parse_args()
    timing.busy = options.busy
    if not DATA.is_dir():
        print("left out: there is no ../shared/data/dedupe")
        return
    sets = {path.name.partition(".")[0]: path for path in sorted(DATA.glob("*.csv.xz"))}
    sets = {name: path for name, path in sets.items() if not options.sets or name.startswith(tuple(options.sets))}
    if options.million:
        sets["million"] = options.million
    print(table_row(HEADINGS))
    print(table_row("---" for _ in HEADINGS))
    with TemporaryDirectory(prefix="dedupe-") as scratch:
        trial = Trial(Path(scratch))
        for name, path in sets.items():
            print(trial.row(name, path, left_in=not options.once), flush=True)


if __name__ == "__main__":
    main()
