"""Time whole commands: seconds and peak memory of a process, runs that are compared alternating."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

PYTHON = sys.executable
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Command:
    """What is run: its words, in which folder, with which variables beside the usual ones."""

    words: tuple[object, ...]
    folder: Path = Path()
    variables: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join(map(str, self.words))


@dataclass(frozen=True)
class Run:
    """One run of a command: seconds by the clock, or of processors where it is `busy`; peak resident memory in MiB."""

    seconds: float
    peak: float


@dataclass(frozen=True)
class Figure:
    """One measured number beside the one that was promised: `value` and `limit` are both in `unit`."""

    what: str
    value: float
    limit: float | None
    unit: str
    detail: str = ""

    def row(self) -> str:
        """One row of the table in README.md."""
        limit = "" if self.limit is None else f"<= {self.limit:g} {self.unit}"
        verdict = "" if self.limit is None else ("yes" if self.value <= self.limit else "**no**")
        return f"| {self.what} | {self.value:.3g} {self.unit} | {limit} | {verdict} | {self.detail} |"


# Whether seconds are those in which processors worked for a command, instead of the clock's.
busy = False

# Bare start-up, the unit of what a short command costs.
P = Command((PYTHON, "-c", "pass"))


def run(command: Command, into: Path = Path(os.devnull)) -> Run:
    """Run a command to its end, its output into a file; its own standard error is shown when it fails."""
    foreign = ("CRM_", "PYTHONDONTWRITEBYTECODE")  # users have compiled modules
    environment = {k: v for k, v in os.environ.items() if not k.startswith(foreign)} | dict(command.variables)
    started = time.perf_counter()
    with into.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command.words],
            cwd=command.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
        )
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command}: exit {process.returncode}\n{complaint.decode(errors='replace')}")
    return Run(usage.ru_utime + usage.ru_stime if busy else seconds, usage.ru_maxrss / 1024)


def alternate(runs: int, *commands: Command) -> list[list[float]]:
    """Give the seconds of each command: all are run in turn, so that the machine's moods meet all alike.

    A first round warms files and caches and is not counted.
    """
    rounds = [[run(command).seconds for command in commands] for _ in range(runs + 1)]
    return [list(column) for column in zip(*rounds[1:], strict=True)]


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Give the median of the ratios of paired runs."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))


def milliseconds(times: list[float]) -> str:
    """Say a median and its least run."""
    return f"{median(times) * 1000:.0f} ms (least {min(times) * 1000:.0f})"
