"""Merging: others go into the record that is kept, in one operation that undo and unmerge take back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crmcli.frozen import frozen
from crmcli.services.keys import naming_holder
from crmcli.services.merging.associations import links_of
from crmcli.services.merging.plans import chooser, layers_of
from crmcli.services.merging.refusals import InTwoGroups, check_related, records_to_merge
from crmcli.services.references import Ref
from crmcli.services.written import Account
from crmcli.store.merge_changes import Merged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.services.merging.plans import Layer, MergeRecords
    from crmcli.services.merging.survivorship import Chooser
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.transaction import Transaction
    from crmcli.store.values import Record


def merge(workspace: Workspace, request: MergeRecords, *, dry_run: bool = False) -> Written:
    """Merge records into one. Raises MergeRefused in its kinds, UnknownReference, and what association rules say."""
    return merge_all(workspace, [request], dry_run=dry_run)


def merge_all(
    workspace: Workspace,
    requests: Sequence[MergeRecords],
    *,
    dry_run: bool = False,
    before: Callable[[Transaction], object] | None = None,
) -> Written:
    """Merge each of these groups, all in one operation or none. Raises as `merge`, and InTwoGroups.

    `before` is done first, in the same operation, when nobody else can write any more; what it raises, too.
    """
    met: set[Ref] = set()
    for request in requests:
        for ref in (request.keep, *request.others):
            if ref in met and len(requests) > 1:
                raise InTwoGroups(ref)
            met.add(ref)
    account = Account(workspace)
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change, naming_holder(workspace):
        if before:
            before(change)
        names = {request.keep.object_name for request in requests}
        rules = {name: chooser(workspace, workspace.model.objects[name]) for name in names}
        plans = [_plan(workspace, request, rules[request.keep.object_name]) for request in requests]
        for plan in plans:
            change.merging.expect(plan.keep.object_name, {layer.id: plan.keep.id for layer in plan.layers})
            account.refs.append(Ref(plan.keep.object_name, plan.keep.id))
            account.changed(plan.keep, plan.values)
        # Shard by shard: with thousands of groups, each data file is read and written once.
        for _, step in sorted((each for plan in plans for each in plan.steps(change)), key=lambda each: each[0]):
            step()
        change.changes.sort(key=_last)
        return account.finish(change, dry_run=dry_run)


@frozen
class _Plan:
    """One group on its way; `links` are by layer what each changes of what the kept record owns."""

    keep: Record
    layers: tuple[Layer, ...]
    links: tuple[Mapping[str, tuple[str | None, str | None]], ...]

    @property
    def values(self) -> dict[str, Any]:
        """What the kept record gets in the end."""
        return {name: new for layer in self.layers for name, (_, new) in layer.values.items()}

    def steps(self, change: Transaction) -> list[tuple[tuple[str, int], Callable[[], object]]]:
        """Give what is to be done, each with the record whose shard it changes."""
        name, keep = self.keep.object_name, self.keep.id
        steps: list[tuple[tuple[str, int], Callable[[], object]]] = []
        for layer, links in zip(self.layers, self.links, strict=True):
            told = {
                "values": _paired(layer.values),
                "links": _paired(links),
                "chosen": dict(layer.chosen),
                "held": list(layer.held),
            }
            kept = {key: part for key, part in told.items() if part}
            steps.append(((name, layer.id), partial(change.merging.absorb, name, layer.id, keep, kept)))
        steps.append(((name, keep), partial(self._keep, change)))
        return steps

    def _keep(self, change: Transaction) -> None:
        """Give the kept record what it gets."""
        name, keep = self.keep.object_name, self.keep.id
        change.set(name, keep, self.values)
        texts = {key: new for links in self.links for key, (_, new) in links.items()}
        for key, text in texts.items():
            change.put_labels((name, keep), key, text)


def _plan(workspace: Workspace, request: MergeRecords, rules: Chooser) -> _Plan:
    refs = (request.keep, *request.others)
    records = records_to_merge(workspace, refs)
    check_related(workspace, refs)
    layers = tuple(layers_of(rules, request, records))
    return _Plan(records[0], layers, tuple(links_of(workspace, request.keep, [layer.id for layer in layers])))


def _paired(part: Mapping[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    """Give (before, after) as lists, as they come back from a data file."""
    return {name: list(pair) for name, pair in part.items()}


def _last(done: object) -> bool:
    """Records go before others get what was theirs: undone in reverse, a key is given up before it is taken back."""
    return not isinstance(done, Merged)
