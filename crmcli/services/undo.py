"""Taking an operation back, whichever it is, unless that would lose what came later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.history import operation_line, record_history
from crmcli.services.keys import naming_holder
from crmcli.services.moments import shown_moment
from crmcli.services.references import Ref
from crmcli.services.written import Account
from crmcli.store.changes import Created, FileWritten, Linked, RangeRemoved, RangeRestored, Removed, Restored, Updated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.services.history import OperationLine
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.changes import Change
    from crmcli.store.transaction import Transaction
    from crmcli.store.values import LaterChange, Operation

# So many later changes are named one by one.
_NAMED = 10


class LaterChanges(CrmError):
    """An undo that would lose what other operations changed since.

    `changes` says the first ten in a sentence each, `total` how many there are.
    """

    exit_code = ExitCode.CONFLICT

    def __init__(self, short_id: str, changes: Sequence[str], total: int) -> None:
        self.changes = tuple(changes)
        self.total = total
        more = f"\nand {total - len(self.changes):,} more" if total > len(self.changes) else ""
        super().__init__(
            f"Undoing {short_id} would lose later changes:\n" + "\n".join(self.changes) + more,
            f"Undo those first, or lose them: crm undo {short_id} --force",
        )


class AlreadyUndone(CrmError):
    """An operation that was undone before and not done again since."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, short_id: str, undone_by: str) -> None:
        super().__init__(f"{short_id} is undone already, by {undone_by}", f"Do it again: crm undo {undone_by}")


class NothingToUndo(CrmError):
    """No operation of this actor that is still in force."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, actor: str) -> None:
        super().__init__(f"There is no operation of {actor} to undo", "See all operations: crm history")


def last_operation(workspace: Workspace) -> OperationLine:
    """Give the last operation of this actor that is in force and is not itself an undo; raise NothingToUndo.

    So `undo` repeated goes back one operation at a time; an undo is undone by naming it.
    """
    return operation_line(workspace, _last(workspace))


def undo(workspace: Workspace, prefix: str | None = None, *, force: bool = False, dry_run: bool = False) -> Written:
    """Take back the operation whose id begins with `prefix`, or the last one of this actor.

    Undoing an undo does its operation again. Raises LaterChanges unless `force`, AlreadyUndone, NothingToUndo,
    UnknownOperation, AmbiguousOperation, and KeyHeld where another record has taken a key meanwhile.
    """
    operation = workspace.store.operation(prefix) if prefix else _last(workspace)
    short = workspace.store.short_id(operation.id)
    if operation.undone_by:
        raise AlreadyUndone(short, workspace.store.short_id(operation.undone_by))
    account = Account(workspace)
    intent = workspace.intent(force=force, undoes=operation.id)
    with workspace.store.write(intent, dry_run=dry_run) as change, naming_holder(workspace):
        later = workspace.store.later_changes(operation)
        if later and not force:
            first = dict.fromkeys(_sentence(workspace, each) for each in later[:_NAMED])
            raise LaterChanges(short, list(first), len(first) + len(later[_NAMED:]))
        for each in reversed(list(workspace.store.changes(operation))):
            _take_back(account, change, operation, each)
        return account.finish(change, dry_run=dry_run)


def _take_back(account: Account, change: Transaction, operation: Operation, done: Change) -> None:
    """Do the opposite of one change of an operation, within a transaction."""
    match done:
        case Updated():
            _set_back(account, change, done)
        case Linked(name, record_id, other, before, _):
            change.put_labels((name, record_id), other, before)
        case Created(name, first, last) | RangeRestored(name, first, last):
            change.remove_range(name, first, last)
        case RangeRemoved(name, first, last):
            change.restore_range(name, first, last, operation.id)
        case FileWritten(path, text, _):
            change.write_file(path, text)
        case Removed(name, record_id) | Restored(name, record_id):
            _bring_or_take(account, change, Ref(name, record_id), bring=isinstance(done, Removed))


def _bring_or_take(account: Account, change: Transaction, ref: Ref, *, bring: bool) -> None:
    """Bring a record back that went, or take one away that came back, unless that was done since."""
    there = account.workspace.store.record(ref.object_name, ref.id) is not None
    if there == bring:
        account.notes.append(f"{ref} is {'there again' if there else 'gone'} already")
        return
    account.refs.append(ref)
    (change.restore if bring else change.delete)(ref.object_name, ref.id)


def _set_back(account: Account, change: Transaction, done: Updated) -> None:
    """Give a record's properties the values that they had before; a record that is gone is passed over."""
    ref = Ref(done.object_name, done.id)
    record = account.workspace.store.record(ref.object_name, ref.id)
    if record is None:
        account.notes.append(f"{ref} is gone, so its values could not be taken back")
        return
    old = {name: before for name, (before, _) in done.values.items()}
    account.refs.append(ref)
    account.changed(record, old)
    change.set(ref.object_name, ref.id, old)


def _last(workspace: Workspace) -> Operation:
    """Give the last operation of this actor that is in force and no undo."""
    for operation in workspace.store.operations():
        if operation.actor == workspace.actor and not operation.undoes and not operation.undone_by:
            return operation
    raise NothingToUndo(workspace.actor)


def _sentence(workspace: Workspace, later: LaterChange) -> str:
    """Say one later change: what of which record, from what to what, by which operation, when."""
    ref, short = Ref(later.object_name, later.id), workspace.store.short_id(later.operation)
    by = f"by {short} on {shown_moment(workspace.context, later.at)}"
    lines = record_history(workspace, ref, later.property_name or None)
    for line in reversed(lines):
        if line.operation == short and line.property == later.property_name:
            if line.property:
                return f'{line.label} of {ref}, "{line.old_text}" → "{line.new_text}", {by}'
            return f"{ref} was {line.event} {line.note} {by}".replace("  ", " ")
    return f"{ref} {by}"
