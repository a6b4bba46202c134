"""The rules that a record keeps, on every path alike: what is required, values, conditions, pipelines, defaults.

`Validator` is the one gate: creating, setting, editing, moving and importing all go through it. What it refuses is
`RuleBroken`; `--force` overrides what is required and the rules of pipelines, and the journal keeps that it did.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from crmcli.model.names import with_article
from crmcli.services.conditions import NOTHING, RecordConditions, Verdict
from crmcli.services.rules import INVALID, REQUIRED, Broken, RuleBroken, named, value_rules
from crmcli.services.stages import (
    begun,
    closing,
    first_place,
    move_problems,
    namesake,
    place,
    stage_problem,
    stage_requires,
    stored,
    with_stage,
)
from crmcli.types.base import quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.rules import ValueRules
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Record
    from crmcli.types.base import Context, Stored

_SEE = "Give it, or add --force (which the journal keeps)"


class Validator:
    """The rules of one object, made ready once and held to for every record of a command."""

    def __init__(self, workspace: Workspace, found: ObjectType, *, force: bool = False) -> None:
        self.found = found
        self.conditions = RecordConditions(workspace, found)
        self.context = workspace.context
        self._force = force

    def new(self, given: Mapping[str, Stored], typed: Mapping[str, str] | None = None) -> dict[str, Stored]:
        """Give a new record's values: the given ones, then the defaults; raise RuleBroken.

        A default is not filled in where the property is not to be shown.
        `typed` is how values were written, by property, for the refusals; those left out are said as they are shown.
        """
        values = self.closed({}, complete(self.found, given, self.context), self.context.moment)
        verdict = self.conditions.verdicts([(None, values)])[0] if self.conditions else NOTHING
        while unasked := (self.hideable & verdict.hidden & values.keys()) - given.keys():
            values = {name: value for name, value in values.items() if name not in unasked}
            verdict = self.conditions.verdicts([(None, values)])[0]
        broken = [*self.beginning(values, verdict.hidden), *self.values(values, typed or {})]
        self._refuse([*broken, *self.judged(values, verdict, typed or {})])
        return values

    def change(
        self,
        record: Record,
        changed: Mapping[str, Stored | None],
        typed: Mapping[str, str] | None = None,
        *,
        at: datetime | None = None,
    ) -> dict[str, Stored | None]:
        """Give what a record changes, completed by what a move brings with it; raise RuleBroken.

        Only rules that the change touches are looked at: a record that broke one before may be changed elsewhere. `at`
        is when the change was true, where that is not now.
        """
        moved = with_stage(self.found, record.values, changed)
        full = closing(self.found, record.values, moved, at or self.context.moment)
        real = {name: value for name, value in full.items() if value != record.values.get(name)}
        after = {name: value for name, value in {**record.values, **real}.items() if value is not None}
        broken = [*self.values({n: v for n, v in real.items() if v is not None}, typed or {})]
        before, now = NOTHING, NOTHING
        if self.conditions and real:
            before, now = self.conditions.verdicts([(record.id, record.values), (record.id, after)])
        broken += self._lacking(record.values, real, after, now.hidden)
        broken += self._moving(record.values, real, after)
        lacked = {name for name in before.required if name not in record.values}
        fresh = Verdict(now.failed - (before.failed - real.keys()), now.required - lacked, now.hidden)
        self._refuse([*broken, *self.judged(after, fresh, typed or {})])
        return full

    def closed(
        self, current: Mapping[str, Stored], values: Mapping[str, Stored], moment: datetime
    ) -> dict[str, Stored]:
        """Give a new record's values with the date of its closing, where it begins closed."""
        full = closing(self.found, current, values, moment)
        return {name: value for name, value in full.items() if value is not None}

    def beginning(self, values: Mapping[str, Stored], hidden: Collection[str] = ()) -> Iterator[Broken]:
        """Say what a new record lacks, and what speaks against where it begins."""
        if problem := required_problem(self.found, values, hidden):
            yield Broken(problem, _SEE, REQUIRED, forcible=True)
        yield from self.standing(values)
        stands = place(self.found, values)
        if stands is not None and (lacking := stage_requires(self.found, stands, values)):
            yield lacking

    def standing(self, values: Mapping[str, Stored]) -> Iterator[Broken]:
        """Say what speaks against where a new record begins, which its pipeline and stage alone decide."""
        yield from self._misplaced(values)
        yield from move_problems(self.found, None, place(self.found, values), self.context)

    def values(self, values: Mapping[str, Stored], typed: Mapping[str, str]) -> Iterator[Broken]:
        """Say which values break the rules of their properties."""
        for name in self.rules.keys() & values.keys():
            rules, value = self.rules[name], values[name]
            if broken := rules.broken(value, typed.get(name) or rules.property.value_type.show(value, self.context)):
                yield broken

    def judged(self, values: Mapping[str, Stored], verdict: Verdict, typed: Mapping[str, str]) -> Iterator[Broken]:
        """Say which expressions of the schema speak against a record with these values."""
        for name in sorted(verdict.failed):
            prop, value = self.found.properties[name], values.get(name)
            shown = typed.get(name) or ("" if value is None else prop.value_type.show(value, self.context))
            check, message = (prop.rules.check, prop.rules.message) if prop.rules else ("", "")
            complaint = message or f"it must be that {check}"
            said = f"{quoted(shown)}: {complaint}" if shown else complaint
            yield Broken(said, f"Its rule is: {check}", INVALID, name, named(prop))
        for name in sorted(verdict.required - verdict.hidden - values.keys()):
            prop = self.found.properties[name]
            message = f"{named(prop)} is needed where {prop.required_when}"
            yield Broken(message, f"Give it: {name}=…, or add --force", REQUIRED, name, forcible=True)

    @cached_property
    def rules(self) -> Mapping[str, ValueRules]:
        """The rules of values, by property."""
        ready = {name: value_rules(self.found.properties[name], self.context) for name in self.found.ruled}
        return {name: rules for name, rules in ready.items() if rules is not None}

    @cached_property
    def hideable(self) -> frozenset[str]:
        """The properties with a default that are not always to be shown."""
        props = (self.found.properties[name] for name in self.found.ruled)
        return frozenset(prop.name for prop in props if prop.default and prop.show_when)

    def _lacking(
        self,
        current: Mapping[str, Stored],
        changed: Mapping[str, Stored | None],
        after: Mapping[str, Stored],
        hidden: Collection[str],
    ) -> Iterator[Broken]:
        """Say what a change takes away that the object requires; what was lacking before is not looked at."""
        cleared = {name for name, value in changed.items() if value is None and name in current}
        if cleared.intersection(self.found.required + self.found.required_any):
            problem = required_problem(self.found, after, hidden)
            if problem:
                yield Broken(problem, _SEE, REQUIRED, forcible=True)
        stands = place(self.found, after) if cleared else None
        if stands and cleared & {*stands.stage.required} and (broken := stage_requires(self.found, stands, after)):
            yield broken

    def _moving(
        self, current: Mapping[str, Stored], changed: Mapping[str, Stored | None], after: Mapping[str, Stored]
    ) -> Iterator[Broken]:
        """Say what speaks against the move that a change makes, if it makes one."""
        if not any(self.found.roles.get(role) in changed for role in ("pipeline", "stage")):
            return
        yield from self._misplaced(after)
        come = place(self.found, after)
        yield from move_problems(self.found, place(self.found, current), come, self.context)
        if come is not None and (lacking := stage_requires(self.found, come, after)):
            yield lacking

    def _misplaced(self, values: Mapping[str, Stored]) -> Iterator[Broken]:
        problem = stage_problem(self.found, _role(self.found, "pipeline", values), _role(self.found, "stage", values))
        if problem:
            yield Broken(problem, f"See the pipelines: crm pipeline list {self.found.name}")

    def enforced(self, broken: Iterable[Broken]) -> list[Broken]:
        """Give the rules that stand, each once: all of them, or with `force` those that it does not override."""
        return [each for each in dict.fromkeys(broken) if not (each.forcible and self._force)]

    def _refuse(self, broken: Iterable[Broken]) -> None:
        standing = self.enforced(broken)
        if standing:
            raise RuleBroken(standing)


