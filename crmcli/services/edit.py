"""Records as a text to be edited, and the edited text as one operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services import validation
from crmcli.services.assignments import holds_several, parse_text
from crmcli.services.erasing.barring import barring
from crmcli.services.keys import naming_holder
from crmcli.services.references import Ref, UnknownReference
from crmcli.services.titles import record_context, title_of
from crmcli.services.written import Account

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.values import Record
    from crmcli.types.base import Context, Stored


@frozen
class EditRecord:
    """One record to be edited.

    `values` are internal name → text as shown (a list of texts for several values), in schema order; None for
    a property that is not set but that one may want to set. `stored` is what the record held.
    """

    ref: Ref
    title: str
    values: Mapping[str, str | list[str] | None]
    stored: Mapping[str, Stored]


@frozen
class EditSheet:
    """The records to be edited, in the order in which they were asked for."""

    records: tuple[EditRecord, ...]


@frozen
class ApplyEdit:
    """A sheet, and what it was made: `edited` is reference → (property → value)."""

    sheet: EditSheet
    edited: Mapping[str, object]
    force: bool = False
    allow_erased: bool = False


class EditConflict(CrmError):
    """A property that was edited and that another operation changed meanwhile."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, ref: Ref, prop: Property, now: str) -> None:
        self.ref = ref
        self.property = prop
        super().__init__(
            f'{prop.label} of {ref} was changed meanwhile: it is now "{now}"'
            if now
            else f"{prop.label} of {ref} was cleared meanwhile",
            f"Nothing was changed; edit it again: crm edit {ref}",
        )


class UnreadableEdit(CrmError):
    """An edited text that is not a mapping of references to mappings of properties."""

    exit_code = ExitCode.USAGE


def records_for_edit(workspace: Workspace, refs: Sequence[Ref]) -> EditSheet:
    """Give records to be edited: what may be set and is, and the usual properties that are not set yet.

    Raises UnknownReference.
    """
    records = []
    for ref in refs:
        record = workspace.store.record(ref.object_name, ref.id)
        if record is None:
            raise UnknownReference(f"There is no {ref}", f"See which there are: crm list {ref.object_name}")
        found = workspace.model.objects[ref.object_name]
        records.append(
            EditRecord(ref, title_of(workspace, record), _editable(workspace, found, record), dict(record.values))
        )
    return EditSheet(tuple(records))


def apply_edit(workspace: Workspace, request: ApplyEdit, *, dry_run: bool = False) -> Written:
    """Apply an edited sheet as one operation.

    A key that went away, or is empty now, clears its property; a new key sets one; a record that went away is
    left as it is. Raises UnreadableEdit, EditConflict, UnknownProperty, InvalidValue, RuleBroken, KeyHeld and, unless
    `allow_erased`, ErasedBefore.
    """
    sheet, edited, force = request.sheet, request.edited, request.force
    asked = {str(each.ref): each for each in sheet.records}
    strangers = [text for text in edited if text not in asked]
    if strangers:
        raise UnreadableEdit(
            f'"{strangers[0]}" is not among the records being edited', "Leave the references as they are"
        )
    account = Account(workspace)
    with workspace.store.write(workspace.intent(force=force), dry_run=dry_run) as change, naming_holder(workspace):
        for text, fields in edited.items():
            wanted = asked[text]
            account.refs.append(wanted.ref)
            found = workspace.model.objects[wanted.ref.object_name]
            changed = _differences(workspace, found, wanted, fields)
            if changed:
                record = _unchanged_since(workspace, found, wanted, changed)
                changed = validation.Validator(workspace, found, force=force).change(record, changed)
                if bar := barring(workspace, found, allowed=request.allow_erased):
                    bar.check(changed, record.values)
                account.changed(record, changed)
                change.set(found.name, record.id, changed)
        return account.finish(change, dry_run=dry_run)


def _editable(workspace: Workspace, found: ObjectType, record: Record) -> dict[str, str | list[str] | None]:
    usual = {*found.display, *found.columns, *found.required, *found.required_any, *found.keys}
    needed, hidden = validation.asked_of(workspace, found, record)
    usual = (usual | needed) - hidden
    context = record_context(found, record.values, workspace.context)
    return {
        name: _texts(prop, record.values.get(name), context)
        for name, prop in found.properties.items()
        if not validation.read_only_problem(prop) and (name in record.values or (name in usual and not prop.system))
    }


def _texts(prop: Property, value: Stored | None, context: Context) -> str | list[str] | None:
    if value is None:
        return None
    if isinstance(value, list) and holds_several(prop):
        return [prop.value_type.show([each], context) for each in value]
    return prop.value_type.show(value, context)


def _differences(
    workspace: Workspace, found: ObjectType, wanted: EditRecord, fields: object
) -> dict[str, Stored | None]:
    """Give the properties that an edit changed, with their new values."""
    if fields is None:
        fields = {}
    if not isinstance(fields, dict):
        raise UnreadableEdit(f"What stands under {wanted.ref} is no list of properties", "Write property: value lines")
    from crmcli.model.names import find_property

    changed: dict[str, Stored | None] = {}
    present = set()
    for word, given in fields.items():
        prop = find_property(found, str(word))
        present.add(prop.name)
        if _blank(given) or given != wanted.values.get(prop.name):
            value = _read(workspace, prop, given)
            if value != wanted.stored.get(prop.name):
                changed[prop.name] = value
    changed |= dict.fromkeys(name for name in wanted.values if name not in present and name in wanted.stored)
    validation.check_settable(found.properties[name] for name in changed)
    return changed


def _read(workspace: Workspace, prop: Property, given: object) -> Stored | None:
    """Read an edited value: texts, and what YAML makes of numbers, dates and yes or no."""
    if _blank(given):
        return None
    if isinstance(given, list):
        if not holds_several(prop):
            raise UnreadableEdit(f"{prop.label} holds one value, not a list", f"Write {prop.name}: value")
        values: list[Stored] = []
        for each in given:
            read = parse_text(workspace, prop, _text(each))
            values += [value for value in (read if isinstance(read, list) else [read]) if value not in values]
        return values
    return parse_text(workspace, prop, _text(given))


def _blank(given: object) -> bool:
    return given is None or given == [] or (isinstance(given, str) and not given.strip())


def _text(given: object) -> str:
    return str(given).lower() if isinstance(given, bool) else str(given)


def _unchanged_since(
    workspace: Workspace, found: ObjectType, wanted: EditRecord, changed: Mapping[str, Stored | None]
) -> Record:
    """Give the record as it is now; refuse if what was edited is not any more as the editor was shown it."""
    record = workspace.store.record(found.name, wanted.ref.id)
    if record is None:
        raise UnknownReference(f"{wanted.ref} was deleted meanwhile", f"Bring it back: crm restore {wanted.ref}")
    for name in changed:
        now = record.values.get(name)
        if now != wanted.stored.get(name):
            prop = found.properties[name]
            raise EditConflict(wanted.ref, prop, "" if now is None else prop.value_type.show(now, workspace.context))
    return record
