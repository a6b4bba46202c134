"""Groups of duplicates as people look at them: the records by name, what else tells them apart, and the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.duplicates.explaining import Explaining
from crmcli.services.titles import record_context, shown_value, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.services.duplicates.explaining import Evidence
    from crmcli.services.duplicates.finding import DuplicateGroup, Duplicates
    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Record

_AT_ONCE = 200  # groups whose records are read together


@frozen
class Member:
    """A record of a group; `facts` are its values in the columns of the object's lists.

    All but one say which other they are `like`, by how many bits and why.
    """

    ref: Ref
    title: str
    facts: tuple[str, ...]
    like: Ref | None = None
    bits: float = 0
    evidence: tuple[Evidence, ...] = ()


@frozen
class GroupPage:
    """A group with its records, by id; groups are numbered from 1."""

    number: int
    probability: float
    members: tuple[Member, ...]


def pages(workspace: Workspace, duplicates: Duplicates, limit: int | None = None) -> Iterator[GroupPage]:
    """Give the groups, or so many, as they are asked for."""
    groups = duplicates.groups[:limit]
    pairs = ((link.like, link.ref) for group in groups for link in group.links)
    evidence = Explaining(duplicates.search).evidence_of(pairs)
    for start in range(0, len(groups), _AT_ONCE):
        some = groups[start : start + _AT_ONCE]
        records = _records(workspace, duplicates, some)
        for number, group in enumerate(some, start + 1):
            why = {link.ref: (link.like, link.bits, next(evidence)) for link in group.links}
            members = (Member(ref, *records[ref.id], *why.get(ref, ())) for ref in group.refs)
            yield GroupPage(number, group.probability, tuple(members))


def _records(
    workspace: Workspace, duplicates: Duplicates, groups: Sequence[DuplicateGroup]
) -> Mapping[int, tuple[str, tuple[str, ...]]]:
    """Give title and facts of the groups' records, by id."""
    found = workspace.model.objects[duplicates.object_name]
    told = (*found.display, found.roles.get("created"), found.roles.get("modified"))
    columns = [name for name in found.columns if name in found.properties and name not in told]
    ids = [ref.id for group in groups for ref in group.refs]

    def facts(record: Record) -> tuple[str, ...]:
        context = record_context(found, record.values, workspace.context)
        return tuple(filter(None, (shown_value(found, name, record.values, context) for name in columns)))

    records = workspace.store.records(found.name, ids)
    return {record.id: (title_of(workspace, record), facts(record)) for record in records}
