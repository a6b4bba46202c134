"""What is wrong with segments: files, expressions, circles and members, each with its file and line."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, Problem
from crmcli.model.check import in_order
from crmcli.model.members import SUFFIX
from crmcli.model.segments import FOLDER, SEEN
from crmcli.query import compile_condition
from crmcli.query.mistakes import BrokenSegment, QueryError, SegmentCircle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.objects import ObjectType
    from crmcli.model.segments import Segment
    from crmcli.services.workspace import Workspace

_LENGTH = re.compile(r"(?:[1-9]\d{0,4}(?:min|mo|[ymwdhs]))+")


def segment_problems(workspace: Workspace) -> list[Problem]:
    """Give every problem of the segments; none is good."""
    segments = workspace.model.segments
    found = list(segments.problems)
    for segment in segments.all():
        found += _of(workspace, segment)
    return in_order([*found, *_strays(workspace)])


def follow_up_problem(text: str) -> str:
    """Say what is wrong with how often members want to be heard of; "" for nothing."""
    return "" if _LENGTH.fullmatch(text) else f'"{text}" is no length of time'


def _of(workspace: Workspace, segment: Segment) -> Iterator[Problem]:
    try:
        found = workspace.any_object(segment.object_name)
    except CrmError as refusal:
        yield Problem(segment.place("object"), refusal.message, refusal.hint)
        return
    if segment.object_name != found.name:
        message = f'"{segment.object_name}" is not the internal name of an object'
        yield Problem(segment.place("object"), message, f"write {found.name}")
    else:
        yield from _said(workspace, segment, found)


def _said(workspace: Workspace, segment: Segment, found: ObjectType) -> Iterator[Problem]:
    if segment.follow_up and (wrong := follow_up_problem(segment.follow_up)):
        yield Problem(segment.place("follow_up"), wrong, "write it like 30d, 2w, 3m")
    _, problems = workspace.model.segments.members(segment)
    yield from problems
    for key, text in (("where", segment.where), ("snapshot", segment.snapshot)):
        try:
            if text:
                compile_condition(text, found, workspace.model, workspace.context)
        except SegmentCircle as circle:
            if segment.name in circle.chain:
                yield Problem(segment.place(key), circle.summary, circle.hint)
        except BrokenSegment:
            pass  # another segment's: told there
        except QueryError as mistake:
            yield Problem(segment.place(key), mistake.summary, mistake.hint)


def _strays(workspace: Workspace) -> Iterator[Problem]:
    """Find files of members without a segment."""
    folder = os.path.join(workspace.root, FOLDER)
    names = set(os.listdir(folder)) if os.path.isdir(folder) else set()
    for name in sorted(names):
        stem, ending = os.path.splitext(name)
        if ending in (SUFFIX, SEEN) and f"{stem}.yaml" not in names:
            yield Problem(f"{FOLDER}/{name}:1", "these are members of no segment", f"there is no {FOLDER}/{stem}.yaml")
        elif ending == ".yml":
            yield Problem(f"{FOLDER}/{name}:1", "is not read: its name must end in .yaml", f"rename it to {stem}.yaml")
