"""What an operation, or everything since a moment, changed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.members import in_order
from crmcli.services.history import operation_line
from crmcli.services.references import Ref, records_of
from crmcli.services.titles import record_context, shown_change, title_from, title_of
from crmcli.store.changes import (
    Created,
    Erased,
    FileWritten,
    Judged,
    LinesWritten,
    Linked,
    RangeRemoved,
    RangeRestored,
    Removed,
    Restored,
    Updated,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.services.history import OperationLine
    from crmcli.services.workspace import Workspace
    from crmcli.store.changes import Change
    from crmcli.store.values import Operation
    from crmcli.types.base import Context

_Key = TypeVar("_Key")
_Change: TypeAlias = "tuple[object, object]"  # before and after, None where there was or is nothing


@frozen
class DiffLine:
    """One thing that changed; texts are "" where there was, or is, nothing.

    `verb` is created, updated, deleted, undone, restored, linked, unlinked, labelled or file. `ref` is the first
    record of a block of `count` that came or went together, None for a file, whose path is the title. `label` is
    the property's, or the other record's title of an association.
    """

    ref: Ref | None
    title: str
    verb: str
    property: str = ""
    label: str = ""
    old_text: str = ""
    new_text: str = ""
    count: int = 1


@frozen
class Difference:
    """What the operations, newest first, changed between them; a value set several times shows once."""

    operations: tuple[OperationLine, ...]
    lines: tuple[DiffLine, ...]


class NoOperations(CrmError):
    """A difference asked for in a workspace where nothing has been done yet."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no operation yet", "Nothing has been written in this workspace")


def diff(workspace: Workspace, *, operation: str | None = None, since: str | None = None) -> Difference:
    """Say what one operation changed, or all since a typed moment; without either, the last operation.

    Over several operations, a property's changes collapse to its first old and last new value, and what came
    back to where it was is left out. Raises UnknownOperation, AmbiguousOperation, InvalidValue, NoOperations.
    """
    chosen = _chosen(workspace, operation, since)
    collected = _Collected()
    for each in reversed(chosen):
        for change in workspace.store.log.changes(each):
            collected.add(change)
    lines = tuple(operation_line(workspace, each) for each in chosen)
    return Difference(lines, tuple(collected.lines(workspace)))


def _chosen(workspace: Workspace, prefix: str | None, since: str | None) -> Sequence[Operation]:
    """Give the operations that are asked for, newest first."""
    if prefix:
        return [workspace.store.log.operation(prefix)]
    if since:
        from crmcli.services.moments import read_moment

        start = read_moment(workspace.context, since)
        return [each for each in workspace.store.log.operations() if each.at >= start]
    last = workspace.store.log.operations(1)
    if not last:
        raise NoOperations
    return last


