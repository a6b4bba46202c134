"""Finding the records of an object that may be one: groups of them, the surest first."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace
from crmcli.model.duplicate_settings import duplicate_settings
from crmcli.services.duplicates.columns import feed
from crmcli.services.references import Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from crmcli.dedupe.search import Found, Group
    from crmcli.errors import Problem
    from crmcli.model.duplicate_settings import DuplicateSettings
    from crmcli.model.objects import ObjectType
    from crmcli.services.duplicates.columns import Feed
    from crmcli.services.workspace import Workspace

_SURE = 1 - 2**-30  # as near to certain as evidence comes
BANDS = (0.999, 0.99, 0.9, 0.0)  # the least probability of each band of a summary


class DuplicateSettingsRefused(CrmError):
    """A dedupe/OBJECT.yaml that is not in order; the first of what is wrong with it."""

    exit_code = ExitCode.USAGE

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{problems[0].where}: {problems[0].message}", problems[0].hint)


class NotAProbability(CrmError):
    """A least probability that is none."""

    exit_code = ExitCode.USAGE

    def __init__(self, given: float) -> None:
        super().__init__(f'"{given:g}" is no probability', "Give a number from 0 to 1, such as 0.9")


@frozen
class FindDuplicates:
    """Among which records to look, and which groups to give.

    `minimum` is the least probability, the object's own where None; with `new_since`, a date as it is typed, each group
    has a record that was created then or later.
    """

    object_name: str
    minimum: float | None = None
    where: str = ""
    new_since: str = ""


@frozen
class GroupLink:
    """How a record of a group hangs together with another of it, the one that it is most like."""

    ref: Ref
    like: Ref
    probability: float
    bits: float


@frozen
class DuplicateGroup:
    """Records that may be one, by id, and what links each but the first to the others."""

    refs: tuple[Ref, ...]
    probability: float
    links: tuple[GroupLink, ...]


@frozen
class Band:
    """How many groups are as probable as `least`, and not more than the band above; with the records in them."""

    least: float
    groups: int
    records: int


@frozen
class Search:
    """A search that is done: which records it had, and what it found of their rows."""

    object_name: str
    feed: Feed
    found: Found

    def row(self, ref: Ref) -> int | None:
        """Give the row of a record, None where it was not among those searched."""
        ids = self.feed.ids
        place = bisect_left(ids, ref.id)
        return place if place < len(ids) and ids[place] == ref.id and ref.object_name == self.object_name else None

    def ref(self, row: int) -> Ref:
        """Give the record of a row."""
        return Ref(self.object_name, self.feed.ids[row])


@frozen
class Duplicates:
    """What was found: groups, the surest first; `searched` is among how many records.

    `explaining.Explaining` says why the records of a group belong together.
    """

    object_name: str
    plural: str
    searched: int
    groups: tuple[DuplicateGroup, ...]
    search: Search

    def bands(self) -> tuple[Band, ...]:
        """Count the groups by how probable they are, the surest first; bands without any are left out."""
        counted = []
        above = 2.0
        for least in BANDS:
            within = [len(group.refs) for group in self.groups if least <= group.probability < above]
            counted.append(Band(least, len(within), sum(within)))
            above = least
        return tuple(band for band in counted if band.groups)


def find(
    workspace: Workspace, request: FindDuplicates, progress: Callable[[int, int], None] | None = None
) -> Duplicates:
    """Find the duplicates among the records of an object.

    Pairs that were judged to be the same or different are taken as that. Raises DuplicateSettingsRefused,
    NotAProbability, and the errors of expressions and dates.
    """
    found = workspace.object(request.object_name)
    new = _created_since(workspace, found, request.new_since) if request.new_since else None
    done = search_records(workspace, request, progress)
    groups = (_group(done, each) for each in done.found.groups)
    return Duplicates(
        found.name,
        found.plural,
        len(done.feed.ids),
        tuple(group for group in groups if new is None or any(ref.id in new for ref in group.refs)),
        done,
    )


def search_records(
    workspace: Workspace, request: FindDuplicates, progress: Callable[[int, int], None] | None = None
) -> Search:
    """Search the records that a request names, whenever they were created; raises as `find` does."""
    found = workspace.object(request.object_name)
    settings = settings_of(workspace, found, request.minimum)
    if progress:
        progress(0, 1)
    fed = feed(workspace, found, settings, request.where)
    return Search(found.name, fed, search_fed(workspace, found, fed, settings, progress))


def settings_of(workspace: Workspace, found: ObjectType, minimum: float | None = None) -> DuplicateSettings:
    """Give what is compared of an object's records and how, with another least probability where one is given.

    Raises DuplicateSettingsRefused and NotAProbability.
    """
    settings, problems = duplicate_settings(workspace.root, workspace.model, found)
    if problems:
        raise DuplicateSettingsRefused(problems)
    if minimum is None:
        return settings
    if not 0 <= minimum <= 1:
        raise NotAProbability(minimum)
    return replace(settings, minimum=minimum)


def search_fed(
    workspace: Workspace,
    found: ObjectType,
    fed: Feed,
    settings: DuplicateSettings,
    progress: Callable[[int, int], None] | None = None,
) -> Found:
    """Search rows, of which the first are records, by id; others may follow. What was judged of records holds."""
    from crmcli.dedupe.search import search
    from crmcli.dedupe.settings import Settings
    from crmcli.services.duplicates.judgements import judged

    said = judged(workspace, found.name)
    weights = {name: settings.rules.weights[base] for name, base in fed.bases.items() if base in settings.rules.weights}
    return search(
        fed.columns,
        Settings(settings.rules.kind, weights, settings.blocked, min(settings.minimum, _SURE)),
        apart=_rows(fed, said.different),
        together=_rows(fed, said.same),
        progress=progress,
    )


def _rows(fed: Feed, pairs: Iterable[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Give pairs of ids as pairs of rows, without those that are not among the records."""
    places = {each: bisect_left(fed.ids, each) for pair in pairs for each in pair}
    return sorted(
        (places[a], places[b])
        for a, b in pairs
        if all(places[i] < len(fed.ids) and fed.ids[places[i]] == i for i in (a, b))
    )


