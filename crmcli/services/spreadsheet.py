"""Cells that a spreadsheet would run as a formula: made harmless on the way out, taken back on the way in.

A program such as Excel runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return. Such a cell
gets a `'` in front. So does one that begins with `'` and would otherwise be mistaken for one of ours, which
makes `restore` the exact inverse of `neutralise`. Plain numbers (`-12.5`, `+31612345678`) run nothing and stay.

References: OWASP, CSV Injection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TRIGGERS = "=+-@\t\r"
_MARKED = _TRIGGERS + "'"


def neutralise(cell: str) -> str:
    """Give the cell as a spreadsheet may safely open it."""
    first = cell[:1]
    if not first or first not in _MARKED:
        return cell
    if first == "'":
        return "'" + cell if cell[1:2] and cell[1] in _MARKED else cell
    return cell if first in "+-" and _is_number(cell[1:]) else "'" + cell


def kept(text: str) -> str:
    """Give a text for a cell that nothing runs, such as a workbook's: marked only where `restore` would change it."""
    return text if restore(text) == text else "'" + text


def neutralise_many(cells: Sequence[str]) -> list[str]:
    """Do as `neutralise` for a column of cells."""
    return [neutralise(cell) if cell and cell[0] in _MARKED else cell for cell in cells]


def restore(cell: str) -> str:
    """Give the cell as it was before `neutralise`; others as they are."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in _MARKED else cell


def restore_many(cells: Sequence[str]) -> Sequence[str]:
    """Do as `restore` for a column of cells that hold no NUL."""
    # Almost no column has such a cell: one search of all of them is cheaper than a look at each.
    if "\0'" not in "\0" + "\0".join(cells):
        return cells
    return [restore(cell) for cell in cells]


def _is_number(digits: str) -> bool:
    whole, _, fraction = digits.partition(".")
    return digits.isascii() and whole.isdigit() and (not fraction or fraction.isdigit())