def required_problem(found: ObjectType, present: Collection[str], hidden: Collection[str] = ()) -> str | None:
    """Say what a record with these properties lacks, or None: all of `required`, one of `required_any`.

    What is `hidden` by its `show_when` is not asked for.
    """
    missing = [found.properties[name] for name in found.required if name not in present and name not in hidden]
    if missing:
        return f"{_beginning(found)} needs {_listed(missing, 'and')}"
    if found.required_any and not any(name in present for name in found.required_any):
        return f"{_beginning(found)} needs {_listed([found.properties[n] for n in found.required_any], 'or')}"
    return None


def asked_of(workspace: Workspace, found: ObjectType, record: Record) -> tuple[frozenset[str], frozenset[str]]:
    """Give the properties that a record must have as it is, and those that are not to be asked of it.

    Needed by `required_when` or by its stage; not asked for where `show_when` does not hold.
    """
    conditions, stands = RecordConditions(workspace, found), place(found, record.values)
    verdict = conditions.verdicts([(record.id, record.values)])[0] if conditions else NOTHING
    return verdict.required.union(stands.stage.required if stands else ()), verdict.hidden


def read_only_problem(prop: Property) -> str | None:
    """Say why a property may not be set by hand, or None."""
    if prop.formula:
        return f"{named(prop)} is calculated and cannot be set"
    if prop.read_only:
        return f"{named(prop)} is read-only: it is filled by the system"
    return None


