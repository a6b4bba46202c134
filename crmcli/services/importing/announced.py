"""Which records an import is yet to make: rows may name ones further down their file, or of a file that comes later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.association_cells import REFERENCE
from crmcli.services.importing.partners import Known
from crmcli.services.importing.result import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmcli.formats.table import Block, Table
    from crmcli.services.importing.batch import Plan


def own_ids(blocks: Iterable[Block], plan: Plan) -> set[int]:
    """Give the ids that the rows of a file have, where they are associated with records of the same object."""
    ids: set[int] = set()
    column = plan.reference_column
    if column is None or not any(_names(each.target, plan) for each in plan.columns if _associates(each.kind)):
        return ids
    for block in blocks:
        for cell in block.columns[column.number - 1]:
            match = REFERENCE.fullmatch(cell.strip())
            if match and match["object"] == plan.found.name:
                ids.add(int(match["id"]))
    return ids


def announced(planned: Sequence[tuple[Table, Plan]]) -> dict[Known, set[str]]:
    """Give the cells that name records which are made after they are named, by the property that names them.

    `planned` are the tables in the order in which they are taken; those that hold such cells are read through.
    """
    keys: dict[Known, set[str]] = {}
    named: set[Known] = set()
    for table, plan in planned:
        named |= {Known(each.target, each.known_by) for each in plan.columns if _associates(each.kind)}
        held = {
            known: column.number - 1
            for column in plan.columns
            if column.kind is ColumnKind.PROPERTY and (known := Known(plan.found.name, column.target)) in named
        }
        if held:
            table.restart()
            for block in table.blocks():
                for known, place in held.items():
                    keys.setdefault(known, set()).update(cell.strip() for cell in block.columns[place] if cell.strip())
    return keys


def _associates(kind: ColumnKind) -> bool:
    return kind is ColumnKind.ASSOCIATION


def _names(target: str, plan: Plan) -> bool:
    return target == plan.found.name
