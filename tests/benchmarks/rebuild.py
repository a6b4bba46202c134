"""A lost index: what the next command needs to make it again, against reading the shards with orjson."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench import Bench
from timing import PYTHON, Command, Figure, run

LOADS = """
import glob, orjson, sys
for path in glob.glob(sys.argv[1] + "/data/contact/*.json"):
    with open(path, "rb") as shard:
        orjson.loads(shard.read())
"""
ROUNDS = 3


def figures(bench: Bench) -> Iterator[Figure]:
    """The first command after the index is gone, less the same command with it."""
    folder = bench.workspace(bench.rows)
    list_one = bench.crm(folder, "list", "contacts", "--limit", "1")
    loads = Command((PYTHON, "-c", LOADS, folder))
    rebuilt, plain = [], []
    for _ in range(ROUNDS):
        bench.forget(folder)
        rebuilt.append(run(list_one).seconds)
        plain.append(run(loads).seconds)
    net = median(rebuilt) - run(list_one).seconds
    detail = f"{net:.2f} s against {median(plain):.2f} s"
    yield Figure(f"index rebuild at {bench.rows:,}", net / median(plain), 7, "x", detail)
