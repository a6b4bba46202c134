"""Why a record is in a segment, or is not: its expression as a tree, with what each condition is and goes by."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.query.explaining import explain
from crmcli.services.segments.found import condition_of, segment_of
from crmcli.services.titles import record_context, title_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from crmcli.model.segments import Segment
    from crmcli.query.explaining import Part, Told
    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Context, Stored


@frozen
class GoneBy:
    """A value that a condition goes by: its name, as stored, and as shown, "" where it is unset."""

    name: str
    value: Stored | None
    shown: str


@frozen
class Reason:
    """A condition: whether it is so (None: unknown), the values it goes by, and the parts that `joined` makes it of."""

    text: str
    truth: bool | None
    joined: str = ""
    values: tuple[GoneBy, ...] = ()
    parts: tuple[Reason, ...] = ()


@frozen
class Why:
    """Whether a record is in a segment, and the conditions that say so."""

    segment: Segment
    ref: Ref
    title: str
    member: bool
    parts: tuple[Reason, ...]


def why(workspace: Workspace, name: str, ref: Ref) -> Why:
    """Say why a record is in a segment or is not. Raises NoSuchSegment, the errors of expressions, and OtherMember."""
    from crmcli.services.segments.edits import OtherMember

    segment = segment_of(workspace, name)
    if ref.object_name != segment.object_name:
        raise OtherMember(segment, ref)
    found = workspace.any_object(segment.object_name)
    explained = explain(condition_of(segment), found, workspace.model, workspace.context, ref.id)
    rows = (next(iter(workspace.store.rows(statement))) for statement in explained.statements)
    row = tuple(chain.from_iterable(rows))
    record = workspace.store.record(ref.object_name, ref.id)
    context = record_context(found, record.values, workspace.context) if record else workspace.context
    root = _reason(explained.root, row, context)
    return Why(segment, ref, title_of(workspace, record) if record else str(ref), bool(root.truth), root.parts)


def _reason(part: Part, row: Sequence[Any], context: Context) -> Reason:
    truth = row[part.column]
    return Reason(
        part.text,
        None if truth is None else bool(truth),
        part.joined,
        tuple(_gone_by(told, row, context) for told in part.values),
        tuple(_reason(each, row, context) for each in part.parts),
    )


def _gone_by(told: Told, row: Sequence[Any], context: Context) -> GoneBy:
    column = row[told.column]
    if column is None:
        return GoneBy(told.text, None, "")
    value = told.value_type.stored(column)
    return GoneBy(told.text, value, told.value_type.show(value, context))
