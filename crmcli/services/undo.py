"""Taking an operation back, whichever it is, unless that would lose what came later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.model.applied import PATH as SCHEMA
from crmcli.model.applied import taken_back
from crmcli.model.members import in_order
from crmcli.services.history import operation_line, record_history
from crmcli.services.importing.operations import is_import
from crmcli.services.keys import naming_holder
from crmcli.services.merging.undoing import take_merging_back
from crmcli.services.moments import shown_moment
from crmcli.services.references import Ref
from crmcli.services.undo_kept import Kept
from crmcli.services.written import Account
from crmcli.store.changes import (
    Created,
    Erased,
    FileWritten,
    Judged,
    LinesWritten,
    Linked,
    Past,
    RangeRemoved,
    RangeRestored,
    Removed,
    Restored,
    Updated,
)
from crmcli.store.files import resolved
from crmcli.store.judgements import judge, verdict_of
from crmcli.store.merge_changes import Merged, Retold, Unmerged
from crmcli.store.rewriting import rewrite
from crmcli.store.spellings import ERASED
from crmcli.store.transaction import NoRecord

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


class NotUndoable(CrmError):
    """An erasure, the one operation that nothing takes back."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, short_id: str) -> None:
        super().__init__(
            f"{short_id} erased what it was about, and that does not come back", "See other operations: crm history"
        )


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

    Of an import what was changed since is kept, and named in the notes; any other operation is refused then. Undoing an
    undo does its operation again. Raises LaterChanges unless `force`, AlreadyUndone, NotUndoable, NothingToUndo,
    UnknownOperation, AmbiguousOperation, and KeyHeld where another record has taken a key meanwhile.
    """
    operation = workspace.store.log.operation(prefix) if prefix else _last(workspace)
    short = workspace.store.log.short_id(operation.id)
    if operation.erases:
        raise NotUndoable(short)
    intent = workspace.intent(force=force, undoes=operation.id)
    with workspace.store.write(intent, dry_run=dry_run) as change, naming_holder(workspace):
        undone_by = workspace.store.log.operation(operation.id).undone_by
        if undone_by:
            raise AlreadyUndone(short, workspace.store.log.short_id(undone_by))
        later = [] if force else workspace.store.log.later_changes(operation)
        keeping = is_import(operation) and not force
        if later and not keeping:
            raise LaterChanges(short, *_sentences(workspace, later))
        changes = list(workspace.store.log.changes(operation))
        undoing = _Undoing(Account(workspace), change, operation, Kept(later, changes), keeping=keeping)
        for each in reversed(changes):
            undoing.take_back(each)
        if undoing.outside and not keeping and not force:
            raise LaterChanges(short, undoing.outside[:_NAMED], len(undoing.outside))
        if keeping:
            undoing.tell(*_sentences(workspace, later))
        return undoing.account.finish(change, dry_run=dry_run)


@dataclass(slots=True)
class _Undoing:
    """One operation on its way back; `outside` says what was changed since by no operation.

    `kept` is what stays as it is since it was changed later; `keeping` does so with what was changed outside, too.
    """

    account: Account
    change: Transaction
    operation: Operation
    kept: Kept
    keeping: bool
    outside: list[str] = field(default_factory=list)

    def take_back(self, done: Change) -> None:
        """Do the opposite of one change, or of what of it nobody changed since."""
        for each in self.kept.less(done):
            self._take_back(each)

    def tell(self, changes: Sequence[str], total: int) -> None:
        """Say what was kept."""
        self.account.kept = total + len(self.outside)
        named = [*changes, *self.outside][:_NAMED]
        more = self.account.kept - len(named)
        self.account.notes += [f"Kept, as it was changed since: {sentence}" for sentence in named]
        self.account.notes += [f"Kept: {more:,} more later changes"] if more else []

    def _take_back(self, done: Change) -> None:
        match done:
            case Updated():
                self._set_back(done)
            case FileWritten():
                self._write_back(done)
            case LinesWritten(path, gone, come):
                lines = set(self.change.files.lines(path)) - set(come) | set(gone)
                self.change.files.write_lines(path, in_order(lines))
            case Judged():
                self._judge_back(done)
            case Removed(name, record_id) | Restored(name, record_id):
                self._bring_or_take(Ref(name, record_id), bring=isinstance(done, Removed))
            case _:
                self._turn_back(done)

    def _turn_back(self, done: Change) -> None:
        """Do the opposite of a change that has one in the store."""
        match done:
            case Past(name, record_id):
                self.account.refs.append(Ref(name, record_id))
                self.change.take_past(done)
            case Linked(name, record_id, other, before, _):
                self.change.put_labels((name, record_id), other, before)
            case Created(name, first, last) | RangeRestored(name, first, last):
                self.change.remove_range(name, first, last)
            case RangeRemoved(name, first, last):
                self.change.restore_range(name, first, last, self.operation.id)
            case Merged() | Unmerged() | Retold():
                self.outside += take_merging_back(self.change, done)
            case Erased(name, record_id):
                self.account.notes.append(f"{Ref(name, record_id)} was erased, and nothing of it comes back")

    def _bring_or_take(self, ref: Ref, *, bring: bool) -> None:
        """Bring a record back that went, or take one away that came back, unless that was done since."""
        there = self.account.workspace.store.record(ref.object_name, ref.id) is not None
        if there == bring:
            self.account.notes.append(f"{ref} is {'there again' if there else 'gone'} already")
            return
        self.account.refs.append(ref)
        (self.change.restore if bring else self.change.delete)(ref.object_name, ref.id)

    def _set_back(self, done: Updated) -> None:
        """Give a record's properties the values that they had before; a record that is gone is passed over."""
        ref = Ref(done.object_name, done.id)
        try:
            now = self.change.row((ref.object_name, ref.id))
        except NoRecord:
            self.account.notes.append(f"{ref} is gone, so its values could not be taken back")
            return
        strange = {name for name, pair in done.values.items() if now.get(name) not in pair}
        self.outside += [f'{name} of {ref} is now "{now.get(name, "")}", changed outside crm' for name in strange]
        kept = strange if self.keeping else ()
        old = {name: before for name, (before, _) in done.values.items() if name not in kept}
        self.account.refs.append(ref)
        if done.places is not None:
            rewrite(self.change, ref.object_name, ref.id, old, done.places)
            return
        record = None if self.account.full else self.account.workspace.store.record(ref.object_name, ref.id)
        if record is not None:
            self.account.changed(record, old)
        self.change.set(ref.object_name, ref.id, old, at=datetime.fromisoformat(done.at) if done.at else None)

    def _judge_back(self, done: Judged) -> None:
        """Give a pair of records the verdict that it had before."""
        store, pair = self.account.workspace.store, (done.a, done.b)
        if verdict_of(store, done.object_name, pair) != done.new:
            self.outside.append(" and ".join(f"{done.object_name}:{i}" for i in pair) + " were judged anew")
        judge(store, self.change, done.object_name, pair, done.old)

    def _write_back(self, done: FileWritten) -> None:
        """Give a workspace file the text that it had before."""
        try:
            with open(resolved(self.account.workspace.root, done.path), encoding="utf-8", newline="") as file:
                now: str | None = file.read()
        except FileNotFoundError:
            now = None
        before = done.old
        if now not in (done.old, done.new):
            before = taken_back(now, done.old, done.new) if done.path == SCHEMA else None
            if before is None:
                self.outside.append(f"{done.path} was changed outside crm")
                if self.keeping:
                    return
        self.change.write_file(done.path, done.old if before is None else before)


