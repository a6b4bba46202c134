"""A real workspace for the tests of services: opened in a temporary folder, at a fixed moment, by a known user."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crmcli.cli.place import cache_folder
from crmcli.frozen import replace
from crmcli.services.assignments import parse_assignments
from crmcli.services.init import Answers, create_workspace
from crmcli.services.records import CreateRecord, SetValues, Targets, create, set_values
from crmcli.services.workspace import Circumstances, open_workspace

MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ANSWERS = Answers(
    "Office", currency="EUR", time_zone="Europe/Amsterdam", country="NL", user_name="Ada King", user_email="ada@king.nl"
)


def circumstances(tmp_path, *, moment=MOMENT, actor="ada@king.nl", command="crm test"):
    """What the edge of the program would say."""
    return Circumstances(moment, actor, command, str(tmp_path / "config"))


def make_office(tmp_path):
    """Make a workspace with the user Ada King and open it as her."""
    root = str(tmp_path / "office")
    create_workspace(root, ANSWERS, workspace_id="0123456789abcdef")
    return reopened(tmp_path)


def reopened(tmp_path, **said):
    """Open the workspace again, as the next command would."""
    root = str(tmp_path / "office")
    return open_workspace(root, cache_folder(root), circumstances(tmp_path, **said))


def later(workspace, *, minutes=1, actor=None):
    """The same workspace some minutes later, maybe with someone else acting."""
    context = replace(workspace.context, moment=workspace.context.moment + timedelta(minutes=minutes))
    return replace(workspace, context=context, actor=actor or workspace.actor)


def made(workspace, object_name, *assignments, **more):
    """Create a record and give its reference."""
    written = create(workspace, CreateRecord(object_name, parse_assignments(assignments), **more))
    return written.refs[0]


def changed(workspace, refs, *assignments, **more):
    """Set values of records."""
    refs = refs if isinstance(refs, tuple) else (refs,)
    return set_values(workspace, SetValues(Targets(refs), parse_assignments(assignments), **more))


def values(workspace, ref):
    """What the file of a record holds."""
    return dict(workspace.store.record(ref.object_name, ref.id).values)
