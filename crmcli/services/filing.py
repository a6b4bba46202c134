"""Putting an activity on the records that it is about, and on those that the schema's rules add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.records import add
from crmcli.services.references import Ref, records_of
from crmcli.services.stages import is_over

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import Also, ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction
    from crmcli.types.base import Stored


def file_activity(
    workspace: Workspace,
    change: Transaction,
    found: ObjectType,
    given: Mapping[str, Stored],
    refs: Sequence[Ref],
) -> Ref:
    """Make an activity within a transaction, associated with these records; give its reference."""
    ref, _ = add(workspace, change, found, given, force=change.intent.force)
    for other in dict.fromkeys(refs):
        change.link((ref.object_name, ref.id), (other.object_name, other.id))
    return ref


def by_rule(workspace: Workspace, found: ObjectType, refs: Sequence[Ref]) -> list[Ref]:
    """Give the records that an activity on these records is associated with too, each once.

    They are what `associate_also` of the records' objects says, as far as the activity associates with them.
    """
    added = [
        other
        for ref in refs
        for also in workspace.model.objects[ref.object_name].associate_also
        if workspace.model.pair(found.name, also.object) is not None
        for other in _associates(workspace, ref, also)
    ]
    return [ref for ref in dict.fromkeys(added) if ref not in refs]


def _associates(workspace: Workspace, ref: Ref, also: Also) -> list[Ref]:
    """Give the records that a rule means: the primary one, or those that meet its condition, newest first."""
    pair = workspace.model.pair(ref.object_name, also.object)
    if pair is None:
        return []
    owns = pair.owner == ref.object_name
    there = workspace.store.associated(pair, (ref.id,), from_owner=owns)
    if owns:
        there = [one for one in there if one.primary] or there
    refs = [Ref(also.object, number) for number in sorted({one.other_id for one in there}, reverse=True)]
    if also.open:
        found = workspace.model.objects[also.object]
        is_open = {record.id for record in records_of(workspace, refs) if not is_over(found, record.values)}
        refs = [ref for ref in refs if ref.id in is_open]
    return _meeting(workspace, refs, also)[: also.limit]


def _meeting(workspace: Workspace, refs: list[Ref], also: Also) -> list[Ref]:
    """Keep the records that meet the condition of a rule."""
    if not also.where or not refs:
        return refs
    from crmcli.query import Selection, select

    where = f"id in ({', '.join(str(ref.id) for ref in refs)}) and ({also.where})"
    wanted = Selection(workspace.model.objects[also.object], where=where, sort=("-id",))
    rows = workspace.store.rows(select(wanted, workspace.model, workspace.context))
    return [Ref(also.object, row[0]) for row in rows]
