"""A workspace to try things in, filled with invented people through the import that everyone uses."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.frozen import frozen
from crmcli.model.dashboard_files import FOLDER as DASHBOARDS
from crmcli.model.files import built_in_folder
from crmcli.model.names import typed
from crmcli.model.settings import FILE as SETTINGS
from crmcli.services.init import Answers, create_workspace
from crmcli.services.moments import read_moment
from crmcli.services.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crmcli.model.objects import Model
    from crmcli.services.workspace import Circumstances, Workspace
    from crmcli.types.base import Stored

# What the samples are about: an invented agency in Amsterdam.
_ANSWERS = Answers(name="Demo", currency="EUR", time_zone="Europe/Amsterdam", country="NL", keep="nothing")


@frozen
class Demo:
    """The workspace that was made, how many records of each object it holds, by internal name, and what to try there.

    `trials` are commands, without `crm`.
    """

    root: str
    counts: dict[str, int]
    trials: tuple[str, ...] = ()


class SampleRejected(CrmError):
    """A sample that the import did not take: the package is damaged, or the user's own schema is stricter."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The sample {name} was not imported: {reason}", "Install crmcli again")


def create_demo(root: str, cache: str, circumstances: Circumstances, *, workspace_id: str) -> Demo:
    """Make a workspace in `root` and import the samples: `sample-data/<object>.csv`, those that others refer to first.

    What `sample-data/history` says of the stages where they stood before is their history, in one operation. Raises
    WorkspaceExists, and SampleRejected where a row of a sample is not taken.
    """
    from crmcli.services.importing.imports import ImportRequest, import_file

    create_workspace(root, _ANSWERS, workspace_id=workspace_id)
    _add_rates(root)
    workspace = open_workspace(root, cache, circumstances)
    counts = {}
    for name, path in _samples(workspace.model):
        imported = import_file(workspace, ImportRequest(name, path))
        if imported.rejected_rows:
            raise SampleRejected(os.path.basename(path), imported.rejected_rows[0].reason)
        counts[name] = imported.created
    _remember(workspace)
    _put_up(workspace)
    workspace.store.close()
    return Demo(root, counts, tuple(_trials(workspace.model)))


def _add_rates(root: str) -> None:
    """Let crm.toml say what the other currencies of the samples are worth."""
    with (
        open(os.path.join(built_in_folder("sample-data"), "rates.toml"), encoding="utf-8") as rates,
        open(os.path.join(root, SETTINGS), "a", encoding="utf-8") as settings,
    ):
        settings.write(rates.read())


def _remember(workspace: Workspace) -> None:
    """Give records the history of their stages: rows of an id, a stage and since when it stood there."""
    import csv

    folder = os.path.join(built_in_folder("sample-data"), "history")
    with workspace.store.write(workspace.intent(note="history of the samples")) as change:
        for file_name in sorted(os.listdir(folder)):
            found = workspace.model.objects[file_name.removesuffix(".csv")]
            prop = found.properties[found.roles["stage"]]
            past: dict[int, list[tuple[datetime, Stored | None]]] = {}
            with open(os.path.join(folder, file_name), encoding="utf-8", newline="") as file:
                for reference, stage, since in list(csv.reader(file))[1:]:
                    entry = read_moment(workspace.context, since), prop.value_type.parse(stage, workspace.context)
                    past.setdefault(int(reference.partition(":")[2]), []).append(entry)
            for record_id, entries in past.items():
                change.record_past(found.name, record_id, prop.name, entries)
        change.commit()


def _put_up(workspace: Workspace) -> None:
    """Write the dashboards of `sample-data/dashboards`."""
    folder = os.path.join(built_in_folder("sample-data"), DASHBOARDS)
    with workspace.store.write(workspace.intent(note="dashboards of the samples")) as change:
        for file_name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, file_name), encoding="utf-8") as file:
                change.write_file(f"{DASHBOARDS}/{file_name}", file.read())
        change.commit()


def _trials(model: Model) -> Iterator[str]:
    """Give commands that show something of the samples, for the objects that have a part in them."""
    yield ""
    for name in model.objects_with("person")[:1]:
        yield f"list {typed(model.words[name])}"
        yield f"dedupe {typed(model.words[name])}"
    for name in model.objects_with("organisation")[:1]:
        yield f"show {name}:1"
        yield f"graph {name}:1 --depth 1"
    for name in [name for name in model.words if model.objects[name].pipelines][:1]:
        yield f"list {typed(model.words[name])} --layout board"
    yield "next"
    yield "report counts"
    yield "dashboard monday"


def _samples(model: Model) -> list[tuple[str, str]]:
    """Give the objects that have a sample and its path; the owner of an association after what it refers to."""
    from graphlib import TopologicalSorter

    folder = built_in_folder("sample-data")
    order: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(model.words, ()))
    for owner, other in model.pairs:
        if owner != other:
            order.add(owner, other)
    paths = [(name, os.path.join(folder, f"{name}.csv")) for name in order.static_order()]
    return [(name, path) for name, path in paths if os.path.exists(path)]
