"""Which value stays when one record goes into another, property by property, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from crmcli.frozen import frozen
from crmcli.model.survivorship import KEPT, PRIMARY, UNION, moving_together, rule_of
from crmcli.store.values import differ
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.types.base import Stored, ValueType

    Values: TypeAlias = Mapping[str, Any]
    # When a record's property was set last: (property, record's id) → microseconds, 0 where nobody knows.
    Moments: TypeAlias = Callable[[str, int], int]

KEEPS = "the kept record's"
FILLS = "it was blank"
ASKED = "as asked"
MARKED = "what was merged into it"


@frozen
class Taken:
    """What becomes of a property when one record goes into another: `theirs` where it is that one's, None if both's."""

    value: Stored | None
    theirs: bool | None
    why: str


class Chooser:
    """The rules of one object. `moments` is asked only for properties whose value that was set last wins."""

    def __init__(self, found: ObjectType, moments: Moments) -> None:
        self._found = found
        self._moments = moments
        self._together = {name: group for group in moving_together(found).values() for name in group}
        held = found.properties
        # The properties of additional addresses, each with that of the first one.
        self._additional = [(each, held[each.additional_of]) for each in held.values() if each.additional_of in held]
        self._ways: dict[str, Callable[[Property, tuple[Stored, int], tuple[Stored, int]], Taken]] = {
            PRIMARY: lambda *_: Taken(None, theirs=False, why=KEEPS),
            KEPT: lambda *_: Taken(None, theirs=False, why=KEEPS),
            "latest": self._latest,
            "longest": _longest,
            "furthest": _furthest,
            "oldest": _oldest,
            "newest": _newest,
            "sum": _sum,
            UNION: _union,
        }

    def together(self, name: str) -> tuple[str, ...]:
        """Give a property with those that move together with it."""
        return self._together.get(name, (name,))

    def also(self, names: Sequence[str]) -> set[str]:
        """Give these properties and those that are chosen with them."""
        found = {*names}
        for name in names:
            found.update(self._together.get(name, ()))
        additional = self._additional
        return found | {more.name for more, first in additional if found & {more.name, first.name}} | {
            first.name for more, first in additional if more.name in found
        }  # fmt: skip

    def step(self, kept: tuple[Values, int], other: tuple[Values, int], fixed: Values) -> dict[str, Taken]:
        """Give what becomes of each property that two records do not have alike: (values, id) of the two.

        `fixed` are values that somebody chose.
        """
        (mine, _), (theirs, _) = kept, other
        found: dict[str, Taken] = {}
        for name in dict.fromkeys((*mine, *theirs, *fixed)):
            prop = self._found.properties.get(name)
            if prop is None or prop.formula:
                continue
            if name in fixed:
                if differ(fixed[name], mine.get(name)) or differ(theirs.get(name), mine.get(name)):
                    found[name] = Taken(fixed[name], theirs=not differ(fixed[name], theirs.get(name)), why=ASKED)
            elif differ(mine.get(name), theirs.get(name)):
                found[name] = self._one(prop, kept, other)
        found |= self._groups(mine, theirs, fixed)
        now = {**mine, **{name: each.value for name, each in found.items()}}
        return found | dict(self._addresses(mine, theirs, now)) | dict(self._marks(mine, theirs, other[1]))

    def _one(self, prop: Property, kept: tuple[Values, int], other: tuple[Values, int]) -> Taken:
        name, rule = prop.name, rule_of(self._found, prop)
        mine, theirs = kept[0].get(name), other[0].get(name)
        if theirs is None or (rule == KEPT and mine is None):
            return Taken(mine, theirs=False, why=KEEPS)
        if mine is None:
            return Taken(theirs, theirs=True, why=FILLS)
        try:
            taken = self._ways[rule](prop, (mine, kept[1]), (theirs, other[1]))
        except (InvalidValue, TypeError, ValueError):  # a value that its type refuses is compared with nothing
            return Taken(mine, theirs=False, why=KEEPS)
        if taken.theirs is None:
            return taken
        return Taken(theirs if taken.theirs else mine, taken.theirs, taken.why)

    def _groups(self, mine: Values, theirs: Values, fixed: Values) -> Iterator[tuple[str, Taken]]:
        """Properties that move together come from one record: the other where it says all and more."""
        for group in moving_together(self._found).values():
            held = {name: mine[name] for name in group if name in mine}
            more = {name: theirs[name] for name in group if name in theirs}
            if held == more or fixed.keys() & set(group):
                continue
            whole = bool(more) and all(more.get(name) == value for name, value in held.items())
            for name in group:
                if differ(mine.get(name), theirs.get(name)):
                    why = (FILLS if not held else "with the rest of it") if whole else KEEPS
                    yield name, Taken((theirs if whole else mine).get(name), theirs=whole, why=why)

    def _addresses(self, mine: Values, theirs: Values, now: Values) -> Iterator[tuple[str, Taken]]:
        """An address that is the first one no longer stays as an additional one, so that the record is found by it."""
        for more, first in self._additional:
            item = getattr(first.value_type, "item", first.value_type)
            listed = [each for values in (mine, theirs) for each in _listed(values.get(more.name))]
            once = [values[first.name] for values in (mine, theirs) if values.get(first.name) is not None]
            kept = _each_once(item, [*listed, *once], but=now.get(first.name))
            if kept != _listed(mine.get(more.name)) or kept != _listed(theirs.get(more.name)):
                yield more.name, Taken(kept or None, theirs=None, why="every address is kept")

    def _marks(self, mine: Values, theirs: Values, record_id: int) -> Iterator[tuple[str, Taken]]:
        """The kept record says which were merged into it."""
        prop = self._found.role("merged")
        if prop is not None:
            united = dict.fromkeys([
                *_listed(mine.get(prop.name)), *_listed(theirs.get(prop.name)), f"{self._found.name}:{record_id}"
            ])  # fmt: skip
            yield prop.name, Taken(list(united), theirs=None, why=MARKED)

    def _latest(self, prop: Property, mine: tuple[Stored, int], theirs: tuple[Stored, int]) -> Taken:
        later = self._moments(prop.name, theirs[1]) > self._moments(prop.name, mine[1])
        return Taken(None, theirs=later, why="it was set last")


def _longest(_: Property, mine: tuple[Stored, int], theirs: tuple[Stored, int]) -> Taken:
    return Taken(None, theirs=len(str(theirs[0])) > len(str(mine[0])), why="the longest")


def _furthest(prop: Property, mine: tuple[Stored, int], theirs: tuple[Stored, int]) -> Taken:
    ranks = {option.value: rank for rank, option in enumerate(prop.options)}
    further = ranks.get(str(theirs[0]), -1) > ranks.get(str(mine[0]), -1)
    return Taken(None, theirs=further, why="the furthest")


def _oldest(prop: Property, mine: tuple[Stored, int], theirs: tuple[Stored, int]) -> Taken:
    column = prop.value_type.column
    return Taken(None, theirs=column(theirs[0]) < column(mine[0]), why="the oldest")  # type: ignore[operator]


def _newest(prop: Property, mine: tuple[Stored, int], theirs: tuple[Stored, int]) -> Taken:
    column = prop.value_type.column
    return Taken(None, theirs=column(theirs[0]) > column(mine[0]), why="the newest")  # type: ignore[operator]


def _sum(prop: Property, mine: tuple[Stored, int], theirs: tuple[Stored, int]) -> Taken:
    column = prop.value_type.column
    total = int(str(column(mine[0]))) + int(str(column(theirs[0])))
    return Taken(prop.value_type.stored(total), theirs=None, why="the sum")


def _union(prop: Property, mine: tuple[Stored, int], theirs: tuple[Stored, int]) -> Taken:
    item = getattr(prop.value_type, "item", prop.value_type)
    united: Any = _each_once(item, [*_listed(mine[0]), *_listed(theirs[0])])
    return Taken(united, theirs=None, why="all of them")


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _each_once(item: ValueType, values: Sequence[Stored], *, but: Stored | None = None) -> list[Stored]:
    """Give each value once, by what its type takes for the same, and not this one."""
    met = {item.canonical(but)} if but is not None else set()
    kept = []
    for value in values:
        if item.canonical(value) not in met:
            met.add(item.canonical(value))
            kept.append(value)
    return kept
