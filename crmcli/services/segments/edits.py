"""Making segments, putting records into them and taking them out: each an operation that can be undone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.members import Members, member_lines
from crmcli.model.segments import FOLDER, Segment, stem_of
from crmcli.query import compile_condition
from crmcli.services.segments.changes import remember
from crmcli.services.segments.check import follow_up_problem
from crmcli.services.segments.found import ids_meeting, members_of, segment_of
from crmcli.services.segments.uses import uses_of
from crmcli.services.written import Account
from crmcli.store.survivors import any_merged, merged_into

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crmcli.services.records import Targets
    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written

_LONGEST_NAME = 100


class SegmentExists(CrmError):
    """A name, or a file's name, that a segment has already."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, name: str, path: str) -> None:
        super().__init__(f'There is a segment "{name}" already: {path}', "Choose another name, or change that one")


class BadSegmentName(CrmError):
    """A name of which no file name can be made, or which is too long."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            f'"{name}" cannot be the name of a segment',
            f"It needs a letter or a digit, and at most {_LONGEST_NAME} characters",
        )


class NobodyMeant(CrmError):
    """A segment that would be made of nothing."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__(
            "Who is in it is not said", "Say --where EXPRESSION, or name records; for an empty one by hand: --static"
        )


class BadFollowUp(CrmError):
    """A cadence that is no length of time."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(f'"{text}" is no length of time', "Write it like 30d, 2w, 3m")


class OtherMember(CrmError):
    """A record of another object than the segment's."""

    exit_code = ExitCode.USAGE

    def __init__(self, segment: Segment, ref: Ref) -> None:
        super().__init__(
            f'{ref} cannot be in "{segment.name}"', f"It is a segment of another object: {segment.object_name}"
        )


class SegmentInUse(CrmError):
    """A segment that is to go and that others name; `uses` are files and lines."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, name: str, uses: Sequence[str]) -> None:
        self.uses = tuple(uses)
        super().__init__(
            f'"{name}" is used in {", ".join(uses)}', "Take it out there first, or delete it all the same: --force"
        )


@frozen
class NewSegment:
    """What a segment is to be: of which object, by which expression, static or not, with these records."""

    name: str
    object_word: str
    where: str = ""
    static: bool = False
    refs: tuple[Ref, ...] = ()
    description: str = ""
    follow_up: str = ""


def create(
    workspace: Workspace, asked: NewSegment, text: Callable[[Mapping[str, str | bool]], str], *, dry_run: bool = False
) -> Written:
    """Make a segment: active with `where`, taken from it once with `static` as well, else of the records alone.

    `text` makes the file out of its keys. Raises SegmentExists, BadSegmentName, NobodyMeant, BadFollowUp, OtherMember,
    and the errors of expressions.
    """
    segment = _new(workspace, asked)
    account = Account(workspace, notes=[f'"{segment.name}" is {segment.path}'])
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        listed: set[int] = set()
        if segment.snapshot:
            listed.update(ids_meeting(workspace, segment.object_name, segment.snapshot))
        change.write_file(segment.path, text(_keys(segment)))
        members = _with(Members(tuple(sorted(listed))), segment, _ids(segment, asked.refs))
        change.files.write_lines(segment.members_path, member_lines(segment.object_name, members))
        return account.finish(change, dry_run=dry_run, checked=True)


def _new(workspace: Workspace, asked: NewSegment) -> Segment:
    name, stem = asked.name.strip(), stem_of(asked.name)
    if not stem or len(name) > _LONGEST_NAME:
        raise BadSegmentName(asked.name)
    found = workspace.object(asked.object_word)
    segments = workspace.model.segments
    taken = segments.find(name) or segments.find(stem)
    if taken is not None or os.path.exists(os.path.join(workspace.root, FOLDER, f"{stem}.yaml")):
        raise SegmentExists(taken.name if taken else name, taken.path if taken else f"{FOLDER}/{stem}.yaml")
    if not (asked.where or asked.refs or asked.static):
        raise NobodyMeant
    if asked.where:
        compile_condition(asked.where, found, workspace.model, workspace.context)
    if asked.follow_up and follow_up_problem(asked.follow_up):
        raise BadFollowUp(asked.follow_up)
    where, snapshot = ("", asked.where) if asked.static else (asked.where, "")
    return Segment(name, stem, found.name, where, snapshot, asked.description, asked.follow_up)


def _keys(segment: Segment) -> dict[str, str | bool]:
    """Give the keys of a segment's file, in their order."""
    keys: dict[str, str | bool] = {"name": segment.name, "object": segment.object_name}
    keys |= {"description": segment.description} if segment.description else {}
    keys |= {"where": segment.where} if segment.active else {"static": True}
    keys |= {"snapshot": segment.snapshot} if segment.snapshot else {}
    return keys | ({"follow_up": segment.follow_up} if segment.follow_up else {})


