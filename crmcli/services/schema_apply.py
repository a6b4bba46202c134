"""Letting the data follow the schema files: values read as another type, moved, or gone, as one operation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.model.differences import What
from crmcli.services.schema_plan import held, plan
from crmcli.services.schema_values import Conversion
from crmcli.services.written import Account
from crmcli.store import surveying
from crmcli.store.indexing import labels_text
from crmcli.store.rewriting import rewrite
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from crmcli.model.differences import Difference
    from crmcli.model.objects import Model
    from crmcli.services.schema_plan import Planned, SchemaPlan
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.transaction import Transaction

    # From the values of a block of records by column: each record's new values by property.
    Step: TypeAlias = Callable[[Mapping[str, Sequence[object]]], Sequence[Mapping[str, object]]]


class WouldLose(CrmError):
    """Schema changes that would lose values, without consent to that."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, losses: Sequence[Planned]) -> None:
        self.losses = tuple(losses)
        names = ", ".join(dict.fromkeys(_name(change.difference) for change in losses))
        count = sum(change.failing for change in losses)
        super().__init__(
            f"applying the schema would lose {count:,} value{'' if count == 1 else 's'}: {names}",
            "see which: crm schema plan; mend them first, or let them go: crm schema apply --allow-loss",
        )


class StillTwice(CrmError):
    """A property that is declared unique while several records hold the same value."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, refusals: Sequence[Planned]) -> None:
        self.refusals = tuple(refusals)
        names = ", ".join(_name(change.difference) for change in refusals)
        super().__init__(
            f"{names} cannot be unique yet: several records hold the same value",
            "see which: crm schema plan; change or delete all but one of each first",
        )


def _name(each: Difference) -> str:
    return f"{each.object_name}.{each.name}"


def apply(workspace: Workspace, *, allow_loss: bool = False, dry_run: bool = False) -> Written:
    """Bring the data to what the schema files say, and data/schema.json with it, as one operation.

    Raises StillTwice, WouldLose unless `allow_loss`, and what planning raises; nothing is changed then.
    """
    from crmcli.model.applied import PATH, data_part, text_of
    from crmcli.model.compiled import declared_model

    account = Account(workspace)
    with workspace.store.write(workspace.intent(force=allow_loss), dry_run=dry_run) as change:
        planned = plan(workspace)
        _check(planned, allow_loss=allow_loss)
        if planned.waits:
            declared = declared_model(workspace.root)
            _migrate(workspace, declared, planned, change, allow_loss=allow_loss)
            change.write_file(PATH, text_of(data_part(declared.objects, declared.pairs.values())))
        return account.finish(change, dry_run=dry_run)


def _check(planned: SchemaPlan, *, allow_loss: bool) -> None:
    if planned.refusals:
        raise StillTwice(planned.refusals)
    if planned.losses and not allow_loss:
        raise WouldLose(planned.losses)


def _migrate(
    workspace: Workspace, declared: Model, planned: SchemaPlan, change: Transaction, *, allow_loss: bool
) -> None:
    by_object: dict[str, list[Difference]] = {}
    for each in (change.difference for change in planned.changes):
        if each.object_name in workspace.model.objects:
            by_object.setdefault(each.object_name, []).append(each)
    for name, found in by_object.items():
        migration = _Migration(workspace, declared, change, name)
        for each in found:
            migration.add(each, allow_loss=allow_loss)
        migration.run()
        for each in found:
            if each.what in (What.ASSOCIATION_REMOVED, What.LABELS):
                _take_away(workspace, each, change)


class _Migration:
    """The steps that one object's records go through together."""

    def __init__(self, workspace: Workspace, declared: Model, change: Transaction, name: str) -> None:
        self._workspace = workspace
        self._declared = declared
        self._change = change
        self._object = name
        self._columns: dict[str, None] = {}
        self._steps: list[Step] = []
        self._places: dict[str, str] = {}

    def add(self, each: Difference, *, allow_loss: bool) -> None:
        """Add what a difference does to records, if anything."""
        if not held(self._workspace, each):
            return
        if each.what in (What.TYPE, What.RENAMED):
            self._convert(each)
        elif each.what is What.PROPERTY_REMOVED and allow_loss:
            self._drop(each.name)
        elif each.what is What.OPTIONS and allow_loss:
            self._keep_options(each)

    def _convert(self, each: Difference) -> None:
        now = self._declared.objects[self._object].properties[each.name]
        conversion, column = Conversion(self._workspace, now, each), each.was or each.name
        self._columns |= dict.fromkeys((column, each.name))
        if each.was:
            self._places[each.name] = each.was

        def step(rows: Mapping[str, Sequence[object]]) -> Sequence[Mapping[str, object]]:
            values = conversion.values(rows[column])  # type: ignore[arg-type]
            there = rows[each.name] if each.was else [None] * len(values)
            return [
                _moved(each, None if isinstance(value, InvalidValue) else value, other) if held is not None else {}
                for held, value, other in zip(rows[column], values, there, strict=True)
            ]

        self._steps.append(step)

    def _drop(self, name: str) -> None:
        self._columns[name] = None
        self._steps.append(lambda rows: [{} if value is None else {name: None} for value in rows[name]])

    def _keep_options(self, each: Difference) -> None:
        self._columns[each.name] = None
        options = set(each.new["options"])

        def step(rows: Mapping[str, Sequence[object]]) -> Sequence[Mapping[str, object]]:
            return [{} if value is None else {each.name: _kept(value, options)} for value in rows[each.name]]

        self._steps.append(step)

    def run(self) -> None:
        """Go through the records, a block at a time, and write those that change."""
        columns = list(self._columns)
        if not columns:
            return
        for ids, values in surveying.blocks(self._workspace.store, self._object, columns):
            rows = dict(zip(columns, values, strict=True))
            for record_id, *parts in zip(ids, *(step(rows) for step in self._steps), strict=True):
                wanted = {name: value for part in parts for name, value in part.items()}
                rewrite(self._change, self._object, record_id, wanted, self._places)


def _moved(each: Difference, value: object, there: object) -> dict[str, object]:
    """Give the new values of a record of which a property changes type or name; what has the new name stays."""
    if not each.was:
        return {each.name: value}
    return {each.name: value if there is None else there, each.was: None}


def _kept(value: object, options: set[str]) -> object:
    """Give what of a value its property still offers; None for nothing."""
    if isinstance(value, list):
        return [one for one in value if one in options] or None
    return value if value in options else None


def _take_away(workspace: Workspace, each: Difference, change: Transaction) -> None:
    """Take associations that are no more, or their labels, away."""
    for owner, other, primary, labels in surveying.associations(workspace.store, each):
        text = None
        if each.what is What.LABELS:
            kept = [label for label in json.loads(labels or "[]") if label not in each.values]
            text = labels_text(kept, primary=primary)
        change.put_labels((each.object_name, owner), f"{each.name}:{other}", text)