class _Collected:
    """Changes as they come, oldest first, collapsed to what they come to."""

    def __init__(self) -> None:
        self.blocks: list[tuple[str, int, int, str]] = []  # object, first, last, verb
        self.gone: dict[Ref, Mapping[str, object]] = {}  # what removed records held
        self.values: dict[tuple[str, int, str], _Change] = {}
        self.labels: dict[tuple[str, int, str], _Change] = {}
        self.verdicts: dict[tuple[str, int, str], _Change] = {}
        self.files: dict[str, _Change] = {}
        self.members: dict[str, Counter[str]] = {}  # of files: 1 for each line that came, -1 for each that went

    def add(self, change: Change) -> None:
        """Take one change in."""
        match change:
            case Updated(name, record_id, values):
                for prop, (old, new) in values.items():
                    _collapse(self.values, (name, record_id, prop), old, new)
            case Linked(name, record_id, other, old_labels, new_labels):
                _collapse(self.labels, (name, record_id, other), old_labels, new_labels)
            case Judged(name, a, b, before, verdict):
                _collapse(self.verdicts, (name, a, f"{name}:{b}"), before, verdict)
            case FileWritten(path, old_text, new_text):
                _collapse(self.files, path, old_text, new_text)
            case LinesWritten(path, gone, come):
                self.members.setdefault(path, Counter()).update(come)
                self.members[path].subtract(gone)
            case _:
                self._add_block(change)

    def _add_block(self, change: Change) -> None:
        """Take in records that came or went."""
        match change:
            case Removed(name, record_id, kind, held):
                self.blocks.append((name, record_id, record_id, kind))
                self.gone[Ref(name, record_id)] = held
            case Restored(name, record_id):
                self.blocks.append((name, record_id, record_id, "restored"))
            case Created(name, first, last):
                self.blocks.append((name, first, last, "created"))
            case RangeRemoved(name, first, last):
                self.blocks.append((name, first, last, "undone"))
            case RangeRestored(name, first, last):
                self.blocks.append((name, first, last, "restored"))
            case Erased(name, record_id):
                self._add_erased((name, record_id, record_id, "erased"))

    def _add_erased(self, block: tuple[str, int, int, str]) -> None:
        """Say once of a record that it was erased, however much was done to it."""
        if block not in self.blocks:
            self.blocks.append(block)

    def lines(self, workspace: Workspace) -> Iterator[DiffLine]:
        """Tell what it comes to: records that came and went, values, associations, files."""
        named = _Names(workspace, self)
        for name, first, last, verb in self.blocks:
            ref = Ref(name, first)
            yield DiffLine(ref, named.of(ref) if first == last else "", verb, count=last - first + 1)
        for (name, record_id, prop), (old, new) in _real(self.values):
            ref, found = Ref(name, record_id), workspace.model.objects[name]
            label = found.properties[prop].label if prop in found.properties else prop
            context = named.context(ref)
            texts = shown_change(found, prop, old, context), shown_change(found, prop, new, context)
            yield DiffLine(ref, named.of(ref), "updated", prop, label, *texts)
        for (name, record_id, other), (before, after) in _real(self.labels):
            ref = Ref(name, record_id)
            verb = "linked" if before is None else "unlinked" if after is None else "labelled"
            yield DiffLine(ref, named.of(ref), verb, other, named.of(_ref(other)), str(before or ""), str(after or ""))
        for (name, record_id, other), (before, after) in _real(self.verdicts):
            ref = Ref(name, record_id)
            yield DiffLine(ref, named.of(ref), "judged", other, named.of(_ref(other)), str(before), str(after))
        for path, (old_text, new_text) in _real(self.files):
            yield DiffLine(None, path, "file", old_text=str(old_text or ""), new_text=str(new_text or ""))
        for path, lines in self.members.items():
            gone, come = ("".join(f"{line}\n" for line in in_order(lines) if lines[line] == sign) for sign in (-1, 1))
            if gone or come:
                yield DiffLine(None, path, "file", old_text=gone, new_text=come)


class _Names:
    """What all records are called that changes are about, also those that are gone, and how they show amounts."""

    def __init__(self, workspace: Workspace, changes: _Collected) -> None:
        wanted = {Ref(name, first) for name, first, last, _ in changes.blocks if first == last}
        wanted |= {Ref(name, record_id) for name, record_id, _ in [*changes.values, *changes.labels, *changes.verdicts]}
        wanted |= {_ref(other) for _, _, other in [*changes.labels, *changes.verdicts]}
        self._context = workspace.context
        self._contexts: dict[Ref, Context] = {}
        self._titles: dict[Ref, str] = {}
        for record in records_of(workspace, sorted(wanted)):
            ref, found = Ref(record.object_name, record.id), workspace.model.objects[record.object_name]
            self._titles[ref] = title_of(workspace, record)
            context = record_context(found, record.values, workspace.context)
            if context is not workspace.context:
                self._contexts[ref] = context
        for ref in changes.gone.keys() - self._titles.keys():
            self._titles[ref] = title_from(workspace, ref, changes.gone[ref])

    def of(self, ref: Ref) -> str:
        """Give a record's title, or its reference where no one knows it any more."""
        return self._titles.get(ref, str(ref))

    def context(self, ref: Ref) -> Context:
        """Give the context in which a record's values are shown."""
        return self._contexts.get(ref, self._context)


def _collapse(collected: dict[_Key, _Change], key: _Key, old: object, new: object) -> None:
    """Keep the first old and the last new value of what is named by `key`."""
    collected[key] = (collected[key][0] if key in collected else old, new)


def _real(collected: Mapping[_Key, _Change]) -> Iterator[tuple[_Key, _Change]]:
    """Give what is not again as it was."""
    return ((key, pair) for key, pair in collected.items() if pair[0] != pair[1])


def _ref(text: str) -> Ref:
    """Read a reference as the journal writes it: "company:7"."""
    name, _, record_id = text.rpartition(":")
    return Ref(name, int(record_id))