def add(workspace: Workspace, name: str, chosen: Targets, *, dry_run: bool = False) -> Written:
    """Put records into a segment; in one with an expression they stay in, whatever that says.

    Raises NoSuchSegment, SegmentRefused, OtherMember and the errors of expressions.
    """
    return _edited(workspace, segment_of(workspace, name), chosen, _with, dry_run=dry_run)


def remove(workspace: Workspace, name: str, chosen: Targets, *, dry_run: bool = False) -> Written:
    """Take records out of a segment; out of one with an expression they are kept from now on. Raises as `add` does."""
    return _edited(workspace, segment_of(workspace, name), chosen, _without, dry_run=dry_run)


def _edited(
    workspace: Workspace,
    segment: Segment,
    chosen: Targets,
    edit: Callable[[Members, Segment, set[int]], Members],
    *,
    dry_run: bool,
) -> Written:
    ids = _ids(segment, chosen.refs)
    account = Account(workspace)
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        if chosen.where:
            ids.update(ids_meeting(workspace, segment.object_name, chosen.where))
        if edit is _without:
            ids |= _absorbed(workspace, segment.object_name, ids)
        members = edit(members_of(workspace, segment), segment, ids)
        change.files.write_lines(segment.members_path, member_lines(segment.object_name, members))
        return account.finish(change, dry_run=dry_run, checked=True)


def _ids(segment: Segment, refs: Iterable[Ref]) -> set[int]:
    ids = set()
    for ref in refs:
        if ref.object_name != segment.object_name:
            raise OtherMember(segment, ref)
        ids.add(ref.id)
    return ids


def _absorbed(workspace: Workspace, object_name: str, ids: Iterable[int]) -> set[int]:
    """Give what was merged into these records: a line of theirs would keep the record in."""
    connection = workspace.store.index.connection
    if not any_merged(connection, object_name):
        return set()
    return {each for record_id in ids for each in merged_into(connection, object_name, record_id)}


def _with(members: Members, segment: Segment, ids: set[int]) -> Members:
    listed, included = set(members.listed), set(members.included)
    if segment.expression:
        included |= ids - listed if segment.snapshot else ids
    else:
        listed |= ids
    return _members(listed, included, set(members.excluded) - ids)


def _without(members: Members, segment: Segment, ids: set[int]) -> Members:
    excluded = set(members.excluded)
    if segment.expression:
        excluded |= ids
    return _members(set(members.listed) - ids, set(members.included) - ids, excluded)


def _members(listed: set[int], included: set[int], excluded: set[int]) -> Members:
    return Members(*(tuple(sorted(ids)) for ids in (listed, included, excluded)))


def refresh(workspace: Workspace, segments: Sequence[Segment], *, dry_run: bool = False) -> Written:
    """Take snapshots anew of their expressions, and remember who is in these segments now, as a look does.

    Whom somebody put in or keeps out by hand stays so. Raises SegmentRefused and the errors of expressions.
    """
    account = Account(workspace)
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        for segment in segments:
            if segment.snapshot:
                members = members_of(workspace, segment)
                listed = set(ids_meeting(workspace, segment.object_name, segment.snapshot))
                listed -= {*members.included, *members.excluded}
                taken = _members(listed, set(members.included), set(members.excluded))
                change.files.write_lines(segment.members_path, member_lines(segment.object_name, taken))
            else:
                remember(workspace, change, segment)
        return account.finish(change, dry_run=dry_run, checked=True)


def deletable(workspace: Workspace, name: str, *, force: bool = False) -> Segment:
    """Give a segment that is to go. Raises NoSuchSegment, and SegmentInUse unless `force`."""
    segment = segment_of(workspace, name)
    uses = list(uses_of(workspace, segment))
    if uses and not force:
        raise SegmentInUse(segment.name, uses)
    return segment


def delete(workspace: Workspace, segment: Segment, *, dry_run: bool = False) -> Written:
    """Take a segment away with its members, not with its records; the notes say what names it still."""
    account = Account(workspace, notes=[f"{each} names it still" for each in uses_of(workspace, segment)])
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        change.write_file(segment.path, None)
        for path in (segment.members_path, segment.seen_path):
            change.files.write_lines(path, ())
        return account.finish(change, dry_run=dry_run, checked=True)
