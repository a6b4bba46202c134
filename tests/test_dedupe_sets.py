"""What is found in sets whose truth is known; larger ones are measured by `make bench-dedupe`."""

from __future__ import annotations

import csv
import json
import lzma
from collections import Counter
from pathlib import Path

import pytest

from crmcli.dedupe.search import search
from crmcli.dedupe.settings import Settings
from crmcli.dedupe.table import Column

DATA = Path(__file__).parents[2] / "shared" / "data" / "dedupe"


def pairs(counts: Counter[object]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data is not there")
@pytest.mark.parametrize(
    ("name", "kind", "least"),
    [
        ("febrl1", "person", 0.998),
        ("fake1000", "person", 0.945),
        ("crm10k", "person", 0.95),
        ("dhlead_medium", "person", 0.876),
        ("restaurant", "organisation", 0.95),
        ("org10k", "organisation", 0.958),
        ("dhaccount_medium", "organisation", 0.97),
    ],
)
def test_groups_are_those_of_the_truth(name: str, kind: str, least: float) -> None:
    meanings = json.loads((DATA / f"{name}.types.json").read_text())
    with lzma.open(DATA / f"{name}.csv.xz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table = [Column(column, meaning, [row[column] for row in rows]) for column, meaning in meanings.items()]
    group = dict.fromkeys(range(len(rows)), -1)
    for number, found in enumerate(search(table, Settings(kind)).groups):
        group |= dict.fromkeys(found.rows, number)
    truth = [row["ent"] for row in rows]
    said = Counter(number for number in group.values() if number >= 0)
    both = Counter((truth[row], number) for row, number in group.items() if number >= 0)
    f1 = 2 * pairs(both) / (pairs(said) + pairs(Counter(truth)))
    assert f1 >= least