def check_settable(props: Iterable[Property]) -> None:
    """Refuse to set a property that is not for people to set: raise RuleBroken."""
    broken = [Broken(problem, "Leave it out") for prop in props if (problem := read_only_problem(prop))]
    if broken:
        raise RuleBroken(broken)


def defaults(
    found: ObjectType, context: Context, *, pipeline: str | None = None, stage: str | None = None
) -> dict[str, Stored]:
    """Give what a new record is filled with where nothing is given: defaults, creation date, pipeline and stage.

    `pipeline` and `stage` are the ids that are given, if any. The same for every record of one moment, pipeline and
    stage, so bulk paths may keep it; pipeline and stage are absent where they are given.
    """
    filled = {
        name: prop.value_type.parse(prop.default, context)
        for name in found.ruled
        if (prop := found.properties[name]).default
    }
    created = found.role("created")
    if created is not None:
        filled[created.name] = stored(created, context.moment)
    if pipeline is None:
        pipeline, stage = _role(found, "pipeline", filled), stage or _role(found, "stage", filled)
    return {**filled, **first_place(found, pipeline, stage)}


def complete(found: ObjectType, values: Mapping[str, Stored], context: Context) -> dict[str, Stored]:
    """Give a new record's values with its defaults filled in, in the order: given, then defaults.

    A stage that has its label in common with one of the given pipeline is read as that one.
    """
    pipeline, stage = _role(found, "pipeline", values), _role(found, "stage", values)
    same = namesake(found, pipeline, stage) if pipeline and stage else None
    given = {**values, found.roles["stage"]: same} if same else dict(values)
    given = {name: value for name, value in begun(found, given).items() if value is not None}
    filled = defaults(found, context, pipeline=pipeline, stage=stage)
    return {**given, **{name: value for name, value in filled.items() if name not in given}}


def _role(found: ObjectType, role: str, values: Mapping[str, Stored]) -> str | None:
    name = found.roles.get(role)
    value = values.get(name) if name else None
    return None if value is None else str(value)


def _listed(props: Iterable[Property], conjunction: str) -> str:
    words = [named(prop) for prop in props]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def _beginning(found: ObjectType) -> str:
    article = with_article(found.label)
    return article[0].upper() + article[1:]
