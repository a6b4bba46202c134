"""Plans of merges: what a search for duplicates proposes, kept in a file that people and programs edit, done later."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from crmcli.frozen import frozen, replace
from crmcli.services.duplicates.explaining import Explaining
from crmcli.services.duplicates.judgements import VERDICTS
from crmcli.services.duplicates.proposals import propose
from crmcli.services.merging.merging import merge_all
from crmcli.services.merging.plans import MergeRecords, plan_merge
from crmcli.services.plans import BadPlan, PlanOutdated, changed_since, check_place, write_plan
from crmcli.services.references import Ref, records_of
from crmcli.services.validation import check_settable
from crmcli.store.judgements import judge
from crmcli.store.values import differ
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.duplicates.explaining import Evidence
    from crmcli.services.duplicates.finding import Duplicates, GroupLink
    from crmcli.services.duplicates.proposals import Proposal
    from crmcli.services.plans import PlanFile
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.transaction import Transaction
    from crmcli.types.base import Stored

KIND = "merge"
MERGE, SKIP = "merge", "skip"  # what a plan may say of a group, besides a verdict
_DIGITS = 18  # of any id that the index holds
_LEAST = 0.05  # bits: evidence that says less is not told
DECISIONS = (MERGE, *VERDICTS, SKIP)


class BadGroup(BadPlan):
    """A group of a plan of merges that cannot be read; groups are counted from 1."""

    def __init__(self, path: str, number: int, why: str) -> None:
        super().__init__(path, f"group {number}: {why}", "Mend it there, or set its decision to skip")


@frozen
class PlannedGroup:
    """One group of a plan: what is decided of it, and what its records held when it was planned."""

    number: int
    decision: str
    keep: Ref
    others: tuple[Ref, ...]
    values: Mapping[str, Stored | None]
    records: Mapping[Ref, Mapping[str, Stored]]


def save_plan(workspace: Workspace, duplicates: Duplicates, path: str) -> Sequence[Proposal]:
    """Keep in a file what is proposed for every group, and give it. Raises PlanExists."""
    check_place(path)  # before the work
    proposals = list(propose(workspace, duplicates, duplicates.groups))
    pairs = ((link.like, link.ref) for each in proposals for link in each.group.links)
    evidence = Explaining(duplicates.search).evidence_of(pairs)
    groups = [_entry(workspace, each, evidence) for each in proposals]
    write_plan(workspace, path, KIND, {"object": duplicates.object_name, "groups": groups})
    return proposals


def _entry(workspace: Workspace, proposal: Proposal, evidence: Iterator[tuple[Evidence, ...]]) -> dict[str, object]:
    """Give what a plan says of a group; `evidence` gives that of its links, in their order."""
    keep, *others = map(str, proposal.refs)
    records = workspace.store.records(proposal.refs[0].object_name, [ref.id for ref in proposal.refs])
    held = {f"{record.object_name}:{record.id}": record.values for record in records}
    choices = proposal.plan.choices if proposal.plan else ()
    return {
        "decision": MERGE if proposal.plan else SKIP,
        **({} if proposal.plan else {"refused": proposal.left}),
        "probability": round(proposal.group.probability, 6),
        "reasons": [_reason(link, next(evidence)) for link in proposal.group.links],
        "keep": keep,
        "merge": others,
        "values": {choice.property: choice.value for choice in choices},
        "records": {ref: dict(held[ref]) for ref in (keep, *others)},
    }


def _reason(link: GroupLink, evidence: Sequence[Evidence]) -> str:
    words = ", ".join(f"{each.words} {each.bits:+.1f}" for each in evidence if abs(each.bits) >= _LEAST)
    return f"{link.ref} is like {link.like}: {words}"


def apply_plan(workspace: Workspace, plan: PlanFile, *, dry_run: bool = False) -> Written:
    """Do what a plan says, merges and judgements in one operation.

    Raises BadPlan, PlanOutdated where a record is not what the plan says, and what merging refuses: nothing is done.
    """
    groups = planned_groups(workspace, plan)
    _check_unchanged(workspace, plan, groups)
    requests = [_request(workspace, plan, group) for group in groups if group.decision == MERGE]

    def before(change: Transaction) -> None:
        _check_unchanged(workspace, plan, groups)  # once more, when nobody else can write
        for (name, a, b), verdict in _verdicts(groups).items():
            judge(workspace.store, change, name, (a, b), verdict)

    return merge_all(workspace, requests, dry_run=dry_run, before=before)


def planned_groups(workspace: Workspace, plan: PlanFile) -> tuple[PlannedGroup, ...]:
    """Read the groups of a plan; those that are skipped are left out. Raises BadPlan."""
    entries, name = plan.content.get("groups"), str(plan.content.get("object"))
    if not isinstance(entries, list) or name not in workspace.model.objects:
        raise BadPlan(plan.path, "it does not read as a plan of merges")
    groups = []
    for number, entry in enumerate(entries, 1):
        try:
            groups.append(_group(workspace.model.objects[name], number, entry))
        except _Unreadable as why:
            raise BadGroup(plan.path, number, str(why)) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadGroup(plan.path, number, "it does not read as one") from None
    return tuple(group for group in groups if group.decision != SKIP)


class _Unreadable(Exception):
    """Why a group of a plan cannot be read."""


def _group(found: ObjectType, number: int, entry: Mapping[str, Any]) -> PlannedGroup:
    keep, *others = (_ref(found, text) for text in (entry["keep"], *entry["merge"]))
    records = {_ref(found, text): dict(values) for text, values in entry["records"].items()}
    strange = [ref for ref in (keep, *others) if ref not in records]
    if strange:
        raise _Unreadable(f'{strange[0]} is not among its "records"')
    if entry["decision"] not in DECISIONS:
        raise _Unreadable(f'"{entry["decision"]}" is none of {", ".join(DECISIONS)}')
    unknown = [name for name in entry["values"] if name not in found.properties]
    if unknown:
        raise _Unreadable(f'there is no property "{unknown[0]}"')
    decision = entry["decision"] if others else SKIP
    return PlannedGroup(number, decision, keep, tuple(others), dict(entry["values"]), records)


def _ref(found: ObjectType, text: str) -> Ref:
    name, _, record_id = text.rpartition(":")
    if name != found.name or not (record_id.isascii() and record_id.isdecimal()) or len(record_id) > _DIGITS:
        raise _Unreadable(f'"{text}" is no record of {found.plural.lower()}')
    return Ref(name, int(record_id))


def _check_unchanged(workspace: Workspace, plan: PlanFile, groups: Sequence[PlannedGroup]) -> None:
    """Raise PlanOutdated where a record that a group takes up does not hold what the plan says of it."""
    planned = {ref: group.records[ref] for group in groups for ref in (group.keep, *group.others)}
    now = {Ref(each.object_name, each.id): each.values for each in records_of(workspace, planned)}
    changed = [ref for ref, values in planned.items() if now.get(ref) != values]
    if changed:
        more = f" and {len(changed) - 1:,} more are" if changed[1:] else " is"
        since = changed_since(workspace, plan.after)
        raise PlanOutdated(plan.path, f"{changed[0]}{more} not what it says: {since}")


def _request(workspace: Workspace, plan: PlanFile, group: PlannedGroup) -> MergeRecords:
    """Give the merge of a group; values are asked for where they are not those that the rules give."""
    request = MergeRecords(group.keep, group.others)
    by_rule = {choice.property: choice.value for choice in plan_merge(workspace, request).choices}
    kept = group.records[group.keep]
    wanted: dict[str, Any] = {
        name: value for name, value in group.values.items() if differ(value, by_rule.get(name, kept.get(name)))
    }
    found = workspace.model.objects[group.keep.object_name]
    check_settable(found.properties[name] for name in wanted)
    for name, value in wanted.items():
        try:
            if value is not None:
                wanted[name] = found.properties[name].value_type.accept(value)
        except InvalidValue as refusal:
            raise BadGroup(plan.path, group.number, f"{name}: {refusal.message}") from None
    return replace(request, values=wanted)


def _verdicts(groups: Sequence[PlannedGroup]) -> Mapping[tuple[str, int, int], str]:
    """Give what is said of each pair of records: (object, lower id, higher id) → verdict."""
    return {
        (a.object_name, a.id, b.id): group.decision
        for group in groups
        if group.decision in VERDICTS
        for a, b in combinations(sorted((group.keep, *group.others)), 2)
    }
