"""Stored values as the cells of a file: the text that stands for one in CSV, TSV and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.types.base import Stored


def cell(value: Stored | None) -> str:
    """Write a stored value as a machine reads it: option values, ISO dates, several values joined by `;`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ";".join(map(str, value))
    if isinstance(value, (list, dict)):
        return as_json(value)
    return str(value)


def as_json(value: object) -> str:
    """Write a value as JSON on one line, characters unescaped."""
    import json

    return json.dumps(value, ensure_ascii=False)
