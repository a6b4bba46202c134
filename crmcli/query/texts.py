"""Tests of text: equality without regard to case, contains, starts with, ends with, ~.

What people write in English letters is compared by SQLite itself; a text with other letters is folded by a
function of ours, which is slower: a second for a million records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.compile import value
from crmcli.query.fragments import Fragment, Measure, compose
from crmcli.query.syntax import Number, Path, Text
from crmcli.types.patterns import pattern_mistake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.query.scope import Scope
    from crmcli.query.syntax import Match, Node
    from crmcli.types.base import Column

_EXACT = frozenset({"email", "phone", "domain", "user", "reference", "option"})  # kept in one spelling
_LONGEST_LIKE = 10_000  # SQLite refuses patterns above 50,000 bytes
_LIKE = {"contains": ("%", "%"), "starts": ("", "%"), "ends": ("%", "")}


def compared(symbol: str, left: Measure, right: Measure) -> Fragment:
    """Compare two texts by an SQL operator, without regard to case unless they are kept in one spelling."""
    if {left.kind, right.kind} & _EXACT:
        return compose(f"({{}} {symbol} {{}})", left, right)
    text = right.parameters[0] if right.bound else None
    if isinstance(text, str) and not text.isascii() and symbol in {"=", "<>"}:
        return compose(f"(crm_fold({{}}) {symbol} {{}})", left, Fragment("?", (text.casefold(),)))
    return compose(f"({{}} {symbol} {{}} COLLATE NOCASE)", left, right)


def among(left: Measure, choices: tuple[Column, ...]) -> Fragment:
    """Test whether a value is one of the bound ones."""
    marks = ", ".join("?" * len(choices))
    if left.group != "text" or left.kind in _EXACT:
        return compose("({} IN ({}))", left, Fragment(marks, choices))
    if all(str(choice).isascii() for choice in choices):
        return compose("({} COLLATE NOCASE IN ({}))", left, Fragment(marks, choices))
    return compose("(crm_fold({}) IN ({}))", left, Fragment(marks, tuple(str(c).casefold() for c in choices)))


def matched(node: Match, scope: Scope) -> Fragment:
    """Compile contains, starts with, ends with and ~; of an unset text they are unknown."""
    from crmcli.query.comparison import named

    target = value(named(node.operand, scope), scope)
    if target.kind == "options" and node.operator == "contains":
        from crmcli.query.comparison import compared as compare
        from crmcli.query.syntax import Compare

        return compare(Compare(*node.span, "=", node.operand, node.pattern), scope)
    if target.group not in {"text", "json", "options"}:
        raise scope.wrong(f"{target.kind} is not a text", node.operand, "compare it with = > < between or in")
    pattern = _pattern(node.pattern, scope)
    if node.operator == "~":
        return _expression(target, pattern, node.pattern, scope)
    shown = _names(target, scope)
    if shown:
        return _among_shown(node.operator, target, pattern, shown)
    if target.kind == "phone":
        pattern = "".join(c for c in pattern if c not in " -().") or pattern
    return _native(node.operator, target, pattern) if pattern.isascii() else _folded(node.operator, target, pattern)


def _pattern(node: Node, scope: Scope) -> str:
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Number):
        return node.text
    if isinstance(node, Path) and node.word:
        raise scope.wrong("here stands a text", node, f'put it in quotes: "{node.word}"')
    raise scope.wrong("here stands a text", node, "put it in quotes")


def _native(operator: str, target: Measure, pattern: str) -> Fragment:
    if len(pattern) > _LONGEST_LIKE:
        return _folded(operator, target, pattern)
    escaped = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    before, behind = _LIKE[operator]
    return compose("({} LIKE {} ESCAPE '\\')", target, Fragment("?", (f"{before}{escaped}{behind}",)))


def _folded(operator: str, target: Measure, pattern: str) -> Fragment:
    folded = pattern.casefold()
    text = Fragment("?", (folded,))
    if operator == "contains":
        return compose("(instr(crm_fold({}), {}) > 0)", target, text)
    first = 1 if operator == "starts" else -len(folded)
    return compose(f"(substr(crm_fold({{}}), {first}, {len(folded)}) = {{}})", target, text)


def _expression(target: Measure, pattern: str, node: Node, scope: Scope) -> Fragment:
    mistake = pattern_mistake(pattern)
    if mistake:
        hint = "expressions are RE2's: linear in time, without lookahead, lookbehind and backreferences"
        raise scope.wrong(f"this regular expression is refused: {mistake}", node, hint)
    return compose("crm_matches({}, {})", Fragment("?", (pattern,)), target)


def _among_shown(operator: str, target: Measure, pattern: str, shown: Sequence[tuple[str, str]]) -> Fragment:
    """Test options by value and label, users by id, name and e-mail: as people see them."""
    folded = pattern.casefold()
    found = dict.fromkeys(key for key, name in shown if _holds(operator, name.casefold(), folded))
    if not found:
        return compose("({} IS NULL AND NULL)", target)  # no, and unknown where it is unset
    return among(target, tuple(found))


def _holds(operator: str, text: str, pattern: str) -> bool:
    if operator == "contains":
        return pattern in text
    return text.startswith(pattern) if operator == "starts" else text.endswith(pattern)


def _names(target: Measure, scope: Scope) -> list[tuple[str, str]]:
    """Give what an option, a stage or a user is kept as, with each name that it is shown by."""
    if target.kind == "user":
        return [(u.id, name) for u in scope.context.users for name in (u.id, u.name, u.email) if name]
    options = getattr(target.value_type, "options", ())
    return [(option.value, name) for option in options for name in (option.value, option.label)]
