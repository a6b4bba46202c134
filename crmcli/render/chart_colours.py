"""How series look in a picture: colours for eyes of every kind, in light and dark, and patterns besides.

References:
    https://jfly.uni-koeln.de/color/ (Okabe and Ito's eight; here as dark or light as a contrast of 3 asks for)
"""

from __future__ import annotations

LIGHT = ("#00568c", "#d55e00", "#009468", "#8a2f66", "#ae7a00", "#3a92cf", "#5a5400", "#222222")
DARK = ("#3d9bdc", "#e8793a", "#0fc48e", "#c06f9c", "#e6a817", "#8fd3f7", "#f0e442", "#d5d8dc")
# What is drawn in the colour of the ground upon an area of 8 by 8, one after another; the first has nothing.
_PATTERNS = (
    "",
    '<path class="gap" d="M-2 2l4 -4M0 8l8 -8M6 10l4 -4"/>',
    '<circle class="hole" cx="4" cy="4" r="1.7"/>',
    '<path class="gap" d="M-2 6l4 4M0 0l8 8M6 -2l4 4"/>',
    '<path class="gap" d="M0 4h8"/>',
    '<path class="gap" d="M0 4h8M4 0v8"/>',
)
_DASHES = ("none", "7 3", "2 3", "9 3 2 3", "12 4", "4 2 1 2 1 2")


def _classes(colours: tuple[str, ...], indent: str) -> str:
    return "".join(
        f"{indent}.fill{n} {{ fill: {colour}; }}\n{indent}.line{n} {{ stroke: {colour}; }}\n"
        for n, colour in enumerate(colours)
    )


_DASHED = "".join(f"  .dash{n} {{ stroke-dasharray: {dash}; }}\n" for n, dash in enumerate(_DASHES))

CHART_STYLE = f"""
  .axis {{ stroke: #8a94a3; }}
  .gap {{ fill: none; stroke: #f6f7f9; stroke-width: 1.6; }}
  .hole, .plate {{ fill: #f6f7f9; }}
  .series {{ fill: none; stroke-width: 2; }}
{_DASHED}{_classes(LIGHT, "  ")}  @media screen and (prefers-color-scheme: dark) {{
    .gap {{ stroke: #16191d; }}
    .hole, .plate {{ fill: #16191d; }}
{_classes(DARK, "    ")}  }}
"""


def line_classes(place: int) -> str:
    """Give the classes of the line of a series."""
    return f"series line{place % len(LIGHT)} dash{place % len(_DASHES)}"


def fill_class(place: int) -> str:
    """Give the class that fills a mark in the colour of a series."""
    return f"fill{place % len(LIGHT)}"


def fill(place: int, key: str) -> str:
    """Give what fills the areas of a series: its colour, and a pattern on it unless it is the first."""
    if not _PATTERNS[place % len(_PATTERNS)]:
        return f'class="{fill_class(place)}"'
    return f'fill="url(#{key}{place})"'


def patterns(count: int, key: str) -> str:
    """Define the patterns of so many series; `key` tells them from those of other charts on a page."""
    found = [
        f'<pattern id="{key}{place}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect class="{fill_class(place)}" width="8" height="8"/>{_PATTERNS[place % len(_PATTERNS)]}</pattern>'
        for place in range(count)
        if _PATTERNS[place % len(_PATTERNS)]
    ]
    return f"<defs>{''.join(found)}</defs>" if found else ""
