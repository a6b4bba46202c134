"""Finds users whom the schemas name and whom this CRM does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.nodes import Block
    from crmcli.types.base import User

_ME = "me"


def user_problems(objects: Mapping[str, Block], users: Sequence[User]) -> Iterator[Problem]:
    """Check who may move records, and the owners that new records get, in complete declarations."""
    ids = [user.id for user in users]
    names = {_ME, *(name.casefold() for user in users for name in (user.id, user.name, user.email))}
    for tree in objects.values():
        for pipeline in tree.blocks("pipelines").values():
            for item in pipeline.block("rules").items("movers"):
                if item.text not in ids:
                    hint = suggestion(item.text, ids) or "add users: crm user add NAME --id ID"
                    yield Problem(item.where, f'"{item.text}" is no user of this CRM, so cannot move anything', hint)
        for name, prop in tree.blocks("properties").items():
            default = prop.text("default")
            if default and prop.text("format") == "user" and default.casefold() not in names:
                message = f'the default of "{name}", "{default}", is no user of this CRM'
                yield Problem(prop.place("default"), message, suggestion(default, [_ME, *ids]))
