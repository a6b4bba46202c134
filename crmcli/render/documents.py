"""A result that is one thing (a record page, a write, a summary), in each of the eight forms of output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.render.sheets import write_sheet
from crmcli.render.values import VERSION, as_json, json_text, yaml_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmcli.render.output import Output
    from crmcli.render.sheets import Sheet


@frozen
class Document:
    """One result: `value` for JSON and YAML, `text` writes it for people, `sheet` is what of it is rows.

    `value` gets `version` in front; see json_shapes.md for the shapes.
    """

    value: Mapping[str, object]
    text: Callable[[Output], None]
    sheet: Callable[[], Sheet]


def write_document(output: Output, document: Document) -> None:
    """Write a document in the form that was asked for."""
    if output.format == "table":
        document.text(output)
    elif output.format == "json":
        output.data(json_text({"version": VERSION, **document.value}))
    elif output.format == "jsonl":
        output.data(as_json({"version": VERSION, **document.value}) + "\n")
    elif output.format == "yaml":
        output.data(yaml_text({"version": VERSION, **document.value}))
    else:
        write_sheet(output, document.sheet())
