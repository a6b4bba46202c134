"""Records side by side: what each holds, where they differ, what hangs on each and when something last happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.moments import shown_moment
from crmcli.services.references import records_of
from crmcli.services.timeline import TimelineRequest, timeline
from crmcli.services.titles import record_context, shown_value, title_of
from crmcli.store.neighbours import PairEnd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace


@frozen
class Line:
    """One property of all records: its values as shown, in their order, "" where unset."""

    name: str
    label: str
    texts: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether two of them have different values; being unset is no value."""
        return len({*self.texts} - {""}) > 1


@frozen
class SideBySide:
    """Records of one object; `lines` are their properties in the order of the schema, those that any has a value of.

    `about` are lines of what is no property: what each is associated with, and its last activity.
    """

    refs: tuple[Ref, ...]
    titles: tuple[str, ...]
    lines: tuple[Line, ...]
    about: tuple[Line, ...]


def side_by_side(workspace: Workspace, refs: Sequence[Ref]) -> SideBySide:
    """Put records of one object side by side, in this order; those that are gone are left out."""
    found = workspace.model.objects[refs[0].object_name]
    by_id = {record.id: record for record in records_of(workspace, refs)}
    refs = [ref for ref in refs if ref.id in by_id]
    records = [by_id[ref.id] for ref in refs]
    contexts = [record_context(found, record.values, workspace.context) for record in records]
    held = {name for record in records for name in record.values}
    lines = [
        Line(
            prop.name,
            prop.label,
            tuple(
                shown_value(found, prop.name, record.values, context)
                for record, context in zip(records, contexts, strict=True)
            ),
        )
        for prop in found.properties.values()
        if prop.name in held
    ]
    counted = association_counts(workspace, found.name, [ref.id for ref in refs])
    return SideBySide(
        tuple(refs),
        tuple(title_of(workspace, record) for record in records),
        tuple(lines),
        (
            Line("", "Associations", tuple(_counted(workspace, counted[ref.id]) for ref in refs)),
            Line("", "Last activity", tuple(_last(workspace, ref) for ref in refs)),
        ),
    )


def association_counts(workspace: Workspace, object_name: str, ids: Sequence[int]) -> Mapping[int, Mapping[str, int]]:
    """Count what each record is associated with: id → object → how many."""
    counted: dict[int, dict[str, int]] = {record_id: {} for record_id in ids}
    model, store = workspace.model, workspace.store
    for pair in model.pairs_of(object_name, store.pairs_in_use()):
        for here, there, from_owner in ((pair.owner, pair.other, True), (pair.other, pair.owner, False)):
            if here == object_name:
                for each in store.neighbours(PairEnd(pair, from_owner), ids, 1):
                    counted[each.id][there] = counted[each.id].get(there, 0) + each.total
    order = list(model.objects)
    return {i: dict(sorted(totals.items(), key=lambda each: order.index(each[0]))) for i, totals in counted.items()}


def _counted(workspace: Workspace, counts: Mapping[str, int]) -> str:
    words = workspace.model.words
    named = ((words[name].label if count == 1 else words[name].plural, count) for name, count in counts.items())
    return ", ".join(f"{count:,} {noun.lower()}" for noun, count in named)


def _last(workspace: Workspace, ref: Ref) -> str:
    past = timeline(workspace, TimelineRequest(ref, limit=1, upcoming=0)).past
    return f"{shown_moment(workspace.context, past[0].at)} {past[0].kind}" if past and past[0].at else ""
