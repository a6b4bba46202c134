"""Proving that a workspace is sound: its schemas, files, values, keys, associations, journal and index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.history import counted
from crmcli.services.reporting.counts import without_records

if TYPE_CHECKING:
    from crmcli.errors import Problem
    from crmcli.services.workspace import Workspace


@frozen
class Diagnosis:
    """What was found; `mended` are sentences on what was put right, `checked` on what was looked at."""

    problems: tuple[Problem, ...]
    checked: tuple[str, ...]
    mended: tuple[str, ...] = ()


def examine(workspace: Workspace) -> Diagnosis:
    """Look at everything: the schemas, and the store with each value against its type. Nothing is changed."""
    from crmcli.services.schema import check

    problems = (*check(workspace.root), *workspace.store.doctor())
    damaged = workspace.store.damaged_objects()
    counts = {name: workspace.store.count(name) for name in workspace.model.words if name not in damaged}
    checked = [counted(workspace, name, "checked", count) for name, count in counts.items() if count]
    if empty := len(counts) - len(checked):
        checked.append(without_records(empty))
    return Diagnosis(problems, tuple(checked))


def mend(workspace: Workspace) -> Diagnosis:
    """Put right what can be put right without guessing, then look at everything again."""
    mended = tuple(workspace.store.mend())
    seen = examine(workspace)
    return Diagnosis(seen.problems, seen.checked, mended)
