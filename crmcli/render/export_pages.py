"""Exports for people to read: YAML, Markdown, and a page of HTML that needs nothing beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.html_page import END, beginning
from crmcli.render.safe import safe
from crmcli.render.sheets import NUMBERS, markdown_cell
from crmcli.render.values import cell, yaml_text
from crmcli.services.exporting.json import objects
from crmcli.services.references import Ref
from crmcli.services.titles import record_context, titles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TextIO

    from crmcli.services.association_cells import LinkedTo
    from crmcli.services.exporting.contents import Contents, ExportBlock, ExportColumn
    from crmcli.services.exporting.exports import Style
    from crmcli.types.base import Context, Stored

_STYLES = """\
:root { color-scheme: light dark; --line: #8884; --head: #f4f6f8; --soft: #667085 }
@media (prefers-color-scheme: dark) { :root { --head: #23272e; --soft: #9aa4b2 } }
body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem }
h1 { font-size: 1.3rem; margin: 2rem 0 .75rem }
h1 small { color: var(--soft); font-weight: normal; font-size: .9rem; margin-left: .5rem }
table { border-collapse: collapse }
th, td { padding: .4rem .75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
th { position: sticky; top: 0; background: var(--head); white-space: nowrap }
td { white-space: pre-line; max-width: 32rem; overflow-wrap: anywhere }
td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
td:first-child { white-space: nowrap }
tbody tr:hover { background: #8881 }
@media print { th { position: static } }
"""


def write_yaml(parts: Sequence[Contents], sink: TextIO, style: Style) -> int:  # noqa: ARG001
    """Write a list of mappings, by internal names; give the number of records."""
    count = 0
    for record in objects(parts[0]):
        sink.write(yaml_text([record]))
        count += 1
    if not count:
        sink.write("[]\n")
    return count


def write_markdown(parts: Sequence[Contents], sink: TextIO, style: Style) -> int:  # noqa: ARG001
    """Write a table for each object, values as people see them; give the number of records."""
    count = 0
    for place, contents in enumerate(parts):
        headings = [markdown_cell(safe(heading)) for heading in _headings(contents)]
        rules = ["---:" if right else "---" for right in _aligned_right(contents)]
        if len(parts) > 1:
            sink.write(f"{chr(10) if place else ''}## {markdown_cell(safe(contents.found.plural))}\n\n")
        sink.write(f"| {' | '.join(headings)} |\n| {' | '.join(rules)} |\n")
        for row in _rows(contents):
            sink.write(f"| {' | '.join(markdown_cell(safe(text)) for text in row)} |\n")
            count += 1
    return count


def write_html(parts: Sequence[Contents], sink: TextIO, style: Style) -> int:  # noqa: ARG001
    """Write a page with a table for each object, values as people see them; give the number of records.

    All text of records is escaped, nothing becomes a link, and the page may load and run nothing.
    """
    from html import escape

    sink.write(beginning(", ".join(contents.found.plural for contents in parts), _STYLES))
    count = 0
    for contents in parts:
        right = _aligned_right(contents)
        headings = "".join(f"<th>{escape(heading)}</th>" for heading in _headings(contents))
        name = contents.workspace.settings.name
        sink.write(f"<h1>{escape(contents.found.plural)}<small>{escape(name)}</small></h1>\n")
        sink.write(f"<table>\n<thead><tr>{headings}</tr></thead>\n<tbody>\n")
        for row in _rows(contents):
            cells = zip(row, right, strict=True)
            sink.write("<tr>")
            sink.writelines(
                f"<td{' class=n' if end else ''}>{escape(safe(text, lines=True))}</td>" for text, end in cells
            )
            sink.write("</tr>\n")
            count += 1
        sink.write("</tbody>\n</table>\n")
    sink.write(END)
    return count


def _headings(contents: Contents) -> list[str]:
    labels = [column.label for column in contents.columns]
    others = [contents.workspace.model.words[other].plural for other in contents.associated]
    return ["Record"] * contents.referenced + labels + others


def _aligned_right(contents: Contents) -> list[bool]:
    kinds = [column.value_type.name if column.value_type else "" for column in contents.columns]
    return [False] * contents.referenced + [kind in NUMBERS for kind in kinds] + [False] * len(contents.associated)


def _rows(contents: Contents) -> Iterator[list[str]]:
    """Give records as texts for people: amounts in their own currency, associated records by their names."""
    names = [column.name for column in contents.columns]
    own = contents.workspace.context
    for block in contents.blocks:
        called = titles(contents.workspace, _associates(block))
        for record_id, *values in zip(block.ids, *block.columns, *block.links, strict=True):
            context = record_context(contents.found, dict(zip(names, values, strict=False)), own)
            row = [str(Ref(contents.object_name, record_id))] * contents.referenced
            row += [_shown(column, value, context) for column, value in zip(contents.columns, values, strict=False)]
            yield row + [_named(links, called) for links in values[len(names) :]]


def _associates(block: ExportBlock) -> set[Ref]:
    return {Ref(link.object_name, link.id) for column in block.links for links in column for link in links}


def _shown(column: ExportColumn, value: Stored | None, context: Context) -> str:
    if value is None:
        return ""
    return cell(value) if column.value_type is None else column.value_type.show(value, context)


def _named(links: Sequence[LinkedTo], called: Mapping[Ref, str]) -> str:
    """Say associated records by their names, the primary one first."""
    texts = []
    for link in sorted(links, key=lambda link: not link.primary):
        ref = Ref(link.object_name, link.id)
        labels = f" ({', '.join(link.labels)})" if link.labels else ""
        texts.append(called.get(ref, str(ref)) + labels)
    return "; ".join(texts)
