"""What the benchmarks run on: workspaces of any number of contacts, made once by `crm import` and kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from people import write_csv
from timing import BIN, Command, Run, run

INIT = ["init", ".", "--name", "Bench", "--currency", "EUR", "--time-zone", "Europe/Amsterdam", "--country", "NL"]


@dataclass(frozen=True)
class Bench:
    """Sizes and the folder for everything that is made; `small` is what `rows` is compared with."""

    scratch: Path
    rows: int
    small: int
    runs: int

    def csv(self, rows: int) -> Path:
        """A CSV file of that many people."""
        return write_csv(self.scratch / f"people-{rows}.csv", rows)

    def crm(self, folder: Path, *words: object) -> Command:
        """A command in a workspace, with a cache and a configuration that belong to it alone."""
        own = {"XDG_CACHE_HOME": f"{folder}.cache", "XDG_CONFIG_HOME": f"{folder}.config", "TZ": "UTC", "NO_COLOR": "1"}
        return Command((BIN / "crm", *words), folder, own)

    def empty(self, name: str, *flags: str) -> Path:
        """A new workspace without records, made with these flags; one of that name that is there is thrown away."""
        folder = self.scratch / name
        for path in (folder, *self.scratch.glob(f"{name}.c*")):
            shutil.rmtree(path, ignore_errors=True)
        folder.mkdir(parents=True)
        run(self.crm(folder, *INIT, *flags))
        return folder

    def imports(self, folder: Path, rows: int) -> Run:
        """Import that many people, associated with their companies."""
        return run(self.crm(folder, "import", "contacts", self.csv(rows), "--associate-companies"))

    def workspace(self, rows: int) -> Path:
        """A workspace with that many contacts and a tenth of that companies; kept for the next run."""
        return self.kept(f"crm-{rows}", lambda folder: self.imports(folder, rows))

    def kept(self, name: str, fill: Callable[[Path], object]) -> Path:
        """A workspace that is filled once and kept for the next run."""
        whole = self.scratch / f"{name}.complete"
        if not whole.exists():
            fill(self.empty(name))
            whole.touch()
        return self.scratch / name

    @cached_property
    def pair(self) -> tuple[Path, Path]:
        """The large workspace and the small one."""
        return self.workspace(self.rows), self.workspace(self.small)

    def forget(self, folder: Path) -> None:
        """Remove all that crm derived from a workspace."""
        shutil.rmtree(f"{folder}.cache", ignore_errors=True)

    def index(self, folder: Path) -> Path:
        """The index of a workspace."""
        (index,) = Path(f"{folder}.cache").rglob("index.sqlite")
        return index