def _last(workspace: Workspace) -> Operation:
    """Give the last operation of this actor that is in force, no undo and no erasure, nor all about who was erased."""
    for operation in workspace.store.log.operations():
        if operation.actor != workspace.actor or operation.undoes or operation.undone_by or operation.erases:
            continue
        if not _is_erased(workspace, operation):
            return operation
    raise NothingToUndo(workspace.actor)


def _is_erased(workspace: Workspace, operation: Operation) -> bool:
    """Whether nothing is left of an operation to take back: what it changed was erased since."""
    return operation.command.endswith(ERASED) and all(
        isinstance(change, Erased) or (isinstance(change, Created) and _gone(workspace, change))
        for change in workspace.store.log.changes(operation)
    )


def _gone(workspace: Workspace, created: Created) -> bool:
    tombs = (workspace.store.tombstone(created.object_name, i) for i in range(created.first, created.last + 1))
    return all(tomb is not None and tomb.kind == "erased" for tomb in tombs)


def _sentences(workspace: Workspace, later: Sequence[LaterChange]) -> tuple[list[str], int]:
    """Say the first later changes, each once, and how many there are."""
    first = list(dict.fromkeys(_sentence(workspace, each) for each in later[:_NAMED]))
    return first, len(first) + len(later[_NAMED:])


def _sentence(workspace: Workspace, later: LaterChange) -> str:
    """Say one later change: what of which record, from what to what, by which operation, when."""
    ref, short = Ref(later.object_name, later.id), workspace.store.log.short_id(later.operation)
    by = f"by {short} on {shown_moment(workspace.context, later.at)}"
    lines = record_history(workspace, ref, later.property_name or None)
    for line in reversed(lines):
        if line.operation == short and line.property == later.property_name:
            if line.property:
                return f'{line.label} of {ref}, "{line.old_text}" → "{line.new_text}", {by}'
            return f"{ref} was {line.event} {line.note} {by}".replace("  ", " ")
    return f"{ref} {by}"
