"""Which records a file is yet to make: its rows may be associated with ones that come further down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.association_cells import REFERENCE
from crmcli.services.import_partners import Known
from crmcli.services.import_result import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.formats.table import Block
    from crmcli.services.import_rows import Plan


def own_ids(blocks: Iterable[Block], plan: Plan) -> set[int]:
    """Give the ids that the rows of a file have."""
    ids: set[int] = set()
    column = plan.reference_column
    for block in blocks:
        for cell in block.columns[column.number - 1] if column else ():
            match = REFERENCE.fullmatch(cell.strip())
            if match and match["object"] == plan.found.name:
                ids.add(int(match["id"]))
    return ids


def own_keys(blocks: Iterable[Block], plan: Plan) -> dict[Known, set[str]]:
    """Give the cells that name the rows' own records, by each property by which other rows name them."""
    named = [
        column.known_by
        for column in plan.columns
        if column.kind is ColumnKind.ASSOCIATION and column.target == plan.found.name and column.known_by
    ]
    held = {
        Known(plan.found.name, column.target): column.number - 1
        for column in plan.columns
        if column.kind is ColumnKind.PROPERTY and column.target in named
    }
    keys: dict[Known, set[str]] = {known: set() for known in held}
    for block in blocks if held else ():
        for known, place in held.items():
            keys[known].update(cell.strip() for cell in block.columns[place] if cell.strip())
    return keys
