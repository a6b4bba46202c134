"""Unmerging: a merged record comes back with its own values, keys and associations, whenever that may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.duplicates.judgements import DIFFERENT
from crmcli.services.keys import naming_holder
from crmcli.services.merging.associations import Uniting
from crmcli.services.merging.giving_back import GivingBack
from crmcli.services.merging.layers import LINKS, VALUES, Contested, Part, Rules, Stack
from crmcli.services.merging.plans import chooser
from crmcli.services.references import Ref
from crmcli.services.titles import shown_change, title_from
from crmcli.services.written import Account
from crmcli.store.judgements import judge
from crmcli.store.keys import key_properties
from crmcli.store.merge_reading import absorbed_by, survivor_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from crmcli.services.merging.survivorship import Chooser
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.transaction import Transaction

SURVIVOR, ABSORBED = "survivor", "absorbed"


@frozen
class Unmerge:
    """A merged record to be given back; `prefer` says whose what was changed since is: survivor's or absorbed's.

    `give_back` are records whose associations with the survivor, made since, become the returning record's.
    """

    ref: Ref
    prefer: str = ""
    give_back: tuple[Ref, ...] = ()


class UnknownPreference(CrmError):
    """A word for whose a changed value is that is neither of the two."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'"{word}" says not whose it is', f"Write --prefer {SURVIVOR} or --prefer {ABSORBED}")


class ChangedSinceMerge(CrmError):
    """What came from a merged record was changed on its survivor since: whose is it?

    `changes` are sentences, one for each property.
    """

    exit_code = ExitCode.CONFLICT

    def __init__(self, ref: Ref, changes: Sequence[str]) -> None:
        self.changes = tuple(changes)
        super().__init__(
            f"What came from {ref} was changed since:\n" + "\n".join(changes),
            f"Say whose it is: crm unmerge {ref} --prefer {SURVIVOR}, or --prefer {ABSORBED}",
        )


def unmerge(workspace: Workspace, request: Unmerge, *, dry_run: bool = False) -> Written:
    """Give a merged record back; what happened to the survivor since stays with that, unless it is given back.

    Given back is what the request names, and activities that have an e-mail of the record's. The two are judged to be
    different from then on.

    Raises NotMerged, ChangedSinceMerge without a preference, UnknownPreference, NotGivenBack and KeyHeld.
    """
    ref = request.ref
    if request.prefer not in ("", SURVIVOR, ABSORBED):
        raise UnknownPreference(request.prefer)
    account = Account(workspace, refs=[ref])
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change, naming_holder(workspace):
        returning = _Returning(workspace, change, request)
        returning.run()
        account.notes += returning.notes
        returning.tell(account)
        return account.finish(change, dry_run=dry_run, checked=True)


