"""A workspace folder for the tests of the store, with the built-in model: opened and written as commands do."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crmcli.cli.place import cache_folder
from crmcli.model.compiled import load_model
from crmcli.model.settings import read_settings
from crmcli.store import Intent, Store, open_store

MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SETTINGS = """\
format = 1

[workspace]
id = "0123456789abcdef"
name = "Analytical"
currency = "EUR"
time_zone = "Europe/Amsterdam"
country = "NL"
"""


@dataclass
class Folder:
    """A workspace's folder, its cache and the user's configuration; each write is a minute later than the last."""

    root: Path
    cache: Path
    config: Path
    moment: datetime = field(default=MOMENT)

    def open(self) -> Store:
        """Open the store as a new command would."""
        root, cache = str(self.root), str(self.cache)
        return open_store(root, cache, load_model(root, cache), read_settings(root), config=str(self.config))

    @contextmanager
    def opened(self):
        """An open store, closed at the end."""
        store = self.open()
        try:
            yield store
        finally:
            store.close()

    def intent(self, command="crm test", **more) -> Intent:
        self.moment += timedelta(minutes=1)
        return Intent(command, "ada", self.moment, **more)

    @contextmanager
    def writing(self, *, dry_run=False, **more):
        """A transaction of a command of its own, committed at the end."""
        with self.opened() as store, store.write(self.intent(**more), dry_run=dry_run) as change:
            yield change
            change.commit()

    def create(self, object_name, *, record_id=None, **values) -> int:
        with self.writing() as change:
            return change.create(object_name, values, record_id=record_id)

    def set(self, object_name, record_id, **values) -> None:
        with self.writing() as change:
            change.set(object_name, record_id, values)

    def values(self, object_name, record_id):
        """A record's values as a new command reads them; None where there is none."""
        with self.opened() as store:
            record = store.record(object_name, record_id)
            return record and dict(record.values)

    def shard(self, object_name="contact", number=0) -> Path:
        return self.root / "data" / object_name / f"{number:05d}.json"

    def journals(self) -> list[Path]:
        return sorted((self.root / "journal").glob("*.jsonl"))

    def everything(self) -> dict[str, bytes]:
        """Every file of the workspace by its path: what must not change where nothing is written."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and ".git" not in path.parts
        }


def make_folder(base: Path, *, settings: str = SETTINGS) -> Folder:
    """Make a workspace below `base`."""
    root = base / "crm"
    root.mkdir(parents=True)
    (root / "crm.toml").write_text(settings, encoding="utf-8")
    return Folder(root, Path(cache_folder(str(root))), base / "config")


def write_elsewhere(path: Path, text: str | bytes) -> None:
    """Write a file as an editor would, its time long enough ago to be trusted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    past = MOMENT.timestamp() - len(str(path)) - next(_ticks)
    os.utime(path, (past, past))


_ticks = iter(range(10**9))


# What of an index must not depend on how it came about: all but files' stamps and the journal's bytes read.
COMPARED = ("_association", "_creation", "_damaged", "_dangling", "_history", "_key", "_operation", "_tombstone")


def index_tables(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """The rows of every table of an index, in an order of their own."""
    names = [*COMPARED, *store.model.objects]
    read = {name: store.index.connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    return {name: sorted(rows, key=repr) for name, rows in read.items()}
