"""An expression taken apart: what each of its conditions is for one record, and the values that it goes by."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.query.comparison import named
from crmcli.query.compile import TABLE, condition, value
from crmcli.query.fragments import Fragment, compose, quoted
from crmcli.query.membership import by_hand, kept_out, meant
from crmcli.query.mistakes import QueryError
from crmcli.query.parser import parse
from crmcli.query.scope import Frame, Scope
from crmcli.query.syntax import LITERALS, Among, Call, Compare, Known, Logic, Match, Member, Node, Not, Path, Was

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.objects import Model, ObjectType
    from crmcli.types.base import Context, ValueType

MEMBER = "member"  # what joins the parts of being in a segment: its expression, and what was done by hand
_AT_ONCE = 500  # columns of a statement; SQLite takes 2,000
_ENTITIES = frozenset({"option", "options", "user", "bool"})  # beside these a bare word is a value


@frozen
class Told:
    """A value that a condition goes by: as the expression has it, the column that it comes in, and its type."""

    text: str
    column: int
    value_type: ValueType


@frozen
class Part:
    """A condition: its text, the column that says whether it is so, and how its parts are `joined`.

    That is "and", "or", "not", MEMBER, or "" where it has none.
    """

    text: str
    column: int
    joined: str = ""
    values: tuple[Told, ...] = ()
    parts: tuple[Part, ...] = ()


@frozen
class Explained:
    """The conditions of an expression as a tree, and the statements whose columns, all in a row, tell of them."""

    root: Part
    statements: tuple[Fragment, ...]


def explain(text: str, object_type: ObjectType, model: Model, context: Context, record_id: int) -> Explained:
    """Take a condition apart for a record of an object. Raises QueryError."""
    taking = _Taking()
    root = taking.part(parse(text).root, Scope(object_type, TABLE, Frame(model, context), text))
    blocks = [taking.columns[place : place + _AT_ONCE] for place in range(0, len(taking.columns), _AT_ONCE)]
    behind = f" FROM {quoted(object_type.name)} {TABLE} WHERE {TABLE}.id = ?"
    wanted = Fragment("", (record_id,))
    found = (compose(f"SELECT {', '.join(['{}'] * len(block))}{behind}{{}}", *block, wanted) for block in blocks)
    return Explained(root, tuple(found))


class _Taking:
    """Gathers the columns that are asked for."""

    def __init__(self) -> None:
        self.columns: list[Fragment] = []

    def column(self, fragment: Fragment) -> int:
        self.columns.append(fragment)
        return len(self.columns) - 1

    def part(self, node: Node, scope: Scope) -> Part:
        """Take a condition apart, as far as and, or, not and segments join it."""
        column = self.column(condition(node, scope))
        if isinstance(node, Logic) and not _between(node):
            parts = tuple(self.part(each, scope) for each in node.operands)
            return Part(f" {node.operator} ".join(map(_bracketed, parts)), column, node.operator, parts=parts)
        if isinstance(node, Not) and node.start < node.operand.start:
            part = self.part(node.operand, scope)
            return Part(f"not {_bracketed(part)}", column, "not", parts=(part,))
        text = scope.source[node.start : node.end]
        inner = node.operand if isinstance(node, Not) else node
        if isinstance(inner, Member) and inner.operand is None:
            return Part(text, column, MEMBER, parts=tuple(self.of_segment(inner, scope)))
        return Part(text, column, values=tuple(self.values(inner, scope)))

    def of_segment(self, node: Member, scope: Scope) -> Iterator[Part]:
        """Give the parts of being in a segment: its expression, and what was done by hand."""
        segment = meant(node, scope)
        if segment.active:
            inner = replace(scope, source=segment.where, within=(*scope.within, segment.name))
            yield self.part(parse(segment.where).root, inner)
        members, _ = scope.frame.segments.members(segment)
        if members.listed or members.included or not segment.active:
            yield Part("put in by hand" if segment.active else "in its list", self.column(by_hand(members, scope)))
        if members.excluded and segment.active:
            yield Part("kept out by hand", self.column(kept_out(members, scope)))

    def values(self, node: Node, scope: Scope) -> Iterator[Told]:
        """Give what a condition goes by: properties, calculations, how many associated records meet it."""
        for each in dict.fromkeys(_operands(node, scope)):
            with suppress(QueryError):  # a word that is no value by itself
                found = value(each, scope)
                yield Told(_written(each, scope), self.column(found), found.value_type)


def _bracketed(part: Part) -> str:
    return f"({part.text})" if part.joined in ("and", "or") else part.text


def _between(node: Logic) -> bool:
    """Whether it is `between … and …`, of which both parts stand in one text."""
    return all(isinstance(each, Compare) and each.left == node.operands[0].left for each in node.operands)  # type: ignore[attr-defined]


def _operands(node: Node, scope: Scope) -> Iterator[Node]:
    if isinstance(node, Logic):
        for each in node.operands:
            yield from _operands(each, scope)
    elif isinstance(node, Compare):
        yield from _sides(node, scope)
    elif isinstance(node, Among | Known | Match | Was):
        yield named(node.operand, scope)
    elif isinstance(node, Call) and node.arguments and node.name in {"any", "all"}:
        if len(node.arguments) > 1:
            yield Call(node.start, node.end, "count", node.arguments)
        yield Call(node.start, node.end, "count", node.arguments[:1])
    elif isinstance(node, Path | Call):
        yield node


def _sides(node: Compare, scope: Scope) -> Iterator[Node]:
    """Give the sides of a comparison that are computed: not a literal, nor a word that is a value beside the other."""
    left, right = named(node.left, scope), node.right
    if not isinstance(left, LITERALS):
        yield left
    prop = scope.find(left.word) if isinstance(left, Path) and left.word else None
    chosen = isinstance(right, Path) and right.word and prop is not None and prop.value_type.name in _ENTITIES
    if not isinstance(right, LITERALS) and not chosen:
        yield right


def _written(node: Node, scope: Scope) -> str:
    """Give an operand as the expression has it; a property by its label."""
    if isinstance(node, Path) and node.word and (prop := scope.find(node.word)):
        return prop.label
    if isinstance(node, Call) and node.name == "count" and not scope.source[node.start :].lower().startswith("count"):
        first = node.arguments[0]
        met = " that meet it" if len(node.arguments) > 1 else " in all"
        return f"{scope.source[first.start : first.end]}{met}"
    return scope.source[node.start : node.end]
