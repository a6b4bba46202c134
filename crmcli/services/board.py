"""A pipeline as a board: a column for each stage, with its records as cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.pipelines import stage_totals
from crmcli.services.references import Ref
from crmcli.services.stage_words import NoPipelines, find_pipeline
from crmcli.services.titles import record_context, shown_value, title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import ObjectType, Pipeline, Stage
    from crmcli.services.lists import ListRequest
    from crmcli.services.pipelines import StageTotal
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Record


@frozen
class Card:
    """A record on a board; `amount` and `owner` are as shown, "" where there is none."""

    ref: Ref
    title: str
    amount: str
    owner: str


@frozen
class BoardColumn:
    """A stage of a board: what stands there in all, and the cards that are shown of it."""

    total: StageTotal
    cards: tuple[Card, ...]


@frozen
class Board:
    """A pipeline as a board; `others` are the object's other pipelines, by label."""

    object_name: str
    plural: str
    pipeline: Pipeline
    columns: tuple[BoardColumn, ...]
    others: tuple[str, ...] = ()


def board(workspace: Workspace, request: ListRequest, pipeline: str = "") -> Board:
    """Lay a pipeline's records out by their stages; `request.limit` is how many cards of a stage are wanted.

    The object's first pipeline without a word for one; the dearest cards first without a `sort`. Raises NoPipelines,
    UnknownPipeline, UnknownObject and the errors of expressions.
    """
    found = workspace.object(request.object_name)
    if not found.pipelines:
        raise NoPipelines(found)
    chosen = find_pipeline(found, pipeline or found.pipelines[0].id)
    columns = [
        BoardColumn(total, tuple(_cards(workspace, found, request, total.stage)) if total.count else ())
        for total in stage_totals(workspace, found, chosen, request.where)
    ]
    others = tuple(each.label for each in found.pipelines if each is not chosen)
    return Board(found.name, found.plural, chosen, tuple(columns), others)


def _cards(workspace: Workspace, found: ObjectType, request: ListRequest, stage: Stage) -> Sequence[Card]:
    from crmcli.query import Selection, select

    here = f'{found.roles["stage"]} = "{stage.id}"'
    amount = found.roles.get("amount")
    wanted = Selection(
        found,
        where=f"({request.where}) and {here}" if request.where else here,
        sort=request.sort or ((f"-{amount}",) if amount else ()),
        limit=request.limit,
        offset=request.offset,
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
