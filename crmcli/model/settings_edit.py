"""Changes to crm.toml as text, so that comments and order in it survive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.settings import FORMAT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tomlkit.items import Table

    from crmcli.model.settings import Settings
    from crmcli.types.base import User

_HEAD = "The settings of this workspace. Edit them freely: crm keeps comments and order."


def new_settings(settings: Settings) -> str:
    """Write a new crm.toml."""
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment(_HEAD))
    document.add("format", tomlkit.item(FORMAT))
    workspace = tomlkit.table()
    workspace.add("id", settings.id)
    workspace.add("name", settings.name)
    workspace.add("currency", tomlkit.string(settings.currency).comment("ISO 4217; of amounts that name none"))
    workspace.add("time_zone", tomlkit.string(settings.time_zone).comment("in which date-times are read and shown"))
    workspace.add("country", tomlkit.string(settings.country).comment("of telephone numbers that begin with no +"))
    workspace.add("keep", tomlkit.string(settings.keep).comment('by git: "schemas", "all" or "nothing"'))
    if settings.shared:
        workspace.add("shared", settings.shared)
    document.add(tomlkit.nl())
    document.add("workspace", workspace)
    text = tomlkit.dumps(document)
    for user in settings.users:
        text = add_user(text, user)
    return text


def add_user(text: str, user: User) -> str:
    """Give the text of crm.toml with a user added at the end; one with the same id is replaced."""
    import tomlkit

    document = tomlkit.parse(text)
    if "users" not in document:
        document.add("users", tomlkit.table(is_super_table=True))
    users = document["users"]
    users[user.id] = _table(user)
    return tomlkit.dumps(document)


def with_object(text: str, name: str, entries: Mapping[str, str | bool | None]) -> str:
    """Give the text of crm.toml with these entries in the table of an object; None takes an entry out.

    A table that is left empty goes too.
    """
    import tomlkit

    document = tomlkit.parse(text)
    if "objects" not in document:
        document.add("objects", tomlkit.table(is_super_table=True))
    objects = document["objects"]
    if name not in objects:
        objects[name] = tomlkit.table()
    table = objects[name]
    for key, value in entries.items():
        if value is not None:
            table[key] = value
        elif key in table:
            del table[key]
    if not table:
        del objects[name]
    if not objects:
        del document["objects"]
    return tomlkit.dumps(document)


def _table(user: User) -> Table:
    import tomlkit

    table = tomlkit.table()
    table.add("name", user.name)
    if user.email:
        table.add("email", user.email)
    if user.admin:
        table.add("admin", tomlkit.item(True))  # noqa: FBT003 - a TOML value
    if user.team:
        table.add("team", user.team)
    return table
