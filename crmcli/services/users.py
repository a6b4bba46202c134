"""The people who own records and act in this workspace, and who acts now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.objects import Property
from crmcli.services.workspace import match_user
from crmcli.services.written import Account
from crmcli.types.base import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written

# The workspace's settings, where its users stand.
SETTINGS = "crm.toml"


@frozen
class NewUser:
    """A user to add; an empty `id` is made from the name."""

    name: str
    email: str = ""
    admin: bool = False
    id: str = ""
    team: str = ""


@frozen
class WhoAmI:
    """Who acts: `actor` is what the journal keeps; `user` is None where no user of the workspace is meant."""

    actor: str
    user: User | None


class UserExists(CrmError):
    """A user to add whose id, e-mail or name another one has."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, word: str, user: User) -> None:
        self.user = user
        super().__init__(f'"{word}" is the user {user.id} ({user.name})', "See the users: crm user list")


class AdminNeeded(CrmError):
    """Something that only a Super Admin may do; `admins` are the ids of those there are."""

    def __init__(self, actor: str, deed: str, admins: Sequence[str]) -> None:
        self.admins = tuple(admins)
        hint = f"Ask one of them: {', '.join(admins)}" if admins else "No user is one: say admin = true in crm.toml"
        super().__init__(f'Only a Super Admin may {deed}, and "{actor}" is none', hint)


class InvalidUser(CrmError):
    """A user without a usable name or id."""

    exit_code = ExitCode.USAGE


def users(workspace: Workspace) -> tuple[User, ...]:
    """Give the workspace's users in the order of crm.toml."""
    return workspace.settings.users


def whoami(workspace: Workspace) -> WhoAmI:
    """Say who acts in this workspace."""
    return WhoAmI(workspace.actor, match_user(workspace.settings.users, workspace.actor))


def add_user(workspace: Workspace, request: NewUser, *, dry_run: bool = False) -> Written:
    """Add a user to crm.toml, as an operation that can be undone. Raises UserExists, InvalidUser, InvalidValue."""
    from crmcli.model.settings_edit import add_user as with_user

    user = _unused(workspace, new_user(request))
    account = Account(workspace, notes=[f"{user.name} may own records as {user.id}"])
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        change.write_file(SETTINGS, with_user(settings_text(workspace), user))
        return account.finish(change, dry_run=dry_run)


def settings_text(workspace: Workspace) -> str:
    """Give the text of crm.toml as it stands, to be changed within a transaction."""
    with open(f"{workspace.root}/{SETTINGS}", encoding="utf-8", newline="") as file:
        return file.read()


def require_admin(workspace: Workspace, deed: str) -> None:
    """Let a Super Admin pass, and everyone where no two users are declared. Raises AdminNeeded."""
    everyone = workspace.settings.users
    if len(everyone) < 2 or any(user.admin and user.id == workspace.actor for user in everyone):
        return
    raise AdminNeeded(workspace.actor, deed, [user.id for user in everyone if user.admin])


def user_id(name: str) -> str:
    """Make an id from a name: "Ada Lovelace" → "ada_lovelace"; "" where no letter or digit of it will do."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")


def new_user(request: NewUser) -> User:
    """Make a user of what was given. Raises InvalidUser, and InvalidValue for an e-mail address that is none."""
    name = request.name.strip()
    chosen = request.id or user_id(name)
    if not name or not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", chosen):
        raise InvalidUser(
            f'"{request.id or request.name}" does not make a user\'s id',
            "Give one in a-z, 0-9 and _: --id ada_lovelace",
        )
    email = request.email.strip().lower()
    if email:
        Property("email", "E-mail", "string", "text", format="email").value_type.accept(email)
    return User(chosen, name, email, request.admin, request.team.strip())


def _unused(workspace: Workspace, user: User) -> User:
    """Give the user back, unless another has the id or e-mail."""
    for word in filter(None, (user.id, user.email)):
        there = match_user(workspace.settings.users, word)
        if there is not None:
            raise UserExists(word, there)
    return user
