"""What belongs to a record alone: those that were merged into it, and those that are associated with nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.store import journal, tokens
from crmcli.store.cleansed import put_aside_shards
from crmcli.store.files import JOURNAL, journal_names, read_if_there, shard_path
from crmcli.store.shard import number_of, parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from crmcli.store.cleansing import End
    from crmcli.store.store import Store


def absorbed(store: Store, end: End) -> list[End]:
    """The records that were merged into one, and into those, in order of id."""
    name, first = end
    found, waiting = {first}, [first]
    while waiting:
        rows = store.index.connection.execute(
            "SELECT first FROM _tombstone WHERE object = ? AND into_id = ?", (name, waiting.pop())
        )
        new = [record_id for (record_id,) in rows if record_id not in found]
        found.update(new)
        waiting += new
    return [(name, record_id) for record_id in sorted(found - {first})]


def held_by_tombstone(store: Store, end: End) -> Mapping[str, object]:
    """The values that a record's tombstone keeps, as that of a merged one does; none where it keeps none."""
    name, record_id = end
    path = shard_path(name, number_of(record_id))
    content = read_if_there(os.path.join(store.root, path))
    row = parse(content, name, path).tombstones.get(record_id, {}) if content else {}
    kept = row.get("record")
    return kept if isinstance(kept, dict) else {}


# Who has an association with a record: it is the other end as shown, or as the file has it, or is not shown.
_FROM = (
    "SELECT owner FROM _association WHERE pair = ? AND other = ?",
    "SELECT owner FROM _association WHERE pair = ? AND via = ? AND via IS NOT NULL",
    "SELECT owner FROM _dangling WHERE pair = ? AND other = ?",
)


def ends_of(store: Store, end: End) -> set[End]:
    """The other ends of a record's associations as files have them, those with records that are gone among them."""
    name, record_id = end
    execute = store.index.connection.execute
    found: set[End] = set()
    for pair in store.model.pairs_of(name):
        if pair.owner == name:
            rows = execute("SELECT other FROM _filed WHERE pair = ? AND owner = ?", (pair.code, record_id))
            found.update((pair.other, other) for (other,) in rows)
        for query in _FROM if pair.other == name else ():
            found.update((pair.owner, owner) for (owner,) in execute(query, (pair.code, record_id)))
    return found


def removed_with(root: str, references: Collection[str], objects: Collection[str]) -> set[End]:
    """The records of these objects that were removed while they were associated with these references alone."""
    marks = [f'"{reference}"'.encode() for reference in references]
    found = {end for end, links in _removed(root, marks) if links and set(links) <= set(references)}
    return {end for end in found if end[0] in objects}


def _removed(root: str, marks: Collection[bytes]) -> Iterator[tuple[End, Mapping[str, object]]]:
    """Records that were removed with the associations that they had, by the journal and by files put aside."""
    for name in journal_names(root):
        for entry in journal.read(os.path.join(root, JOURNAL, name), name)[0]:
            for line in entry.lines:
                if line.startswith(b'{"removed"') and any(mark in line for mark in marks):
                    change = tokens.loads(line)
                    yield (change["removed"], change["id"]), change["links"]
    for path, name in put_aside_shards(root):
        content = read_if_there(os.path.join(root, path)) or b""
        if any(mark in content for mark in marks):
            for record_id, links in parse(content, name, path).associations.items():
                yield (name, record_id), links
