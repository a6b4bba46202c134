"""What a tombstone keeps, read from its data file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.store.files import read_if_there, shard_path
from crmcli.store.shard import number_of, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.store.store import Store


def kept_record(store: Store, object_name: str, record_id: int) -> Mapping[str, object]:
    """The values of a merged record, as they were when it was merged; none where the file says nothing of it.

    Raises DamagedFile.
    """
    path = shard_path(object_name, number_of(record_id))
    content = read_if_there(os.path.join(store.root, path))
    tombstone = parse(content, object_name, path).tombstones.get(record_id, {}) if content else {}
    record = tombstone.get("record")
    return record if isinstance(record, dict) else {}
