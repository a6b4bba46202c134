"""A review of duplicates: one group after the other, each decided by an operation of its own, and back again.

What is decided is stored as it is decided, by merges and judgements: a review that is broken off goes on where it was
when the duplicates are found anew.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.duplicates.explaining import Explaining
from crmcli.services.duplicates.finding import DuplicateGroup, GroupLink
from crmcli.services.duplicates.judgements import DIFFERENT, judge, judge_pairs, judged
from crmcli.services.merging.merging import merge
from crmcli.services.undo import undo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.services.duplicates.explaining import Evidence
    from crmcli.services.duplicates.finding import Duplicates
    from crmcli.services.merging.plans import MergeRecords
    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written

MERGED, SPLIT = "merged", "split"


@frozen
class Because:
    """Why a record is in a group: which other it is `like`, by how many bits, and the evidence."""

    ref: Ref
    like: Ref
    bits: float
    evidence: tuple[Evidence, ...]


@frozen
class Decision:
    """What was decided (merged, split or a verdict), by which operation, and how the review stood before."""

    what: str
    operation: str
    groups: tuple[DuplicateGroup, ...]
    place: int


@dataclass(slots=True)
class Review:
    """The groups that are gone through, and where; `place` counts from 0, and is `len(groups)` at the end."""

    duplicates: Duplicates
    groups: tuple[DuplicateGroup, ...]
    place: int = 0
    decisions: list[Decision] = field(default_factory=list)

    def group(self, workspace: Workspace) -> DuplicateGroup | None:
        """Give the group that is to be decided, the records that are there still; None at the end."""
        while self.place < len(self.groups):
            group = self.groups[self.place]
            present = workspace.store.present(self.duplicates.object_name, [ref.id for ref in group.refs])
            there = [ref for ref in group.refs if ref.id in present]
            if len(there) > 1:
                return group if len(there) == len(group.refs) else self._part(there)
            self.place += 1
        return None

    def because(self, group: DuplicateGroup) -> tuple[Because, ...]:
        """Say why the records of a group are in it."""
        evidence = Explaining(self.duplicates.search).evidence_of((each.like, each.ref) for each in group.links)
        return tuple(Because(each.ref, each.like, each.bits, next(evidence)) for each in group.links)

    def merge(self, workspace: Workspace, request: MergeRecords) -> Written:
        """Merge the group that is shown. Raises what merging refuses; the group stays then."""
        return self._decided(MERGED, merge(workspace, request))

    def judge(self, workspace: Workspace, refs: Sequence[Ref], verdict: str) -> Written:
        """Say of each two records of the group that is shown what they are."""
        return self._decided(verdict, judge(workspace, refs, verdict))

    def split(self, workspace: Workspace, part: Sequence[Ref], other: Sequence[Ref]) -> Written:
        """Say that no record of one part is one of the other part; parts of several records come next."""
        written = self._decided(SPLIT, judge_pairs(workspace, list(product(part, other)), DIFFERENT))
        parts = [self._part(refs) for refs in (part, other) if len(refs) > 1]
        self.groups = (*self.groups[: self.place], *parts, *self.groups[self.place :])
        return written

    def back(self, workspace: Workspace) -> Decision | None:
        """Take back the last decision and give it, None where there is none. Raises what undoing refuses."""
        if not self.decisions:
            return None
        last = self.decisions[-1]
        if last.operation:
            undo(workspace, last.operation)
        self.groups, self.place = last.groups, last.place
        return self.decisions.pop()

    def counts(self) -> Counter[str]:
        """Count what was decided."""
        return Counter(each.what for each in self.decisions)

    def _decided(self, what: str, written: Written) -> Written:
        operation = written.operation.id if written.operation else ""
        self.decisions.append(Decision(what, operation, self.groups, self.place))
        self.place += 1
        return written

    def _part(self, refs: Sequence[Ref]) -> DuplicateGroup:
        """Make a group of some records of one, each by what it has in common with the first."""
        explaining = Explaining(self.duplicates.search)
        compared = [explaining.comparison(refs[0], ref) for ref in refs[1:]]
        links = tuple(GroupLink(each.refs[1], each.refs[0], each.probability, each.bits) for each in compared)
        return DuplicateGroup(tuple(refs), min(each.probability for each in compared), links)


def begin_review(workspace: Workspace, duplicates: Duplicates) -> Review:
    """Begin a review of what was found: the surest groups first, and those that somebody was unsure of last."""
    unsure = judged(workspace, duplicates.object_name).unsure

    def later(group: DuplicateGroup) -> bool:
        return all((a.id, b.id) in unsure for a, b in combinations(sorted(group.refs), 2))

    return Review(duplicates, tuple(sorted(duplicates.groups, key=later)))