class _Returning:
    """One merged record on its way back."""

    def __init__(self, workspace: Workspace, change: Transaction, request: Unmerge) -> None:
        self._workspace = workspace
        self._change = change
        self._request = request
        self._ref = request.ref
        self._found = workspace.model.objects[self._ref.object_name]
        self._tombstone = change.merging.tombstone(self._ref.object_name, self._ref.id)
        root = survivor_of(workspace.store, self._ref.object_name, self._ref.id)
        self._survivor = Ref(self._ref.object_name, root) if root else None
        self.notes: list[str] = []

    def run(self) -> None:
        """Take it out of its survivor, bring it back, and give it what it is to have of what came since."""
        name, record_id = self._ref.object_name, self._ref.id
        stack = self._stack()
        for part in (VALUES, LINKS):
            stack.relay(int(self._tombstone["into"]), record_id, part, self._tombstone.get(part.told) or {})
        held = list(self._held_keys())
        contested = [*stack.contested, *held]
        if contested and not self._request.prefer:
            raise ChangedSinceMerge(self._ref, [self._sentence(each) for each in contested])
        without = self._settle(held)
        self._change.merging.release(name, record_id, without=without)
        if stack.prefer_gone:
            self._change.set(name, record_id, {each.name: each.now for each in stack.contested})
        whose = self._survivor if self._request.prefer == SURVIVOR else self._ref
        self.notes += [f"{self._sentence(each)}: that is {whose}'s" for each in contested]
        self._part()

    def tell(self, account: Account) -> None:
        """Note what the survivor holds no more, and that the record is one of its own again."""
        if self._survivor is not None:
            name, record_id = self._survivor.object_name, self._survivor.id
            record = self._workspace.store.record(name, record_id)
            if record is not None:
                row: Mapping[str, Any] = self._change.row((name, record_id))
                account.changed(record, {each: row.get(each) for each in dict.fromkeys((*record.values, *row))})
        called = title_from(self._workspace, self._ref, self._tombstone["record"])
        account.notes.append(f"{self._ref} ({called}) is a record of its own again")

    def _stack(self) -> Stack:
        name, into = self._ref.object_name, int(self._tombstone["into"])
        within = {into, self._ref.id, *absorbed_by(self._workspace.store, name, into)}
        rules: dict[Part, Rules] = {
            VALUES: _ValueRules(chooser(self._workspace, self._found)),
            LINKS: _LinkRules(Uniting(self._workspace, name), {f"{name}:{i}" for i in within}),
        }
        return Stack(
            self._workspace, self._change, name, self._ref.id, rules, prefer_gone=self._request.prefer == ABSORBED
        )

    def _held_keys(self) -> Iterator[Contested]:
        """Find the keys of the returning record that its survivor was given by hand since."""
        if self._survivor is None:
            return
        row, own = self._change.row((self._survivor.object_name, self._survivor.id)), self._tombstone["record"]
        mine = {
            (key.kind, value) for key in key_properties(self._found) for value in key.values(own.get(key.property.name))
        }
        for key in key_properties(self._found):
            values = key.values(row.get(key.property.name))  # type: ignore[arg-type]
            if any((key.kind, value) in mine for value in values):
                yield Contested(key.property.name, None, None, row[key.property.name])

    def _settle(self, held: Sequence[Contested]) -> tuple[str, ...]:
        """Take keys from the one that is to go without them; give the properties that the returning one lacks then."""
        if not held or self._survivor is None:
            return ()
        own = self._tombstone["record"]
        kinds = {key.property.name: key for key in key_properties(self._found)}
        taken = {(kinds[each.name].kind, value) for each in held for value in kinds[each.name].values(each.now)}
        lacking = tuple(
            n for n, key in kinds.items() if taken & {(key.kind, value) for value in key.values(own.get(n))}
        )
        if self._request.prefer == SURVIVOR:
            return lacking
        mine = {(key.kind, value) for n, key in kinds.items() for value in key.values(own.get(n))}
        left: dict[str, Any] = {}
        for each in held:
            key = kinds[each.name]
            listed = each.now if isinstance(each.now, list) else []
            left[each.name] = [v for v in listed if (key.kind, key.item_type.canonical(v)) not in mine] or None
        self._change.set(self._survivor.object_name, self._survivor.id, left)
        return ()

    def _sentence(self, each: Contested) -> str:
        prop = self._found.properties.get(each.name)
        now = shown_change(self._found, each.name, each.now, self._workspace.context)
        was = shown_change(self._found, each.name, each.merged, self._workspace.context)
        label = prop.label if prop else each.name
        return f'{label}, "{was}" then, is "{now}" now' if was else f'{label} "{now}", given to {self._survivor} since'

    def _part(self) -> None:
        """Let associations that the survivor got since be the returning record's, and the two be no duplicates."""
        giving = GivingBack(self._workspace, self._change, self._ref, self._survivor or self._ref)
        self.notes += giving.named(self._request.give_back)
        if self._survivor is not None:
            own = self._tombstone["record"]
            self.notes += giving.by_address(str(self._tombstone["operation"]), own, self._request.give_back)
            pair = self._survivor.id, self._ref.id
            judge(self._workspace.store, self._change, self._ref.object_name, pair, DIFFERENT)
            self.notes.append(f"{self._survivor} and {self._ref} are judged to be different, and proposed no more")


class _ValueRules:
    """The rules of survivorship, as layers are laid by them."""

    def __init__(self, rules: Chooser) -> None:
        self._rules = rules

    def with_others(self, names: Collection[str]) -> set[str]:
        return self._rules.also(sorted(names))

    def laid(
        self, mine: tuple[Mapping[str, Any], int], theirs: tuple[Mapping[str, Any], int], fixed: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {name: taken.value for name, taken in self._rules.step(mine, theirs, fixed).items()}


class _LinkRules:
    """How what records own is united, as layers are laid by it."""

    def __init__(self, rules: Uniting, within: set[str]) -> None:
        self._rules = rules
        self._within = within

    def with_others(self, names: Collection[str]) -> set[str]:
        return set(names)

    def laid(
        self, mine: tuple[Mapping[str, Any], int], theirs: tuple[Mapping[str, Any], int], _: Mapping[str, Any]
    ) -> dict[str, Any]:
        there = {key: text for key, text in mine[0].items() if text is not None}
        return self._rules.step(there, theirs[0], self._within)
