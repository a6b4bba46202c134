"""The forms of an export: delimited text, JSON, JSON lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.formats.writing import write_rows
from crmcli.services.association_cells import write_cell
from crmcli.services.import_association_columns import ASSOCIATIONS
from crmcli.services.references import Ref
from crmcli.services.spreadsheet import neutralise_many

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TextIO

    from crmcli.services.export_contents import Contents, ExportRow

_VERSION = 1  # of the JSON form; it grows only when a reader of the old one would misread the new one


def write_csv(contents: Contents, sink: TextIO, *, labels: bool = False, raw: bool = False) -> int:
    """Write comma-separated text in UTF-8 with lines ended by LF; give the number of records."""
    return _write_delimited(contents, sink, ",", labels=labels, raw=raw)


def write_tsv(contents: Contents, sink: TextIO, *, labels: bool = False, raw: bool = False) -> int:
    """Write tab-separated text, quoted as in CSV; give the number of records."""
    return _write_delimited(contents, sink, "\t", labels=labels, raw=raw)


def write_json(contents: Contents, sink: TextIO, *, labels: bool = False, raw: bool = False) -> int:  # noqa: ARG001
    """Write one JSON object: version, object and records; give the number of records."""
    from json import dumps

    sink.write(f'{{"version":{_VERSION},"object":{dumps(contents.object_name)},"records":[')
    count = _write_objects(contents, sink, ",\n")
    sink.write("]}\n")
    return count


def write_jsonl(contents: Contents, sink: TextIO, *, labels: bool = False, raw: bool = False) -> int:  # noqa: ARG001
    """Write a JSON object a line; give the number of records."""
    count = _write_objects(contents, sink, "\n", begin="")
    if count:
        sink.write("\n")
    return count


def _write_delimited(contents: Contents, sink: TextIO, delimiter: str, *, labels: bool, raw: bool) -> int:
    write_rows(sink, [headings(contents, labels=labels)], delimiter)
    count = 0
    for block in contents.blocks:
        columns = [[str(Ref(contents.object_name, row.id)) for row in block]] if contents.referenced else []
        columns += _value_columns(contents, block, raw=raw)
        columns += [[write_cell(row.links[place]) for row in block] for place in range(len(contents.associated))]
        write_rows(sink, list(zip(*columns, strict=True)), delimiter)
        count += len(block)
    return count


def _value_columns(contents: Contents, block: Sequence[ExportRow], *, raw: bool) -> list[list[str]]:
    """Give the cells of each column of values."""
    columns = []
    for place, column in enumerate(contents.columns):
        text = column.text
        cells = ["" if (value := row.values[place]) is None else text(value) for row in block]
        columns.append(cells if raw else neutralise_many(cells))
    return columns


def headings(contents: Contents, *, labels: bool) -> list[str]:
    """Give the headings; by label only where no other column has the same one, so that import knows them again."""
    words = [column.label for column in contents.columns]
    clear = [label if labels and words.count(label) == 1 else "" for label in words]
    named = [label or column.name for label, column in zip(clear, contents.columns, strict=True)]
    return ["id"] * contents.referenced + named + [f"{ASSOCIATIONS}{other}" for other in contents.associated]


def _write_objects(contents: Contents, sink: TextIO, separator: str, *, begin: str = "\n") -> int:
    from orjson import dumps

    count = 0
    names = [column.name for column in contents.columns]
    for block in contents.blocks:
        texts = [dumps(_as_object(contents, names, row)).decode() for row in block]
        sink.write((separator if count else begin) + separator.join(texts))
        count += len(block)
    return count


def _as_object(contents: Contents, names: Sequence[str], row: ExportRow) -> dict[str, object]:
    """Give a record as JSON: what is not set is absent."""
    record: dict[str, object] = {"id": str(Ref(contents.object_name, row.id))} if contents.referenced else {}
    record.update((name, value) for name, value in zip(names, row.values, strict=True) if value is not None)
    linked = {other: links for other, links in zip(contents.associated, row.links, strict=True) if links}
    if linked:
        record["associations"] = {
            other: [
                {"id": f"{link.object_name}:{link.id}", "labels": list(link.labels), "primary": link.primary}
                for link in links
            ]
            for other, links in linked.items()
        }
    return record


# The one list of the forms.
WRITERS: Mapping[str, Callable[..., int]] = {
    "csv": write_csv,
    "tsv": write_tsv,
    "json": write_json,
    "jsonl": write_jsonl,
}
