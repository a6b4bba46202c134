"""A record that is to be created and likely is there already: warned of, or left alone, or updated instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode, Problem
from crmcli.frozen import frozen
from crmcli.model.names import typed
from crmcli.services.duplicates.keys_kept import with_keys_kept
from crmcli.services.duplicates.likely import FAIL, SKIP, UPDATE, Likely, LikelyDuplicates
from crmcli.services.keys import naming_holder
from crmcli.services.references import Ref, records_of
from crmcli.services.titles import title
from crmcli.services.validation import Validator
from crmcli.store.keys import key_properties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Account
    from crmcli.store.transaction import Transaction
    from crmcli.types.base import Stored


class LooksLike(CrmError):
    """A record that is not created since it likely is there."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, ref: Ref, known_as: str, why: str) -> None:
        super().__init__(f"It looks like {ref} ({known_as}): {why}", f"Look at it: crm show {ref}")


@frozen
class NewRecord:
    """What is to be created: `given` are the values that somebody gave, `force` overrides rules."""

    found: ObjectType
    given: Mapping[str, Stored]
    force: bool = False


def likely_duplicate(
    workspace: Workspace, found: ObjectType, values: Mapping[str, Stored], on_duplicate: str
) -> Likely | None:
    """Give the record that one with these values is likely the same as.

    Who holds one of its keys is the same for sure: that is refused in any case, unless something is to be done instead.
    """
    if on_duplicate in (SKIP, UPDATE):
        for key in key_properties(found):
            held = key.values(values.get(key.property.name))
            hits = workspace.store.find_keys(key.kind, held, found.name) if held else {}
            for holder in (holder for holders in hits.values() for holder in holders):
                return Likely(Ref(found.name, holder.id), f"same {key.property.label.lower()}")
    looking = LikelyDuplicates(workspace, found, values.keys())
    return looking.find({name: (value,) for name, value in values.items()}, (0,)).get(0)


def duplicate_warning(workspace: Workspace, ref: Ref, likely: Likely, *, dry_run: bool) -> Problem:
    """Say that a new record resembles another, and how they are compared, once it is made."""
    compare = f"crm dedupe {typed(workspace.model.words[ref.object_name])} --explain {likely.ref} {ref}"
    return Problem(
        str(ref),
        f"{ref} looks like {likely.ref} ({title(workspace, likely.ref)}): {likely.why}",
        f"Look at it: crm show {likely.ref}" if dry_run else f"Compare them: {compare}",
    )


def instead_of_creating(
    change: Transaction, account: Account, new: NewRecord, likely: Likely, on_duplicate: str
) -> None:
    """Do what was asked for where the record likely is there: nothing, an update of that one, or a refusal.

    Raises LooksLike, RuleBroken and KeyHeld.
    """
    workspace, known_as = account.workspace, title(account.workspace, likely.ref)
    if on_duplicate == FAIL:
        raise LooksLike(likely.ref, known_as, likely.why)
    account.refs.append(likely.ref)
    if on_duplicate == SKIP:
        account.notes.append(f"Not created: it looks like {likely.ref} ({known_as}): {likely.why}")
        return
    (record,) = records_of(workspace, [likely.ref])
    given = with_keys_kept(new.found, record.values, new.given)
    changed = Validator(workspace, new.found, force=new.force).change(record, given)
    account.notes.append(f"Not created but taken for {likely.ref} ({known_as}): {likely.why}")
    account.changed(record, changed)
    with naming_holder(workspace):
        change.set(record.object_name, record.id, changed)
