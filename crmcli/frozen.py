"""Frozen values of named fields: what `dataclass(frozen=True, slots=True)` makes, defined many times as fast.

A dataclass writes its methods as text and compiles them, which takes half a millisecond a class and needs `inspect`;
a command that shows one record meets forty of them and would spend as long on that as on all its other work. Here the
classes share their methods, which know the fields.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import NoReturn, TypeVar

    _T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[_T]) -> type[_T]:
    """Make a class of annotated names a frozen one with slots, equal and hashed by its values.

    Fields of a base class come first, what the class defines itself stays, and a `__post_init__` may check the values.
    Instances share the defaults, which therefore are values that do not change (a dictionary's field is a Mapping).
    """
    members = {name: member for name, member in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    own = tuple(members.get("__annotations__", ()))
    defaults = {**getattr(cls, "__defaults__", {}), **{name: members.pop(name) for name in own if name in members}}
    names = (*getattr(cls, "__match_args__", ()), *own)
    fields = {"__qualname__": cls.__qualname__, "__slots__": own, "__match_args__": names, "__defaults__": defaults}
    methods = {} if hasattr(cls, "__setters__") else _METHODS  # a base has them, or others instead
    kind: Any = type(cls)
    made = kind(cls.__name__, cls.__bases__, {**methods, **members, **fields})  # only a new class can have slots
    made.__setters__ = tuple(getattr(made, name).__set__ for name in names)
    made.__values__ = property(attrgetter(*names) if len(names) > 1 else _few)
    return made  # type: ignore[no-any-return]


def replace(value: _T, **changes: object) -> _T:
    """Give a value with these fields changed, as `dataclasses.replace` does."""
    names: Iterable[str] = value.__match_args__  # type: ignore[attr-defined]
    return type(value)(**{name: getattr(value, name) for name in names} | changes)


def said(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any frozen value
    """Give the fields that have other values than by default."""
    named = zip(value.__match_args__, value.__values__, strict=True)
    return {name: held for name, held in named if name not in value.__defaults__ or held != value.__defaults__[name]}


def _init(self: Any, *values: object, **named: object) -> None:  # noqa: ANN401 - any frozen value
    names = self.__match_args__
    if named or len(values) != len(names):
        values = _bound(self, dict(zip(names, values, strict=False)), named, values[len(names) :])
    for put, value in zip(self.__setters__, values, strict=True):
        put(self, value)
    if self.__post_init__ is not None:
        self.__post_init__()


def _bound(self: Any, given: Mapping[str, object], named: Mapping[str, object], more: Iterable[object]) -> Any:  # noqa: ANN401
    """Give the values of all fields: by place, by name, or by default; TypeError where they do not fit."""
    bound = {**self.__defaults__, **given, **named}
    if more or bound.keys() != set(self.__match_args__) or not given.keys().isdisjoint(named):
        raise TypeError(f"{type(self).__name__}({', '.join(self.__match_args__)}) does not fit what it was given")
    return [bound[name] for name in self.__match_args__]


def _few(self: Any) -> tuple[object, ...]:  # noqa: ANN401
    """Give the values where there is one field or none, which `attrgetter` gives in no tuple."""
    return tuple(getattr(self, name) for name in self.__match_args__)


def _eq(self: Any, other: Any) -> bool:  # noqa: ANN401
    return self.__values__ == other.__values__ if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:  # noqa: ANN401
    return hash(self.__values__)


def _repr(self: Any) -> str:  # noqa: ANN401
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({fields})"


def _refuse(self: object, name: str, _value: object = None) -> NoReturn:
    raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot be changed")


def _reduce(self: Any) -> tuple[type, tuple[object, ...]]:  # noqa: ANN401
    return type(self), self.__values__


_METHODS = {
    "__init__": _init,
    "__post_init__": None,
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__reduce__": _reduce,  # by which `copy` makes another
}
