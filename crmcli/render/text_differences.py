"""How a text file would change: the lines that go and come, with what stands around them."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.render.output import Output

_STYLES = {"+": "good", "-": "bad", "@": "dim"}


def write_text_difference(output: Output, path: str, before: str, after: str) -> None:
    """Write the difference of two versions of a file, as `diff -u` does."""
    names = (path if before else "/dev/null", path)
    for line in unified_diff(before.splitlines(), after.splitlines(), *names, lineterm=""):
        output.line((line, _STYLES.get(line[:1], "")))
