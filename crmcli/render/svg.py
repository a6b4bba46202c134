"""The pieces of an SVG picture: boxes, curves and texts, in light and dark, with nothing from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.render.cells import ELLIPSIS, width
from crmcli.render.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

# How wide characters of a proportional font are, in parts of its size, a little above what fonts have.
_NARROW, _WIDE, _USUAL = 0.4, 1.0, 0.62
_NARROW_ONES = frozenset("iljtfrI.,:;'|!()[] -·")
_WIDE_ONES = frozenset("mwMWQO@%&–…")
_BOLD = 1.08

STYLE = """
  text { font-family: system-ui, sans-serif; fill: #1c1e21; }
  .dim { fill: #5f6671; }
  .box { fill: #ffffff; stroke: #8a94a3; }
  .root { stroke: #1f6feb; stroke-width: 2; }
  .line { fill: none; stroke: #8a94a3; stroke-width: 1.2; }
  .circle { stroke: #b08800; stroke-width: 1.2; }
  .joint { fill: #b08800; }
  .guide { stroke: #d3d8df; }
  .dot { fill: #5f6671; }
  .badge { fill: #1f6feb; }
  .badge-number { fill: #ffffff; }
  .ground { fill: #f6f7f9; }
  @media screen and (prefers-color-scheme: dark) {
    text { fill: #e6e8eb; }
    .dim { fill: #9aa3af; }
    .box { fill: #23272e; }
    .guide { stroke: #333a44; }
    .dot { fill: #9aa3af; }
    .ground { fill: #16191d; }
  }
"""


@frozen
class Style:
    """How a text looks; `size` is in pixels; `right`: it ends where it is put; `middle`: it lies around it."""

    size: int = 13
    dim: bool = False
    bold: bool = False
    right: bool = False
    middle: bool = False


PLAIN = Style()


def extent(words: str, style: Style = PLAIN) -> float:
    """Estimate how many pixels a text takes."""
    parts = sum(_part(character) for character in safe(words))
    return parts * style.size * (_BOLD if style.bold else 1)


def _part(character: str) -> float:
    if character in _NARROW_ONES:
        return _NARROW
    if character in _WIDE_ONES:
        return _WIDE
    if character.isupper():
        return (_USUAL + _WIDE) / 2
    return _USUAL * width(character)


def picture(width: float, height: float, title: str, pieces: Iterable[str], styles: str = "") -> str:
    """Put a picture together; `title` is what a screen reader says, `styles` are more lines of CSS."""
    ground = f'<rect class="ground" width="{width:g}" height="{height:g}"/>'
    return inside(width, height, title, [f"<style>{STYLE}{styles}</style>", ground, *pieces])


def inside(width: float, height: float, title: str, pieces: Iterable[str]) -> str:
    """Put a picture together for a page that has the styles, and a ground, itself."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}"'
        f' viewBox="0 0 {width:g} {height:g}" role="img">'
    )
    return "\n".join([head, f"<title>{escaped(title)}</title>", *pieces, "</svg>"]) + "\n"


def box(x: float, y: float, width: float, height: float, *, root: bool = False) -> str:
    """Draw a box."""
    kind = "box root" if root else "box"
    return f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="7"/>'


def text(at: tuple[float, float], words: str, room: float, style: Style = PLAIN) -> str:
    """Write a text in `room` pixels; what does not fit is cut and stands in full in its tooltip."""
    shown = _cut(safe(words), room, style)
    marks = ' class="dim"' if style.dim else ""
    marks += ' font-weight="600"' if style.bold else ""
    marks += ' text-anchor="end"' if style.right else ' text-anchor="middle"' if style.middle else ""
    tip = f"<title>{escaped(words)}</title>" if shown != safe(words) else ""
    return f'<text x="{at[0]:g}" y="{at[1]:g}" font-size="{style.size}"{marks}>{escaped(shown)}{tip}</text>'


def _cut(words: str, room: float, style: Style) -> str:
    """Give what of a text fits, with … where something was cut."""
    if extent(words, style) <= room:
        return words
    while words and extent(words + ELLIPSIS, style) > room:
        words = words[:-1]
    return words.rstrip() + ELLIPSIS


def dot(x: float, y: float, tip: str) -> str:
    """Draw a dot."""
    return f'<circle class="dot" cx="{x:g}" cy="{y:g}" r="3.5"><title>{escaped(tip)}</title></circle>'


def badge(x: float, y: float, number: int, tip: str) -> str:
    """Draw a numbered dot."""
    return (
        f'<circle class="badge" cx="{x:g}" cy="{y:g}" r="9"><title>{escaped(tip)}</title></circle>'
        f'<text class="badge-number" x="{x:g}" y="{y + 4:g}" font-size="11" text-anchor="middle">{number}</text>'
    )


def guide(begin: tuple[float, float], end: tuple[float, float]) -> str:
    """Draw a thin straight line along which the eye goes."""
    return _straight("guide", begin, end)


def _straight(kind: str, begin: tuple[float, float], end: tuple[float, float]) -> str:
    return f'<line class="{kind}" x1="{begin[0]:g}" y1="{begin[1]:g}" x2="{end[0]:g}" y2="{end[1]:g}"/>'


def circle_line(begin: tuple[float, float], end: tuple[float, float]) -> str:
    """Draw a straight piece of a line that closes a circle."""
    return _straight("circle", begin, end)


def joint(x: float, y: float, radius: float) -> str:
    """Mark where such pieces meet."""
    return f'<circle class="joint" cx="{x:g}" cy="{y:g}" r="{radius:g}"/>'


def curve(*points: tuple[float, float]) -> str:
    """Draw a Bézier curve: from the first point to the last, pulled by the two between."""
    begin, *rest = (f"{x:g} {y:g}" for x, y in points)
    return f'<path class="line" d="M{begin} C{" ".join(rest)}"/>'


def escaped(words: str) -> str:
    """Give a text for XML."""
    return safe(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
