"""Hygiene: records that somebody should look after, one row for each thing that is looked for and was found."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.model.properties import Option as Named
from crmcli.query.periods import micros
from crmcli.query.selection import Selection, select
from crmcli.services.lists import count_records
from crmcli.services.reporting.conditions import both
from crmcli.services.reporting.figures import median, share
from crmcli.services.reporting.hygiene_rules import read_hygiene
from crmcli.services.reporting.service_rules import RulesRefused
from crmcli.services.reporting.stays import stays
from crmcli.services.reporting.table import Behind, ReportColumn, ReportRow, ReportTable
from crmcli.types.choice import Option
from crmcli.types.number import Number, Percent
from crmcli.types.text import String

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmcli.model.objects import ObjectType
    from crmcli.query.visits import Visit
    from crmcli.services.reporting.hygiene_rules import Check
    from crmcli.services.reporting.request import ReportRequest
    from crmcli.services.workspace import Workspace


def hygiene(workspace: Workspace, request: ReportRequest) -> ReportTable:
    """Look for what hygiene.yaml says, in all objects or one; `where` narrows the records.

    Raises RulesRefused, UnknownObject and QueryError.
    """
    checks, problems = read_hygiene(workspace.root, workspace.model, workspace.context)
    if problems:
        raise RulesRefused(problems)
    only = workspace.object(request.object_name).name if request.object_name else ""
    asked = [check for check in checks if only in ("", check.object_name) and _is_used(workspace, check)]
    rows = [row for check in asked for row in _found(workspace, check, request.where)]
    total = sum(int(str(row.cells[2])) for row in rows)
    passed = len(asked) - len(rows)
    return ReportTable(
        name="hygiene",
        title="Hygiene",
        columns=(
            ReportColumn("finding", "Finding", String()),
            ReportColumn("object", "Object", Option(_named(workspace, asked))),
            ReportColumn("records", "Records", Number(0), measure=True),
            ReportColumn("of", "Of", Number(0), measure=True),
            ReportColumn("share", "Share", Percent(3), measure=True),
        ),
        rows=tuple(rows),
        definition=(
            *(f"{check.title}: {_said(workspace.model.objects[check.object_name], check)}." for check in asked),
            "Of: how many records of the object there are. A record counts once for each thing that it is found by.",
            "--fail-over counts the records of all rows.",
            "What is looked for is said in hygiene.yaml; what it does not say is as shipped (crm help hygiene).",
        ),
        totals=ReportRow((None, None, total, None, None)),
        notes=_notes(passed),
        findings=total,
    )


def _named(workspace: Workspace, checks: Iterable[Check]) -> list[Named]:
    """Give the objects that are looked at, by their plurals."""
    return [Named(name, workspace.model.words[name].plural) for name in dict.fromkeys(c.object_name for c in checks)]


def _is_used(workspace: Workspace, check: Check) -> bool:
    return workspace.model.words[check.object_name].active and workspace.store.count(check.object_name) > 0


def _notes(passed: int) -> tuple[str, ...]:
    return (f"{passed} other {'check' if passed == 1 else 'checks'} found nothing",) if passed else ()


def _said(found: ObjectType, check: Check) -> str:
    """Say what a check looks for."""
    parts = [check.where] if check.where else []
    if check.stage_age is not None:
        age = f"longer in their stage than {check.stage_age} times the median of the stays there that have ended"
        parts.append(f"{age} (of at least {check.stays})")
    if check.unassociated:
        parts.append("associated with nothing")
    return f"{found.plural.lower()}, {', '.join(parts)}"


def _found(workspace: Workspace, check: Check, where: str) -> Iterator[ReportRow]:
    """Give the row of a check that finds anything."""
    found = workspace.model.objects[check.object_name]
    condition = both(check.where, where)
    if check.stage_age is None and not check.unassociated:
        behind, count = Behind(found.name, condition), count_records(workspace, found.name, condition)
    else:
        ids = _ids(workspace, found, check, condition)
        behind, count = Behind(found.name, ids=ids), len(ids)
    if count:
        of = workspace.store.count(found.name)
        yield ReportRow((check.title, found.name, count, of, share(count, of)), behind)


def _ids(workspace: Workspace, found: ObjectType, check: Check, where: str) -> tuple[int, ...]:
    if check.unassociated:
        from crmcli.query.unassociated import unassociated

        pairs = workspace.model.pairs_of(found.name, workspace.store.pairs_in_use())
        statement = unassociated(found, where, pairs, (workspace.model, workspace.context))
    else:
        statement = select(Selection(found, where=where or None), workspace.model, workspace.context)
    ids = tuple(row[0] for row in workspace.store.rows(statement))
    return ids if check.stage_age is None else tuple(_standing_still(workspace, found, check, frozenset(ids)))


def _standing_still(workspace: Workspace, found: ObjectType, check: Check, among: frozenset[int]) -> Iterator[int]:
    """Give those of these records that have been in their stage for longer than is usual, by all that have left it."""
    chosen = Selection(found, columns=(found.roles["stage"],))
    present = workspace.store.rows(select(chosen, workspace.model, workspace.context))
    standing: list[tuple[int, Visit]] = []
    ended: dict[str, list[int]] = {}
    for record_id, visits in stays(workspace, found, present):
        for stay in visits:
            if stay.left is not None:
                ended.setdefault(stay.stage, []).append(stay.left - stay.entered)
        if record_id in among and visits and visits[-1].left is None:
            standing.append((record_id, visits[-1]))
    usual = {stage: median(lengths) for stage, lengths in ended.items() if len(lengths) >= check.stays}
    now, times = micros(workspace.context.moment), check.stage_age or Decimal()
    for record_id, stay in standing:
        length = usual.get(stay.stage)
        if length is not None and now - stay.entered > times * length:
            yield record_id
