"""Pinning one activity on top of a record's timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.references import records_of
from crmcli.services.timeline import Wanted, activities_of
from crmcli.services.titles import title
from crmcli.services.written import Account

if TYPE_CHECKING:
    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written


class NotOnTimeline(CrmError):
    """An activity to be pinned that is not on the record's timeline."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, ref: Ref, activity: Ref) -> None:
        super().__init__(f"{activity} is not on the timeline of {ref}", f"See what is: crm timeline {ref}")


class NothingPinned(CrmError):
    """Records of an object that have no place for a pinned activity, or a record that has none pinned."""

    exit_code = ExitCode.USAGE

    def __init__(self, ref: Ref) -> None:
        super().__init__(f"Nothing is pinned on {ref}", f"Pin one of its activities: crm timeline {ref} --pin …")


def pin(workspace: Workspace, ref: Ref, activity: Ref, *, dry_run: bool = False) -> Written:
    """Pin an activity on top of a record's timeline, in the place of what is pinned. Raises NotOnTimeline."""
    on_it = {moment.ref for moment in activities_of(workspace, ref, Wanted({}, "", None))}
    if activity not in on_it or workspace.model.objects[ref.object_name].role("pinned") is None:
        raise NotOnTimeline(ref, activity)
    return _put(workspace, ref, activity, dry_run=dry_run)


def unpin(workspace: Workspace, ref: Ref, *, dry_run: bool = False) -> Written:
    """Pin nothing on a record's timeline. Raises NothingPinned."""
    found = workspace.model.objects[ref.object_name]
    (record,) = records_of(workspace, [ref])
    if found.roles.get("pinned", "") not in record.values:
        raise NothingPinned(ref)
    return _put(workspace, ref, None, dry_run=dry_run)


def _put(workspace: Workspace, ref: Ref, activity: Ref | None, *, dry_run: bool) -> Written:
    name = workspace.model.objects[ref.object_name].roles["pinned"]
    account = Account(workspace, refs=[ref])
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        change.set(ref.object_name, ref.id, {name: str(activity) if activity else None})
        named = title(workspace, ref)
        account.notes.append(f"{activity} is pinned on {named}" if activity else f"Nothing is pinned on {named} now")
        return account.finish(change, dry_run=dry_run)
