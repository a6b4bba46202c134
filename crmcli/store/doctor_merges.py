"""What doctor says of merged records: each leads to one that is there, or that was deleted, and their keys too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmcli.store.doctor import Examination


def examine_merges(name: str, read: Examination) -> Iterator[Problem]:
    """Give what is wrong with the merged records of an object whose files were read."""
    roots = {record_id: _root(record_id, read.merged) for record_id in read.merged}
    for record_id, root in roots.items():
        ref, hint = f"{name}:{record_id}", f"take it out again: crm unmerge {name}:{record_id}"
        if root is None:
            yield Problem(read.paths[record_id], f"{ref} was merged into a record that was merged into it", hint)
        elif root not in read.ids and root not in read.gone:
            yield Problem(read.paths[record_id], f"{ref} was merged into {name}:{root}, and there is none", hint)
    for record_id, key, value in read.held:
        root, holder = roots[record_id], read.holder(key, value)
        if root in read.ids and holder not in (None, root):  # what a deleted record had is free
            what = f'{name}:{holder} and {name}:{record_id}, which is merged, share {key.property.label} "{value}"'
            hint = f"give that one another one: crm set {name}:{holder} …"
            yield Problem(read.paths[record_id], what, hint)


def _root(record_id: int, merged: Mapping[int, int]) -> int | None:
    """Give what a merged record leads to; None where it leads back to itself."""
    followed = {record_id}
    now = merged[record_id]
    while now in merged:
        if now in followed:
            return None
        followed.add(now)
        now = merged[now]
    return now
