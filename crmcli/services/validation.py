"""The rules that a record keeps, on every path alike: required, read-only, stages of pipelines, defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from crmcli.model.objects import ObjectType, Pipeline, Property
    from crmcli.types.base import Stored


class RuleBroken(CrmError):
    """A record that would break a rule of its object; `--force` overrides what is required, nothing else."""

    exit_code = ExitCode.USAGE


def required_problem(found: ObjectType, present: Collection[str]) -> str | None:
    """Say what a record with these properties lacks, or None: all of `required`, one of `required_any`."""
    missing = [found.properties[name] for name in found.required if name not in present]
    if missing:
        return f"{_article(found.label)} needs {_listed(missing, 'and')}"
    if found.required_any and not any(name in present for name in found.required_any):
        return f"{_article(found.label)} needs {_listed([found.properties[n] for n in found.required_any], 'or')}"
    return None


def read_only_problem(prop: Property) -> str | None:
    """Say why a property may not be set by hand, or None."""
    if prop.formula:
        return f"{prop.label} ({prop.name}) is calculated and cannot be set"
    if prop.read_only:
        return f"{prop.label} ({prop.name}) is read-only: it is filled by the system"
    return None


def stage_problem(found: ObjectType, pipeline: str | None, stage: str | None) -> str | None:
    """Say why a record may not stand at this stage of this pipeline (ids), or None; None where either is not set."""
    if pipeline is None or stage is None or not found.pipelines:
        return None
    chosen = _pipeline(found, pipeline)
    if chosen is None:
        return f'There is no pipeline "{pipeline}"; there are {", ".join(p.id for p in found.pipelines)}'
    if all(stage != known.id for known in chosen.stages):
        stages = ", ".join(known.label for known in chosen.stages)
        shown = found.stage(stage)
        return f'{chosen.label} has no stage "{shown.label if shown else stage}"; its stages are {stages}'
    return None


def defaults(
    found: ObjectType, moment: datetime, *, pipeline: str | None = None, stage: str | None = None
) -> dict[str, Stored]:
    """Give what a new record is filled with where nothing is given: its creation date, pipeline and stage.

    `pipeline` and `stage` are the ids that are given, if any: a stage given alone brings the first pipeline
    that has it, a pipeline given alone its own first stage. The result holds only what is not given; the same
    for every record of one moment, pipeline and stage, so bulk paths may keep it.
    """
    filled: dict[str, Stored] = {}
    created = found.role("created")
    if created is not None:
        filled[created.name] = _created(created, moment)
    where, at = found.role("pipeline"), found.role("stage")
    if found.pipelines and where is not None and at is not None:
        chosen = _pipeline(found, pipeline) if pipeline else _pipeline_with(found, stage)
        if pipeline is None:
            filled[where.name] = chosen.id if chosen else found.pipelines[0].id
        if stage is None and chosen is not None and chosen.stages:
            filled[at.name] = chosen.stages[0].id
    return filled


def complete(found: ObjectType, values: Mapping[str, Stored], moment: datetime) -> dict[str, Stored]:
    """Give a new record's values with its defaults filled in, in the order: given, then defaults."""
    filled = defaults(found, moment, pipeline=_role(found, "pipeline", values), stage=_role(found, "stage", values))
    return {**values, **{name: value for name, value in filled.items() if name not in values}}


def check_new(found: ObjectType, values: Mapping[str, Stored], *, force: bool) -> None:
    """Refuse a new record that breaks a rule: raise RuleBroken."""
    _check_required(found, values, force=force)
    _check_stage(found, values)


def check_settable(props: Iterable[Property]) -> None:
    """Refuse to set a property that is not for people to set: raise RuleBroken."""
    for prop in props:
        problem = read_only_problem(prop)
        if problem:
            raise RuleBroken(problem, "Leave it out")


def check_changed(
    found: ObjectType, current: Mapping[str, Stored], changed: Mapping[str, Stored | None], *, force: bool
) -> None:
    """Refuse a change that makes a record break a rule: raise RuleBroken.

    A record that lacked something before the change may be changed elsewhere: only a change that clears a
    required property is looked at.
    """
    after = {name: value for name, value in {**current, **changed}.items() if value is not None}
    cleared = {name for name, value in changed.items() if value is None and name in current}
    if cleared.intersection(found.required + found.required_any):
        _check_required(found, after, force=force)
    if any(name in changed for role in ("pipeline", "stage") if (name := found.roles.get(role))):
        _check_stage(found, after)


def with_stage(
    found: ObjectType, current: Mapping[str, Stored], changed: Mapping[str, Stored | None]
) -> dict[str, Stored | None]:
    """Complete a change that moves a record to another pipeline without saying to which stage: its first one.

    A stage of another pipeline given alone brings that pipeline along, where only one has it.
    """
    where, at = found.roles.get("pipeline"), found.roles.get("stage")
    if not where or not at or (where in changed) == (at in changed):
        return dict(changed)
    if where in changed:
        chosen = _pipeline(found, changed[where])
        stands = current.get(at)
        if chosen is None or not chosen.stages or any(stage.id == stands for stage in chosen.stages):
            return dict(changed)
        return {**changed, at: chosen.stages[0].id}
    here = _pipeline(found, current.get(where))
    holders = [p for p in found.pipelines if any(stage.id == changed[at] for stage in p.stages)]
    if changed[at] is None or here in holders or len(holders) != 1:
        return dict(changed)
    return {**changed, where: holders[0].id}


def _check_required(found: ObjectType, values: Mapping[str, Stored], *, force: bool) -> None:
    problem = None if force else required_problem(found, values)
    if problem:
        raise RuleBroken(problem, "Give it, or add --force (which the journal keeps)")


def _check_stage(found: ObjectType, values: Mapping[str, Stored]) -> None:
    problem = stage_problem(found, _role(found, "pipeline", values), _role(found, "stage", values))
    if problem:
        raise RuleBroken(problem, f"See the pipelines: crm schema show {found.name}")


def _role(found: ObjectType, role: str, values: Mapping[str, Stored]) -> str | None:
    name = found.roles.get(role)
    value = values.get(name) if name else None
    return None if value is None else str(value)


def _pipeline(found: ObjectType, pipeline_id: Stored | None) -> Pipeline | None:
    return next((p for p in found.pipelines if p.id == pipeline_id), None)


def _pipeline_with(found: ObjectType, stage: str | None) -> Pipeline | None:
    if stage is None:
        return found.pipelines[0]
    return next((p for p in found.pipelines if any(known.id == stage for known in p.stages)), None)


def _created(prop: Property, moment: datetime) -> Stored:
    from crmcli.services.moments import stored_moment

    return moment.date().isoformat() if prop.type == "date" else stored_moment(moment)


def _article(label: str) -> str:
    word = label.lower()
    return f"{'An' if word[:1] in 'aeiou' else 'A'} {word}"


def _listed(props: Iterable[Property], conjunction: str) -> str:
    words = [f"{prop.label} ({prop.name})" for prop in props]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"
