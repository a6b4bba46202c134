"""What a record owns associations with, united with what another owns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.indexing import labels_text, read_labels
from crmcli.store.merge_reading import owned, survivor_of
from crmcli.store.values import differ

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace
    from crmcli.store.store import Store

    Deltas = Mapping[str, tuple[str | None, str | None]]  # key → labels before and after, None where there is none
    Links = Mapping[str, str]  # "object:id" → labels as a data file has them


def links_of(workspace: Workspace, keep: Ref, others: Sequence[int]) -> list[Deltas]:
    """Give what each of these records changes of what the kept one owns, in order: key → (before, after)."""
    found = owned(workspace.store, keep.object_name, [keep.id, *others])
    uniting = Uniting(workspace, keep.object_name)
    state: dict[str, str] = found[keep.id]
    within = {f"{keep.object_name}:{i}" for i in (keep.id, *others)}
    layers: list[Deltas] = []
    for other in others:
        after = uniting.step(state, found[other], within)
        layers.append({key: (state.get(key), text) for key, text in after.items() if differ(state.get(key), text)})
        state = after
    return layers


class Uniting:
    """Unites what two records of one object own, as the first one is to have it."""

    def __init__(self, workspace: Workspace, object_name: str) -> None:
        self._store: Store = workspace.store
        self._primary = {pair.other for pair in workspace.model.pairs_owned(object_name) if pair.primary}

    def step(self, mine: Links, theirs: Links, within: set[str]) -> dict[str, str]:
        """Give all of it: the same association once with the labels of both, the primary one of the first kept.

        `within` are the records that become one: they are not associated with themselves.
        """
        united = dict(mine)
        for key, text in theirs.items():
            if key in within:
                continue
            (labels, primary), (more, also) = read_labels(united.get(key, "")), read_labels(text)
            primary = primary or (also and not self._has_primary(united, key.partition(":")[0]))
            united[key] = labels_text(dict.fromkeys((*labels, *more)), primary=primary)
        return united

    def _has_primary(self, links: Links, other: str) -> bool:
        """Whether one that is there is the primary one already."""
        return other in self._primary and any(
            read_labels(text)[1] and self._stands(other, record_id)
            for key, text in links.items()
            for name, _, record_id in (key.partition(":"),)
            if name == other
        )

    def _stands(self, object_name: str, record_id: str) -> bool:
        return survivor_of(self._store, object_name, int(record_id)) is not None
