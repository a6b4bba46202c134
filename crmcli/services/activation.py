"""Which objects a CRM uses: those that are not active are kept out of sight until somebody activates them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.users import SETTINGS, require_admin, settings_text
from crmcli.services.written import Account

if TYPE_CHECKING:
    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written


class InactiveObject(CrmError):
    """An object that this CRM does not use yet was to be used; `object_name` says which."""

    exit_code = ExitCode.USAGE

    def __init__(self, found: ObjectType) -> None:
        self.object_name = found.name
        self.plural = found.plural
        super().__init__(
            f"{found.plural} are not active in this CRM", f"Activate them: crm object activate {found.name}"
        )


class HasRecords(CrmError):
    """An object to deactivate of which there are records."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, found: ObjectType, count: int) -> None:
        self.count = count
        there = f"is 1 {found.label.lower()}" if count == 1 else f"are {count:,} {found.plural.lower()}"
        super().__init__(
            f"There {there}: {found.name} cannot be deactivated",
            f"Keep them elsewhere, then delete them: crm export {found.name} > FILE.csv, crm delete {found.name}:ID …",
        )


def set_active(workspace: Workspace, word: str, *, active: bool, dry_run: bool = False) -> Written:
    """Activate or deactivate an object, as an operation on crm.toml.

    Raises UnknownObject, AdminNeeded where several users are declared and the actor is no Super Admin, and HasRecords
    for one to deactivate that has records.
    """
    from crmcli.model.settings_edit import with_object

    found = workspace.any_object(word)
    require_admin(workspace, f"{'activate' if active else 'deactivate'} objects")
    account = Account(workspace, notes=[_said(found, active=active)])
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        count = workspace.store.count(found.name)
        if count and not active:
            raise HasRecords(found, count)
        if found.active != active:
            change.write_file(SETTINGS, with_object(settings_text(workspace), found.name, {"active": active}))
        return account.finish(change, dry_run=dry_run)


def require_active(workspace: Workspace, object_name: str) -> None:
    """Refuse an object, by its internal name, that this CRM does not use. Raises InactiveObject."""
    if not workspace.model.words[object_name].active:
        raise InactiveObject(workspace.model.objects[object_name])


def _said(found: ObjectType, *, active: bool) -> str:
    if found.active == active:
        return f"{found.plural} are {'active' if active else 'inactive'} already"
    return f"{found.plural} are {'active now' if active else 'out of sight now'}"
