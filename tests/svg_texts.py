"""Where the texts of an SVG picture stand."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from crmcli.render.svg import Style, extent

SPACE = "{http://www.w3.org/2000/svg}"


def texts_of(picture):
    """Each text and the area that it takes: left, top, right, bottom."""
    found = []
    for text in ET.fromstring(picture).iter(f"{SPACE}text"):
        words, size = text.text, int(text.get("font-size"))
        wide = extent(words, Style(size, bold=text.get("font-weight") is not None))
        left = float(text.get("x")) - {None: 0, "middle": wide / 2, "end": wide}[text.get("text-anchor")]
        base = float(text.get("y"))
        found.append((words, (left, base - size * 0.8, left + wide, base + size * 0.25)))
    return found


def lie_on_another(a, b):
    """Whether two areas have a place in common."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
