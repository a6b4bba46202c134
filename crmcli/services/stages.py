"""Pipelines and stages: where a record may stand, how it may move, and what a move brings with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.rules import REQUIRED, Broken, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from crmcli.model.objects import ObjectType, Pipeline, Property, Stage
    from crmcli.types.base import Context, Stored


@frozen
class Place:
    """Where a record stands: a stage of a pipeline; `number` counts the stages from 0."""

    pipeline: Pipeline
    number: int

    @property
    def stage(self) -> Stage:
        """The stage."""
        return self.pipeline.stages[self.number]


def place(found: ObjectType, values: Mapping[str, Stored | None]) -> Place | None:
    """Give where a record with these values stands; None where it is nowhere that the schema knows.

    One that has a stage and no pipeline stands in the pipeline of that stage.
    """
    named, stage = (values.get(found.roles.get(role, "")) for role in ("pipeline", "stage"))
    pipeline = pipeline_of(found, named) if named is not None else _holder(found, stage)
    if pipeline is None:
        return None
    return next((Place(pipeline, n) for n, known in enumerate(pipeline.stages) if known.id == stage), None)


def pipeline_of(found: ObjectType, pipeline_id: Stored | None) -> Pipeline | None:
    """Give the pipeline with an id, or None."""
    return next((p for p in found.pipelines if p.id == pipeline_id), None)


def stage_problem(found: ObjectType, pipeline: str | None, stage: str | None) -> str | None:
    """Say why a record may not stand at this stage of this pipeline (ids), or None; None where either is not set."""
    if pipeline is None or stage is None or not found.pipelines:
        return None
    chosen = pipeline_of(found, pipeline)
    if chosen is None:
        return f'There is no pipeline "{pipeline}"; there are {", ".join(p.id for p in found.pipelines)}'
    if all(stage != known.id for known in chosen.stages):
        stages = ", ".join(known.label for known in chosen.stages)
        shown = found.stage(stage)
        return f'{chosen.label} has no stage "{shown.label if shown else stage}"; its stages are {stages}'
    return None


def first_place(found: ObjectType, pipeline: str | None, stage: str | None) -> dict[str, Stored]:
    """Give what of pipeline and stage a new record is filled with, given the ids that are known of them.

    A stage alone brings the first pipeline that has it, a pipeline alone its own first stage.
    """
    where, at = found.roles.get("pipeline"), found.roles.get("stage")
    if not found.pipelines or not where or not at:
        return {}
    filled: dict[str, Stored] = {}
    if pipeline is None:
        chosen = _holder(found, stage) if stage else found.pipelines[0]
        filled[where] = chosen.id if chosen else found.pipelines[0].id
    else:
        chosen = pipeline_of(found, pipeline)
    if stage is None and chosen is not None and chosen.stages:
        filled[at] = chosen.stages[0].id
    return filled


def namesake(found: ObjectType, pipeline: Stored | None, stage: Stored | None) -> str | None:
    """Give the stage of this pipeline that has the label of a stage of another one; None where there is no such.

    A stage that was named by its label is read as the first of that label, in whichever pipeline.
    """
    chosen, meant = pipeline_of(found, pipeline), found.stage(str(stage))
    if chosen is None or meant is None or meant in chosen.stages:
        return None
    return next((known.id for known in chosen.stages if known.label.casefold() == meant.label.casefold()), None)


def with_stage(
    found: ObjectType, current: Mapping[str, Stored], changed: Mapping[str, Stored | None]
) -> dict[str, Stored | None]:
    """Complete a change that says a pipeline and no stage, or a stage and no pipeline.

    Another pipeline alone brings its first stage; a stage of another pipeline brings that pipeline, where only one
    has it and the record's own has none of that label.
    """
    where, at = found.roles.get("pipeline"), found.roles.get("stage")
    if not where or not at or (where not in changed and at not in changed):
        return dict(changed)
    if at in changed:
        same = namesake(found, {**current, **changed}.get(where), changed[at])
        if same is not None:
            return {**changed, at: same}
        return dict(changed) if where in changed else _with_pipeline(found, current, changed)
    chosen = pipeline_of(found, changed[where])
    stands = current.get(at)
    if chosen is None or not chosen.stages or any(stage.id == stands for stage in chosen.stages):
        return dict(changed)
    return {**changed, at: chosen.stages[0].id}


def _with_pipeline(
    found: ObjectType, current: Mapping[str, Stored], changed: Mapping[str, Stored | None]
) -> dict[str, Stored | None]:
    where, stage = found.roles["pipeline"], changed[found.roles["stage"]]
    here = pipeline_of(found, current.get(where))
    holders = [p for p in found.pipelines if any(known.id == stage for known in p.stages)]
    if stage is None or here in holders or len(holders) != 1:
        return dict(changed)
    return {**changed, where: holders[0].id}


def closing(
    found: ObjectType, current: Mapping[str, Stored], changed: Mapping[str, Stored | None], moment: datetime
) -> dict[str, Stored | None]:
    """Complete a change that closes or reopens a record with the date of its closing, unless that is given.

    A date that says until then when the record is due is set whenever it closes; one that says nothing but when it was
    closed is set where it is not, and goes when the record is opened again.
    """
    changed = begun(found, changed)
    if not found.pipelines:
        return _with_end(found, current, _completing(found, current, changed, moment))
    prop, after = found.role("closed"), place(found, {**current, **changed})
    if prop is None or after is None or prop.name in changed:
        return dict(changed)
    before, expected = place(found, current), found.roles.get("due") == prop.name
    closed = before is not None and before.stage.closed
    if after.stage.closed and not closed and (expected or prop.name not in current):
        return {**changed, prop.name: stored(prop, moment)}
    if closed and not after.stage.closed and not expected and prop.name in current:
        return {**changed, prop.name: None}
    return dict(changed)


def begun(found: ObjectType, changed: Mapping[str, Stored | None]) -> dict[str, Stored | None]:
    """Complete a change of when something is by when it begins, and the other way round: the two are one moment."""
    at, start = found.roles.get("at", ""), found.roles.get("start", "")
    if (at in changed) == (start in changed) or not start:
        return dict(changed)
    return {**changed, at: changed[start]} if start in changed else {**changed, start: changed[at]}


def _completing(
    found: ObjectType, current: Mapping[str, Stored], changed: Mapping[str, Stored | None], moment: datetime
) -> dict[str, Stored | None]:
    """Complete a change of status: what is over says since when, what is open again says it no more."""
    prop = found.role("completed") or found.role("closed")
    over = is_over(found, {**current, **changed})
    if prop is None or prop.name in changed or over == is_over(found, current):
        return dict(changed)
    if not over:
        return {**changed, prop.name: None} if prop.name in current else dict(changed)
    return {**changed, prop.name: stored(prop, moment)}


def _with_end(
    found: ObjectType, current: Mapping[str, Stored], changed: dict[str, Stored | None]
) -> dict[str, Stored | None]:
    """Move the end along with the beginning, of what is put off to another time: it lasts as long as before."""
    at, until = found.roles.get("at", ""), found.roles.get("until", "")
    begins, began, ended = changed.get(at), current.get(at), current.get(until)
    if until in changed or begins is None or began is None or ended is None:
        return changed
    from datetime import datetime

    from crmcli.services.moments import stored_moment

    new, old, end = (datetime.fromisoformat(str(moment)) for moment in (begins, began, ended))
    return {**changed, until: stored_moment(end + (new - old))}


def is_over(found: ObjectType, values: Mapping[str, object]) -> bool:
    """Say whether a record's stage, status or outcome is one of those that the schema marks as closed."""
    if found.pipelines:
        stage = found.stage(str(values.get(found.roles.get("stage", ""))))
        return stage is not None and stage.closed
    prop = status_of(found)
    value = None if prop is None else values.get(prop.name)
    return prop is not None and any(option.closed and option.value == value for option in prop.options)


