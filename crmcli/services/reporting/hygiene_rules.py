"""What is looked for in the records: the checks of hygiene.yaml, shipped and the workspace's own."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, Problem
from crmcli.frozen import frozen
from crmcli.model.names import find_object_name
from crmcli.model.nodes import Block
from crmcli.model.rule_files import read_rules
from crmcli.query.compile import compile_condition
from crmcli.query.mistakes import QueryError

if TYPE_CHECKING:
    from crmcli.model.objects import Model, ObjectType
    from crmcli.types.base import Context

NAME = "hygiene"
_STAYS = 5  # so many stays of a stage must be known before a median of them says anything


@frozen
class Check:
    """What is looked for: records of an object that meet a condition, "" for any.

    With a `stage_age` only those that have been in their stage longer than so many times the median of the stays there,
    of which at least `stays` are known; with `unassociated` only those that are associated with nothing.
    """

    title: str
    object_name: str
    where: str = ""
    stage_age: Decimal | None = None
    stays: int = _STAYS
    unassociated: bool = False


def read_hygiene(root: str, model: Model, context: Context) -> tuple[tuple[Check, ...], list[Problem]]:
    """Read the checks of hygiene.yaml that are not off, in the order of the files, with all that is wrong with them."""
    block, problems = read_rules(root, NAME)
    checks = []
    for title, entry in block.entries.items():
        if not isinstance(entry, Block) or entry.flag("off"):
            continue
        problem = _problem(title, entry, model, context)
        if problem is None:
            checks.append(_check(title, entry, model))
        else:
            problems.append(problem)
    return tuple(checks), problems


def _check(title: str, entry: Block, model: Model) -> Check:
    age = entry.text("stage_age")
    return Check(
        title,
        find_object_name(model, entry.text("object")),
        entry.text("where"),
        Decimal(age) if age else None,
        int(entry.text("stays", str(_STAYS))),
        entry.flag("unassociated"),
    )


def _problem(title: str, entry: Block, model: Model, context: Context) -> Problem | None:
    """Say what is wrong with a check, or give None."""
    if "object" not in entry.entries:
        return Problem(entry.where, f'"{title}" names no object', "such as `object: deal`")
    try:
        found = model.objects[find_object_name(model, entry.text("object"))]
    except CrmError as refusal:
        return Problem(entry.place("object"), refusal.message, refusal.hint)
    if "stage_age" in entry.entries and not found.pipelines:
        return Problem(entry.place("stage_age"), f"{found.plural} have no pipelines, so no stages")
    if not {"where", "stage_age", "unassociated"} & entry.entries.keys():
        return Problem(entry.where, f'"{title}" does not say what is found', "such as `where: email is unknown`")
    return _mistake(entry, found, model, context)


def _mistake(entry: Block, found: ObjectType, model: Model, context: Context) -> Problem | None:
    text = entry.text("where")
    try:
        if text:
            compile_condition(text, found, model, context)
    except QueryError as mistake:
        return Problem(entry.place("where"), f"column {mistake.column}: {mistake.summary}", mistake.hint)
    return None
