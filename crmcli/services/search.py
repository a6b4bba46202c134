"""Full-text search over what each object's schema makes searchable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.references import Ref, records_of
from crmcli.services.titles import secondary_of, title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.services.workspace import Workspace


@frozen
class Found:
    """A record that a search found, best first."""

    ref: Ref
    object_label: str
    title: str
    secondary: str


class NothingToSearch(CrmError):
    """A search without a word."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__("There is nothing to search for", "Give a word, or a part of one: crm search ada")


def search(workspace: Workspace, text: str, *, objects: Sequence[str] = (), limit: int = 20) -> tuple[Found, ...]:
    """Find the records whose text holds each of the words, or parts of words, in any order.

    `objects` are any words for objects; none means all. Raises NothingToSearch and UnknownObject.
    """
    if not text.strip():
        raise NothingToSearch
    names = [workspace.object(word).name for word in objects] or list(workspace.model.objects)
    hits = [Ref(hit.object_name, hit.id) for hit in workspace.store.search(text, names, limit)]
    records = {Ref(record.object_name, record.id): record for record in records_of(workspace, hits)}
    return tuple(
        Found(
            ref,
            workspace.model.objects[ref.object_name].label,
            title_of(workspace, records[ref]),
            secondary_of(workspace, records[ref]),
        )
        for ref in hits
        if ref in records
    )