def status_of(found: ObjectType) -> Property | None:
    """Give the property whose closed options say that a record is over, or None."""
    return found.role("status") or found.role("outcome")


def stored(prop: Property, moment: datetime) -> Stored:
    """Give a moment as a date or date-time property stores it."""
    from crmcli.services.moments import stored_moment

    return moment.date().isoformat() if prop.type == "date" else stored_moment(moment)


def move_problems(found: ObjectType, before: Place | None, after: Place | None, context: Context) -> Iterator[Broken]:
    """Say which rules of their pipelines a move from one place to another breaks; from None is creation."""
    if after is None or before == after:
        return
    if before is not None:
        yield from _mover_problems(found, {before.pipeline, after.pipeline}, context)
    if before is None or before.pipeline != after.pipeline:
        yield from _beginning_problems(found, after)
    else:
        yield from _way_problems(before, after)


def _mover_problems(found: ObjectType, pipelines: Iterable[Pipeline], context: Context) -> Iterator[Broken]:
    users = {user.id: user for user in context.users}
    me = users.get(context.me)
    for pipeline in pipelines:
        if pipeline.movers and not (me and (me.admin or me.id in pipeline.movers)):
            names = " and ".join(users[mover].name or mover if mover in users else mover for mover in pipeline.movers)
            message = f"{pipeline.label} lets only {names} move {found.plural.lower()}"
            yield _refused(pipeline, message, "Ask one of them or a Super Admin", "movers")


