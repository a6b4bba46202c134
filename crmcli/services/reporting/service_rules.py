"""The rules of service: business hours, how soon requests are answered and closed, and when nobody waits for us."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode, Problem
from crmcli.frozen import frozen
from crmcli.model.names import find_object_name
from crmcli.model.rule_files import DAYS, is_shipped, read_rules
from crmcli.services.reporting.business_hours import DAY_ENDS, BusinessHours
from crmcli.types.duration import Duration
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.nodes import Block, Scalar
    from crmcli.model.objects import Model, ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Context

NAME = "service"
OTHER = "other"  # the key of the target of all priorities that have none of their own
_SPAN = re.compile(r"\s*(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)\s*")
_HOURS = 'write "09:00-17:00", or "09:00-12:00, 13:00-17:00"'


class RulesRefused(CrmError):
    """A file of rules that is not in order; the first of what is wrong with it."""

    exit_code = ExitCode.USAGE

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{problems[0].where}: {problems[0].message}", problems[0].hint)


@frozen
class Target:
    """How soon the first reply and the closing are due, in milliseconds of business time; None where nobody says."""

    first_reply: int | None = None
    close: int | None = None


@frozen
class ServiceRules:
    """What service.yaml says: which object it is about, the hours, the targets by priority, the stages that pause.

    `targets` are by the priority's value; OTHER is for all that are not named. `lines` say all of it to people.
    """

    object_name: str
    hours: BusinessHours
    targets: Mapping[str, Target]
    pause: frozenset[str]
    lines: tuple[str, ...]

    def target(self, priority: object) -> Target:
        """Give the target for a priority, None where it is not set."""
        return self.targets.get(str(priority)) or self.targets.get(OTHER) or Target()


def service_rules(workspace: Workspace) -> ServiceRules:
    """Read the rules of a workspace. Raises RulesRefused."""
    rules, problems = read_service(workspace.root, workspace.model, workspace.context)
    if rules is None or problems:
        raise RulesRefused(problems)
    return rules


def read_service(root: str, model: Model, context: Context) -> tuple[ServiceRules | None, list[Problem]]:
    """Read service.yaml with all that is wrong with it; no rules where it names no object."""
    block, problems = read_rules(root, NAME)
    word = block.text("object")
    try:
        found = model.objects[find_object_name(model, word)]
    except CrmError as refusal:
        return None, [*problems, Problem(block.place("object"), refusal.message, refusal.hint)]
    lacks = "pipelines" if not found.pipelines else "" if "created" in found.roles else "create date"
    if lacks:
        hint = "name one whose stages say what is open and closed"
        return None, [*problems, Problem(block.place("object"), f"{found.plural} have no {lacks}", hint)]
    rules = ServiceRules(
        object_name=found.name,
        hours=BusinessHours(context.zone, _week(block, problems), list(_holidays(block, problems))),
        targets=dict(_targets(block, found, context, problems)),
        pause=frozenset(_pause(block, found, problems)),
        lines=tuple(_lines(block, found)),
    )
    return rules, problems


def _week(block: Block, problems: list[Problem]) -> list[list[tuple[int, int]]]:
    said = block.scalars("hours")
    return [_spans(said[day], problems) if day in said else [] for day in DAYS]


def _spans(said: Scalar, problems: list[Problem]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for part in said.text.split(","):
        matched = _SPAN.fullmatch(part)
        numbers = [int(number) for number in matched.groups()] if matched else [0, 0, 0, 0]
        first, last = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
        if not (spans[-1][1] if spans else 0) <= first < last <= DAY_ENDS:
            problems.append(Problem(said.where, f'"{said.text}" are no hours of a day', _HOURS))
            return []
        spans.append((first, last))
    return spans


def _holidays(block: Block, problems: list[Problem]) -> Iterator[date]:
    for said in block.items("holidays"):
        try:
            yield date.fromisoformat(said.text)
        except ValueError:
            problems.append(Problem(said.where, f'"{said.text}" is no day', "write it like 2026-12-25"))


def _targets(
    block: Block, found: ObjectType, context: Context, problems: list[Problem]
) -> Iterator[tuple[str, Target]]:
    priority = found.role("priority")
    values = (
        {word: option.value for option in priority.options for word in (option.label, option.value)} if priority else {}
    )
    folded = {word.casefold(): value for word, value in values.items()}
    for name, target in block.blocks("targets").items():
        value = folded.get(name.casefold(), OTHER if name == OTHER else "")
        if not value and not is_shipped(target.where):
            hint = suggestion(name, [*values, OTHER])
            problems.append(Problem(target.where, f'"{name}" is no priority of {found.plural.lower()}', hint))
        lengths = [_length(target, key, context, problems) for key in ("first_reply", "close")]
        if value:
            yield value, Target(*lengths)


def _length(target: Block, key: str, context: Context, problems: list[Problem]) -> int | None:
    text = target.text(key)
    if not text:
        return None
    try:
        return int(str(Duration().parse(text, context)))
    except CrmError as refusal:
        problems.append(Problem(target.place(key), refusal.message, refusal.hint))
        return None


def _pause(block: Block, found: ObjectType, problems: list[Problem]) -> Iterator[str]:
    stages = [stage for pipeline in found.pipelines for stage in pipeline.stages]
    for said in block.items("pause"):
        meant = [s.id for s in stages if said.text.casefold() in (s.id.casefold(), s.label.casefold())]
        if not meant and not is_shipped(said.where):
            hint = suggestion(said.text, [stage.label for stage in stages])
            problems.append(Problem(said.where, f'{found.plural} have no stage "{said.text}"', hint))
        yield from meant


def _lines(block: Block, found: ObjectType) -> Iterator[str]:
    """Say the rules in lines, as the file has them."""
    hours = ", ".join(f"{day} {said.text}" for day, said in block.scalars("hours").items())
    holidays = ", ".join(block.texts("holidays"))
    yield f"Business hours: {hours or 'none'}, by the clock of the CRM's time zone; holidays: {holidays or 'none'}."
    for name, target in block.blocks("targets").items():
        due = [f"{words} {target.text(key)}" for key, words in _DUE.items() if target.text(key)]
        yield f"Target of {name}: {', '.join(due)}."
    yield f"Time in these stages does not count: {', '.join(block.texts('pause')) or 'none'}; nor does time closed."
    yield f"All this is said in service.yaml, of {found.plural.lower()}; {_SHIPPED}"


_DUE = {"first_reply": "first reply within", "close": "closed within"}
_SHIPPED = "what it does not say is as shipped (crm help service)."
