"""Changing pipelines: stages are added, moved and taken away in the object's schema file, with the records in them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, TypeAlias

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace
from crmcli.model.objects import Stage
from crmcli.services.references import Ref
from crmcli.services.schema_edit import edit_schemas
from crmcli.services.stage_words import NoPipelines, UnknownPipeline, find_pipeline, find_stage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Pipeline
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Account, Written
    from crmcli.store.transaction import Transaction

    # What writes an entry into the text of a schema file: (text, path, value, keep) → text.
    Put: TypeAlias = Callable[..., str]
    Also: TypeAlias = Callable[[Transaction, Account], None]

_BLOCK = 1000


@frozen
class StageRequest:
    """A stage as it is wished for; `label` with what follows a colon taken off."""

    label: str
    probability: float | None = None
    closed: bool = False
    color: str = ""
    required: tuple[str, ...] = ()


@frozen
class Where:
    """The pipeline that is meant, by the words for its object and for it, "" for its only one; who writes its file."""

    object_name: str
    pipeline: str
    put: Put
    dry_run: bool = False


class LabelTaken(CrmError):
    """A label that another pipeline of the object, or another stage of the pipeline, has."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, label: str, where: str) -> None:
        super().__init__(f'{where} has a "{label}" already', "Use another name")


class StageInUse(CrmError):
    """A stage that is to go while records stand at it."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, stage: Stage, count: int, thing: ObjectType) -> None:
        noun = (thing.label if count == 1 else thing.plural).lower()
        super().__init__(
            f'{count:,} {noun} {"stands" if count == 1 else "stand"} at "{stage.label}"',
            "Say where they are to go: --move-to STAGE",
        )


class NoPlace(CrmError):
    """A stage that is to stand elsewhere, and it is not said where, or twice."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__("Where to put the stage is not clear", "Say --after STAGE, or --first")


