"""A pytest plugin for TinyDB's own test suite: its JSONStorage is our storage.

What is deselected tests how JSONStorage is built, not how a database on it behaves; each with its reason.
"""

from __future__ import annotations

import tinydb
import tinydb.storages

from crmcli.store.storage import ShardStorage

NOT_OURS = {
    "test_storages.py::test_json": "writes what is no database: numbers and lists in the place of tables",
    "test_storages.py::test_json_kwargs": "indent, separators, key order: a data file has one canonical form",
    "test_storages.py::test_encoding": "a data file is UTF-8",
    "test_storages.py::test_json_invalid_mode_warning": "warns of modes that truncate; ours never does",
    "test_middlewares.py::test_caching_json_write": "looks into JSONStorage's open file; we keep none open",
    "test_tables.py::test_table_repr[json]": "expects the class to be called JSONStorage",
}


class UnescapedStorage(ShardStorage):
    """Takes the one option of `json.dumps` that the suite gives and that a data file always has."""

    def __init__(self, path, *, ensure_ascii=False, **options):
        assert not ensure_ascii
        super().__init__(path, **options)


tinydb.storages.JSONStorage = tinydb.JSONStorage = UnescapedStorage
tinydb.TinyDB.default_storage_class = UnescapedStorage


def pytest_collection_modifyitems(config, items):
    """Deselect what is not ours; a name that no longer exists is an error."""
    names = {item.nodeid.split("/")[-1]: item for item in items}
    for name in NOT_OURS:
        items.remove(names[name])
    config.hook.pytest_deselected(items=[names[name] for name in NOT_OURS])
