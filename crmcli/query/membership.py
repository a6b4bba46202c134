"""`in segment("Hot leads")`: the expression of a segment, and whom somebody put in or keeps out by hand.

A reference of a record that was merged stands for the one that it was merged into, so that members follow merges, and
come apart again with them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.query.compile import condition
from crmcli.query.fragments import Fragment, Measure, compose, computed, measure
from crmcli.query.mistakes import BrokenSegment, QueryError, SegmentCircle, TooComplex
from crmcli.query.parser import parse
from crmcli.query.paths import associated, singular
from crmcli.query.syntax import Path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.members import Members
    from crmcli.model.segments import Segment
    from crmcli.query.scope import Scope
    from crmcli.query.syntax import Member

_DEEPEST = 16
# Ids, and what those among them that were merged have become.
_STANDING = (
    "WITH RECURSIVE m (id) AS (SELECT value FROM json_each({}) UNION SELECT x.into_id FROM m JOIN _tombstone x"
    " ON x.object = {} AND x.first = m.id WHERE x.into_id IS NOT NULL) SELECT id FROM m"
)


def member(node: Member, scope: Scope) -> Fragment:
    """Compile whether a record, or the associated one that a path leads to, is in a segment: never unknown."""
    if node.operand is None:
        return _found(node, scope)
    if not isinstance(node.operand, Path):
        raise scope.wrong("before in segment(…) stands an associated record", node.operand, _EXAMPLE)
    for step in node.operand.steps[:1]:
        associated(step, scope)  # a property is none: refused in its own words
    found = singular(node.operand.steps, scope, lambda inner: measure(_found(node, inner), computed("bool")))
    return compose("({} IS TRUE)", found)


_EXAMPLE = 'for example: company in segment("Key accounts"), any(contacts, in segment("Hot leads"))'


def meant(node: Member, scope: Scope) -> Segment:
    """Give the segment that is named, of the object that the condition is about; raises UnknownName and WrongType."""
    segments = scope.frame.segments
    segment = segments.find(node.segment.value)
    if segment is None:
        raise scope.unknown(node.segment.value, "a segment", node.segment, [each.name for each in segments.all()])
    if segment.object_name != scope.object.name:
        words = scope.frame.model.words.get(segment.object_name)
        of = words.plural.lower() if words else segment.object_name
        message = f'"{segment.name}" is a segment of {of}, and this is about {scope.object.plural.lower()}'
        raise scope.wrong(message, node.segment, _EXAMPLE)
    return segment


def _found(node: Member, scope: Scope) -> Fragment:
    segment = meant(node, scope)
    if segment.name in scope.within:
        chain = (*scope.within[scope.within.index(segment.name) :], segment.name)
        raise SegmentCircle(chain, scope.source, node.segment.span)
    return membership(segment, scope, node)


def membership(segment: Segment, scope: Scope, node: Member) -> Fragment:
    """Compile whether a record is in a segment of its object. Raises BrokenSegment, SegmentCircle and TooComplex."""
    scope.frame.members = True
    members, problems = scope.frame.segments.members(segment)
    if problems:
        raise BrokenSegment(segment.name, scope.wrong(problems[0].message, node, problems[0].hint), problems[0].where)
    if not segment.active:
        return by_hand(members, scope)
    if len(scope.within) >= _DEEPEST:
        raise TooComplex(f"more than {_DEEPEST} segments within one another", scope.source, node.span)
    inner = replace(scope, source=segment.where, within=(*scope.within, segment.name))
    try:
        met = condition(parse(segment.where).root, inner)
    except (BrokenSegment, SegmentCircle, TooComplex):
        raise
    except QueryError as mistake:
        raise BrokenSegment(segment.name, mistake, segment.place("where")) from None
    found = compose("({} IS TRUE)", met)
    if members.excluded:
        found = compose("({} AND NOT {})", found, _among(members.excluded, scope))
    return compose("({} OR {})", found, by_hand(members, scope)) if members.included or members.listed else found


def by_hand(members: Members, scope: Scope) -> Measure:
    """Compile whether a record was put into a segment by hand, or stands in its list."""
    return measure(_among((*members.listed, *members.included), scope), computed("bool"))


def kept_out(members: Members, scope: Scope) -> Measure:
    """Compile whether a record is kept out of a segment by hand."""
    return measure(_among(members.excluded, scope), computed("bool"))


def _among(ids: Sequence[int], scope: Scope) -> Fragment:
    if not ids:
        return Fragment("0", ())
    standing = compose(_STANDING, Fragment("?", (json.dumps(ids),)), Fragment("?", (scope.object.name,)))
    return compose("({} IN ({}))", scope.id, standing)
