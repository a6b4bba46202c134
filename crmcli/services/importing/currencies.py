"""Currencies that stand in the amounts of a file: kept as the record's, where it has such a property, else refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.services.importing.values import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.result import MappedColumn
    from crmcli.services.importing.values import Values
    from crmcli.types.base import Context

_PLAIN = re.compile(r"[\d\s.,'\u2019+\u2212-]*")  # amounts without a word or a sign


def take_currencies(
    values: Values, found: ObjectType, amounts: Iterable[tuple[MappedColumn, Sequence[str]]], context: Context
) -> None:
    """Take the signs and codes beside amounts: "€ 12" says the record's currency, unless a column says it.

    A row whose cells say two currencies is refused; so is one that says another than the workspace's, where the object
    has no property for a currency.
    """
    for column, cells in amounts:
        if not _PLAIN.fullmatch("".join(cells)):
            _take(values, found, (column, cells), context)


def _take(values: Values, found: ObjectType, amounts: tuple[MappedColumn, Sequence[str]], context: Context) -> None:
    from crmcli.types.money import split_currency

    column, cells = amounts
    name = found.roles.get("currency", "")
    said = list(values.columns.get(name, ())) or [None] * values.size
    for row, cell in enumerate(cells):
        currency = split_currency(cell, context.currency)[1] if cell else ""
        if not currency or row in values.refused:
            continue
        stands = said[row] or ("" if name else context.currency)
        if stands and stands != currency:
            of = f"the {found.properties[name].label} of the row" if name else "the currency of this CRM"
            reason = f'"{cell}" is in {currency}, and {of} is {stands}'
            values.refuse(row, Refusal("FAILED_VALIDATION", reason, column.heading, cell))
        elif name:
            said[row] = currency
    if name and any(said):
        values.columns[name] = said