class LastStage(CrmError):
    """The only stage of a pipeline, which is to go."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, pipeline: Pipeline) -> None:
        super().__init__(f"{pipeline.label} has no other stage", "Add one first: crm pipeline add-stage")


def stage_request(text: str) -> StageRequest:
    """Read a stage as it is typed: "Review", "Review:40%", "Won:won", "Lost:lost", "Done:closed"."""
    label, _, tail = (part.strip() for part in text.rpartition(":"))
    fate = {"won": (1.0, True), "lost": (0.0, True), "closed": (None, True)}.get(tail.lower())
    percent = re.fullmatch(r"([0-9]{1,3})\s*%", tail)
    if label and fate:
        return StageRequest(label, *fate)
    if label and percent and int(percent[1]) <= 100:
        return StageRequest(label, int(percent[1]) / 100)
    return StageRequest(text.strip())


def add_pipeline(workspace: Workspace, where: Where, stages: Sequence[StageRequest]) -> Written:
    """Add a pipeline with these stages to an object. Raises LabelTaken and SchemaRefused."""
    found = workspace.object(where.object_name)
    if any(known.label.casefold() == where.pipeline.casefold() for known in found.pipelines):
        raise LabelTaken(where.pipeline, found.plural)
    taken = {stage.id for known in found.pipelines for stage in known.stages}
    made: list[Stage] = []
    for asked in stages:
        made.append(_made(asked, taken | {stage.id for stage in made}))
    name = _identifier(where.pipeline, {known.id for known in found.pipelines})
    value = {"label": where.pipeline, "stages": {stage.id: stage_entry(stage) for stage in made}}
    return _write(workspace, where, (("pipelines", name), value))


def rename(workspace: Workspace, where: Where, label: str, stage: str = "") -> Written:
    """Give a pipeline, or one of its stages, another label; ids stay. Raises LabelTaken and UnknownStage."""
    found, pipeline = _found(workspace, where)
    if not stage:
        if any(known.label.casefold() == label.casefold() for known in found.pipelines if known is not pipeline):
            raise LabelTaken(label, found.plural)
        return _write(workspace, where, (("pipelines", pipeline.id, "label"), label))
    _, meant = find_stage(pipeline, stage)
    _check_label(label, pipeline, but=meant)
    stages = [replace(each, label=label) if each.id == meant.id else each for each in pipeline.stages]
    return _write_stages(workspace, where, pipeline, stages)


def add_stage(workspace: Workspace, where: Where, asked: StageRequest, after: str = "") -> Written:
    """Add a stage after another one; without `after`, before the first stage that is closed. Raises LabelTaken."""
    found, pipeline = _found(workspace, where)
    _check_label(asked.label, pipeline)
    made = _made(asked, {stage.id for known in found.pipelines for stage in known.stages})
    stages = list(pipeline.stages)
    closed = [number for number, stage in enumerate(stages) if stage.closed]
    place = closed[0] if closed and not asked.closed else len(stages)
    if after:
        place = stages.index(find_stage(pipeline, after)[1]) + 1
    return _write_stages(workspace, where, pipeline, [*stages[:place], made, *stages[place:]])


def move_stage(workspace: Workspace, where: Where, stage: str, after: str = "", *, first: bool = False) -> Written:
    """Put a stage after another one, or first. Raises NoPlace and UnknownStage."""
    if bool(after) == first:
        raise NoPlace
    _, pipeline = _found(workspace, where)
    _, meant = find_stage(pipeline, stage)
    rest = [each for each in pipeline.stages if each.id != meant.id]
    place = 0
    if after:
        _, before = find_stage(replace(pipeline, stages=tuple(rest)), after)
        place = rest.index(before) + 1
    return _write_stages(workspace, where, pipeline, [*rest[:place], meant, *rest[place:]])


def remove_stage(workspace: Workspace, where: Where, stage: str, move_to: str = "") -> Written:
    """Take a stage away, and move the records that stand at it, in the same operation.

    Raises StageInUse where records stand at it and `move_to` is "", LastStage and UnknownStage.
    """
    found, pipeline = _found(workspace, where)
    _, meant = find_stage(pipeline, stage)
    rest = [each for each in pipeline.stages if each.id != meant.id]
    if not rest:
        raise LastStage(pipeline)
    goal = find_stage(replace(pipeline, stages=tuple(rest)), move_to)[1] if move_to else None
    at = found.roles["stage"]

    def empty(change: Transaction, account: Account) -> None:
        ids = _standing(workspace, found, meant)
        if ids and goal is None:
            raise StageInUse(meant, len(ids), found)
        for start in range(0, len(ids), _BLOCK):
            for record in workspace.store.records(found.name, ids[start : start + _BLOCK]):
                values = {at: goal.id if goal else None}
                account.refs.append(Ref(found.name, record.id))
                account.changed(record, values)
                change.set(found.name, record.id, values)

    return _write_stages(workspace, where, pipeline, rest, empty)


def _standing(workspace: Workspace, found: ObjectType, stage: Stage) -> list[int]:
    from crmcli.query import Selection, select

    wanted = Selection(found, where=f'{found.roles["stage"]} = "{stage.id}"')
    return [row[0] for row in workspace.store.rows(select(wanted, workspace.model, workspace.context))]


def _write_stages(
    workspace: Workspace, where: Where, pipeline: Pipeline, stages: Sequence[Stage], also: Also | None = None
) -> Written:
    """Write the stages of a pipeline: their order and extent are what a file says as a whole."""
    same = [stage.id for stage in stages if stage in pipeline.stages]
    entry = ("pipelines", pipeline.id, "stages"), {stage.id: stage_entry(stage) for stage in stages}, same
    note = f"{pipeline.label}: {' · '.join(stage.label for stage in stages)}"
    return _write(workspace, where, entry, also, notes=[note])


def _write(
    workspace: Workspace,
    where: Where,
    entry: tuple[Sequence[str], object, *tuple[object, ...]],
    also: Also | None = None,
    notes: Sequence[str] = (),
) -> Written:
    """Write an entry of an object's schema file, and what goes with that, as one operation."""
    edits = {workspace.object(where.object_name).name: lambda text: where.put(text, *entry)}
    return edit_schemas(workspace, edits, notes=notes, also=also, dry_run=where.dry_run)


def stage_entry(stage: Stage) -> Mapping[str, object]:
    """Give a stage as a schema file says it."""
    said: dict[str, object] = {"label": stage.label}
    if stage.probability is not None:
        said["probability"] = f"{stage.probability:g}"
    if stage.closed:
        said["closed"] = True
    if stage.color:
        said["color"] = stage.color
    if stage.required:
        said["required"] = list(stage.required)
    if stage.forecast:
        said["forecast"] = stage.forecast
    return said


def _made(asked: StageRequest, taken: Collection[str]) -> Stage:
    identifier = _identifier(asked.label, taken)
    return Stage(identifier, asked.label, asked.probability, asked.closed, asked.color, asked.required)


def _identifier(label: str, taken: Collection[str]) -> str:
    """Make an id of a label: its letters and digits, small, with a number where that is taken."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    word = re.sub(r"[^a-z0-9]", "", plain) or "stage"
    return next(name for name in (word, *(f"{word}{n}" for n in range(2, 1000))) if name not in taken)


def _check_label(label: str, pipeline: Pipeline, *, but: Stage | None = None) -> None:
    if any(stage.label.casefold() == label.casefold() for stage in pipeline.stages if stage is not but):
        raise LabelTaken(label, pipeline.label)


def _found(workspace: Workspace, where: Where) -> tuple[ObjectType, Pipeline]:
    found = workspace.object(where.object_name)
    if not found.pipelines:
        raise NoPipelines(found)
    if not where.pipeline and len(found.pipelines) > 1:
        raise UnknownPipeline("", found, [pipeline.label for pipeline in found.pipelines])
    return found, find_pipeline(found, where.pipeline)
