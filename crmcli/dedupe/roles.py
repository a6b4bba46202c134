"""What part each field plays in a comparison of people, and of organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.dedupe.fields import Field

PLACES = ("street", "house", "city", "state", "postcode", "country")


@frozen
class Roles:
    """The fields (by number) that a comparison treats in their own way."""

    given: int | None
    surname: int | None
    email: int | None
    host: int | None  # of e-mails, which say where a person works; an organisation's is its own
    context: Sequence[int]  # what goes together: an address and, of people, where they work
    joint: Sequence[int]  # the same, and what a household shares
    own: Sequence[int]  # what speaks for itself


def roles(fields: Sequence[Field], kind: str) -> Roles:
    """Find the roles of these fields; the first of a meaning has it."""
    first = {one.meaning: place for place, one in reversed(list(enumerate(fields)))}
    person = kind == "person"
    around = {"phone", *PLACES, *(("org", "domain") if person else ())}
    context = [place for place, one in enumerate(fields) if one.meaning in around]
    given, surname, email = first.get("given"), first.get("surname"), first.get("email")
    shared = [place for place in (surname, email) if place is not None]
    own = [place for place in range(len(fields)) if place not in context]
    return Roles(given, surname, email, first.get("domain") if person else None, context, [*context, *shared], own)
