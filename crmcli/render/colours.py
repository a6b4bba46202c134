"""The colours of options and stages, as Rich's styles: the schema names them, no style comes from data."""

from __future__ import annotations

# Colour of the schema → a style of the terminal's own 16 colours.
STYLES = {
    "gray": "bright_black",
    "red": "red",
    "orange": "bright_red",
    "yellow": "yellow",
    "green": "green",
    "cyan": "cyan",
    "blue": "bright_blue",
    "purple": "magenta",
    "pink": "bright_magenta",
}
