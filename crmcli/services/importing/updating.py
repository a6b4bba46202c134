"""What a row of a file changes in the record that it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.duplicates.keys_kept import with_keys_kept
from crmcli.services.references import Ref

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Property
    from crmcli.services.importing.batch import Batch, Plan
    from crmcli.services.importing.matching import Match
    from crmcli.store import Record
    from crmcli.store.keys import KeyProperty
    from crmcli.types.base import Stored


class OtherIdentity(CrmError):
    """A row that means one record by a weak key, and another by a stronger one that nobody has yet."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, ref: Ref, prop: Property, stands: Stored, given: Stored) -> None:
        super().__init__(f'{ref} has the {prop.label} "{stands}", not "{given}"')


def changed_values(record: Record, batch: Batch, row: int, plan: Plan) -> dict[str, Stored | None]:
    """Give the properties that a row changes, with their new values; blank cells change nothing, marked ones clear.

    A row that was matched by an additional address, or by a merged record's key, leaves the record its own. Raises
    OtherIdentity.
    """
    values, match = batch.values, batch.matches[row]
    current = record.values
    changes: dict[str, Stored | None] = {}
    for name, column in values.columns.items():
        value = column[row]
        if value is None:
            continue
        if row in values.appending.get(name, ()):
            value = _appended(current.get(name), value)
        if value != current.get(name):
            changes[name] = value
    changes.update((name, None) for name, rows in values.clearing.items() if row in rows and name in current)
    changes = _as_matched(record, changes, plan, match)
    if plan.keep_existing:
        return {name: value for name, value in changes.items() if name not in current}
    return changes


def _as_matched(
    record: Record, changes: dict[str, Stored | None], plan: Plan, match: Match
) -> dict[str, Stored | None]:
    """Leave the record the keys by which it is known. Raises OtherIdentity."""
    if match.likely:
        return with_keys_kept(plan.found, record.values, changes)
    if match.key is not None:
        _check_identity(record, changes, plan.keys, match.key)
        if not match.primary or _known_otherwise(record, changes, match.key):
            changes.pop(match.key.property.name, None)
    return changes


def _known_otherwise(record: Record, changes: dict[str, Stored | None], key: KeyProperty) -> bool:
    """Whether the value that led to a record was a merged one's: its own is another."""
    own, given = (key.values(values.get(key.property.name)) for values in (record.values, changes))
    return bool(own and given) and set(own).isdisjoint(given)


def _appended(stands: Stored | None, value: Stored) -> Stored:
    before = stands if isinstance(stands, list) else []
    added = value if isinstance(value, list) else [value]
    return [*before, *(one for one in added if one not in before)]


def _check_identity(
    record: Record, changes: dict[str, Stored | None], keys: Sequence[KeyProperty], used: KeyProperty
) -> None:
    """Refuse a row whose stronger key is not the record's: it is about another record."""
    for key in keys[: keys.index(used)]:
        name = key.property.name
        given, stands = changes.get(name), record.values.get(name)
        if given is not None and stands is not None and key.primary:
            raise OtherIdentity(Ref(record.object_name, record.id), key.property, stands, given)
