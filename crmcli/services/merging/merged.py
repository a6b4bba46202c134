"""The records that were merged into others: found by their own reference or by that of the survivor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.references import SHOWN, Ref
from crmcli.services.titles import title_from
from crmcli.store.merge_reading import absorbed_by
from crmcli.store.merging import NotMerged
from crmcli.store.tombs import kept_record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.services.workspace import Workspace


@frozen
class MergedRecord:
    """A record that was merged into another: `into` as it was then, `title` as it was called."""

    ref: Ref
    title: str
    into: Ref


class SeveralMerged(CrmError):
    """A survivor of several records, where one that was merged is to be named."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, survivor: Ref, records: Sequence[MergedRecord]) -> None:
        self.records = tuple(records)
        named = ", ".join(f"{each.ref} ({each.title})" for each in records[:SHOWN])
        super().__init__(f"{len(records):,} records were merged into {survivor}", f"Say which one: {named}")


def merged_record(workspace: Workspace, text: str, find: Callable[[str], Ref]) -> Ref:
    """Give the merged record that `text` means: by its own reference, or as the only one that a record survived.

    Raises NotMerged, SeveralMerged, and what finding raises.
    """
    head, colon, tail = text.strip().partition(":")
    if colon and tail.isascii() and tail.isdecimal() and len(tail) < 19:
        own = Ref(workspace.any_object(head).name, int(tail))
        tombstone = workspace.store.tombstone(own.object_name, own.id)
        if tombstone is not None and tombstone.into is not None and not workspace.store.exists(own.object_name, own.id):
            return own
    survivor = find(text)
    records = merged_records(workspace, survivor)
    if not records:
        raise NotMerged(survivor.object_name, survivor.id)
    if len(records) > 1:
        raise SeveralMerged(survivor, records)
    return records[0].ref


def merged_records(workspace: Workspace, ref: Ref) -> tuple[MergedRecord, ...]:
    """Give the records that were merged into one, or into one of these, by their ids."""
    found = []
    for record_id in absorbed_by(workspace.store, ref.object_name, ref.id):
        each = Ref(ref.object_name, record_id)
        tombstone = workspace.store.tombstone(ref.object_name, record_id)
        into = Ref(ref.object_name, (tombstone.into if tombstone else None) or ref.id)
        found.append(MergedRecord(each, title_from(workspace, each, kept_record(workspace.store, *_end(each))), into))
    return tuple(found)


def _end(ref: Ref) -> tuple[str, int]:
    return ref.object_name, ref.id
