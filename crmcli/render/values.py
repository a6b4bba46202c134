"""Values as text: in the cells of CSV, TSV and Markdown, as JSON and as YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.types.base import Stored

# The version of every JSON shape; it grows when one changes in a way that a reader could notice.
VERSION = 1


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


def json_text(value: object) -> str:
    """Write a value as JSON over several lines, characters unescaped."""
    import json

    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def yaml_text(value: object) -> str:
    """Write a value as YAML, keys in their order, nothing abbreviated by an alias."""
    import yaml

    class Dumper(yaml.CSafeDumper):
        """Writes a value that occurs twice twice."""

        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
            return True

    dumped: str = yaml.dump(value, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100)
    return dumped