def _group(done: Search, group: Group) -> DuplicateGroup:
    """Give a group with the links that hold it together: of each record the best to those linked before it."""
    near: dict[int, list[tuple[float, float, int, int]]] = {}
    for link in group.links:
        for one, other in ((link.a, link.b), (link.b, link.a)):
            near.setdefault(one, []).append((link.bits, link.probability, one, other))
    linked, links = {group.rows[0]}, []
    while len(linked) < len(group.rows):
        leads = [each for row in linked for each in near.get(row, ()) if each[3] not in linked]
        leads = leads or [_compared(done, group.rows[0], row) for row in group.rows if row not in linked]
        bits, probability, like, row = max(leads, key=lambda each: (each[0], -each[3], -each[2]))
        linked.add(row)
        links.append(GroupLink(done.ref(row), done.ref(like), probability, bits))
    return DuplicateGroup(
        tuple(sorted(map(done.ref, group.rows))), group.probability, tuple(sorted(links, key=lambda each: each.ref))
    )


def _compared(done: Search, like: int, row: int) -> tuple[float, float, int, int]:
    explained = done.found.explain(like, row)
    return explained.bits, explained.probability, like, row


def _created_since(workspace: Workspace, found: ObjectType, text: str) -> Collection[int]:
    """Give the ids of the records that were created at a date or later."""
    from crmcli.query import Selection, select

    created = found.properties[found.roles["created"]]
    since = created.value_type.parse(text, workspace.context)
    selected = Selection(found, where=f'{created.name} >= "{since}"')
    return {record_id for record_id, *_ in workspace.store.rows(select(selected, workspace.model, workspace.context))}
