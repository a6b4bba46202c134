"""A board: a column for each stage of a pipeline, or for each option of any enumeration, with its records as cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace
from crmcli.services.list_totals import NOTHING, TotalsRequest, totals_by
from crmcli.services.references import Ref
from crmcli.services.stage_words import NoPipelines, find_pipeline
from crmcli.services.titles import record_context, shown_value, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.model.objects import ObjectType, Pipeline, Stage
    from crmcli.query import ColumnInfo
    from crmcli.services.list_totals import Total
    from crmcli.services.lists import ListRequest
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Record
    from crmcli.types.base import Column, Stored, ValueType

_KINDS = ("option", "options", "bool", "user")
_FEW = 10  # options that all get a column, with records or without


class NoBoardColumns(CrmError):
    """A board is to be made by something that is no enumeration."""

    exit_code = ExitCode.USAGE

    def __init__(self, by: str, kind: str) -> None:
        super().__init__(
            f'A board cannot be made by "{by}": it is {kind}',
            "Take a stage, a choice, a yes or no, or an owner: crm schema show OBJECT",
        )


@frozen
class BoardRequest:
    """What is asked of a board: which property makes its columns, by the stages of which pipeline, what is added up.

    Without `by` it is the stage, without `pipeline` the first one, without `summed` the amounts.
    """

    by: str = ""
    pipeline: str = ""
    summed: tuple[str, ...] = ()


@frozen
class Card:
    """A record on a board; `amount` and `owner` are as shown, "" where there is none."""

    ref: Ref
    title: str
    amount: str
    owner: str


@frozen
class BoardColumn:
    """A column of a board: what stands there in all, and the cards that are shown of it.

    `value` is what its records have, None in the column of those that have none; `stage` is the stage that it is.
    """

    value: Stored | None
    label: str
    total: Total
    cards: tuple[Card, ...] = ()
    color: str = ""
    stage: Stage | None = None


@frozen
class Board:
    """Records on a board; `pipeline` is None where it is not made by stages, `others` are its sisters, by label."""

    object_name: str
    plural: str
    by: str
    title: str
    columns: tuple[BoardColumn, ...]
    pipeline: Pipeline | None = None
    others: tuple[str, ...] = ()


def board(workspace: Workspace, request: ListRequest, asked: BoardRequest | None = None) -> Board:
    """Lay records out by their stages or options; `request.limit` is how many cards of a column are wanted.

    The dearest cards come first without a `sort`. Raises NoPipelines, UnknownPipeline, NoBoardColumns, UnknownObject
    and the errors of expressions.
    """
    found = workspace.object(request.object_name)
    asked = asked or BoardRequest()
    made = division(workspace, found, asked)
    amount = found.roles.get("amount")
    summed = asked.summed or ((amount,) if amount else ())
    several = made.info.value_type is not None and made.info.value_type.several
    totals = totals_by(workspace, found, TotalsRequest((made.info.name,), summed, request.where, each=several))
    columns = made.columns if made.pipeline else tuple(_columns(workspace, made, totals))
    filled = [_filled(workspace, request, made.info.name, (key, each), totals) for key, each in columns]
    others = tuple(each.label for each in found.pipelines if each is not made.pipeline) if made.pipeline else ()
    return Board(found.name, found.plural, made.info.name, made.title, tuple(filled), made.pipeline, others)


@frozen
class Division:
    """What makes the columns of a board: a property, and those that it has in any case, by their value in the index."""

    info: ColumnInfo
    title: str
    columns: tuple[tuple[Column, BoardColumn], ...]
    pipeline: Pipeline | None = None


def division(workspace: Workspace, found: ObjectType, asked: BoardRequest) -> Division:
    """Say what makes the columns of a board. Raises NoPipelines, UnknownPipeline, NoBoardColumns and QueryError."""
    from crmcli.query import Selection, select

    stage = found.roles.get("stage")
    if not asked.by and not (found.pipelines and stage):
        raise NoPipelines(found)
    by = asked.by or stage or ""
    info = select(Selection(found, columns=(by,)), workspace.model, workspace.context).columns[0]
    if info.name == stage and found.pipelines:
        pipeline = find_pipeline(found, asked.pipeline or found.pipelines[0].id)
        stages = [BoardColumn(each.id, each.label, NOTHING, (), each.color, each) for each in pipeline.stages]
        return Division(info, pipeline.label, tuple((str(each.value), each) for each in stages), pipeline)
    kind = info.value_type
    if kind is None or kind.name not in _KINDS:
        raise NoBoardColumns(by, kind.name if kind else "no value")
    options = getattr(getattr(kind, "item", kind), "options", ())
    known = [(each.value, BoardColumn(each.value, each.label, NOTHING, (), each.color)) for each in options]
    hidden = {each.value for each in options if each.hidden}
    few = len(known) - len(hidden) <= _FEW
    return Division(info, info.heading, tuple(each for each in known if few and each[0] not in hidden))


def _columns(
    workspace: Workspace, made: Division, totals: dict[tuple[Column, ...], Total]
) -> Iterator[tuple[Column, BoardColumn]]:
    """Give the columns of an enumeration, in the order of its options, with those that only the records tell."""
    surely = dict(made.columns)
    kind: ValueType = getattr(made.info.value_type, "item", None) or made.info.value_type  # type: ignore[assignment]
    declared = {each.value: (place, each.color) for place, each in enumerate(getattr(kind, "options", ()))}
    for (value,) in totals:
        if value is not None and value not in surely:
            stored = kind.stored(value)
            color = declared.get(value, (0, ""))[1]
            surely[value] = BoardColumn(stored, kind.show(stored, workspace.context), NOTHING, (), color)

    def rank(value: Column) -> tuple[int, str]:
        return declared.get(value, (len(declared), ""))[0], surely[value].label.casefold()

    yield from ((value, surely[value]) for value in sorted(surely, key=rank))
    if (None,) in totals:
        yield None, BoardColumn(None, "None", NOTHING)


def _filled(
    workspace: Workspace,
    request: ListRequest,
    by: str,
    column: tuple[Column, BoardColumn],
    totals: dict[tuple[Column, ...], Total],
) -> BoardColumn:
    """Give a column with its total and cards."""
    key, empty = column
    total = totals.get((key,), NOTHING)
    if not total.count:
        return empty
    return replace(empty, total=total, cards=tuple(_cards(workspace, request, (by, key))))


def _cards(workspace: Workspace, request: ListRequest, key: tuple[str, Column]) -> Sequence[Card]:
    from crmcli.query import Selection, select

    found = workspace.object(request.object_name)
    amount = found.roles.get("amount")
    wanted = Selection(
        found,
        where=request.where or None,
        sort=request.sort or ((f"-{amount}",) if amount else ()),
        limit=request.limit,
        offset=request.offset,
        keys=(key,),
    )
    ids = [row[0] for row in workspace.store.rows(select(wanted, workspace.model, workspace.context))]
    records = {record.id: record for record in workspace.store.records(found.name, ids)}
    return [_card(workspace, found, records[one]) for one in ids]


def _card(workspace: Workspace, found: ObjectType, record: Record) -> Card:
    context = record_context(found, record.values, workspace.context)
    amount, owner = (
        shown_value(found, name, record.values, context) if (name := found.roles.get(role)) else ""
        for role in ("amount", "owner")
    )
    return Card(Ref(record.object_name, record.id), title_of(workspace, record), amount, owner)
