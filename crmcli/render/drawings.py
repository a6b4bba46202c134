"""A graph as text that other programs draw: Graphviz DOT and Mermaid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.render.safe import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

# What Mermaid would read as syntax, HTML or a formula; a space without width keeps \\n from being a line break.
_MERMAID = {ord(character): f"#{ord(character)};" for character in '#"<>&`[](){}|;%$'} | {ord("\\"): "#92;#8203;"}
_ICON, _NO_ICON = ":fa-", "#58;fa-"


@frozen
class Shape:
    """One box: `key` tells it from the others, `title` and `detail` are its two lines."""

    key: str
    title: str
    detail: str


@frozen
class Line:
    """A line between two boxes, by their keys; `text` stands on it, `dashed` is for what closes a circle."""

    a: str
    b: str
    text: str = ""
    dashed: bool = False


@frozen
class Drawing:
    """Boxes and the lines between them."""

    shapes: Sequence[Shape]
    lines: Sequence[Line]


def dot(drawing: Drawing) -> str:
    """Write a drawing in the language of Graphviz."""
    rows = ["graph crm {", "  rankdir=LR;", '  node [shape=box, style=rounded, fontname="sans-serif"];']
    rows.append('  edge [fontname="sans-serif", fontsize=11];')
    rows += [f"  {_quoted(shape.key)} [label={_quoted(shape.title, shape.detail)}];" for shape in drawing.shapes]
    for line in drawing.lines:
        marks = [f"label={_quoted(line.text)}"] if line.text else []
        marks += ["style=dashed", "constraint=false"] if line.dashed else []
        look = f" [{', '.join(marks)}]" if marks else ""
        rows.append(f"  {_quoted(line.a)} -- {_quoted(line.b)}{look};")
    return "\n".join([*rows, "}"]) + "\n"


def mermaid(drawing: Drawing) -> str:
    """Write a drawing in the language of Mermaid."""
    names = {shape.key: f"n{place}" for place, shape in enumerate(drawing.shapes)}
    rows = ["graph LR"]
    rows += [f'  {names[one.key]}["{_escaped(one.title)}<br>{_escaped(one.detail)}"]' for one in drawing.shapes]
    for line in drawing.lines:
        stroke = "-.-" if line.dashed else "---"
        text = f'|"{_escaped(line.text)}"|' if line.text else ""
        rows.append(f"  {names[line.a]} {stroke}{text} {names[line.b]}")
    return "\n".join(rows) + "\n"


def _quoted(*lines: str) -> str:
    """Give a text of DOT; a backslash or a quote in it is text."""
    escaped = (safe(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(escaped) + '"'


def _escaped(text: str) -> str:
    return safe(text).translate(_MERMAID).replace(_ICON, _NO_ICON)
