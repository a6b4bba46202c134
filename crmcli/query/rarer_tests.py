"""Tests of more than one word: whether a value is known, what it was, how often and when, who is in a segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query import syntax

if TYPE_CHECKING:
    from crmcli.query.parser import _Parser as Parser

_OFTEN = {"more": {"than": ">"}, "less": {"than": "<"}, "at": {"least": ">=", "most": "<="}}


def known(parser: Parser, left: syntax.Node) -> syntax.Node:
    """Read what stands behind `is`: `[not] known`, `[not] unknown`."""
    negated = parser.take_if("not")
    token = parser.take_if("known", "unknown")
    if token is None:
        raise parser.unexpected('after "is" stands known or unknown', "compare values by =")
    node = syntax.Known(left.start, token.end, left)
    opposite = (token.text.lower() == "unknown") != bool(negated)
    return syntax.Not(left.start, token.end, node) if opposite else node


def was(parser: Parser, left: syntax.Node) -> syntax.Node:
    """Read what stands behind `was`: `[ever | never] VALUE [more than 2 times] [in PERIOD | between A and B]`."""
    never = parser.take_if("ever", "never")
    value = parser.sum()
    often = _often(parser)
    start = parser.place
    during: tuple[syntax.Node, ...] = ()
    if parser.take_if("in"):
        during = (parser.sum(),)
    elif parser.take_if("between"):
        during = parser.ends()
    end = parser.tokens[parser.place - 1].end if parser.place > start else (often or value).end
    node = syntax.Was(left.start, end, left, value, often, during)
    return syntax.Not(left.start, end, node) if never and never.keyword("never") else node


def _often(parser: Parser) -> syntax.Often | None:
    """Read `more than 2 times`; None where nothing says how often."""
    start = parser.take_if(*_OFTEN)
    if start is None:
        return None
    operators = _OFTEN[start.text.lower()]
    than = parser.take_if(*operators)
    if than is None:
        raise parser.unexpected("how often is not said here", "for example: more than 2 times, at least 2 times")
    if parser.next.kind != "number" or not parser.next.text.isdecimal() or len(parser.next.text) > 9:
        raise parser.unexpected("how often is a whole number", "more than 2 times")
    count = int(parser.take().text)
    end = parser.take_if("times", "time")
    if end is None:
        raise parser.unexpected('"times" is missing after the number', f"{start.text} {than.text} {count} times")
    return syntax.Often(start.start, end.end, operators[than.text.lower()], count)


def member(parser: Parser, left: syntax.Node | None, start: int) -> syntax.Node:
    """Read `segment("NAME")`, behind `in`; on the left of it may stand the way to an associated record."""
    parser.take()
    parser.expect("(", "after segment")
    name = parser.next
    if name.kind != "text":
        raise parser.unexpected("here stands the name of a segment, in quotes", 'in segment("Hot leads")')
    parser.take()
    end = parser.expect(")", "after the segment's name").end
    return syntax.Member(start, end, left, syntax.Text(*name.span, name.text))
