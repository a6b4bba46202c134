"""Exporting records: all of an object's or those that were asked for, as CSV, TSV, JSON or JSON lines.

A whole export comes back: `import` of it into an empty workspace makes equal records, with the same ids.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace
from crmcli.services.export_contents import chosen_columns, whole_records
from crmcli.services.export_formats import WRITERS, headings

if TYPE_CHECKING:
    from typing import TextIO

    from crmcli.services.export_contents import Contents
    from crmcli.services.workspace import Workspace

FORMATS = tuple(WRITERS)
_REFERENCE = "id"  # the column of our own references


@frozen
class ExportRequest:
    """What to export, and how.

    `where` and `sort` are of the expression language. `columns` are property names, dotted paths or `id`, which comes
    first; none means the reference, every property that holds a value in what is exported, and the associations that
    the object owns. `labels` heads columns with labels instead of internal names; `raw` leaves cells as they are
    that a spreadsheet would run.
    """

    object_name: str
    format: str = "csv"  # one of FORMATS
    where: str = ""
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int | None = None
    labels: bool = False
    raw: bool = False


@frozen
class Exported:
    """An export that was done; `path` is the file written, "" for a sink that was handed in."""

    object_name: str
    count: int
    columns: tuple[str, ...]
    path: str = ""
    notes: tuple[str, ...] = ()


class UnknownFormat(CrmError):
    """A word that is no form of an export."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'"{word}" is no form of an export', f"There are {', '.join(FORMATS)}")


class ExportFailed(CrmError):
    """A file or folder of an export that cannot be written."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(
            f'"{path}" cannot be written: {(error.strerror or str(error)).lower()}',
            "Make room, or name a place that you may write to",
        )


def export(workspace: Workspace, request: ExportRequest, sink: TextIO) -> Exported:
    """Write records to `sink`, which must be UTF-8 and not translate line ends.

    Raises UnknownFormat, UnknownObject, UnknownProperty and the errors of expressions before anything is written.
    """
    if request.format not in WRITERS:
        raise UnknownFormat(request.format)
    contents = _contents(workspace, request)
    count = WRITERS[request.format](contents, sink, labels=request.labels, raw=request.raw)
    named = tuple(headings(contents, labels=request.labels))
    return Exported(contents.object_name, count, named, notes=contents.notes)


def export_all(workspace: Workspace, folder: str, request: ExportRequest) -> tuple[Exported, ...]:
    """Write each object that has records to a file of its own in `folder`, which is made where it is missing.

    `object_name` of the request is not looked at. A file that exists is not written over. What an object is associated
    with stands in an earlier file, so that importing them in this order finds it. Raises ExportFailed.
    """
    if request.format not in WRITERS:
        raise UnknownFormat(request.format)
    exported = []
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise ExportFailed(folder, error) from None
    for name in import_order(workspace):
        if workspace.store.count(name):
            path = os.path.join(folder, f"{name}.{request.format}")
            exported.append(_export_file(workspace, replace(request, object_name=name), path))
    return tuple(exported)


def import_order(workspace: Workspace) -> list[str]:
    """Give all objects, each after those that its own associations are with, as far as these form no circle."""
    ordered: dict[str, None] = {}
    pairs = workspace.model.pairs.values()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name not in ordered and name not in path:
            for pair in pairs:
                if pair.owner == name:
                    visit(pair.other, (*path, name))
            ordered[name] = None

    for name in workspace.model.objects:
        visit(name, ())
    return list(ordered)


def _export_file(workspace: Workspace, request: ExportRequest, path: str) -> Exported:
    try:
        # The records are people's data: nobody else may read them, whatever the umask.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ExportFailed(path, error) from None
    with open(descriptor, "w", encoding="utf-8", newline="") as sink:
        try:
            done = export(workspace, request, sink)
            sink.flush()
        except OSError as error:
            raise ExportFailed(path, error) from None
    return replace(done, path=path)


def _contents(workspace: Workspace, request: ExportRequest) -> Contents:
    from crmcli.query import Selection, select

    found = workspace.any_object(request.object_name)
    asked = tuple(column for column in request.columns if column != _REFERENCE)
    if not request.columns and not (request.where or request.sort or request.limit is not None):
        return whole_records(workspace, found, None)
    selection = Selection(
        found, where=request.where or None, columns=asked, sort=request.sort, limit=request.limit, offset=0
    )
    statement = select(selection, workspace.model, workspace.context)
    rows = workspace.store.rows(statement)
    if request.columns:
        return chosen_columns(found, statement.columns, rows, referenced=_REFERENCE in request.columns)
    return whole_records(workspace, found, [row[0] for row in rows])
