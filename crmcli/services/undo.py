"""Taking an operation back, whichever it is, unless that would lose what came later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.history import operation_line
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
    """An undo that would lose what other operations changed since; `changes` says each in a sentence."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, short_id: str, changes: Sequence[str]) -> None:
        self.changes = tuple(changes)
        shown = "; ".join(self.changes[:_NAMED])
        more = f"; and {len(self.changes) - _NAMED:,} more" if len(self.changes) > _NAMED else ""
        super().__init__(
            f"Undoing {short_id} would lose later changes: {shown}{more}",
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
            raise LaterChanges(short, [_sentence(workspace, each) for each in later])
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
            account.refs.append(Ref(name, record_id))
            (change.restore if isinstance(done, Removed) else change.delete)(name, record_id)


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
    """Say one later change: which property of which record, by which operation, when."""
    found = workspace.model.objects.get(later.object_name)
    prop = found.properties.get(later.property_name) if found else None
    what = f"{prop.label} of " if prop else ""
    by = f"by {workspace.store.short_id(later.operation)} on {shown_moment(workspace.context, later.at)}"
    return f"{what}{Ref(later.object_name, later.id)} {by}"
