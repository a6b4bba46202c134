"""Plans: what a dry run said, kept in a file, to be done later exactly so or not at all; what all kinds share."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.services.workspace import Workspace

_VERSION = 1


class BadPlan(CrmError):
    """A file that is no plan."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: str, why: str, hint: str = "") -> None:
        made = "Make one: crm import contacts leads.csv --save plan.json, or crm dedupe contacts --save plan.json"
        super().__init__(f'"{path}" is no plan: {why}', hint or made)


class PlanExists(CrmError):
    """A file in the place of a plan that is none."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: str) -> None:
        super().__init__(f'"{path}" is there, and is no plan that could be replaced', "Name another file: --save FILE")


class PlanNotWritten(CrmError):
    """A file for a plan that cannot be written."""

    def __init__(self, path: str, error: OSError) -> None:
        why = (error.strerror or str(error)).lower()
        super().__init__(f'The plan cannot be written to "{path}": {why}', "Name another file: --save FILE")


class PlanOutdated(CrmError):
    """A plan that would do something else than it says; nothing is done then."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, path: str, since: str) -> None:
        super().__init__(
            f'Applying "{path}" would do something else than it says; {since}',
            "See what changed with crm history, and plan anew",
        )


@frozen
class PlanFile:
    """A plan as read: its kind, the operation after which it was made ("" for none), and all that its kind keeps."""

    path: str
    kind: str
    after: str
    content: Mapping[str, Any]


def read_plan(path: str) -> PlanFile:
    """Read what all plans have; raise BadPlan."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        kind, version, after = str(content["plan"]), content["version"], str(content["after"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it does not read as one"
        raise BadPlan(path, why) from None
    if version != _VERSION:
        raise BadPlan(path, "it is of a version that is not known")
    return PlanFile(path, kind, after, content)


def check_place(path: str) -> None:
    """Raise PlanExists where a file stands that is no plan: only a plan is replaced by one."""
    if os.path.lexists(path):
        try:
            read_plan(path)
        except BadPlan:
            raise PlanExists(path) from None


def write_plan(workspace: Workspace, path: str, kind: str, content: Mapping[str, object]) -> None:
    """Write a plan of a kind; raise PlanExists or PlanNotWritten.

    It is about people: nobody else may read it, whatever the umask.
    """
    check_place(path)
    last = workspace.store.log.operations(1)
    plan = {
        "plan": kind,
        "version": _VERSION,
        "command": workspace.command,
        "at": workspace.context.moment.isoformat(),
        "after": last[0].id if last else "",
        **content,
    }
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(plan, file, indent=2, ensure_ascii=False)
            file.write("\n")
    except OSError as error:
        raise PlanNotWritten(path, error) from error


def changed_since(workspace: Workspace, after: str) -> str:
    """Say how many operations came after the one that a plan names."""
    since = [each.id for each in workspace.store.log.operations()]
    operations = since.index(after) if after in since else len(since)
    if not operations:
        return "it was edited, or files of this CRM were"
    return f"the CRM has changed: {operations:,} operation{'s' * (operations != 1)} since"
