"""HubSpot's tables of tools and of associations: dense for people, a row a cell for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.cells import clip, fill, width
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.objects import Tool
    from crmcli.render.output import Output, Span
    from crmcli.render.sheets import Row
    from crmcli.services.matrix import AssociationMatrix, AssociationRow, ToolRow

# Headings short enough for all seven to stand in 80 columns.
_HEADINGS = {
    "index_page": "Index",
    "record_page": "Page",
    "reporting": "Reports",
    "import": "Import",
    "property_settings": "Settings",
    "segments": "Segments",
    "workflows": "Workflows",
}
_VALUES = {"yes": "yes", "no": "no", "partial": "part"}
_SURENESS = {"confirmed": "", "inferred": "~", "guess": "?"}
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

# What stands for whether two objects associate, by value and by how sure it is; "" where that does not matter.
_SIGNS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("yes", "high"): ("●", "good"),
    ("yes", ""): ("◍", "good"),
    ("configurable", ""): ("○", "ref"),
    ("assets_only", ""): ("a", "warn"),
    ("unknown", ""): ("?", "warn"),
    ("no", "high"): ("×", "bad"),
    ("no", ""): ("·", "dim"),
}
_SOME = ("◐", "good")
_ACTIVITIES = "Activities"
_LEGEND = (
    "● associate   ◍ associate, less sure   ○ once it is declared   ◐ some activities",
    "a asset of a campaign   ? not known   · no, as far as is known   × no",
)
_STRENGTH = tuple(_SIGNS)


def write_tools(output: Output, rows: Sequence[ToolRow]) -> None:
    """Write the table of tools, with how sure each cell is and what there is to say of it."""
    if output.format not in ("table", "markdown"):
        write_sheet(output, _tool_cells(rows))
        return
    notes = _Notes()
    columns = [Column("object", "Object"), *(Column(key, heading) for key, heading in _HEADINGS.items())]
    lines: list[Row] = [("", (row.label, *_told(row.tools, notes))) for row in rows]
    write_sheet(output, Sheet(tuple(columns), lines))
    output.line()
    output.line("~ inferred   ? a guess   the rest is confirmed by HubSpot's documents")
    for number, note in enumerate(notes.texts, start=1):
        output.line(f"{_superscript(number)} {note}")


class _Notes:
    """Numbers what is said of cells, the same text once."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def mark(self, note: str) -> str:
        if note and note not in self.texts:
            self.texts.append(note)
        return _superscript(self.texts.index(note) + 1) if note else ""


def _superscript(number: int) -> str:
    return str(number).translate(_SUPERSCRIPTS)


def _told(tools: Sequence[Tool], notes: _Notes) -> list[str]:
    by_name = {tool.name: tool for tool in tools}
    return [_cell(by_name.get(key), notes) for key in _HEADINGS]


def _cell(tool: Tool | None, notes: _Notes) -> str:
    if tool is None:
        return ""
    return _VALUES[tool.value] + _SURENESS.get(tool.confidence, "") + notes.mark(tool.note)


def _tool_cells(rows: Sequence[ToolRow]) -> Sheet:
    columns = tuple(Column(key, key.capitalize()) for key in ("object", "tool", "value", "confidence", "note"))
    cells: list[Row] = [
        ("", (row.name, tool.name, tool.value, tool.confidence, tool.note or None))
        for row in rows
        for tool in row.tools
    ]
    return Sheet(columns, cells)


def write_associations(output: Output, matrix: AssociationMatrix) -> None:
    """Write which objects associate: a grid for people, where the activities share a line, else a row a pair."""
    if output.format != "table":
        write_sheet(output, _pairs(matrix.rows))
        return
    grid = _Grid(matrix)
    for spans in grid.lines(output.width if output.terminal else 0):
        output.line(*spans)
    output.line()
    for line in _LEGEND:
        output.line(line)


def _pairs(rows: Sequence[AssociationRow]) -> Sheet:
    keys = {
        "object": "Object",
        "other": "Other",
        "value": "Associate",
        "confidence": "Confidence",
        "type_id": "Type id",
        "inverse_type_id": "Inverse type id",
        "labels": "Labels",
        "note": "Note",
    }
    columns = tuple(Column(key, label) for key, label in keys.items())
    lines: list[Row] = [
        ("", (row.a, row.b, row.cell.value, row.cell.confidence, *(i or None for i in row.type_ids),
              list(row.labels), row.cell.note or None))
        for row in rows
    ]  # fmt: skip
    return Sheet(columns, lines)


class _Grid:
    """The matrix with a line and a column an object, but one for all activities; columns are headed by numbers."""

    def __init__(self, matrix: AssociationMatrix) -> None:
        self.matrix = matrix
        self.found = {frozenset((row.a, row.b)): row for row in matrix.rows}
        self.lined = [name for name in matrix.labels if name not in matrix.activities]
        if matrix.activities:
            self.lined.append("")

    def lines(self, columns: int) -> Iterator[list[Span]]:
        """Give the lines of the grid; `columns` is what a terminal has, 0 where nothing is cut."""
        labels = [safe(self.matrix.labels.get(name, _ACTIVITIES)) for name in self.lined]
        widest = max(map(width, labels), default=0)
        gap = " " if not columns or 4 + widest + 2 * len(labels) <= columns else ""
        head = " " * (4 + widest)
        numbers = [f"{number:2}" for number in range(1, len(labels) + 1)]
        for digit in (0, 1):
            yield [head, *(f"{gap}{number[digit]}" for number in numbers)]
        for number, label, name in zip(numbers, labels, self.lined, strict=True):
            signs = [self._sign(name, other) for other in self.lined]
            yield [f"{number} {fill(clip(label, widest), widest)} ", *((gap + sign, style) for sign, style in signs)]

    def _sign(self, a: str, b: str) -> tuple[str, str]:
        rows = [self.found[frozenset((one, other))] for one in self._members(a) for other in self._members(b)]
        signs = [_key(row) for row in rows]
        best = min(signs, key=_STRENGTH.index)
        return _SOME if best[0] == "yes" and any(sign[0] != "yes" for sign in signs) else _SIGNS[best]

    def _members(self, name: str) -> Sequence[str]:
        return (name,) if name else self.matrix.activities


def _key(row: AssociationRow) -> tuple[str, str]:
    exact = (row.cell.value, row.cell.confidence)
    return exact if exact in _SIGNS else (row.cell.value, "")
