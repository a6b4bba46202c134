"""What each file of a portal's export is: records of an object, associations, owners, pipelines, definitions, or none.

Files are those of HubSpot's own export, the answers of its API as they came, or a warehouse's tables; what a file is
shows in its headings, and of which object its records are in its name.
"""

from __future__ import annotations

import os
from enum import Enum
from typing import TYPE_CHECKING

from crmcli.formats.opening import opened
from crmcli.frozen import frozen
from crmcli.model.headings import words_of
from crmcli.services.importing.relations import NoObjectNamed, object_of_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.services.workspace import Workspace

ANY_ACTIVITY = "engagement"  # a portal's word for calls, notes, tasks … together
_TIMES = frozenset({"timestamp", "timestampinstant", "dateentered"})
_PEOPLE = ("owner", "owners", "user", "users")
# Words in the names of files that hold no records, and why these are left out.
_WITHOUT_RECORDS: Mapping[tuple[str, ...], str] = {
    ("member", "members"): "members of lists, which are conditions here: crm list --where",
    ("list", "lists"): "lists are conditions here: crm list --where",
    ("merge", "merged", "merges"): "merges: the records that came of them are in the other files",
    ("form", "forms"): "forms of web pages, and what was sent by them",
    ("event", "events"): "sendings of marketing e-mails, one line for each opening and click",
    ("team", "teams"): "teams",
    ("role", "roles"): "roles of users",
}
_THEIRS = ("toobjectid", "totoobjectid", "toid")  # the other ends of associations as the API lists them
_SENDINGS = frozenset({"appid", "numincluded"})


class PortalKind(Enum):
    """What a file of a portal holds."""

    PEOPLE = "users"
    PIPELINES = "pipelines"
    STAGES = "stages"
    PROPERTIES = "properties"
    OPTIONS = "options"
    LABELS = "labels of associations"
    RECORDS = "records"
    LINKS = "associations"
    HISTORY = "history"
    NOTHING = "no records"


@frozen
class PortalFile:
    """A file, called `name` in messages; `ends` are the objects that its columns of ids, `places`, are of.

    An end is "" for any activity. `own` is the id of the record whose associations all of a file are, "" where a column
    says it: its place is -1 then. `why` says why a file holds no records, and `rows` how many rows it has then.
    """

    path: str
    name: str
    kind: PortalKind
    ends: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    why: str = ""
    rows: int = 0
    own: str = ""


@frozen
class FileTold:
    """What a file held and what became of its rows, in words."""

    name: str
    rows: int
    became: str


def rows_in(path: str) -> int:
    """Count the rows of a file, those that cannot be read among them."""
    with opened(path) as tables:
        return sum(len(block.lines) + len(block.faults) for table in tables for block in table.blocks())


def classified(workspace: Workspace, path: str, name: str, header: Sequence[str]) -> PortalFile:
    """Say what a file with these headings holds."""
    headings = [_bare(heading) for heading in header]
    known = frozenset(headings)
    words = frozenset(words_of(os.path.splitext(name)[0]))
    kind = _definition(known, words)
    if kind:
        return PortalFile(path, name, kind, tuple(_objects_in(workspace, name)[:2]))
    why = _without_records(known, words)
    if why:
        return PortalFile(path, name, PortalKind.NOTHING, why=why)
    return _of_ids(workspace, path, name, headings) or _of_records(workspace, path, name)


def _of_ids(workspace: Workspace, path: str, name: str, headings: Sequence[str]) -> PortalFile | None:
    """Say what a file holds that is about records of other files, None for one of records."""
    known = frozenset(headings)
    words = frozenset(words_of(os.path.splitext(name)[0]))
    theirs = next((word for word in _THEIRS if word in headings), "")
    if theirs and ("fromid" in known or theirs == _THEIRS[0]):
        return _between(workspace, path, name, headings, headings.index(theirs))
    ids = _ids(workspace, headings)
    if {"value"} < known and known & _TIMES and ids:
        place, end = ids[0]
        return PortalFile(path, name, PortalKind.HISTORY, (end,), (place,))
    if len(ids) > 1 and _is_between(workspace, words, headings, ids):
        return PortalFile(path, name, PortalKind.LINKS, tuple(e for _, e in ids[:2]), tuple(p for p, _ in ids[:2]))
    return None


