"""A pytest plugin for TinyDB's own test suite: its JSONStorage is our storage.

What is deselected tests how JSONStorage is built, not how a database on it behaves; each with its reason.
"""

from __future__ import annotations

import tinydb
import tinydb.storages

from crmcli.store.storage import ShardStorage

NOT_OURS = {
    "test_storages.py::test_json_kwargs": "indent, separators, key order: a data file has one canonical form",
    "test_storages.py::test_encoding": "a data file is UTF-8",
    "test_storages.py::test_json_read": "access modes: a store that only reads never writes",
    "test_storages.py::test_json_invalid_mode_warning": "likewise",
    "test_storages.py::test_create_dirs": "the store makes an object's folder, with the workspace's mode",
    "test_middlewares.py::test_caching_json_write": "looks into JSONStorage's open file; we keep none open",
    "test_tables.py::test_table_repr[json]": "expects the class to be called JSONStorage",
}

tinydb.storages.JSONStorage = tinydb.JSONStorage = ShardStorage
tinydb.TinyDB.default_storage_class = ShardStorage


def pytest_collection_modifyitems(config, items):
    """Deselect what is not ours; a name that no longer exists is an error."""
    names = {item.nodeid.split("/")[-1]: item for item in items}
    for name in NOT_OURS:
        items.remove(names[name])
    config.hook.pytest_deselected(items=[names[name] for name in NOT_OURS])
