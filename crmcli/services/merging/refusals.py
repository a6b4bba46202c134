"""Merges that are refused, each with the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.references import Ref, UnknownReference
from crmcli.services.titles import shown_value
from crmcli.store.merge_reading import survivor_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Label, Pair
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Record


class MergeRefused(CrmError):
    """Records that cannot be merged as they are."""

    exit_code = ExitCode.CONFLICT


class MergedWithItself(MergeRefused):
    """A record to be merged with itself, or named twice."""

    exit_code = ExitCode.USAGE

    def __init__(self, ref: Ref) -> None:
        super().__init__(f"{ref} cannot be merged with itself", "Name two records; see which there are: crm search")


class DifferentObjects(MergeRefused):
    """Records of several objects to be merged."""

    exit_code = ExitCode.USAGE

    def __init__(self, keep: Ref, other: Ref) -> None:
        super().__init__(
            f"{keep} and {other} are records of different objects", f"Associate them instead: crm link {keep} {other}"
        )


class MergedAlready(MergeRefused):
    """A record that was merged before."""

    def __init__(self, ref: Ref, into: Ref) -> None:
        super().__init__(f"{ref} is merged into {into} already", f"Take it out again: crm unmerge {ref}")


class InTwoGroups(MergeRefused):
    """A record that several of the groups to be merged at once have."""

    exit_code = ExitCode.USAGE

    def __init__(self, ref: Ref) -> None:
        super().__init__(f"{ref} is in two of the groups to be merged", "Put it into one of them, or join the two")


class DifferentPipelines(MergeRefused):
    """Records whose stages are of different pipelines, so that neither says where the merged one stands."""

    def __init__(self, keep: tuple[Ref, str], other: tuple[Ref, str], word: str) -> None:
        super().__init__(
            f"{keep[0]} is in the pipeline {keep[1]} and {other[0]} in {other[1]}",
            f"Move one of them first: crm move {other[0]} STAGE --pipeline {word}",
        )


class RelatedRecords(MergeRefused):
    """A record and one above it: merged, it would come to be its own ancestor."""

    def __init__(self, above: Ref, below: Ref, label: str, *, direct: bool) -> None:
        what = f"{above} is {label} of {below}"
        way = "" if direct else ", by others between them"
        super().__init__(
            f"{what}{way}, so the two cannot become one",
            f'Take that apart first: crm unlink {above} {below} --label "{label}"'
            if direct
            else f"Take the way between them apart first; see it: crm graph {above}",
        )


class NotTaken(MergeRefused):
    """A value to be taken from a record that is not among those to be merged."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str, ref: Ref, refs: Sequence[Ref]) -> None:
        super().__init__(f'"{name}" cannot be taken from {ref}', f"Take it from one of {', '.join(map(str, refs))}")


def records_to_merge(workspace: Workspace, refs: Sequence[Ref]) -> list[Record]:
    """Give the records that are to become one, the kept one first; raise what speaks against it."""
    keep = refs[0]
    for place, ref in enumerate(refs):
        if ref in refs[:place]:
            raise MergedWithItself(ref)
        if ref.object_name != keep.object_name:
            raise DifferentObjects(keep, ref)
    found = {record.id: record for record in workspace.store.records(keep.object_name, [ref.id for ref in refs])}
    for ref in refs:
        if ref.id not in found:
            root = survivor_of(workspace.store, ref.object_name, ref.id)
            if root not in (None, ref.id):
                raise MergedAlready(ref, Ref(ref.object_name, int(str(root))))
            raise UnknownReference(f"There is no {ref}", f"See which there are: crm list {ref.object_name}")
    records = [found[ref.id] for ref in refs]
    _check_pipelines(workspace, records)
    return records


def _check_pipelines(workspace: Workspace, records: Sequence[Record]) -> None:
    found = workspace.model.objects[records[0].object_name]
    name = found.roles.get("pipeline")
    if not name or not found.pipelines:
        return
    first = records[0]
    for other in records[1:]:
        if first.values.get(name) != other.values.get(name) and None not in (
            first.values.get(name),
            other.values.get(name),
        ):
            (keep, kept), (ref, shown) = (
                (Ref(each.object_name, each.id), shown_value(found, name, each.values, workspace.context))
                for each in (first, other)
            )
            raise DifferentPipelines((keep, kept), (ref, shown), str(first.values[name]))


def check_related(workspace: Workspace, refs: Sequence[Ref]) -> None:
    """Raise RelatedRecords where one record is above another by a label that never leads back."""
    pair = workspace.model.pair(refs[0].object_name, refs[0].object_name)
    ids = [ref.id for ref in refs]
    for label in pair.labels if pair else ():
        if not label.acyclic or not pair:
            continue
        for ref in refs:
            below = _below(workspace, pair, label, ref.id)
            for other in ids:
                if other in below:
                    raise RelatedRecords(ref, Ref(ref.object_name, other), label.name, direct=below[other])


def _below(workspace: Workspace, pair: Pair, label: Label, start: int) -> dict[int, bool]:
    """Give the records to which a label leads from one, and whether it does so at once."""
    found: dict[int, bool] = {}
    waiting, direct = [start], True
    while waiting:
        links = workspace.store.associated(pair, waiting, from_owner=True)
        waiting = [link.other_id for link in links if label.name in link.labels and link.other_id not in found]
        found.update(dict.fromkeys(waiting, direct))
        direct = False
    return found
