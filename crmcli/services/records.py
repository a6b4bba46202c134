"""Creating, changing, deleting and bringing back records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services import validation
from crmcli.services.assignments import apply_edits, parse_edits, typed
from crmcli.services.keys import naming_holder
from crmcli.services.past import check_past, past_moment
from crmcli.services.references import Ref, UnknownReference, records_of
from crmcli.services.written import Account

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.assignments import Assignment
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.transaction import Transaction
    from crmcli.store.values import Record
    from crmcli.types.base import Stored

# Records are read this many at a time in bulk changes.
_BLOCK = 1000


@frozen
class Targets:
    """The records that a bulk verb is about: these references, or those of an object that meet a condition.

    `object_name` is any word for the object; an empty `where` takes none of it, `all_records` every one.
    """

    refs: tuple[Ref, ...] = ()
    object_name: str = ""
    where: str = ""
    all_records: bool = False


@frozen
class CreateRecord:
    """A record to make: `links` are (record, label or None) that it is associated with at once.

    `allow_erased` takes the keys of somebody who was erased, too; `on_duplicate` is what is done where it likely is
    there already: warn, skip, update or fail.
    """

    object_name: str
    assignments: tuple[Assignment, ...]
    links: tuple[tuple[Ref, str | None], ...] = ()
    force: bool = False
    dry_run: bool = False
    allow_erased: bool = False
    on_duplicate: str = "warn"


@frozen
class SetValues:
    """Values to give to records, and properties to clear on them; `at` is the past moment of it as typed, "" now."""

    targets: Targets
    assignments: tuple[Assignment, ...] = ()
    clears: tuple[str, ...] = ()
    force: bool = False
    dry_run: bool = False
    at: str = ""
    allow_erased: bool = False


class NothingToSet(CrmError):
    """A change without an assignment and without a property to clear."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__("There is nothing to set", "Give name=text, or --clear name")


class MixedObjects(CrmError):
    """References to records of several objects where one object's properties are to be set."""

    exit_code = ExitCode.USAGE

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(f"These are records of several objects: {', '.join(names)}", "Set one object's at a time")


