"""What merging duplicates would do, group by group; and merging those that are sure without asking."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.association_refusals import AssociationRule
from crmcli.services.duplicates.finding import settings_of
from crmcli.services.duplicates.judgements import judged
from crmcli.services.duplicates.primaries import primary_first
from crmcli.services.merging.merging import merge, merge_all
from crmcli.services.merging.plans import MergeRecords, plan_merge
from crmcli.services.merging.refusals import MergeRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.services.duplicates.finding import DuplicateGroup, Duplicates
    from crmcli.services.merging.plans import MergePlan
    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written

# What properties mean of which no one has two: records that differ there are not merged unseen.
_IDENTITY = ("id", "date")


@frozen
class Proposal:
    """A group of duplicates: what merging it would do, or why it is `left` alone; `refs` with the kept one first."""

    group: DuplicateGroup
    refs: tuple[Ref, ...]
    plan: MergePlan | None
    left: str


@frozen
class Automatic:
    """What was merged without asking; `left` are groups as sure that were not, `less_sure` counts the others."""

    written: Written
    left: tuple[Proposal, ...]
    less_sure: int


def merge_sure(workspace: Workspace, duplicates: Duplicates, least: float, *, dry_run: bool = False) -> Automatic:
    """Merge the groups that are as probable as `least` and have no conflict, all in one operation."""
    sure = [group for group in duplicates.groups if group.probability >= least]
    proposals = list(propose(workspace, duplicates, sure, careful=True))
    requests = [each.plan.request for each in proposals if each.plan and not each.left]
    written = merge_all(workspace, requests, dry_run=dry_run)
    left = tuple(each for each in proposals if each.left)
    return Automatic(written, left, len(duplicates.groups) - len(sure))


def propose(
    workspace: Workspace, duplicates: Duplicates, groups: Sequence[DuplicateGroup], *, careful: bool = False
) -> Iterator[Proposal]:
    """Say of groups what merging them would do; where it is refused, why.

    A `careful` proposal also leaves alone what somebody was unsure of, and records of which a value differs that no
    one has two of.
    """
    unsure = judged(workspace, duplicates.object_name).unsure
    identity = _identity(workspace, duplicates.object_name)
    ruled = _ruled(workspace, duplicates.object_name, groups)
    for group, refs in zip(groups, primary_first(workspace, [group.refs for group in groups]), strict=True):
        request = MergeRecords(refs[0], refs[1:])
        try:
            plan = plan_merge(workspace, request)
            if sum(ref.id in ruled for ref in refs) > 1:  # what they have together may be too much
                merge(workspace, request, dry_run=True)
        except (MergeRefused, AssociationRule) as refusal:
            yield Proposal(group, refs, None, refusal.message)
            continue
        left = ""
        if careful and any((a.id, b.id) in unsure for a, b in combinations(sorted(refs), 2)):
            left = "somebody was unsure of it"
        elif careful:
            left = ", ".join(f"other {each.label.lower()}" for each in plan.conflicts if each.property in identity)
        yield Proposal(group, refs, plan, left)


def _ruled(workspace: Workspace, object_name: str, groups: Sequence[DuplicateGroup]) -> set[int]:
    """Give which records of the groups have associations that rules are about."""
    ids, store = [ref.id for group in groups for ref in group.refs], workspace.store
    return {
        record_id
        for pair in workspace.model.pairs_of(object_name, store.pairs_in_use())
        if pair.ruled
        for name, from_owner in ((pair.owner, True), (pair.other, False))
        if name == object_name
        for record_id in store.having(pair, ids, from_owner=from_owner)
    }


def _identity(workspace: Workspace, object_name: str) -> set[str]:
    """Give the properties of which no record has two values: keys that go by no second property, and by meaning."""
    found = workspace.model.objects[object_name]
    meanings = settings_of(workspace, found).rules.meanings
    several = {prop.additional_of for prop in found.properties.values()}
    keys = {prop.name for prop in found.properties.values() if prop.unique and prop.name not in several}
    return keys | {name for name, meaning in meanings.items() if meaning in _IDENTITY}
