"""What every writing service returns: what was done, by which operation, and what changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.references import Ref
from crmcli.services.titles import record_context, shown_change, title_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.errors import Problem
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction
    from crmcli.store.values import Operation, Record
    from crmcli.types.base import Stored

# So many changes are kept to be shown; a bulk write changes more, and says so by its counts.
SHOWN = 1000


@frozen
class ChangeLine:
    """One property of one record, before and after, as shown; "" where it is not set."""

    ref: Ref
    title: str
    property: str
    label: str
    old_text: str
    new_text: str


@frozen
class Written:
    """A write that was done, or that a dry run would do.

    `operation` is None when nothing changed, and in a dry run; `short_id` is "" then. `counts` is by
    (object's internal name, verb); verbs are created updated deleted restored linked unlinked files.
    `refs` are the records that the request was about, `changes` at most the first 1,000 of them.
    `notes` are sentences for a person to read, `warnings` what is told beside the result, with what to do about it;
    `kept` is how many later changes an undo left alone.
    """

    operation: Operation | None
    short_id: str
    counts: Mapping[tuple[str, str], int]
    refs: tuple[Ref, ...] = ()
    changes: tuple[ChangeLine, ...] = ()
    notes: tuple[str, ...] = ()
    dry_run: bool = False
    kept: int = 0
    warnings: tuple[Problem, ...] = ()


def split_count(what: str) -> tuple[str, str]:
    """Take the store's "object verb" apart."""
    name, _, verb = what.rpartition(" ")
    return name, verb


@dataclass(slots=True)
class Account:
    """What a service notes while it writes, to be told in `Written`."""

    workspace: Workspace
    refs: list[Ref] = field(default_factory=list)
    changes: list[ChangeLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    kept: int = 0
    warnings: list[Problem] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether as many changes are noted as are kept."""
        return len(self.changes) >= SHOWN

    def changed(self, record: Record, values: Mapping[str, Stored | None]) -> None:
        """Note the new values of a record, those that differ from what it holds."""
        if self.full:
            return
        found = self.workspace.model.objects[record.object_name]
        before = record_context(found, record.values, self.workspace.context)
        after = record_context(found, {**record.values, **values}, self.workspace.context)
        ref, title = Ref(record.object_name, record.id), title_of(self.workspace, record)
        for name, value in values.items():
            old = record.values.get(name)
            if old == value:
                continue
            prop = found.properties.get(name)
            label = prop.label if prop else name
            texts = shown_change(found, name, old, before), shown_change(found, name, value, after)
            self.changes.append(ChangeLine(ref, title, name, label, *texts))

    def finish(self, change: Transaction, *, dry_run: bool, checked: bool = False) -> Written:
        """Commit what was written, unless this is a dry run or there is nothing, and tell it.

        Before that associations are made by rule, where crm.toml says so, and the rules of associations are looked
        at, unless the caller has seen to both (`checked`): raises what `association_rules.check` raises.
        """
        if not checked and not change.intent.undoes and self.workspace.settings.associations.active:
            from crmcli.services.associate import associate_changed

            self.notes += associate_changed(self.workspace, change)
        if not checked and change.ends.concerned(made.object_name for made in change.creating.changes()):
            from crmcli.services.association_rules import check

            self.notes += check(self.workspace, change)
        counts = {split_count(what): count for what, count in change.counts.items() if count}
        operation = change.commit() if counts and not dry_run else None
        return Written(
            operation=operation,
            short_id=self.workspace.store.log.short_id(operation.id) if operation else "",
            counts=counts,
            refs=tuple(self.refs),
            changes=tuple(self.changes[:SHOWN]),
            notes=tuple(self.notes),
            dry_run=dry_run,
            kept=self.kept,
            warnings=tuple(self.warnings),
        )