class NothingTargeted(CrmError):
    """A bulk change that names neither records nor an object."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__("No record is named", 'Give references, or an object with --where "…"')


class NotDeleted(CrmError):
    """A record to bring back that is there, was never made, or did not go by being deleted."""

    exit_code = ExitCode.CONFLICT


def create(workspace: Workspace, request: CreateRecord) -> Written:
    """Make a record, with its defaults, and associate it.

    Raises what `assignments.values` raises, RuleBroken, KeyHeld, ErasedBefore, LooksLike, and what linking raises.
    """
    from crmcli.services.associations import LinkRequest, connect, with_primary
    from crmcli.services.duplicates.at_creation import (
        NewRecord,
        duplicate_warning,
        instead_of_creating,
        likely_duplicate,
    )
    from crmcli.services.duplicates.likely import WARN
    from crmcli.services.erasing.barring import barring
    from crmcli.services.titles import title_from

    found = workspace.object(request.object_name)
    edits = parse_edits(workspace, found, request.assignments)
    validation.check_settable(edit.property for edit in edits)
    given = {name: value for name, value in apply_edits(edits, {}).items() if value is not None}
    values = validation.Validator(workspace, found, force=request.force).new(given, typed(edits))
    if bar := barring(workspace, found, allowed=request.allow_erased):
        bar.check(values)
    account = Account(workspace)
    with workspace.store.write(workspace.intent(force=request.force), dry_run=request.dry_run) as change:
        likely = likely_duplicate(workspace, found, values, request.on_duplicate)
        if likely and request.on_duplicate != WARN:
            instead_of_creating(change, account, NewRecord(found, given, request.force), likely, request.on_duplicate)
            return account.finish(change, dry_run=request.dry_run)
        with naming_holder(workspace):
            ref = Ref(found.name, change.create(found.name, values))
        account.refs.append(ref)
        if likely:
            account.warnings.append(duplicate_warning(workspace, ref, likely, dry_run=request.dry_run))
        name = title_from(workspace, ref, values)
        links = [LinkRequest(ref, other, label) for other, label in request.links]
        for each in links:
            account.notes += connect(workspace, change, each, name_a=name)
        written = account.finish(change, dry_run=request.dry_run)
    return with_primary(workspace, written, links)


def add(
    workspace: Workspace, change: Transaction, found: ObjectType, given: Mapping[str, Stored], *, force: bool
) -> tuple[Ref, Mapping[str, Stored]]:
    """Make a record within a transaction, with its defaults; give it and all of its values.

    Raises RuleBroken and KeyHeld.
    """
    values = validation.Validator(workspace, found, force=force).new(given)
    with naming_holder(workspace):
        return Ref(found.name, change.create(found.name, values)), values


def set_values(workspace: Workspace, request: SetValues) -> Written:
    """Change properties of one record or of many, as one operation; nothing is done if one is refused.

    Raises what `assignments.values` raises, NothingToSet, MixedObjects, NotYet, ChangedSince, RuleBroken, KeyHeld and,
    unless `allow_erased`, ErasedBefore.
    """
    from crmcli.services.erasing.barring import barring

    if not request.assignments and not request.clears:
        raise NothingToSet
    found = _object_of(workspace, request.targets)
    edits = parse_edits(workspace, found, request.assignments, request.clears)
    validation.check_settable(edit.property for edit in edits)
    validator = validation.Validator(workspace, found, force=request.force)
    bar = barring(workspace, found, allowed=request.allow_erased)
    account, texts, at = Account(workspace), typed(edits), past_moment(workspace, request.at)
    with (
        workspace.store.write(workspace.intent(force=request.force), dry_run=request.dry_run) as change,
        naming_holder(workspace),
    ):
        for record in targeted(workspace, request.targets):
            account.refs.append(Ref(record.object_name, record.id))
            changed = validator.change(record, apply_edits(edits, record.values), texts, at=at)
            if bar:
                bar.check(changed, record.values)
            account.changed(record, changed)
            check_past(workspace, account.refs[-1], [n for n, v in changed.items() if v != record.values.get(n)], at)
            change.set(record.object_name, record.id, changed, at=at)
        return account.finish(change, dry_run=request.dry_run)


def delete(workspace: Workspace, targets: Targets, *, force: bool = False, dry_run: bool = False) -> Written:
    """Delete records, with their associations and with what belongs to them alone; `restore` and undo bring it back.

    Raises StillNeeded, unless `force`, where a record that stays cannot be without one that goes.
    """
    from crmcli.services.association_rules import with_dependants

    account = Account(workspace)
    with workspace.store.write(workspace.intent(force=force), dry_run=dry_run) as change:
        account.refs += [Ref(record.object_name, record.id) for record in targeted(workspace, targets)]
        for ref in with_dependants(change, account.refs):
            change.delete(ref.object_name, ref.id)
        return account.finish(change, dry_run=dry_run)


def restore(workspace: Workspace, texts: Sequence[str], *, dry_run: bool = False) -> Written:
    """Bring deleted records back, named as `contact:42`, with their associations and what went because they did.

    Raises NotDeleted, UnknownReference, KeyHeld where another record has taken a key meanwhile, and what the rules
    of associations say where another has taken its place there.
    """
    from crmcli.services.association_rules import went_with

    refs = [_deleted(workspace, text) for text in dict.fromkeys(texts)]
    account = Account(workspace, refs=refs)
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change, naming_holder(workspace):
        for ref in dict.fromkeys([*refs, *went_with(workspace, refs)]):
            change.restore(ref.object_name, ref.id)
        return account.finish(change, dry_run=dry_run)


def targeted(workspace: Workspace, targets: Targets) -> Iterator[Record]:
    """Give the records that targets mean, references first; each once.

    Raises UnknownReference for a reference to a record that is not there any more.
    """
    refs = list(dict.fromkeys([*targets.refs, *_meeting(workspace, targets)]))
    for start in range(0, len(refs), _BLOCK):
        block = refs[start : start + _BLOCK]
        records = {Ref(record.object_name, record.id): record for record in records_of(workspace, block)}
        for ref in block:
            if ref not in records:
                raise UnknownReference(f"There is no {ref}", "It may have been deleted meanwhile: crm history")
            yield records[ref]


def _meeting(workspace: Workspace, targets: Targets) -> list[Ref]:
    if not targets.where and not targets.all_records:
        return []
    from crmcli.query import Selection, select

    found = workspace.object(targets.object_name)
    wanted = Selection(found, where=targets.where or None, columns=(), sort=(), limit=None, offset=0)
    rows = workspace.store.rows(select(wanted, workspace.model, workspace.context))
    return sorted(Ref(found.name, row[0]) for row in rows)


def _object_of(workspace: Workspace, targets: Targets) -> ObjectType:
    names = {ref.object_name for ref in targets.refs}
    if targets.object_name:
        names.add(workspace.object(targets.object_name).name)
    if len(names) != 1:
        raise MixedObjects(sorted(names)) if names else NothingTargeted
    return workspace.model.objects[names.pop()]


def _deleted(workspace: Workspace, text: str) -> Ref:
    """Give the deleted record that `text` (`contact:42`) means, or refuse."""
    head, _, tail = text.strip().partition(":")
    if not (tail.isascii() and tail.isdecimal() and len(tail) < 19):
        raise UnknownReference(
            f'"{text}" is no reference to a deleted record', "Write it as contact:42; crm history lists"
        )
    found = workspace.object(head)
    ref = Ref(found.name, int(tail))
    if workspace.store.record(ref.object_name, ref.id) is not None:
        raise NotDeleted(f"{ref} is not deleted", f"See it: crm show {ref}")
    tombstone = workspace.store.tombstone(ref.object_name, ref.id)
    if tombstone is None:
        raise UnknownReference(f"There never was a {ref}", f"See which there are: crm list {found.name}")
    if tombstone.kind != "deleted":
        from crmcli.services.lookup import story

        raise NotDeleted(*story(workspace, ref, tombstone))
    return ref
