"""Values on their way to another schema: read as another type, moved to another name, looked at for duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.references import Ref
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.differences import Difference
    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.schema_plan import Planned
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Context, Stored, ValueType

_EXAMPLES = 3
_REMEMBERED = 50_000  # values of one property: bounded, since all may differ
_TYPED = ("string", "text")  # what a person typed: read as such, and not as a stored form


@frozen
class Example:
    """Records with a value that cannot be kept: the value as shown, and why not, where a type says it."""

    refs: tuple[Ref, ...]
    value: str
    reason: str = ""


def converted(old: ValueType, new: ValueType, values: Sequence[Stored | None], context: Context) -> list[object]:
    """Read stored values of one type as another: None where unset, the refusal itself where one is refused.

    The stored form is taken where the other type takes it, else what a person would see is read as if typed.
    """
    typed = old.name in _TYPED
    first = new.parse_many([str(v) for v in values if v is not None], context) if typed else new.accept_many(values)
    if typed:
        rest = iter(first)
        first = [None if value is None else next(rest) for value in values]
    return [
        _again(old, new, value, result, context) if isinstance(result, InvalidValue) else result
        for value, result in zip(values, first, strict=True)
    ]


def _again(old: ValueType, new: ValueType, value: Stored | None, refusal: InvalidValue, context: Context) -> object:
    if value is None:
        return None
    try:
        return new.accept(value) if old.name in _TYPED else new.parse(old.show(value, context), context)
    except InvalidValue as again:
        return refusal if old.name in _TYPED else again


class Conversion:
    """The values of a property whose type or name changed: how many there are, and which cannot be kept."""

    def __init__(self, workspace: Workspace, now: Property, each: Difference) -> None:
        found = workspace.model.objects[each.object_name]
        self._context = workspace.context
        self._object = each.object_name
        self._each = each
        self._old = found.properties[each.was or each.name].value_type
        self._new = now.value_type
        self._same = self._old is self._new
        self._known: dict[object, object] = {}  # values met before, as they are to be
        self.records = 0
        self.failing = 0
        self.examples: list[Example] = []

    def values(self, column: Sequence[Stored | None]) -> Sequence[object]:
        """Give a column of values as they are to be, a refusal where one cannot be kept."""
        if self._same:
            return column
        if self._old.several or self._old.name == "json":  # lists and objects cannot be looked up
            return converted(self._old, self._new, column, self._context)
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        fresh = [value for value in dict.fromkeys(column) if value not in self._known]
        self._known.update(zip(fresh, converted(self._old, self._new, fresh, self._context), strict=True))
        return [self._known[value] for value in column]

    def take(self, ids: Sequence[int], column: str, rows: Mapping[str, Sequence[Stored | None]]) -> None:
        """Look at a block of records."""
        held = rows[column]
        self.records += len(held) - held.count(None)
        there = rows[self._each.name] if self._each.was else [None] * len(held)
        for place, value in enumerate(self.values(held)):
            if isinstance(value, InvalidValue):
                self._fail(ids[place], held[place], value.message)
            elif value is not None and there[place] is not None and there[place] != value:
                self._fail(ids[place], held[place], f"{self._each.name} has a value already")

    def _fail(self, record_id: int, value: Stored | None, reason: str) -> None:
        self.failing += 1
        if len(self.examples) < _EXAMPLES and value is not None:
            shown = self._old.show(value, self._context)
            self.examples.append(Example((Ref(self._object, record_id),), shown, reason))

    def planned(self, each: Difference) -> Planned:
        """Say what was found."""
        from crmcli.services.schema_plan import Planned

        return Planned(each, self.records, self.failing, tuple(self.examples), loses=self.failing > 0)


class Duplicates:
    """The values of a property that is to be unique: which stand in several records."""

    def __init__(self, workspace: Workspace, declared: ObjectType, each: Difference) -> None:
        from crmcli.store.keys import key_properties

        known = workspace.model.objects[each.object_name].properties
        keys = key_properties(declared)
        own = next(key for key in keys if key.property.name == each.name)
        columns = {key.property.name: key for key in keys if key.kind == own.kind and key.property.name in known}
        if each.was:
            columns[each.was] = columns.pop(each.name)
        self._keys = columns
        self._object = each.object_name
        self.columns = tuple(self._keys)
        self.after: Mapping[str, Conversion] = {}  # conversions of this operation, by property
        self.records = 0
        # Hash of a value → the first record that holds it: a million values themselves would take 100 MB.
        self._holders: dict[int, int] = {}
        self._twice: dict[str, list[int]] = {}

    def take(self, ids: Sequence[int], column: str, rows: Mapping[str, Sequence[Stored | None]]) -> None:
        """Look at a block of records."""
        conversion = self.after.get(self._keys[column].property.name)
        held: Sequence[object] = conversion.values(rows[column]) if conversion else rows[column]
        held = [None if isinstance(value, InvalidValue) else value for value in held]
        self.records += len(held) - held.count(None)
        for value, record_id in self._keys[column].block(held, ids):  # type: ignore[arg-type]
            first = self._holders.setdefault(hash(value), record_id)
            if first != record_id:
                self._twice.setdefault(value, [first]).append(record_id)

    def _found(self) -> Iterator[Example]:
        for value, ids in self._twice.items():
            yield Example(tuple(Ref(self._object, record_id) for record_id in dict.fromkeys(ids)), value)

    def planned(self, each: Difference) -> Planned:
        """Say what was found."""
        from crmcli.services.schema_plan import Planned

        examples = tuple(self._found())
        return Planned(each, self.records, len(examples), examples[:5], refused=bool(examples))
