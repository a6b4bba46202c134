"""A reference to a record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted

if TYPE_CHECKING:
    from crmcli.types.base import Context, Stored

_PATTERN = r"[a-z][a-z0-9_]*:[1-9][0-9]{0,17}"


class NotAReference(InvalidValue):
    """Text that does not name a record by its object and id."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{quoted(text)} is not a reference to a record", "write OBJECT:ID, with a whole number")


class Reference(ValueType):
    """A record of any object, by the object's name and the record's id; whether it exists is not checked here."""

    name = "reference"
    doc = "A record: its object, a colon and its id, without blanks."

    def parse(self, text: str, context: Context) -> Stored:  # noqa: ARG002
        """Read an object's name in any case, a colon and an id; raise NotAReference."""
        found = text.strip().lower()
        if not re.fullmatch(_PATTERN, found):
            raise NotAReference(text)
        return found

    def accept(self, value: object) -> Stored:
        """Take the stored form alone."""
        if not isinstance(value, str) or not re.fullmatch(_PATTERN, value):
            raise NotStored(value, "a reference, an object's name in lower case, a colon and an id")
        return value
