"""What the values of a column say about it: that they are e-mail addresses, dates, options of a property."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.model.objects import Property
    from crmcli.types.base import Context

_SAMPLE = 200  # values that are looked at
MOST = 0.8  # of the values make a column one of a kind

EMAIL, URL, DOMAIN, PHONE, DATE, NUMBER = "email", "url", "domain", "phone", "date", "number"
_SAID = {
    EMAIL: ("an e-mail address", "e-mail addresses"),
    URL: ("a web address", "web addresses"),
    DOMAIN: ("a domain", "domains"),
    PHONE: ("a phone number", "phone numbers"),
    DATE: ("a date", "dates"),
    NUMBER: ("a number", "numbers"),
}
_URL = re.compile(r"(?:https?://|www\.)[^\s]+\.[^\s]+", re.IGNORECASE)
_NUMBER = re.compile(r"[-+(]?\s?(?:[A-Z]{3}\s?|[€$£¥]\s?)?\d[\d.,'\u00a0 ]*\)?\s?(?:%|[€$£¥]|[A-Z]{3})?")
_DATE = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[T ,]+\d{1,2}:\d\d.*)?"
    r"|\d{1,2}\.?[ -](?:de )?[^\W\d_]{3,}\.?[ -,](?:de )?'?\d{2,4}(?:[ ,]+\d{1,2}:\d\d.*)?"
    r"|[^\W\d_]{3,}\.? \d{1,2},? \d{4}(?:[ ,]+\d{1,2}:\d\d.*)?"
)
_PHONE = re.compile(r"\+?[\d\s().\-/\u00a0]{7,24}(?:\s?(?:x|ext\.?|#)\s?\d{1,6})?", re.IGNORECASE)
_PHONE_DIGITS = range(7, 16)
_PHONE_SIGNS = re.compile(r"^(?:\+|0|\()|\d[ ()\-/]+\d")  # what a mere number does not have
# What each kind may stand for, beside texts; types that are not named here may be anything.
_TAKES: Mapping[str, frozenset[str]] = {
    "email": frozenset({EMAIL}),
    "phone": frozenset({PHONE, NUMBER}),
    "url": frozenset({URL, DOMAIN}),
    "domain": frozenset({DOMAIN, URL, EMAIL}),
    "date": frozenset({DATE, NUMBER}),
    "datetime": frozenset({DATE, NUMBER}),
    **dict.fromkeys(("number", "money", "percent", "duration"), frozenset({NUMBER, PHONE, DATE})),
}
# Texts that name something: they are no addresses or dates; a ticket or an order may be named by a number, people not.
_NAMES = frozenset({"name"})
_WORDED = frozenset({"first_name", "last_name", "company_name"})
_NO_NAME = frozenset({EMAIL, URL, PHONE, DATE})
_NO_WORDS = _NO_NAME | {NUMBER}


@frozen
class Evidence:
    """What the first values of a column are: `kind` "" where they are of none, `count` of `total` are of it.

    `values` are those that were looked at, blank ones left out.
    """

    kind: str
    count: int
    total: int
    values: Sequence[str]

    @property
    def said(self) -> str:
        """What a mapping tells: "97 of 100 values are e-mail addresses"."""
        one, several = _SAID[self.kind]
        return f"{self.count} of {self.total} values are {several}" if self.total > 1 else f"its value is {one}"


def look(cells: Sequence[str]) -> Evidence:
    """Look at the first values of a column."""
    values = list(islice(filter(None, map(str.strip, cells)), _SAMPLE))
    for kind, fits in _KINDS:
        count = sum(1 for value in values if fits(value))
        if values and count >= MOST * len(values) and (kind != PHONE or _signed(values)):
            return Evidence(kind, count, len(values), values)
    return Evidence("", 0, len(values), values)


def contradicts(found: Evidence, prop: Property, roles: frozenset[str]) -> bool:
    """Whether values are of a kind that a property with these roles cannot be."""
    if not found.kind:
        return False
    value_type = prop.value_type
    name = getattr(value_type, "item", value_type).name if value_type.several else value_type.name
    if name in _TAKES:
        return found.kind not in _TAKES[name]
    if roles & _WORDED:
        return found.kind in _NO_WORDS
    return bool(roles & _NAMES) and found.kind in _NO_NAME


def on_hosts(found: Evidence, hosts: Sequence[str]) -> int:
    """Count the web addresses that are on these hosts, or below them."""
    named = "|".join(map(re.escape, hosts))
    pattern = re.compile(rf"(?:https?://)?(?:[\w-]+\.)*(?:{named})(?:[/?#:]|$)", re.IGNORECASE)
    return sum(bool(pattern.match(value)) for value in found.values)


def options_named(found: Evidence, prop: Property) -> int:
    """Count the values that are options of a property, by value, label or another word for it."""
    words = {word.casefold() for option in prop.options for word in (option.value, option.label, *option.aliases)}
    return sum(value.casefold() in words for value in found.values)


def users_named(found: Evidence, context: Context) -> int:
    """Count the values that are users of this CRM, by name, e-mail or id."""
    words = {word.casefold() for user in context.users for word in (user.id, user.name, user.email) if word}
    return sum(value.casefold() in words for value in found.values)


def most(count: int, found: Evidence) -> bool:
    """Whether so many of the values make a column one of a kind."""
    return bool(found.total) and count >= MOST * found.total


def _is_email(value: str) -> bool:
    local, at, host = value.rpartition("@")
    return bool(local and at and _DOMAIN.fullmatch(host)) and not any(c.isspace() or c in ",;/" for c in value)


def _is_phone(value: str) -> bool:
    return bool(_PHONE.fullmatch(value)) and sum(map(str.isdigit, value)) in _PHONE_DIGITS


def _signed(values: Sequence[str]) -> bool:
    """Whether many of these numbers are written as nobody writes a mere number."""
    return 2 * sum(bool(_PHONE_SIGNS.search(value)) for value in values) >= len(values)


_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}", re.IGNORECASE)

# How each kind is known, what is narrower first.
_KINDS: Sequence[tuple[str, Callable[[str], object]]] = (
    (EMAIL, _is_email),
    (URL, _URL.fullmatch),
    (DOMAIN, _DOMAIN.fullmatch),
    (DATE, _DATE.fullmatch),
    (PHONE, _is_phone),
    (NUMBER, _NUMBER.fullmatch),
)
