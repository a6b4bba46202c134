"""A key that another record holds: said with that record's reference and title."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.references import Ref
from crmcli.services.titles import title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.services.workspace import Workspace
    from crmcli.store.keys import DuplicateKey


class KeyHeld(CrmError):
    """A value that must be one record's only and is another's; `holder` is that record."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, label: str, shown: str, holder: Ref, known_as: str) -> None:
        self.holder = holder
        super().__init__(f'{label} "{shown}" is held by {holder} ({known_as})', f"See it: crm show {holder}")


@contextmanager
def naming_holder(workspace: Workspace) -> Iterator[None]:
    """Turn the store's refusal of a key into KeyHeld, which names the holder as people know it."""
    from crmcli.store.keys import DuplicateKey

    try:
        yield
    except DuplicateKey as refusal:
        raise key_held(workspace, refusal) from None


def key_held(workspace: Workspace, refusal: DuplicateKey) -> KeyHeld:
    """Say a refused key with its holder's title; of a holder that this very operation makes, with its reference."""
    holder = Ref(refusal.holder.object_name, refusal.holder.id)
    found = workspace.model.objects[holder.object_name]
    known_as = title(workspace, holder)
    if refusal.holder.property_name != refusal.property.name:
        known_as += f", as {found.properties[refusal.holder.property_name].label}"
    return KeyHeld(refusal.property.label, refusal.value, holder, known_as)