def _beginning_problems(found: ObjectType, after: Place) -> Iterator[Broken]:
    allowed = after.pipeline.creation_stages
    if allowed and after.stage.id not in allowed:
        labels = [stage.label for stage in after.pipeline.stages if stage.id in allowed]
        message = f'{after.pipeline.label} lets no {found.label.lower()} begin at "{after.stage.label}"'
        yield _refused(after.pipeline, message, f"Begin at {' or '.join(labels)}", "creation_stages")


def _way_problems(before: Place, after: Place) -> Iterator[Broken]:
    """Say what speaks against the way from one stage of a pipeline to another; closing is never skipping."""
    pipeline = before.pipeline
    way = f'from "{before.stage.label}" to "{after.stage.label}"'
    if after.number < before.number and not pipeline.going_back and not (before.stage.closed and after.stage.closed):
        message = f"{pipeline.label} lets nothing go back {way}"
        yield _refused(pipeline, message, "Leave it where it stands", "going_back")
    if after.number > before.number + 1 and not pipeline.skipping and not after.stage.closed:
        following = pipeline.stages[before.number + 1].label
        message = f"{pipeline.label} lets no stage be skipped, {way}"
        yield _refused(pipeline, message, f'The next stage is "{following}"', "skipping")


def _refused(pipeline: Pipeline, message: str, hint: str, rule: str) -> Broken:
    declared = f" ({pipeline.source})" if pipeline.source else ""
    return Broken(f"{message}: its rule `{rule}`{declared}", f"{hint}, or add --force", forcible=True)


def stage_requires(found: ObjectType, at: Place, values: Mapping[str, Stored | None]) -> Broken | None:
    """Say what a record with these values lacks to stand at a stage, or None."""
    missing = [found.properties[name] for name in at.stage.required if values.get(name) is None]
    if not missing:
        return None
    names = ", ".join(map(named, missing))
    given = " ".join(f"{prop.name}=…" for prop in missing)
    message = f'"{at.stage.label}" of {at.pipeline.label} needs {names}'
    return Broken(message, f"Give it: {given}, or add --force", REQUIRED, missing[0].name, forcible=True)


def _holder(found: ObjectType, stage: Stored | None) -> Pipeline | None:
    return next((p for p in found.pipelines if any(known.id == stage for known in p.stages)), None)
