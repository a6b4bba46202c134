"""A user of the workspace: the owner of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted
from crmcli.types.text import usable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.types.base import Context, Stored, User


class UnknownUser(InvalidValue):
    """Text that is no user's id, name or e-mail."""

    def __init__(self, text: str, users: Sequence[User]) -> None:
        from crmcli.types.nearest import suggestion

        self.users = tuple(users)
        near = suggestion(text, [name for u in users for name in (u.id, u.name, u.email) if name])
        add = "add a user: crm user add"
        super().__init__(f"{quoted(text)} is not a user of this workspace", f"{near} Or {add}" if near else add)


class AmbiguousUser(InvalidValue):
    """A name that several users have."""

    def __init__(self, text: str, users: Sequence[User]) -> None:
        self.users = tuple(users)
        super().__init__(
            f"{quoted(text)} is the name of {len(users)} users",
            f"write one of their ids: {', '.join(u.id for u in users)}",
        )


class NobodyActs(InvalidValue):
    """The word "me", while the one who acts is no user of the workspace."""

    def __init__(self) -> None:
        super().__init__(
            '"me" is nobody: who acts is not a user of this workspace',
            "say who you are with --actor, or add yourself with crm user add",
        )


class Owner(ValueType):
    """A user of the workspace, by id."""

    name = "user"
    doc = "A user of the workspace by id, name or e-mail, or me."

    def parse(self, text: str, context: Context) -> Stored:
        """Read an id, "me", a name or an e-mail in any case; raise UnknownUser, AmbiguousUser or NobodyActs."""
        word = text.strip()
        if any(u.id == word for u in context.users):
            return word
        folded = word.casefold()
        if folded == "me":
            if not context.me:
                raise NobodyActs
            return context.me
        found = [u for u in context.users if folded in {u.id.casefold(), u.email.casefold()}] or [
            u for u in context.users if folded == u.name.casefold()
        ]
        if not found or not folded:
            raise UnknownUser(text, context.users)
        if len(found) > 1:
            raise AmbiguousUser(text, found)
        return found[0].id

    def accept(self, value: object) -> Stored:
        """Take any id: whose it is stands in crm.toml, and a user who has gone still owns what they owned."""
        if not isinstance(value, str) or not value:
            raise NotStored(value, "the id of a user")
        return usable(value)

    def show(self, value: Stored, context: Context) -> str:
        """Say the user's name; the id where nobody, or more than one, goes by it."""
        name = next((u.name for u in context.users if u.id == value), "").strip()
        if not name:
            return str(value)
        try:
            return name if self.parse(name, context) == value else str(value)
        except InvalidValue:
            return str(value)
