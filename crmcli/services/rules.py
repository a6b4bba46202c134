"""What the schema asks of a property's values: bounds, lengths, patterns, date windows; and rules that are broken."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.types.base import quoted
from crmcli.types.date import from_today

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.model.objects import Property
    from crmcli.types.base import Context, Stored

    # Bound of a rule as it is written, and the types whose values it is for.
    Reader: TypeAlias = "Callable[[str, Property, Context], Limit]"

# What a refusal is called in the vocabulary of imports.
REQUIRED, INVALID, OUTSIDE = (
    "MISSING_REQUIRED_PROPERTY",
    "INVALID_CUSTOM_PROPERTY_VALIDATION",
    "OUTSIDE_VALID_TIME_RANGE",
)


@frozen
class Broken:
    """One rule that a record would break; `name` is its property's, "" where it is about none in particular.

    `about` names the property for people, where the message does not. `forcible` says that `--force` overrides it: what
    is required and the rules of pipelines, nothing else.
    """

    message: str
    hint: str
    code: str = "FAILED_VALIDATION"
    name: str = ""
    about: str = ""
    forcible: bool = False

    @property
    def sentence(self) -> str:
        """The message on its own."""
        return f"{self.about}: {self.message}" if self.about else self.message


class RuleBroken(CrmError):
    """A record that would break rules of its object; `--force` overrides what is required and pipelines' rules."""

    exit_code = ExitCode.USAGE

    def __init__(self, broken: Sequence[Broken]) -> None:
        self.broken = tuple(broken)
        hints = dict.fromkeys(each.hint for each in broken if each.hint)
        super().__init__("\n".join(dict.fromkeys(each.sentence for each in broken)), "\n".join(hints))


@frozen
class Limit:
    """One rule of a property, ready to be asked: whether a value keeps it, how one breaks it, and what would do."""

    holds: Callable[[Stored], bool]
    complaint: str
    remedy: str
    code: str = INVALID


@frozen
class ValueRules:
    """All that the schema asks of the values of one property."""

    property: Property
    limits: tuple[Limit, ...]
    message: str  # the schema's own words, "" for ours

    def broken(self, value: Stored, typed: str) -> Broken | None:
        """Say which rule a value breaks, the first of them; `typed` is how it was written."""
        for limit in self.limits:
            if not limit.holds(value):
                said = f": {self.message}" if self.message else f" {limit.complaint}"
                prop = self.property
                return Broken(f"{quoted(typed)}{said}", limit.remedy, limit.code, prop.name, named(prop))
        return None


def value_rules(prop: Property, context: Context) -> ValueRules | None:
    """Make the rules of a property ready; None where it has none. Raises InvalidValue for a bound that is no value."""
    rules = prop.rules
    if rules is None:
        return None
    limits = [make(str(said), prop, context) for name, make in _LIMITS.items() if (said := getattr(rules, name))]
    return ValueRules(prop, tuple(limits), rules.message) if limits else None


def named(prop: Property) -> str:
    """Name a property for people, and as it is typed."""
    return f"{prop.label} ({prop.name})"


def _least(text: str, prop: Property, context: Context) -> Limit:
    column, shown = prop.value_type.column, _shown(text, prop, context)
    least = column(prop.value_type.parse(text, context))
    return Limit(lambda value: column(value) >= least, f"is less than {shown}", f"Give {shown} or more")  # type: ignore[operator]  # numbers


def _most(text: str, prop: Property, context: Context) -> Limit:
    column, shown = prop.value_type.column, _shown(text, prop, context)
    most = column(prop.value_type.parse(text, context))
    return Limit(lambda value: column(value) <= most, f"is more than {shown}", f"Give {shown} or less")  # type: ignore[operator]  # numbers


def _shortest(text: str, _: Property, __: Context) -> Limit:
    least = int(text)
    return Limit(
        lambda value: len(str(value)) >= least, f"is shorter than {least} characters", f"Give at least {least}"
    )


def _longest(text: str, _: Property, __: Context) -> Limit:
    most = int(text)
    return Limit(lambda value: len(str(value)) <= most, f"is longer than {most:,} characters", f"Give at most {most:,}")


def _digits(_: str, __: Property, ___: Context) -> Limit:
    return Limit(
        lambda value: str(value).isascii() and str(value).isdigit(), "does not consist of digits", "Write digits only"
    )


def _pattern(text: str, _: Property, __: Context) -> Limit:
    from crmcli.types.patterns import compiled

    pattern = compiled(text)
    return Limit(
        lambda value: pattern.fullmatch(str(value)) is not None,
        f"does not match {text}",
        f"It must match the pattern {text}",
    )


def _after(text: str, prop: Property, context: Context) -> Limit:
    first, at = _end(text, prop, context)
    shown = first.isoformat(" ") if isinstance(first, datetime) else first.isoformat()
    return Limit(lambda value: at(value) >= first, f"is before {shown}", f"Give {shown} or later", OUTSIDE)


def _before(text: str, prop: Property, context: Context) -> Limit:
    last, at = _end(text, prop, context)
    shown = last.isoformat(" ") if isinstance(last, datetime) else last.isoformat()
    return Limit(lambda value: at(value) <= last, f"is after {shown}", f"Give {shown} or earlier", OUTSIDE)


_LIMITS: dict[str, Reader] = {
    "min": _least,
    "max": _most,
    "min_length": _shortest,
    "max_length": _longest,
    "digits": _digits,
    "pattern": _pattern,
    "after": _after,
    "before": _before,
}


def _shown(text: str, prop: Property, context: Context) -> str:
    return prop.value_type.show(prop.value_type.parse(text, context), context)


def _end(text: str, prop: Property, context: Context) -> tuple[date, Callable[[Stored], date]]:
    """Give one end of a window with what to compare with it: a day of the workspace's zone, or a moment."""
    if prop.value_type.name == "date":
        return date.fromisoformat(str(prop.value_type.parse(from_today(text), context))), lambda v: date.fromisoformat(
            str(v)
        )
    end = datetime.fromisoformat(str(prop.value_type.parse(from_today(text), context))).astimezone(context.zone)
    if ":" in text or text.strip().lower() == "now":
        return end, lambda v: datetime.fromisoformat(str(v)).astimezone(context.zone)
    return end.date(), lambda v: datetime.fromisoformat(str(v)).astimezone(context.zone).date()
