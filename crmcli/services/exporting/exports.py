"""Exporting records: which, of which objects, in which form, and to where.

A whole export comes back: `import` of it into an empty workspace makes equal records, with the same ids.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.exporting.contents import ASSOCIATIONS, chosen_columns, some_properties, whole_records
from crmcli.store.columns import unchanging

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Pair
    from crmcli.query import Statement
    from crmcli.services.exporting.contents import Contents
    from crmcli.services.workspace import Workspace

_REFERENCE = "id"  # the column of our own references


@frozen
class Style:
    """`labels` heads columns with labels, not internal names; `raw` leaves cells that a spreadsheet would run."""

    labels: bool = False
    raw: bool = False


@frozen
class Form:
    """One form of an export: its name, the endings of its files, and what it takes.

    `write` is the module and the function that write it, (parts, sink, style) -> number of records; `fits` likewise
    gives the properties that it takes of an object, or raises DoesNotFit.
    """

    name: str
    endings: tuple[str, ...]
    write: tuple[str, str]
    binary: bool = False
    several: bool = False  # whether one file may hold several objects
    fits: tuple[str, str] | None = None

    @property
    def writer(self) -> Callable[[Sequence[Contents], IO[str] | IO[bytes], Style], int]:
        """The function that writes it."""
        found: Callable[[Sequence[Contents], IO[str] | IO[bytes], Style], int] = _loaded(self.write)
        return found

    def needs(self, found: ObjectType) -> tuple[str, ...] | None:
        """Give the properties that it takes of an object; None for all that are asked for. Raises DoesNotFit."""
        if self.fits is None:
            return None
        names: tuple[str, ...] = _loaded(self.fits)(found)
        return names


@frozen
class ExportRequest:
    """What to export, and how.

    `where` and `sort` are of the expression language. `columns` are property names, dotted paths, expressions, `id`,
    which comes first, or `associations.OBJECT`, which come last; none means the reference, every property that holds a
    value in what is exported, and the associations that the object owns.
    """

    object_names: tuple[str, ...]
    form: Form
    where: str = ""
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int | None = None
    style: Style = Style()


@frozen
class Exported:
    """An export that was done; `path` is the file written, "" for a sink that was handed in."""

    object_names: tuple[str, ...]
    count: int
    columns: tuple[str, ...]
    path: str = ""
    notes: tuple[str, ...] = ()


class UnknownForm(CrmError):
    """A word that is no form of an export."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str, known: Sequence[str]) -> None:
        super().__init__(f'"{word}" is no form of an export', f"There are {', '.join(known)}")


class OneObjectOnly(CrmError):
    """Several objects for a form whose files hold one."""

    exit_code = ExitCode.USAGE

    def __init__(self, form: str, several: Sequence[str]) -> None:
        super().__init__(
            f"A file of {form} holds one object",
            f"Make a file of each: crm export all --output-dir DIR; {', '.join(several)} hold several",
        )


class DoesNotFit(CrmError):
    """An object that a form has no way to say."""

    exit_code = ExitCode.USAGE

    def __init__(self, plural: str, form: str, takes: str) -> None:
        super().__init__(f"{plural} cannot be written as {form}", f"It takes {takes}; -o csv takes anything")


class NothingToExport(CrmError):
    """A form for all objects when none that it can say has records."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, form: str) -> None:
        super().__init__(f"No object that {form} can say has records", "See what there is: crm report counts")


class NeverAssociated(CrmError):
    """A column of associations with an object that this one has none with."""

    exit_code = ExitCode.USAGE

    def __init__(self, plural: str, others: str) -> None:
        super().__init__(
            f"{plural} are not associated with {others.lower()}", "See what is: crm schema association list"
        )


class ColumnsGiven(CrmError):
    """Columns for a form that has its own."""

    exit_code = ExitCode.USAGE

    def __init__(self, form: str) -> None:
        super().__init__(f"A file of {form} has columns of its own", "Leave --columns out, or write csv or xlsx")


class ExportFailed(CrmError):
    """A file or folder of an export that cannot be written."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(
            f'"{path}" cannot be written: {(error.strerror or str(error)).lower()}',
            "Make room, or name a place that you may write to",
        )


