"""Declarations and circumstances for the tests of types: small, without a schema."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crmcli.frozen import replace
from crmcli.types import bind
from crmcli.types.base import Context, InvalidValue, User


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    hidden: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Declared:
    type: str = "string"
    field_type: str = "text"
    format: str = ""
    options: tuple[Choice, ...] = ()
    scale: int = 6


USERS = (
    User("ada", "Ada Lovelace", "ada@example.com"),
    User("ben", "Ben Nevis", "ben@example.com"),
    User("ben2", "Ben Nevis"),
)
# A Monday, 11:00 in Amsterdam.
CONTEXT = Context(datetime(2026, 11, 23, 10, 0, 0, 123, tzinfo=UTC), ZoneInfo("Europe/Amsterdam"), "US", "EUR", USERS)


def of(name, **declaration):
    """The type of our word `name`."""
    return bind(Declared(format=name, **declaration))


def parse(name, text, **circumstances):
    return of(name).parse(text, replace(CONTEXT, **circumstances))


def refusal(name, text, **circumstances):
    """The message and the hint with which a text is refused."""
    try:
        value = parse(name, text, **circumstances)
    except InvalidValue as error:
        return error.message, error.hint
    raise AssertionError(f"{text!r} was read as {value!r}")
