"""The store: where records live. TinyDB data files, a journal beside them, and an SQLite index derived from both."""

from __future__ import annotations

from crmcli.store.store import Store, open_store
from crmcli.store.values import (
    Association,
    HistoryEntry,
    Hit,
    Intent,
    KeyHit,
    LaterChange,
    Operation,
    Record,
    Tombstone,
)

__all__ = [
    "Association",
    "HistoryEntry",
    "Hit",
    "Intent",
    "KeyHit",
    "LaterChange",
    "Operation",
    "Record",
    "Store",
    "Tombstone",
    "open_store",
]