def export(workspace: Workspace, request: ExportRequest, sink: IO[str] | IO[bytes]) -> Exported:
    """Write records to `sink`: binary where the form is, else UTF-8 that does not translate line ends.

    Raises UnknownObject, UnknownProperty, DoesNotFit and the errors of expressions before anything is written.
    """
    with unchanging(workspace.store):
        parts = [_contents(workspace, request, workspace.any_object(name)) for name in request.object_names]
        count = request.form.writer(parts, sink, request.style)
    named = tuple(parts[0].headings(labels=request.style.labels))
    names = tuple(part.object_name for part in parts)
    return Exported(names, count, named, notes=tuple(note for part in parts for note in part.notes))


def with_records(workspace: Workspace, form: Form) -> tuple[str, ...]:
    """Give the objects that have records and that a form can say, in the order in which they can be imported."""
    return tuple(
        name for name in import_order(workspace) if workspace.store.count(name) and _fits(workspace, name, form)
    )


def import_order(workspace: Workspace) -> list[str]:
    """Give all objects, each after those that its own associations are with, as far as these form no circle."""
    ordered: dict[str, None] = {}
    owned: Mapping[str, list[str]] = {name: [] for name in workspace.model.objects}
    for owner, other in workspace.model.pairs:
        owned[owner].append(other)

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name not in ordered and name not in path:
            for other in owned[name]:
                visit(other, (*path, name))
            ordered[name] = None

    for name in workspace.model.objects:
        visit(name, ())
    return list(ordered)


def _fits(workspace: Workspace, name: str, form: Form) -> bool:
    try:
        form.needs(workspace.any_object(name))
    except DoesNotFit:
        return False
    return True


def _contents(workspace: Workspace, request: ExportRequest, found: ObjectType) -> Contents:
    needed = request.form.needs(found)
    if needed is not None and request.columns:
        raise ColumnsGiven(request.form.name)
    if request.columns:
        return _chosen(workspace, request, found)
    ids = None
    if request.where or request.sort or request.limit is not None:
        ids = [row[0] for row in workspace.store.rows(_selected(workspace, request, found, ()))]
    return whole_records(workspace, found, ids) if needed is None else some_properties(workspace, found, (ids, needed))


def _chosen(workspace: Workspace, request: ExportRequest, found: ObjectType) -> Contents:
    """Give the columns that were asked for; those of associations, such as associations.company, come last."""
    asked = [column for column in request.columns if column != _REFERENCE and not column.startswith(ASSOCIATIONS)]
    pairs = [_pair(workspace, found, column) for column in request.columns if column.startswith(ASSOCIATIONS)]
    referenced = _REFERENCE in request.columns
    own = all(name in found.properties and not found.properties[name].formula for name in asked)
    if referenced and own and not (request.where or request.sort or request.limit is not None):
        return some_properties(workspace, found, (None, asked), pairs)
    statement = _selected(workspace, request, found, asked)
    query = (statement.columns, workspace.store.rows(statement))
    return chosen_columns(workspace, found, query, pairs, referenced=referenced)


def _pair(workspace: Workspace, found: ObjectType, column: str) -> Pair:
    other = workspace.any_object(column.removeprefix(ASSOCIATIONS))
    pair = workspace.model.pair(found.name, other.name)
    if pair is None:
        raise NeverAssociated(found.plural, other.plural)
    return pair


def _selected(workspace: Workspace, request: ExportRequest, found: ObjectType, columns: Sequence[str]) -> Statement:
    from crmcli.query import Selection, select

    selection = Selection(
        found, where=request.where or None, columns=tuple(columns), sort=request.sort, limit=request.limit, offset=0
    )
    return select(selection, workspace.model, workspace.context)


def _loaded(place: tuple[str, str]) -> Any:  # noqa: ANN401 - the table of forms says what it is
    from importlib import import_module

    return getattr(import_module(place[0]), place[1])
