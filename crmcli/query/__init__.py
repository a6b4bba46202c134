"""One expression language for filters, columns, sums and calculated properties, compiled to SQL.

Names come from the model alone and are quoted; what people write is always a bound value. The modules are imported
when a name is first asked for: showing a record needs none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.query.compile import compile_condition, compile_value
    from crmcli.query.fragments import Fragment as Condition
    from crmcli.query.fragments import Measure
    from crmcli.query.functions import FUNCTIONS, refusal
    from crmcli.query.help import HELP
    from crmcli.query.mistakes import BrokenFormula, QueryError, QuerySyntaxError, TooComplex, UnknownName, WrongType
    from crmcli.query.parser import parse
    from crmcli.query.selection import ColumnInfo, Selection, Statement, count_by, select
    from crmcli.query.syntax import Expression

__all__ = [
    "FUNCTIONS",
    "HELP",
    "BrokenFormula",
    "ColumnInfo",
    "Condition",
    "Expression",
    "Measure",
    "QueryError",
    "QuerySyntaxError",
    "Selection",
    "Statement",
    "TooComplex",
    "UnknownName",
    "WrongType",
    "compile_condition",
    "compile_value",
    "count_by",
    "parse",
    "refusal",
    "select",
]

# Public name → module and, where it differs, the name there.
_HOMES = {
    "FUNCTIONS": ("functions", "FUNCTIONS"),
    "HELP": ("help", "HELP"),
    "BrokenFormula": ("mistakes", "BrokenFormula"),
    "ColumnInfo": ("selection", "ColumnInfo"),
    "Condition": ("fragments", "Fragment"),
    "Expression": ("syntax", "Expression"),
    "Measure": ("fragments", "Measure"),
    "QueryError": ("mistakes", "QueryError"),
    "QuerySyntaxError": ("mistakes", "QuerySyntaxError"),
    "Selection": ("selection", "Selection"),
    "Statement": ("selection", "Statement"),
    "TooComplex": ("mistakes", "TooComplex"),
    "UnknownName": ("mistakes", "UnknownName"),
    "WrongType": ("mistakes", "WrongType"),
    "compile_condition": ("compile", "compile_condition"),
    "compile_value": ("compile", "compile_value"),
    "count_by": ("selection", "count_by"),
    "parse": ("parser", "parse"),
    "refusal": ("functions", "refusal"),
    "select": ("selection", "select"),
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module

    module, there = _HOMES[name]
    return getattr(import_module(f"{__name__}.{module}"), there)
