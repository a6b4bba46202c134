"""Durable single writes: `crm create` and `crm set`, their time against a small workspace, their fsyncs."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from bench import Bench
from timing import Command, Figure, milliseconds, ratio, run


def create() -> list[str]:
    """A contact that is in no workspace yet."""
    return ["create", "contact", f"lastname=Made {time.time_ns()}", "jobtitle=Engineer", "city=Utrecht"]


def set_() -> list[str]:
    """A change of a property that has a value, to one it never had."""
    return ["set", "contact:10", f"jobtitle=Engineer {time.time_ns()}"]


def figures(bench: Bench) -> Iterator[Figure]:
    """Create and set at both sizes in turn, then one of each under strace."""
    large, small = bench.pair
    for verb, words in (("create", create), ("set", set_)):
        rounds = [
            [run(bench.crm(folder, *words())).seconds for folder in (large, small)] for _ in range(bench.runs + 1)
        ]
        ours, at_small = (list(column) for column in zip(*rounds[1:], strict=True))
        detail = f"{milliseconds(ours)} against {milliseconds(at_small)}"
        yield Figure(f"{verb}, against {bench.small:,}", ratio(ours, at_small), 1.3, "x", detail)
        if shutil.which("strace"):
            data, index = fsyncs(bench.crm(large, *words()), bench.scratch / "fsync.log")
            yield Figure(f"{verb}, fsyncs of data and journal", data, 3, "fsyncs", f"{index} more for the index")


def fsyncs(command: Command, log: Path) -> tuple[int, int]:
    """Count the fsyncs of files and folders in the workspace, and of all others."""
    traced = ("strace", "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", log, *command.words)
    run(Command(traced, command.folder, command.variables))
    calls = [line for line in log.read_text(encoding="utf-8").splitlines() if "sync(" in line]
    inside = [line for line in calls if f"<{command.folder}/" in line or f"<{command.folder}>" in line]
    return len(inside), len(calls) - len(inside)
