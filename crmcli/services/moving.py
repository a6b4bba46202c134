"""Moving records through the stages of their pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.assignments import apply_edits, parse_edits, parse_text, typed
from crmcli.services.keys import naming_holder
from crmcli.services.past import check_past, past_moment
from crmcli.services.records import Targets, targeted
from crmcli.services.references import Ref
from crmcli.services.stage_words import NoPipelines, find_pipeline, find_stage
from crmcli.services.stages import place
from crmcli.services.validation import Validator, check_settable
from crmcli.services.written import Account

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import ObjectType, Pipeline, Property, Stage
    from crmcli.services.assignments import Assignment
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.values import Record
    from crmcli.types.base import Stored


@frozen
class MoveRecords:
    """Records to move: to `stage`, by id, label or a beginning of it, in their own pipeline or in `pipeline`.

    `stage` may be "" where a pipeline is named: its first one. `reason` is why a record is won or lost; `note` is kept
    with the operation and told in the history; `at` is when it was, as typed, "" for now.
    """

    refs: tuple[Ref, ...]
    stage: str
    pipeline: str = ""
    assignments: tuple[Assignment, ...] = ()
    reason: str = ""
    note: str = ""
    at: str = ""
    force: bool = False
    dry_run: bool = False


class NoReason(CrmError):
    """A reason for a move to a stage that takes none."""

    exit_code = ExitCode.USAGE

    def __init__(self, stage: Stage, thing: ObjectType) -> None:
        word = "is not closed" if not stage.closed else f"has none on {thing.plural.lower()}"
        super().__init__(f'"{stage.label}" {word}, so --reason has no meaning', 'Say why with -m "…"')


def move(workspace: Workspace, request: MoveRecords) -> Written:
    """Move records as one operation; nothing is done if one is refused.

    Raises NoPipelines, UnknownPipeline, UnknownStage, NoReason, RuleBroken, and what setting values raises.
    """
    at, account = past_moment(workspace, request.at), Account(workspace)
    ways = {name: _Way(workspace, workspace.model.objects[name], request) for name in _objects(request.refs)}
    intent = workspace.intent(force=request.force, note=request.note)
    with workspace.store.write(intent, dry_run=request.dry_run) as change, naming_holder(workspace):
        for record in targeted(workspace, Targets(request.refs)):
            ref, way = Ref(record.object_name, record.id), ways[record.object_name]
            changed = way.validator.change(record, way.changes(record), way.typed, at=at)
            account.refs.append(ref)
            account.changed(record, changed)
            check_past(workspace, ref, [n for n, value in changed.items() if value != record.values.get(n)], at)
            change.set(record.object_name, record.id, changed, at=at)
        return account.finish(change, dry_run=request.dry_run)


def asked_for(workspace: Workspace, request: MoveRecords) -> tuple[Property, ...]:
    """Give what a person may be asked for a move: what the stage requires and is not there, then the reason."""
    wanted: dict[str, Property] = {}
    for record in targeted(workspace, Targets(request.refs)):
        found = workspace.model.objects[record.object_name]
        way = _Way(workspace, found, request)
        changes = way.changes(record)
        _, stage = way.goal(record)
        reason = reason_property(found, stage)
        names = [*stage.required, *([reason.name] if reason else [])]
        wanted |= {n: found.properties[n] for n in names if {**record.values, **changes}.get(n) is None}
    return tuple(wanted.values())


def reason_property(found: ObjectType, stage: Stage) -> Property | None:
    """Give the property that says why a record is closed at this stage, or None where there is none."""
    if not stage.closed:
        return None
    return found.role("won_reason" if stage.probability == 1 else "lost_reason")


class _Way:
    """What a move means for the records of one object."""

    def __init__(self, workspace: Workspace, found: ObjectType, request: MoveRecords) -> None:
        self._workspace = workspace
        self._found = found
        self._request = request
        if not found.pipelines:
            raise NoPipelines(found)
        self._edits = parse_edits(workspace, found, request.assignments)
        self._named = find_pipeline(found, request.pipeline) if request.pipeline else None
        check_settable(edit.property for edit in self._edits)
        self.typed = typed(self._edits)
        self.validator = Validator(workspace, found, force=request.force)

    def goal(self, record: Record) -> tuple[Pipeline, Stage]:
        """Give where a record is to stand."""
        here = place(self._found, record.values)
        pipeline = self._named or (here.pipeline if here else self._found.pipelines[0])
        if not self._request.stage and self._named:
            return pipeline, pipeline.stages[0]
        return find_stage(pipeline, self._request.stage, () if self._named else self._found.pipelines)

    def changes(self, record: Record) -> dict[str, Stored | None]:
        """Give what a move sets, before what follows from it."""
        pipeline, stage = self.goal(record)
        found, request = self._found, self._request
        changes: dict[str, Stored | None] = {found.roles["pipeline"]: pipeline.id, found.roles["stage"]: stage.id}
        if request.reason:
            prop = reason_property(found, stage)
            if prop is None:
                raise NoReason(stage, found)
            changes[prop.name] = parse_text(self._workspace, prop, request.reason)
        return {**changes, **apply_edits(self._edits, record.values)}


def _objects(refs: Sequence[Ref]) -> list[str]:
    return list(dict.fromkeys(ref.object_name for ref in refs))
