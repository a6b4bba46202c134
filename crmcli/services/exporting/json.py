"""Exports as JSON: one object, an object a line, or one TinyDB file with a table for each object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.references import Ref

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from crmcli.services.association_cells import LinkedTo
    from crmcli.services.exporting.contents import Contents
    from crmcli.services.exporting.exports import Style

_VERSION = 1  # of the JSON form; it grows only when a reader of the old one would misread the new one


def write_json(parts: Sequence[Contents], sink: TextIO, style: Style) -> int:  # noqa: ARG001
    """Write one JSON object: version, object and records; give the number of records."""
    from json import dumps

    contents = parts[0]
    sink.write(f'{{"version":{_VERSION},"object":{dumps(contents.object_name)},"records":[')
    count = _write_objects(contents, sink, ",\n", begin="\n")
    sink.write("]}\n")
    return count


def write_jsonl(parts: Sequence[Contents], sink: TextIO, style: Style) -> int:  # noqa: ARG001
    """Write a JSON object a line; give the number of records."""
    count = _write_objects(parts[0], sink, "\n")
    if count:
        sink.write("\n")
    return count


def write_tinydb(parts: Sequence[Contents], sink: TextIO, style: Style) -> int:  # noqa: ARG001
    """Write what `TinyDB(path)` opens: a table for each object, records under their ids; give their number."""
    from orjson import OPT_INDENT_2, dumps

    count = 0
    for place, contents in enumerate(parts):
        sink.write(f'{"," if place else "{"}\n  "{contents.object_name}": {{')
        separator = "\n    "
        for record_id, record in _records(contents):
            text = dumps(record, option=OPT_INDENT_2).decode().replace("\n", "\n    ")
            sink.write(f'{separator}"{record_id}": {text}')
            separator = ",\n    "
            count += 1
        sink.write("\n  }")
    sink.write("\n}\n")
    return count


def objects(contents: Contents) -> Iterator[dict[str, object]]:
    """Give records as JSON objects: their reference first where it is exported; what is not set is absent."""
    for record_id, record in _records(contents):
        if contents.referenced:
            yield {"id": str(Ref(contents.object_name, record_id)), **record}
        else:
            yield record


def _write_objects(contents: Contents, sink: TextIO, separator: str, *, begin: str = "") -> int:
    from orjson import dumps

    count = 0
    pending: list[str] = []
    for record in objects(contents):
        pending.append(dumps(record).decode())
        if len(pending) == 1_000:
            sink.write((separator if count else begin) + separator.join(pending))
            count, pending = count + len(pending), []
    if pending:
        sink.write((separator if count else begin) + separator.join(pending))
    return count + len(pending)


def _records(contents: Contents) -> Iterator[tuple[int, dict[str, object]]]:
    """Give ids and what records hold, associations last."""
    names = [column.name for column in contents.columns]
    for block in contents.blocks:
        for record_id, *values in zip(block.ids, *block.columns, *block.links, strict=True):
            record = {name: value for name, value in zip(names, values, strict=False) if value is not None}
            linked = {
                other: [_association(link) for link in links]
                for other, links in zip(contents.associated, values[len(names) :], strict=True)
                if links
            }
            yield record_id, {**record, "associations": linked} if linked else record


def _association(link: LinkedTo) -> dict[str, object]:
    return {"id": str(Ref(link.object_name, link.id)), "labels": list(link.labels), "primary": link.primary}
