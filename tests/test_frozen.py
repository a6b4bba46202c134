"""Frozen values: as dataclasses are, as far as they go."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from functools import partial

import pytest

from crmcli.frozen import frozen, replace, said


@frozen
class Point:
    """A place."""

    x: int
    y: int = 0
    notes: Mapping[str, str] = {}

    @property
    def far(self) -> bool:
        return self.x > 100


@frozen
class Place(Point):
    name: str = "here"

    def __str__(self) -> str:
        return self.name


@frozen
class Word:
    text: str


@frozen
class Nothing:
    pass


@frozen
class Even:
    number: int

    def __post_init__(self) -> None:
        if self.number % 2:
            raise ValueError(self.number)


@pytest.mark.parametrize(
    ("made", "x", "y"),
    [(Point(1), 1, 0), (Point(1, 2), 1, 2), (Point(1, y=2), 1, 2), (Point(y=2, x=1), 1, 2), (Point(1, 2, {}), 1, 2)],
)
def test_fields_are_filled_by_place_by_name_and_by_default(made, x, y):
    assert (made.x, made.y, made.notes) == (x, y, {})


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((), {"y": 1}), ((1, 2, {}, 4), {}), ((1,), {"x": 2}), ((1,), {"z": 2}), ((1, 2, {}), {"y": 2})],
)
def test_arguments_that_do_not_fit_are_refused(values, named):
    with pytest.raises(TypeError, match=r"Point\(x, y, notes\)"):
        Point(*values, **named)


def test_equal_values_of_one_class_are_equal_and_hash_alike():
    assert Word("a") == Word("a")
    assert Word("a") != Word("b")
    assert Word("a") != ("a",)
    assert hash(Word("a")) == hash(Word("a"))
    assert Place(1) != Point(1)
    assert Nothing() == Nothing()
    assert len({Word("a"), Word("a"), Word("b")}) == 2


@pytest.mark.parametrize("value", [Word("a"), Point(1), Place(1, 2), Nothing()])
def test_it_is_printed_as_a_dataclass_is(value):
    fields = [
        (name, object, dataclasses.field(default_factory=partial(getattr, value, name)))
        for name in type(value).__match_args__
    ]
    assert repr(value) == repr(dataclasses.make_dataclass(type(value).__name__, fields)())


@pytest.mark.parametrize("name", ["x", "far", "unheard_of"])
def test_nothing_can_be_changed(name):
    point = Point(1)
    with pytest.raises(AttributeError):
        setattr(point, name, 2)
    with pytest.raises(AttributeError):
        delattr(point, name)
    assert point == Point(1)


def test_there_is_room_for_the_fields_alone():
    assert not hasattr(Point(1), "__dict__")
    assert not hasattr(Place(1), "__dict__")


def test_a_subclass_adds_fields_and_keeps_what_is_inherited():
    place = Place(101, name="there")
    assert (place.x, place.y, place.name, place.far, str(place)) == (101, 0, "there", True, "there")
    assert isinstance(place, Point)
    assert Place.__doc__ is None
    assert Point.__doc__ == "A place."


def test_a_class_may_check_its_values():
    assert Even(2).number == 2
    with pytest.raises(ValueError, match="3"):
        Even(3)


def test_a_value_can_be_replaced_in_a_field():
    assert replace(Place(1, name="there"), y=5) == Place(1, 5, name="there")
    with pytest.raises(TypeError):
        replace(Point(1), z=5)


def test_copies_are_equal():
    place = Place(1, notes={"a": "b"})
    assert copy.copy(place) == copy.deepcopy(place) == place


def test_said_is_what_differs_from_the_defaults():
    assert said(Place(1, 0, {"a": "b"})) == {"x": 1, "notes": {"a": "b"}}
    assert said(Nothing()) == {}


def test_values_can_be_matched_by_place():
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
        case _:
            pytest.fail("no match")
