"""An open workspace: the folder's store, model and settings, and who acts when."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from crmcli.model.compiled import InUse
    from crmcli.model.differences import Difference
    from crmcli.model.objects import Model, ObjectType, Summary
    from crmcli.model.settings import Settings
    from crmcli.store.store import Store
    from crmcli.store.values import Intent
    from crmcli.types.base import Context, User


@frozen
class Circumstances:
    """What only the edge of the program knows: the moment (aware, UTC), who acts, the command line.

    `actor` is what `--actor`, `CRM_ACTOR`, the user's configuration or the system says: an id, e-mail or
    name of a user of the workspace, or any other word, which the journal then keeps as it is.
    `config` is the folder of the user's own configuration, where the store remembers its clones.
    """

    moment: datetime
    actor: str
    command: str
    config: str


@frozen
class Workspace:
    """An open workspace; every service takes one first.

    `actor` is the user's id where the actor is a user of the workspace, else the word that was given;
    `context` holds the same moment, and the user's id as `me`.
    """

    root: str
    cache: str
    store: Store
    model: Model
    settings: Settings
    context: Context
    actor: str
    command: str

    def object(self, word: str) -> ObjectType:
        """Give the object that a word means: name, plural, alias or unambiguous prefix.

        Raises UnknownObject, and InactiveObject for one that is not used in this CRM.
        """
        found = self.any_object(word)
        if not found.active:
            from crmcli.services.activation import InactiveObject

            raise InactiveObject(found)
        return found

    def any_object(self, word: str) -> ObjectType:
        """Give the object that a word means, active or not. Raises UnknownObject."""
        if word in self.model.objects:
            return self.model.objects[word]
        from crmcli.model.names import find_object

        return find_object(self.model, word)

    def in_use(self) -> tuple[Summary | ObjectType, ...]:
        """The words of the objects that are active or have records: what an overview names."""
        words = self.model.words.values()
        return tuple(each for each in words if each.active or self.store.count(each.name))

    def intent(self, *, force: bool = False, undoes: str = "", note: str = "") -> Intent:
        """Say what the journal keeps of an operation of this command."""
        from crmcli.store.values import Intent

        at = self.context.moment
        return Intent(command=self.command, actor=self.actor, at=at, undoes=undoes, force=force, note=note)


def open_workspace(root: str, cache: str, circumstances: Circumstances) -> Workspace:
    """Open the workspace in the folder `root`; `cache` is the folder of its index and compiled schema.

    Raises the errors of reading crm.toml and the schemas, and of opening the store.
    """
    from crmcli.model.compiled import load_model
    from crmcli.model.personal import personalised
    from crmcli.model.settings import load_settings
    from crmcli.store import open_store
    from crmcli.store.files import ARRIVED, ERASED
    from crmcli.types.base import Context

    if os.path.isdir(os.path.join(root, ARRIVED)):
        from crmcli.store.arrival import finish_arrival

        finish_arrival(root, cache, circumstances.command)
    left = []
    if os.path.isdir(os.path.join(root, ERASED)):
        from crmcli.store.erasing import finish_erasure

        left = finish_erasure(root, cache, circumstances.command)
    settings = load_settings(root, cache)
    model = personalised(load_model(root, cache, _in_use(root, cache)), settings.objects)
    user = match_user(settings.users, circumstances.actor)
    store = open_store(root, cache, model, settings, config=circumstances.config)
    unknown = [said.name for said in settings.objects if said.name not in model.words]
    store.warnings += left + [f'crm.toml speaks of the object "{name}", and there is none' for name in unknown]
    return Workspace(
        root=root,
        cache=cache,
        store=store,
        model=model,
        settings=settings,
        context=Context(
            moment=circumstances.moment,
            zone=zone(settings.time_zone),
            country=settings.country,
            currency=settings.currency,
            users=settings.users,
            me=user.id if user else "",
            fiscal=int(settings.fiscal_year_starts),
            rates=settings.rates,
        ),
        actor=user.id if user else circumstances.actor,
        command=circumstances.command,
    )


def _in_use(root: str, cache: str) -> InUse:
    """Give what finds the differences of a schema that touch data; it is asked when a schema file changed."""

    def find(found: Sequence[Difference]) -> Sequence[Difference]:
        from crmcli.store.in_use import in_use

        return in_use(root, cache, found)

    return find


def zone(name: str) -> tzinfo:
    """Give the time zone with an IANA name; the settings have checked that there is one."""
    from datetime import UTC

    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def match_user(users: tuple[User, ...], word: str) -> User | None:
    """Give the user whose id, e-mail or name is `word`, letter case apart, or None."""
    folded = word.casefold()
    for attribute in ("id", "email", "name"):
        found = [user for user in users if getattr(user, attribute).casefold() == folded != ""]
        if len(found) == 1:
            return found[0]
    return None
