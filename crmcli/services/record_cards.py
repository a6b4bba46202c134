"""Records as cards: what each is called, and what the columns of a list say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.lists import list_records
from crmcli.services.references import Ref
from crmcli.services.titles import titles

if TYPE_CHECKING:
    from crmcli.query import ColumnInfo
    from crmcli.services.list_totals import Total
    from crmcli.services.lists import ListRequest
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored


@frozen
class RecordCard:
    """A record with a stored value for each column, None where it has none."""

    ref: Ref
    title: str
    values: tuple[Stored | None, ...]


@frozen
class RecordCards:
    """Records as cards; the columns are those of the list but for what the titles say already."""

    object_name: str
    label: str
    plural: str
    columns: tuple[ColumnInfo, ...]
    cards: tuple[RecordCard, ...]
    total: Total | None = None


def record_cards(workspace: Workspace, request: ListRequest) -> RecordCards:
    """Lay records out as cards; raise what `list_records` raises."""
    found = workspace.object(request.object_name)
    listing = list_records(workspace, request)
    rows = list(listing.rows)
    kept = [place for place, info in enumerate(listing.columns, 1) if info.name not in found.display]
    refs = [Ref(found.name, int(str(row[0]))) for row in rows]
    named = titles(workspace, refs)
    cards = tuple(
        RecordCard(ref, named[ref], tuple(row[place] for place in kept)) for ref, row in zip(refs, rows, strict=True)
    )
    columns = tuple(listing.columns[place - 1] for place in kept)
    return RecordCards(found.name, found.label, found.plural, columns, cards, listing.total)
