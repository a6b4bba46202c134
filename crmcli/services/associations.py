"""Associating records, labelling their associations, and taking them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.titles import titles
from crmcli.services.written import Account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.objects import Label, Pair
    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store import Association, Transaction


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """Two records and, where a label is given, how they read: "a is LABEL of b"."""

    a: Ref
    b: Ref
    label: str | None = None
    primary: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A label as read from both ends: a is `forward` of b, b is `backward` of a."""

    forward: str
    backward: str


class NotAssociable(CrmError):
    """Two objects whose records cannot be associated, or a record with itself."""

    exit_code = ExitCode.USAGE


class UnknownLabel(CrmError):
    """A label that the schema does not give to associations of these two objects."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str, a: str, b: str, known: tuple[str, ...]) -> None:
        self.known = known
        hint = f"There are: {', '.join(known)}" if known else f"No labels are declared; see crm schema show {a}"
        super().__init__(f'There is no label "{word}" from {a} to {b}', hint)


class NotAssociated(CrmError):
    """Two records that are not associated, or not with that label."""

    exit_code = ExitCode.NOT_FOUND


def link(workspace: Workspace, request: LinkRequest) -> Written:
    """Associate two records; the first company of a contact becomes its primary one, a later one when asked.

    Raises NotAssociable and UnknownLabel. Associating anew what is associated adds the label, or does nothing.
    """
    return _connected(workspace, request)


def label(workspace: Workspace, request: LinkRequest) -> Written:
    """Give the association of two records a label, or make it the primary one.

    Raises NotAssociated where there is none to label, and what `link` raises.
    """
    find_pair(workspace, request.a, request.b)
    if association(workspace, request.a, request.b) is None:
        message = f"{request.a} and {request.b} are not associated"
        raise NotAssociated(
            message, f'Associate them: crm link {request.a} {request.b} --label "{request.label or ""}"'
        )
    return _connected(workspace, request)


def unlink(workspace: Workspace, request: LinkRequest) -> Written:
    """Take the association of two records away; with a label, that label only.

    Raises NotAssociated, NotAssociable and UnknownLabel.
    """
    pair = find_pair(workspace, request.a, request.b)
    reading = find_label(pair, request.a, request.b, request.label) if request.label else None
    account = Account(workspace, refs=[request.a, request.b])
    with workspace.store.write(workspace.intent(), dry_run=request.dry_run) as change:
        gone = change.unlink(_end(request.a), _end(request.b), label=reading.forward if reading else None)
        if not gone:
            what = f'associated as "{reading.forward}"' if reading else "associated"
            raise NotAssociated(f"{request.a} and {request.b} are not {what}", f"See what is: crm show {request.a}")
        named = titles(workspace, (request.a, request.b))
        if reading:
            account.notes.append(f"{named[request.a]} is no longer {reading.forward} of {named[request.b]}")
        else:
            account.notes.append(f"{named[request.a]} and {named[request.b]} are no longer associated")
        return account.finish(change, dry_run=request.dry_run)


def connect(
    workspace: Workspace, change: Transaction, ends: tuple[Ref, Ref], *, label: str | None, primary: bool = False
) -> Reading | None:
    """Associate two records within a transaction, and say how the label reads; raise as `link` does."""
    a, b = ends
    pair = find_pair(workspace, a, b)
    if primary and not pair.primary:
        raise NotAssociable(f"Associations of {a.object_name} and {b.object_name} have no primary one", "Leave it out")
    reading = find_label(pair, a, b, label) if label else None
    change.link(_end(a), _end(b), label=reading.forward if reading else None, primary=True if primary else None)
    return reading


def sentences(name_a: str, name_b: str, reading: Reading | None) -> tuple[str, ...]:
    """Read an association from both ends: one sentence each, or one for both where it has no label."""
    if reading is None:
        return (f"{name_a} and {name_b} are associated",)
    return f"{name_a} is {reading.forward} of {name_b}", f"{name_b} is {reading.backward} of {name_a}"


def association(workspace: Workspace, a: Ref, b: Ref) -> Association | None:
    """Give the association of two records as read from the first, or None."""
    there = workspace.store.associations(a.object_name, a.id)
    return next((found for found in there if (found.other_object, found.other_id) == _end(b)), None)


def find_pair(workspace: Workspace, a: Ref, b: Ref) -> Pair:
    """Give the pair of two records' objects; raise NotAssociable."""
    if a == b:
        raise NotAssociable(f"{a} cannot be associated with itself", "Name two records")
    pair = workspace.model.pair(a.object_name, b.object_name)
    if pair is None:
        ours = sorted(name for names in workspace.model.pairs if a.object_name in names for name in names)
        others = ", ".join(sorted(set(ours) - {a.object_name})) or "nothing"
        raise NotAssociable(
            f"Records of {a.object_name} and {b.object_name} cannot be associated",
            f"{a.object_name} associates with {others}",
        )
    return pair


def find_label(pair: Pair, a: Ref, b: Ref, word: str) -> Reading:
    """Give the label that `word` means when read "a is WORD of b", letter case apart; raise UnknownLabel."""
    readings = list(_readings(pair.labels, a.object_name, b.object_name))
    for reading in readings:
        if reading.forward.casefold() == word.strip().casefold():
            return reading
    known = tuple(dict.fromkeys(reading.forward for reading in readings))
    raise UnknownLabel(word, a.object_name, b.object_name, known)


def _readings(labels: tuple[Label, ...], a: str, b: str) -> Iterator[Reading]:
    for found in labels:
        if (found.from_object, found.to_object) == (a, b):
            yield Reading(found.name, found.inverse)
        if (found.to_object, found.from_object) == (a, b):
            yield Reading(found.inverse, found.name)


def _connected(workspace: Workspace, request: LinkRequest) -> Written:
    account = Account(workspace, refs=[request.a, request.b])
    with workspace.store.write(workspace.intent(), dry_run=request.dry_run) as change:
        named = titles(workspace, (request.a, request.b))
        ends = request.a, request.b
        reading = connect(workspace, change, ends, label=request.label, primary=request.primary)
        account.notes += sentences(named[request.a], named[request.b], reading)
        if request.primary:
            account.notes.append(f"{named[request.b]} is the primary one")
        return account.finish(change, dry_run=request.dry_run)


def _end(ref: Ref) -> tuple[str, int]:
    return ref.object_name, ref.id
