"""Proving that a workspace is sound: its files, keys, associations, journal and index, its schema and values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Record


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found; `mended` are sentences on what was put right, `checked` on what was looked at."""

    problems: tuple[Problem, ...]
    checked: tuple[str, ...]
    mended: tuple[str, ...] = ()


def examine(workspace: Workspace) -> Diagnosis:
    """Look at everything: the store, the schemas, and each value against its type. Nothing is changed."""
    from crmcli.model.check import check_schemas
    from crmcli.store.shard import DamagedFile

    problems = [*check_schemas(workspace.root), *workspace.store.doctor()]
    checked = []
    for found in workspace.model.objects.values():
        try:
            count = 0
            for record in workspace.store.stream(found.name):
                count += 1
                problems += _refused(workspace, record)
        except DamagedFile:  # the store has told it among its problems
            checked.append(f"no {found.plural.lower()}: a data file is damaged")
        else:
            checked.append(f"{count:,} {(found.label if count == 1 else found.plural).lower()}")
    return Diagnosis(tuple(problems), tuple(checked))


def mend(workspace: Workspace) -> Diagnosis:
    """Put right what can be put right without guessing, then look at everything again."""
    mended = tuple(workspace.store.mend())
    seen = examine(workspace)
    return Diagnosis(seen.problems, seen.checked, mended)


def _refused(workspace: Workspace, record: Record) -> Iterator[Problem]:
    """Name the values of a record that stand in its file although their property's type refuses them."""
    found = workspace.model.objects[record.object_name]
    for name, value in record.extra.items():
        prop = found.properties.get(name)
        if prop is not None:
            yield Problem(
                f"{record.object_name}:{record.id}",
                f"{prop.label} ({name}) holds {value!r}, which is no {prop.value_type.name}",
                f"Set it: crm set {record.object_name}:{record.id} {name}=…",
            )
