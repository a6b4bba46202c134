"""What the records of files that go in together lack: a key of their own, and a name where they need one.

Rows that refer to records of two other files (an order's lines: order and product) are told apart by these two ids
together, as long as no two rows have the same; records that need a name and have none are called by their id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.model.headings import words_of
from crmcli.services.importing.matching import matching_keys
from crmcli.services.importing.result import ColumnKind, MappedColumn
from crmcli.services.mapping.making import Joined

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crmcli.formats.table import Table
    from crmcli.model.objects import Property
    from crmcli.services.importing.batch import Plan
    from crmcli.services.importing.table import Source

_BETWEEN = "/"


def own_headings(sources: Sequence[Source]) -> frozenset[str]:
    """Give the headings by which files name the records of these files, squeezed."""
    return frozenset(
        squeezed
        for source in sources
        for heading in source.table.header
        if (squeezed := "".join(words_of(heading))).endswith("id") and len(squeezed) > len("id")
    )


def completed(source: Source, plan: Plan, headings: Collection[str]) -> Plan:
    """Give a plan with a key and a name for its records where they have none; `headings` name records of files."""
    unique = [prop for prop in plan.found.unique_properties() if not prop.additional_of]
    mapped = {column.target for column in plan.columns if column.kind is ColumnKind.PROPERTY}
    if not mapped & {prop.name for prop in unique}:
        places = [place for place, heading in enumerate(source.table.header) if "".join(words_of(heading)) in headings]
        text = next((prop for prop in unique if prop.type == "string" and not prop.format), None)
        if text is not None and len(places) > 1 and _tells_apart(source.table, places):
            plan = _with_column(source, plan, places, text)
    named = plan.found.role("name")
    known = [
        c.number - 1 for c in plan.columns if c.kind is ColumnKind.PROPERTY and c.target in {p.name for p in unique}
    ]
    if named and named.name in plan.found.required and named.name not in mapped and known:
        plan = _with_column(source, plan, known[:1], named)
    return plan


def _with_column(source: Source, plan: Plan, places: Sequence[int], prop: Property) -> Plan:
    """Add a column that is made of others."""
    numbers = tuple(place + 1 for place in places)
    headings = [column.heading for column in plan.columns if column.number in numbers]
    number = max(column.number for column in plan.columns) + 1
    added = MappedColumn(number, " + ".join(headings), ColumnKind.PROPERTY, prop.name, evidence="what tells them apart")
    columns = (*plan.columns, added)
    mapped = {column.target for column in columns if column.kind is ColumnKind.PROPERTY}
    keys = matching_keys(plan.found, mapped, source.request.key)
    return replace(plan, columns=columns, made=(*plan.made, Joined(numbers, _BETWEEN)), keys=keys)


def _tells_apart(table: Table, places: Sequence[int]) -> bool:
    """Whether no two rows have the same cells in these columns, and none are blank."""
    seen: set[tuple[str, ...]] = set()
    rows = 0
    table.restart()
    for block in table.blocks():
        for cells in zip(*(block.columns[place] for place in places), strict=True):
            if not all(map(str.strip, cells)):
                return False
            seen.add(cells)
            rows += 1
    return len(seen) == rows
