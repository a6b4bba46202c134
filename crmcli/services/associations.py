"""Associating records, labelling their associations, and taking them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace
from crmcli.services.activation import require_active
from crmcli.services.references import Ref
from crmcli.services.titles import title, titles
from crmcli.services.written import Account

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.transaction import Transaction
    from crmcli.store.values import Association


@frozen
class LinkRequest:
    """Two records and, where a label is given, how they read: "a is LABEL of b"."""

    a: Ref
    b: Ref
    label: str | None = None
    primary: bool = False
    dry_run: bool = False
    move: bool = False  # in place of what a limit of one leaves no room beside
    force: bool = False  # though it takes away, or lacks, what is needed


@frozen
class Reading:
    """A label as read from both ends: a is `forward` of b, b is `backward` of a."""

    forward: str
    backward: str


class NoPrimary(CrmError):
    """Two objects whose associations have no primary one."""

    exit_code = ExitCode.USAGE

    def __init__(self, a: str, b: str) -> None:
        super().__init__(f"Associations of {a} and {b} have no primary one", "Leave --primary out")


class NotAssociated(CrmError):
    """Two records that are not associated, or not with that label."""

    exit_code = ExitCode.NOT_FOUND


def link(workspace: Workspace, request: LinkRequest) -> Written:
    """Associate two records; the first company of a contact becomes its primary one, a later one when asked.

    Associating anew what is associated adds the label, or does nothing. Raises NoPrimary, the store's NoAssociation,
    UnknownLabel and WithItself, and TooMany, Circle or PropertyNeeded.
    """
    account = Account(workspace, refs=[request.a, request.b])
    with workspace.store.write(workspace.intent(force=request.force), dry_run=request.dry_run) as change:
        account.notes += connect(workspace, change, request)
        written = account.finish(change, dry_run=request.dry_run)
    return with_primary(workspace, written, [request])


def label(workspace: Workspace, request: LinkRequest) -> Written:
    """Give the association of two records a label, or make it the primary one.

    Raises NotAssociated where there is none, and what `link` raises.
    """
    if association(workspace, request.a, request.b) is None:
        command = f'crm link {request.a} {request.b} --label "{request.label}"'
        raise NotAssociated(f"{request.a} and {request.b} are not associated", f"Associate them: {command}")
    written = link(workspace, request)
    if request.label:
        return written
    return replace(written, notes=written.notes[1:])  # they were associated before


def unlink(workspace: Workspace, request: LinkRequest) -> Written:
    """Take the association of two records away; with a label, that label only.

    No other record becomes the primary one in the place of one that goes: that is for a person to say.
    Raises NotAssociated, UnknownLabel, and StillNeeded unless forced.
    """
    a, b = request.a, request.b
    account = Account(workspace, refs=[a, b])
    there = association(workspace, a, b)
    with workspace.store.write(workspace.intent(force=request.force), dry_run=request.dry_run) as change:
        gone = change.unlink(_end(a), _end(b), label=request.label)
        if not gone or there is None or (request.label and not _has(there, request.label)):
            what = f'associated as "{request.label}"' if request.label else "associated"
            raise NotAssociated(f"{a} and {b} are not {what}", f"See what is: crm show {a}")
        named = titles(workspace, (a, b))
        if request.label:
            reading = _reading(workspace, request, request.label)
            account.notes.append(f"{named[a]} is no longer {reading.forward} of {named[b]}")
        else:
            account.notes.append(f"{named[a]} and {named[b]} are no longer associated")
            account.notes += _without_primary(workspace, there, named)
        return account.finish(change, dry_run=request.dry_run)


def connect(
    workspace: Workspace, change: Transaction, request: LinkRequest, *, name_a: str | None = None
) -> tuple[str, ...]:
    """Associate two records within a transaction, and read the association from both ends: a sentence each.

    `name_a` is the first record's title where this transaction makes it. Raises as `link` does.
    """
    a, b = request.a, request.b
    for end in (a, b):
        require_active(workspace, end.object_name)
    pair = workspace.model.pair(a.object_name, b.object_name)
    if request.primary and pair is not None and not pair.primary:
        raise NoPrimary(a.object_name, b.object_name)
    change.link(_end(a), _end(b), label=request.label, primary=True if request.primary else None)
    named = titles(workspace, (a, b))
    moved = _make_room(workspace, change, (a, b)) if request.move else []
    first, second = name_a or named[a], named[b]
    if request.label:
        reading = _reading(workspace, request, request.label)
        sentences = [f"{first} is {reading.forward} of {second}", f"{second} is {reading.backward} of {first}"]
    else:
        sentences = [f"{first} and {second} are associated"]
    return (*moved, *sentences)


def _make_room(workspace: Workspace, change: Transaction, ends: tuple[Ref, Ref]) -> list[str]:
    """Take apart what a limit of one leaves no room beside; say what, a sentence each."""
    from crmcli.services.association_refusals import TooMany
    from crmcli.services.association_rules import broken

    notes = []
    for error in list(broken(workspace, change)):
        if isinstance(error, TooMany) and error.most == 1 and error.ref in ends:
            for other in error.others:
                change.unlink(_end(error.ref), _end(other), label=error.label)
                named = titles(workspace, (error.ref, other))
                first, second = named.get(error.ref, str(error.ref)), named[other]
                end = f"is no longer {error.label} of {second}" if error.label else f"no longer belongs to {second}"
                notes.append(f"{first} {end}")
    return notes


def _without_primary(workspace: Workspace, gone: Association, named: Mapping[Ref, str]) -> list[str]:
    """Say that a record has no primary one any more, and how it gets one, where others are left."""
    pair = workspace.model.pair(gone.object_name, gone.other_object)
    if not gone.primary or pair is None:
        return []
    ends = Ref(gone.object_name, gone.id), Ref(gone.other_object, gone.other_id)
    owner, lost = sorted(ends, key=lambda ref: ref.object_name != pair.owner)
    left = [each for each in workspace.store.associated(pair, [owner.id], from_owner=True) if each.other_id != lost.id]
    if not left:
        return []
    kind, other = workspace.model.words[pair.other].label.lower(), Ref(pair.other, left[0].other_id)
    return [f"{named[owner]} has no primary {kind} now; to give it one: crm label {owner} {other} --primary"]


def with_primary(workspace: Workspace, written: Written, requests: Sequence[LinkRequest]) -> Written:
    """Add to what was written which of the associations are the primary ones now."""
    if written.operation is None:
        return written
    notes = []
    for request in requests:
        there = association(workspace, request.a, request.b)
        pair = workspace.model.pair(request.a.object_name, request.b.object_name)
        if there is not None and there.primary and pair is not None:
            owner, other = sorted((request.a, request.b), key=lambda ref: ref.object_name != pair.owner)
            kind = workspace.model.words[pair.other].label.lower()
            notes.append(f"{title(workspace, other)} is the primary {kind} of {title(workspace, owner)}")
    return replace(written, notes=(*written.notes, *notes))


def association(workspace: Workspace, a: Ref, b: Ref) -> Association | None:
    """Give the association of two records as read from the first, or None."""
    there = workspace.store.associations(a.object_name, a.id)
    return next((found for found in there if (found.other_object, found.other_id) == _end(b)), None)


def _reading(workspace: Workspace, request: LinkRequest, word: str) -> Reading:
    """Give the label that `word` means when read "a is WORD of b", as the schema spells it."""
    a, b = request.a.object_name, request.b.object_name
    pair = workspace.model.pair(a, b)
    for found in pair.labels if pair else ():
        if (found.from_object, found.to_object, found.name.casefold()) == (a, b, word.casefold()):
            return Reading(found.name, found.inverse)
        if (found.to_object, found.from_object, found.inverse.casefold()) == (a, b, word.casefold()):
            return Reading(found.inverse, found.name)
    return Reading(word, word)


def _has(there: Association, word: str) -> bool:
    return word.casefold() in (known.casefold() for known in there.labels)


def _end(ref: Ref) -> tuple[str, int]:
    return ref.object_name, ref.id