def _of_records(workspace: Workspace, path: str, name: str) -> PortalFile:
    """Say of which object the records of a file are."""
    try:
        return PortalFile(path, name, PortalKind.RECORDS, (object_of_path(workspace, name).name,))
    except NoObjectNamed:
        return PortalFile(path, name, PortalKind.NOTHING, why="nothing says what its records are")


def _between(workspace: Workspace, path: str, name: str, headings: Sequence[str], theirs: int) -> PortalFile:
    """Say of which objects the associations are that the API lists: the first two in the file's name.

    An answer for one record is a file with its id in its name, such as contacts/501/companies.json.
    """
    ends = _objects_in(workspace, name)[:2]
    numbers = [word for word in words_of(os.path.splitext(name)[0]) if word.isdecimal() and len(word) > 1]
    ours = headings.index("fromid") if "fromid" in headings else -1
    if len(ends) < 2:
        return PortalFile(path, name, PortalKind.NOTHING, why="its name does not say which two objects it associates")
    if ours < 0 and len(numbers) != 1:
        return PortalFile(path, name, PortalKind.NOTHING, why="its name does not say whose associations they are")
    return PortalFile(path, name, PortalKind.LINKS, tuple(ends), (ours, theirs), own="" if ours >= 0 else numbers[0])


def _without_records(known: frozenset[str], words: frozenset[str]) -> str:
    """Say why a file holds no records, "" where it may."""
    if known >= _SENDINGS:
        return "marketing e-mails, and how often each was sent"
    if ANY_ACTIVITY in words and {"type", "id"} <= known:
        return "an index of the activities in the other files"
    return next((why for some, why in _WITHOUT_RECORDS.items() if words & set(some)), "")


def _definition(known: frozenset[str], words: frozenset[str]) -> PortalKind | None:
    """Say which definitions a file holds, None where it is of records."""
    if known >= {"email"} and known & {"firstname"} and words & set(_PEOPLE) and not known >= {"property"}:
        return PortalKind.PEOPLE
    if known >= {"stageid", "label", "pipelineid"}:
        return PortalKind.STAGES
    if known >= {"pipelineid", "label"} or known >= {"label", "stagesid"}:
        return PortalKind.PIPELINES
    if known >= {"propertyid", "value", "label"}:
        return PortalKind.OPTIONS
    if known >= {"name", "label", "type", "fieldtype"}:
        return PortalKind.PROPERTIES
    return PortalKind.LABELS if known >= {"typeid", "label", "category"} else None


def _ids(workspace: Workspace, headings: Sequence[str]) -> list[tuple[int, str]]:
    """Give the columns of ids of records: place, and the object or "" for any activity."""
    objects = {
        "".join(words_of(word)) + "id": each.name
        for each in workspace.model.words.values()
        for word in (each.name, each.label)
    }
    objects[f"{ANY_ACTIVITY}id"] = ""
    return [(place, objects[heading]) for place, heading in enumerate(headings) if heading in objects]


def _is_between(
    workspace: Workspace, words: frozenset[str], headings: Sequence[str], ids: Sequence[tuple[int, str]]
) -> bool:
    """Whether a file is about associations: its name has the words for both ends, or it has little but ids."""
    called = [words_of(workspace.model.words[end].label) if end else [ANY_ACTIVITY] for _, end in ids[:2]]
    named = [words >= set(each) for each in called]
    meta = {"typeid", "category", "type", "label", "fivetransynced", f"{ANY_ACTIVITY}type", "associationtype"}
    return all(named) or len(set(headings) - meta) == len(ids)


def _objects_in(workspace: Workspace, name: str) -> list[str]:
    """Give the objects whose names a file's name has in it, in their order, the longest names first."""
    words = words_of(os.path.splitext(name)[0])
    known = {
        "".join(words_of(word)): each.name
        for each in workspace.model.words.values()
        for word in (each.name, each.label, each.plural)
    }
    found, start = list[str](), 0
    while start < len(words):
        size = next((n for n in range(len(words) - start, 0, -1) if "".join(words[start : start + n]) in known), 0)
        found += [known["".join(words[start : start + size])]] if size else []
        start += size or 1
    return found


def _bare(heading: str) -> str:
    squeezed = "".join(words_of(heading))
    return squeezed.removeprefix("property") if squeezed not in ("property", "propertyid") else squeezed
