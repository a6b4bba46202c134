"""The segments that there are, and who is in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.errors import Problem
    from crmcli.model.members import Members
    from crmcli.model.segments import Segment
    from crmcli.services.workspace import Workspace


class NoSuchSegment(CrmError):
    """A name of no segment."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f'There is no segment "{name}"', suggestion(name, known) or "Make one: crm segment create")


class SegmentRefused(CrmError):
    """A segment whose file is not in order; the first of what is wrong with it."""

    exit_code = ExitCode.USAGE

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{problems[0].where}: {problems[0].message}", problems[0].hint)


@frozen
class SegmentLine:
    """A segment in the list of them; `members` is None where its expression cannot be evaluated, for this `reason`."""

    segment: Segment
    plural: str
    members: int | None
    reason: str = ""


@frozen
class SegmentPage:
    """All of one segment: how many are in it, who of them by hand, who is kept out, and where it is used."""

    segment: Segment
    plural: str
    members: int
    by_hand: int
    kept_out: int
    seen: bool  # whether somebody looked at its members before, so that changes are known
    uses: tuple[str, ...]


def segment_of(workspace: Workspace, name: str) -> Segment:
    """Give the segment of a name. Raises NoSuchSegment, and SegmentRefused for one whose file is not in order."""
    segments = workspace.model.segments
    found = segments.find(name)
    if found is None:
        broken = [each for each in segments.problems if each.where.split(":")[0] == f"segments/{name}.yaml"]
        if broken:
            raise SegmentRefused(broken)
        raise NoSuchSegment(name, [each.name for each in segments.all()])
    return found


def members_of(workspace: Workspace, segment: Segment) -> Members:
    """Give who is in a segment by hand, or kept out. Raises SegmentRefused."""
    members, problems = workspace.model.segments.members(segment)
    if problems:
        raise SegmentRefused(problems)
    return members


def condition_of(segment: Segment) -> str:
    """Give the expression that is true of a segment's members."""
    return f"in segment({json.dumps(segment.name, ensure_ascii=False)})"


def ids_of(workspace: Workspace, segment: Segment) -> list[int]:
    """Give the ids of a segment's members, ascending. Raises the errors of expressions."""
    from crmcli.query import Selection, select

    found = workspace.any_object(segment.object_name)
    statement = select(Selection(found, where=condition_of(segment)), workspace.model, workspace.context)
    return [row[0] for row in workspace.store.rows(statement)]


def ids_meeting(workspace: Workspace, object_name: str, where: str) -> list[int]:
    """Give the ids of an object's records that meet an expression, ascending. Raises the errors of expressions."""
    from crmcli.query import Selection, select

    found = workspace.any_object(object_name)
    return [row[0] for row in workspace.store.rows(select(Selection(found, where), workspace.model, workspace.context))]


def segment_lines(workspace: Workspace) -> tuple[SegmentLine, ...]:
    """List the segments with how many records are in each; raises SegmentRefused where a file is not in order."""
    segments = workspace.model.segments
    if segments.problems:
        raise SegmentRefused(segments.problems)
    return tuple(_line(workspace, each) for each in segments.all())


def _line(workspace: Workspace, segment: Segment) -> SegmentLine:
    from crmcli.services.lists import count_records

    try:
        found = workspace.any_object(segment.object_name)
        return SegmentLine(segment, found.plural, count_records(workspace, found.name, condition_of(segment)))
    except CrmError as refusal:
        return SegmentLine(segment, segment.object_name, None, refusal.message.splitlines()[0])


def segment_page(workspace: Workspace, name: str) -> SegmentPage:
    """Give all of a segment. Raises NoSuchSegment, SegmentRefused and the errors of expressions."""
    import os

    from crmcli.services.lists import count_records
    from crmcli.services.segments.uses import uses_of

    segment = segment_of(workspace, name)
    found = workspace.any_object(segment.object_name)
    members = members_of(workspace, segment)
    return SegmentPage(
        segment,
        found.plural,
        count_records(workspace, found.name, condition_of(segment)),
        len(members.included) + len(members.listed),
        len(members.excluded),
        os.path.exists(os.path.join(workspace.root, segment.seen_path)),
        tuple(uses_of(workspace, segment)),
    )
