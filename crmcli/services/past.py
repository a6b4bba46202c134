"""Changes that were true before they were written down: `--at`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.moments import read_moment, shown_moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace


class NotYet(CrmError):
    """A moment in the future at which something is said to have changed."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str, option: str = "--at") -> None:
        super().__init__(f'"{text}" has not come yet', f"{option} takes a moment that is past")


class ChangedSince(CrmError):
    """A past moment before the last change of a property: the history would not end in what the record holds."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, label: str, ref: Ref, last: str) -> None:
        super().__init__(f"{label} of {ref} was changed on {last}, which is later", f"give a moment after {last}")


def past_moment(workspace: Workspace, text: str) -> datetime | None:
    """Read what was typed for `--at`, "" for now (None); a day is its beginning.

    Raises InvalidValue, and NotYet for a moment in the future.
    """
    if not text:
        return None
    at = read_moment(workspace.context, text)
    if at > workspace.context.moment:
        raise NotYet(text)
    return at


def check_past(workspace: Workspace, ref: Ref, names: Iterable[str], at: datetime | None) -> None:
    """Refuse to change these properties of a record as of a moment before their last change: raise ChangedSince."""
    if at is None:
        return
    for name in names:
        entries = workspace.store.log.history(ref.object_name, ref.id, name)
        if entries and entries[-1].at > at:
            found = workspace.model.objects[ref.object_name]
            label = found.properties[name].label if name in found.properties else name
            raise ChangedSince(label, ref, shown_moment(workspace.context, entries[-1].at))
