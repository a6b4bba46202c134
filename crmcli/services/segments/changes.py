"""Who came into a segment and who left it since somebody last looked.

Those who were in it then stand in segments/NAME.seen, one a line. A look writes that file anew in an operation of its
own, of which the journal keeps the lines that came and went: it costs little more than asking who is in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model.members import Members, member_lines, read_members
from crmcli.services.references import Ref
from crmcli.services.segments.found import SegmentRefused, ids_of
from crmcli.services.titles import title, titles
from crmcli.services.written import Account

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.model.segments import Segment
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.transaction import Transaction

_HEAD = "# Who was in it when somebody last looked: crm segment changes"


@frozen
class MemberChange:
    """A record that is `new` in a segment, or is in it no more; `note` says what became of one that is gone."""

    segment: str
    ref: Ref
    title: str
    new: bool
    note: str = ""


@frozen
class Looked:
    """What a look at a segment found; `first` where nobody looked before, so that nothing is known to have changed."""

    segment: Segment
    members: int
    came: tuple[int, ...]
    left: tuple[int, ...]
    first: bool


@frozen
class Looks:
    """What a look at segments found, and the operation that remembers it."""

    looked: tuple[Looked, ...]
    changes: tuple[MemberChange, ...]
    written: Written


def look(workspace: Workspace, segments: Sequence[Segment], *, dry_run: bool = False) -> Looks:
    """Find who came and who left since the last look, and remember who is in these segments now.

    With `dry_run` the next look still begins where this one did. Raises SegmentRefused and the errors of expressions.
    """
    account = Account(workspace)
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        looked = tuple(remember(workspace, change, each) for each in segments)
        found = tuple(line for each in looked for line in _changes(workspace, each))
        written = account.finish(change, dry_run=dry_run, checked=True)
    return Looks(looked, found, written)


def remember(workspace: Workspace, change: Transaction, segment: Segment) -> Looked:
    """Remember within an operation who is in a segment, and give who came and left since the last time."""
    now = ids_of(workspace, segment)
    before = change.files.lines(segment.seen_path)
    lines = [_HEAD, *member_lines(segment.object_name, Members(tuple(now)))]
    if lines == before:
        return Looked(segment, len(now), (), (), first=False)
    change.files.write_lines(segment.seen_path, lines)
    if not before:
        return Looked(segment, len(now), (), (), first=True)
    text = "".join(f"{line}\n" for line in before if line != _HEAD)
    seen, problems = read_members(text, segment.object_name, segment.seen_path)
    if problems:
        raise SegmentRefused(problems)
    return _compared(workspace, segment, seen.listed, now)


def _compared(workspace: Workspace, segment: Segment, before: Sequence[int], now: Sequence[int]) -> Looked:
    """Compare two memberships; who was merged into a member since has neither come nor left."""
    present, earlier = set(now), set(before)
    left = [record_id for record_id in before if record_id not in present]
    heirs = {record_id: _heir(workspace, segment.object_name, record_id) for record_id in left}
    followed = set(heirs.values())
    came = [record_id for record_id in now if record_id not in earlier and record_id not in followed]
    gone = [record_id for record_id in left if heirs[record_id] not in present]
    return Looked(segment, len(now), tuple(came), tuple(gone), first=False)


def _heir(workspace: Workspace, object_name: str, record_id: int) -> int | None:
    """Give the record that one was merged into, however often; None for one that was not."""
    followed: set[int] = set()
    found: int | None = None
    tombstone = workspace.store.tombstone(object_name, record_id)
    while tombstone is not None and tombstone.into is not None and tombstone.into not in followed:
        found = tombstone.into
        followed.add(found)
        tombstone = workspace.store.tombstone(object_name, found)
    return found


def _changes(workspace: Workspace, looked: Looked) -> Iterator[MemberChange]:
    name = looked.segment.object_name
    came, left = ([Ref(name, record_id) for record_id in ids] for ids in (looked.came, looked.left))
    named = titles(workspace, [*came, *left])
    yield from (MemberChange(looked.segment.name, ref, named.get(ref, ""), new=True) for ref in came)
    for ref in left:
        note = "" if ref in named else _fate(workspace, ref)
        yield MemberChange(looked.segment.name, ref, named.get(ref) or title(workspace, ref), new=False, note=note)


def _fate(workspace: Workspace, ref: Ref) -> str:
    tombstone = workspace.store.tombstone(ref.object_name, ref.id)
    if tombstone is None:
        return "gone"
    return f"merged into {ref.object_name}:{tombstone.into}" if tombstone.into is not None else tombstone.kind


def chosen(workspace: Workspace, names: Iterable[str]) -> tuple[Segment, ...]:
    """Give the segments of these names, or all. Raises NoSuchSegment and SegmentRefused."""
    from crmcli.services.segments.found import segment_of

    found = tuple(segment_of(workspace, name) for name in names)
    if found:
        return found
    segments = workspace.model.segments
    if segments.problems:
        raise SegmentRefused(segments.problems)
    return segments.all()
