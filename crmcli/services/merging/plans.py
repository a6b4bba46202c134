"""What a merge would do: which value of each property stays and why, and what follows the record that is kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crmcli.frozen import frozen
from crmcli.services.merging.refusals import NotTaken, check_related, records_to_merge
from crmcli.services.merging.survivorship import ASKED, KEEPS, MARKED, Chooser
from crmcli.services.references import Ref
from crmcli.services.titles import record_context, shown_change, title_of
from crmcli.store.merge_reading import following, set_last
from crmcli.store.values import differ

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.merging.survivorship import Moments, Taken
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Record
    from crmcli.types.base import Stored


@frozen
class MergeRecords:
    """Records of one object that are to become one: `others` go into `keep`.

    `take` says from which record a property's value is taken, `values` what value it gets, against the rules.
    """

    keep: Ref
    others: tuple[Ref, ...]
    take: Mapping[str, Ref] = {}
    values: Mapping[str, Stored] = {}


@frozen
class PropertyChoice:
    """One property that the records do not have alike: which value stays, whose it is, and why.

    `source` is None where it is none of theirs, or made of several. `texts` are the values of all as shown, by
    reference, "" where unset. `differs` says that records hold different values of it of which one wins.
    """

    property: str
    label: str
    value: Stored | None
    text: str
    source: Ref | None
    why: str
    texts: Mapping[Ref, str]
    differs: bool


@frozen
class MergePlan:
    """What a merge would do; `associations` counts by object what follows from the others to the kept record."""

    request: MergeRecords
    titles: Mapping[Ref, str]
    choices: tuple[PropertyChoice, ...]
    associations: Mapping[str, int]

    @property
    def conflicts(self) -> tuple[PropertyChoice, ...]:
        """The properties of which records hold different values and one gives way."""
        return tuple(choice for choice in self.choices if choice.differs)


@frozen
class Layer:
    """What merging one record changes of the kept one: property → (before, after).

    `chosen` are values that were asked for, against the rules; `held` are properties that it leaves alone, since their
    value is another's by choice.
    """

    id: int
    values: Mapping[str, tuple[Stored | None, Stored | None]]
    chosen: Mapping[str, Stored | None]
    held: tuple[str, ...]


def plan_merge(workspace: Workspace, request: MergeRecords) -> MergePlan:
    """Say what a merge would do. Raises MergeRefused in its kinds, and UnknownReference."""
    refs = (request.keep, *request.others)
    records = records_to_merge(workspace, refs)
    check_related(workspace, refs)
    found = workspace.model.objects[request.keep.object_name]
    taken = _Fold(chooser(workspace, found), request, records).choices
    return MergePlan(
        request,
        {ref: title_of(workspace, record) for ref, record in zip(refs, records, strict=True)},
        tuple(
            _choice(workspace, records, name, taken[name])
            for name in found.properties
            if _telling(records, name, taken)
        ),
        following(workspace.store, found.name, request.keep.id, [ref.id for ref in request.others]),
    )


def layers_of(rules: Chooser, request: MergeRecords, records: Sequence[Record]) -> list[Layer]:
    """Give what merging changes of the kept record, one layer for each of the others, by their ids."""
    return _Fold(rules, request, records).layers


def chooser(workspace: Workspace, found: ObjectType) -> Chooser:
    """Give the rules of an object with the history of this workspace."""
    return Chooser(found, _moments(workspace, found))


def _moments(workspace: Workspace, found: ObjectType) -> Moments:
    read = partial(set_last, workspace.store, found.name)
    return lambda name, record_id: read(name, [record_id])[record_id]


class _Fold:
    """Records going into one, one after the other."""

    def __init__(self, rules: Chooser, request: MergeRecords, records: Sequence[Record]) -> None:
        self.layers: list[Layer] = []
        self.choices: dict[str, tuple[Taken, Ref | None]] = {}
        self._rules = rules
        self._by_ref = {Ref(record.object_name, record.id): record for record in records}
        self._given = dict(request.values)
        self._taken = self._wanted(request)
        self._fixed = {*self._given, *self._taken}
        keep, *others = records
        state: dict[str, Any] = dict(keep.values)
        # Of several others the one with the lowest id, which is the oldest, goes first.
        for other in sorted(others, key=lambda record: record.id):
            ref = Ref(other.object_name, other.id)
            chosen = {name: other.values.get(name) for name, source in self._taken.items() if source == ref}
            chosen |= self._given
            held = tuple(sorted(self._taken.keys() - chosen.keys()))
            fixed = chosen | {name: state.get(name) for name in held}
            taken = self._rules.step((state, keep.id), (other.values, other.id), fixed)
            changed = {n: (state.get(n), each.value) for n, each in taken.items() if differ(state.get(n), each.value)}
            self.layers.append(Layer(other.id, changed, chosen, held))
            for name, each in taken.items():
                self._note(name, each, Ref(keep.object_name, keep.id), ref)
                state[name] = each.value

    def _wanted(self, request: MergeRecords) -> dict[str, Ref]:
        """Whose values were asked for; what moves together with a property is taken with it."""
        found: dict[str, Ref] = {}
        for name, ref in request.take.items():
            if ref not in self._by_ref:
                raise NotTaken(name, ref, list(self._by_ref))
            for each in self._rules.together(name):
                if each == name or each not in {**request.take, **request.values}:
                    found[each] = ref
        return {name: ref for name, ref in found.items() if name not in request.values}

    def _note(self, name: str, taken: Taken, keep: Ref, other: Ref) -> None:
        before = self.choices.get(name)
        source = other if taken.theirs else keep if taken.theirs is False else None
        if before and not taken.theirs and taken.theirs is not None and before[0].why != KEEPS:
            taken, source = before  # what an earlier one gave stays
        if name in self._fixed:
            holders = (ref for ref, record in self._by_ref.items() if not differ(record.values.get(name), taken.value))
            source = next(holders, None)
        self.choices[name] = (taken, source)


def _telling(records: Sequence[Record], name: str, taken: Mapping[str, tuple[Taken, Ref | None]]) -> bool:
    """Whether there was anything to choose: another record has a value that the kept one has not, or it changes."""
    if name not in taken or taken[name][0].why == MARKED:
        return False
    mine = records[0].values.get(name)
    others = (record.values[name] for record in records[1:] if name in record.values)
    return differ(taken[name][0].value, mine) or any(differ(value, mine) for value in others)


def _choice(
    workspace: Workspace, records: Sequence[Record], name: str, chosen: tuple[Taken, Ref | None]
) -> PropertyChoice:
    found, (taken, source) = workspace.model.objects[records[0].object_name], chosen
    context = record_context(found, records[0].values, workspace.context)
    texts = {Ref(r.object_name, r.id): shown_change(found, name, r.values.get(name), context) for r in records}
    held = [record.values[name] for record in records if name in record.values]
    alone = taken.theirs is not None or taken.why == ASKED
    return PropertyChoice(
        name,
        found.properties[name].label,
        taken.value,
        shown_change(found, name, taken.value, context),
        source,
        taken.why,
        texts,
        differs=alone and any(differ(value, taken.value) for value in held),
    )
