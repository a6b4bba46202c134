"""What stands under the rows of a report: totals, and a notice after a blank row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.formats.shapes import shape

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST = 12  # rows of a foot
_TOTALS = frozenset(
    (
        *("total", "totals", "subtotal", "grandtotal", "overalltotal", "totalrecords", "recordcount", "sum", "count"),
        *("average", "totaal", "eindtotaal", "subtotaal", "som", "aantal", "gemiddelde", "gesamt", "gesamtsumme"),
        *("summe", "zwischensumme", "anzahl", "durchschnitt", "totaux", "totalgénéral", "sommetotale", "somme", "suma"),
        *("moyenne", "totalgeneral", "promedio"),
    )
)
_SUMS = frozenset(("number", "year", "money", "time"))
TOTALS, NOTICE = "totals, left out", "a line under the table, left out"


def foot(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Say of each of the last rows of a file what it is, "" for a blank one; there is none where they are all data.

    `width` is the number of headings. A foot begins with totals or with a blank row that only notices follow.
    """
    foot: list[str] = []
    certain = 0  # rows of the foot, from the end, that are known to be it
    for row in reversed(rows[-_LONGEST:]):
        filled = [cell for cell in row if cell.strip()]
        if not filled:
            foot.append("")
            certain = len(foot) if any(foot) else certain
        elif _is_total(row, filled, width):
            foot.append(TOTALS)
            certain = len(foot)
        elif len(filled) == 1 and row[0].strip() and width > 1 and len(row) in (1, width):
            foot.append(NOTICE)
        else:
            break
    return foot[:certain][::-1]


def _is_total(row: Sequence[str], filled: Sequence[str], width: int) -> bool:
    """Say whether a row gives totals: its first word says so, and most of it is blank or numbers."""
    word = "".join(filled[0].casefold().strip(" :.*-=").split())
    word = word.split(":")[0].rstrip("0123456789.,()")
    rest = filled[1:]
    return (
        word in _TOTALS
        and width > 1
        and all(shape(cell) in _SUMS for cell in rest)
        and (bool(rest) or len(row) < width or (bool(row[0].strip()) and width > 2))
    )
