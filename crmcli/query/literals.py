"""Values written in an expression, read by the type of what they stand beside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crmcli.query import periods, syntax
from crmcli.query.compile import value
from crmcli.query.fragments import Measure, bound, computed
from crmcli.query.scope import fits
from crmcli.types import decimals
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.query.scope import Scope
    from crmcli.types.base import Stored, ValueType

# After a property of these types a bare word is a value first: an option, a user, a day.
_WORDS_FIRST = frozenset({"option", "options", "user", "bool", "date", "datetime"})


def text(node: syntax.Text, _scope: Scope) -> Measure:
    """Compile a text that stands for itself."""
    return bound(node.value, computed("text"))


def number(node: syntax.Number, scope: Scope) -> Measure:
    """Compile a number at as many decimals as it has; a percent sign makes it hundredths."""
    digits = decimals.read(node.text.removesuffix("%")) or "0"
    kind = "number"
    if node.text.endswith("%"):
        digits, kind = decimals.shift(digits, -2), "percent"
    scale = decimals.decimals(digits)
    scaled = decimals.scaled(digits, scale)
    if not fits(scaled):
        raise scope.wrong(f'"{node.text}" has too many digits', node, "at most 18 digits are exact here")
    return bound(scaled, computed(kind, scale))


def span(node: syntax.Span, scope: Scope) -> Measure:
    """Compile a length of time: milliseconds, and the calendar's months and days for arithmetic with dates."""
    shift = periods.read_shift(node.text)
    if shift.months > 120_000 or not fits((shift.days * 86_400 + abs(shift.micros)) * 1_000_000):
        raise scope.wrong(f'"{node.text}" is longer than any calendar', node)
    length = None if shift.months else (shift.days * 86_400_000 + shift.micros // 1000) * node.sign
    return bound(length, computed("duration"), shift if node.sign > 0 else -shift)


def period(node: syntax.PeriodName, scope: Scope) -> Measure:
    """Compile a day or a longer period; by itself it stands for its first day."""
    return _period(node.text, node, scope)


def _period(name: str, node: syntax.Node, scope: Scope) -> Measure:
    try:
        found = periods.read_period(name, scope.today, scope.context.fiscal)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise scope.wrong(f'"{name}" is not in the calendar', node, "write it like 2026-11-03, 2026-11, 2026-Q4, 2026")
    return bound(found.first.isoformat(), computed("date"), found)


def moment(node: syntax.Moment, scope: Scope) -> Measure:
    """Compile a date with a time, in the workspace's zone unless it says its own, or now."""
    if node.text == "now":
        return instant(scope.context.moment)
    try:
        read = datetime.fromisoformat(node.text)
        return instant(read.replace(tzinfo=read.tzinfo or scope.context.zone).astimezone(UTC))
    except (ValueError, OverflowError):
        raise scope.wrong(f'"{node.text}" is not in the calendar', node, "write it like 2026-11-03T09:30") from None


def instant(at: datetime) -> Measure:
    """Give a bound moment."""
    return bound(periods.micros(at), computed("datetime"), at)


def truth(node: syntax.Truth, _scope: Scope) -> Measure:
    """Compile true or false."""
    return bound(int(node.value), computed("bool"))


def operands(node: syntax.Node, target: Measure, scope: Scope) -> tuple[Measure, ...]:
    """Compile what stands beside `target`, read by its type; several where a word means several values.

    Raises WrongType, or UnknownName for a bare word that is neither a value nor a property.
    """
    scope.count(node)
    if isinstance(node, syntax.LITERALS):
        return _literal(node, target, scope)
    if isinstance(node, syntax.Path) and node.word:
        if target.kind in _WORDS_FIRST:
            return _word(node, node.word, target, scope)
        if target.group == "text" and scope.find(node.word) is None:
            return (scope.property(node.steps[0], quotable=True),)
    return (value(node, scope),)


def _word(node: syntax.Path, word: str, target: Measure, scope: Scope) -> tuple[Measure, ...]:
    """Read a bare word as a value, else as a property."""
    try:
        return _read(word, node, target, scope)
    except InvalidValue as refusal:
        if scope.find(word) or word.lower() == "id":
            return (value(node, scope),)
        raise scope.refused(refusal, node) from None


def _literal(node: syntax.Node, target: Measure, scope: Scope) -> tuple[Measure, ...]:
    try:
        if target.group == "time":
            return (_time(node, target, scope),)
        written = _written(node, target)
        return (value(node, scope),) if written is None else _read(written, node, target, scope)
    except InvalidValue as refusal:
        raise scope.refused(refusal, node) from None
    except OverflowError:
        raise scope.wrong("this leaves the calendar", node, "the years 1 to 9999 have dates") from None


def _written(node: syntax.Node, target: Measure) -> str | None:
    """Give the text that the target's type shall read; None for what stands for itself beside it."""
    if isinstance(node, syntax.Text):
        return node.value
    if isinstance(node, syntax.Truth):
        return str(node.value).lower() if target.kind in {"option", "options"} else None
    if target.group == "number" or not isinstance(node, syntax.Number | syntax.Span):
        return None
    return node.text if isinstance(node, syntax.Number) or node.sign > 0 else f"-{node.text}"


def _read(written: str, node: syntax.Node, target: Measure, scope: Scope) -> tuple[Measure, ...]:
    """Read a text as a value of the target's type; raises InvalidValue."""
    scope.count(node)
    if not written.strip():
        raise scope.wrong("an empty text equals nothing", node, "ask for what is not set by: is unknown")
    if target.kind in {"date", "datetime"}:
        return (_time(syntax.Text(*node.span, written), target, scope),)
    several = _same_label(written, target)
    if several:
        return tuple(bound(option, target.value_type) for option in several)
    return tuple(bound(column, kind) for kind, column in _columns(written, target, scope))


def _columns(written: str, target: Measure, scope: Scope) -> list[tuple[ValueType, str | int | None]]:
    value_type = target.value_type
    if target.kind == "options":
        item = getattr(value_type, "item", None) or computed("text")
        parsed = value_type.parse(written, scope.context)
        return [(item, item.column(part)) for part in _listed(parsed)]
    if target.group == "number" and target.origin is None:
        value_type = computed(target.kind, max(target.scale, 9))
    return [(value_type, value_type.column(value_type.parse(written, scope.context)))]


def _listed(parsed: Stored) -> Sequence[Stored]:
    return parsed if isinstance(parsed, list) else [parsed]


def _same_label(written: str, target: Measure) -> tuple[str, ...]:
    """Find the options that share a label which is no option's value: stages of several pipelines do."""
    options = getattr(target.value_type, "options", ())
    word = written.strip().casefold()
    if any(option.value.casefold() == word for option in options):
        return ()
    return tuple(dict.fromkeys(option.value for option in options if option.label.casefold() == word))


def _time(node: syntax.Node, target: Measure, scope: Scope) -> Measure:
    """Read a literal beside a date or a date-time: a period, a moment, or a distance from today or now."""
    if isinstance(node, syntax.Span):
        shift = periods.read_shift(node.text)
        shift = shift if node.sign > 0 else -shift
        if not shift.micros:
            first = periods.shifted(scope.today, shift)
            return bound(first.isoformat(), computed("date"), periods.day(first))
        return instant(periods.moved(scope.context.moment, shift, scope.context.zone))
    if isinstance(node, syntax.Number) and len(node.text) == 4:
        return _period(node.text, node, scope)
    if not isinstance(node, syntax.Text):
        return value(node, scope)
    try:
        found = periods.read_period(node.value.strip().lower(), scope.today, scope.context.fiscal)
    except (ValueError, OverflowError):
        found = None
    if found:
        return bound(found.first.isoformat(), computed("date"), found)
    return _spoken_time(node.value, target, scope)


def _spoken_time(written: str, target: Measure, scope: Scope) -> Measure:
    """Read a text as a day where it has no time of day, else as a moment; raises InvalidValue."""
    from crmcli.types.date import read_day

    read = None if ":" in written else read_day(written, scope.context)
    if read:
        return bound(read.isoformat(), computed("date"), periods.day(read))
    kind = computed("datetime") if ":" in written else target.value_type
    return instant(periods.from_micros(int(kind.column(kind.parse(written, scope.context)) or 0)))


def alike(nodes: Sequence[syntax.Node], scope: Scope) -> tuple[Measure, ...]:
    """Compile values that must be of one type: the branches of a choice, the arguments of coalesce."""
    from crmcli.query.arithmetic import united

    leading = next((n for n in nodes if not isinstance(n, syntax.LITERALS)), nodes[0])
    target = value(leading, scope)
    found = [target if node is leading else _one(node, target, scope) for node in nodes]
    for node, other in zip(nodes, found, strict=True):
        if other.group != target.group:
            raise scope.wrong(f"this is {other.kind}, beside it stands {target.kind}", node, "give both one type")
    return united(found, scope)


def _one(node: syntax.Node, target: Measure, scope: Scope) -> Measure:
    if isinstance(node, syntax.Text) and target.kind in {"string", "text", "url"}:
        return text(node, scope)  # an empty one too
    first, *others = operands(node, target, scope)
    if others:
        raise scope.wrong("this means several values", node, "write the one that is meant by its internal name")
    return first
