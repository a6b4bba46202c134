"""The pieces of an SVG picture: boxes, curves and texts, in light and dark, with nothing from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.render.cells import clip
from crmcli.render.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

# Columns of text in so many pixels, for a proportional font at this size, with some room left.
_PER_COLUMN = 0.62

_STYLE = """
  text { font-family: system-ui, sans-serif; fill: #1c1e21; }
  .dim { fill: #5f6671; }
  .box { fill: #ffffff; stroke: #8a94a3; }
  .root { stroke: #1f6feb; stroke-width: 2; }
  .line { fill: none; stroke: #8a94a3; stroke-width: 1.2; }
  .again { stroke-dasharray: 5 4; stroke: #b08800; }
  .ground { fill: #f6f7f9; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6e8eb; }
    .dim { fill: #9aa3af; }
    .box { fill: #23272e; }
    .ground { fill: #16191d; }
  }
"""


@frozen
class Style:
    """How a text looks; `size` is in pixels."""

    size: int = 13
    dim: bool = False
    bold: bool = False


def picture(width: float, height: float, title: str, pieces: Iterable[str]) -> str:
    """Put a picture together; `title` is what a screen reader says."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}"'
        f' viewBox="0 0 {width:g} {height:g}" role="img">'
    )
    ground = f'<rect class="ground" width="{width:g}" height="{height:g}"/>'
    parts = [head, f"<title>{escaped(title)}</title>", f"<style>{_STYLE}</style>", ground, *pieces, "</svg>"]
    return "\n".join(parts) + "\n"


def box(x: float, y: float, width: float, height: float, *, root: bool = False) -> str:
    """Draw a box."""
    kind = "box root" if root else "box"
    return f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="7"/>'


def text(at: tuple[float, float], words: str, room: float, style: Style | None = None) -> str:
    """Write a text in `room` pixels; what does not fit is cut and stands in full in its tooltip."""
    look = style or Style()
    shown = clip(safe(words), max(int(room / (look.size * _PER_COLUMN)), 1))
    marks = ' class="dim"' if look.dim else ""
    marks += ' font-weight="600"' if look.bold else ""
    tip = f"<title>{escaped(words)}</title>" if shown != safe(words) else ""
    return f'<text x="{at[0]:g}" y="{at[1]:g}" font-size="{look.size}"{marks}>{escaped(shown)}{tip}</text>'


def curve(*points: tuple[float, float], tip: str = "", again: bool = False) -> str:
    """Draw a Bézier curve: from the first point to the last, pulled by the two between; `tip` is its tooltip."""
    begin, *rest = (f"{x:g} {y:g}" for x, y in points)
    kind, course = "line again" if again else "line", " ".join(rest)
    title = f"<title>{escaped(tip)}</title>" if tip else ""
    return f'<path class="{kind}" d="M{begin} C{course}">{title}</path>'


def escaped(words: str) -> str:
    """Give a text for XML."""
    return safe(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
