"""What a person calls a record, and the record that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.types.base import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Record

# So many candidates of an ambiguous reference are named; the rest are "more".
SHOWN = 10
_IDS = 2**63  # the index's whole numbers end here, and ids before
_DIGITS = 19


@frozen
class Ref:
    """A record of an object; `str` of it is what may be typed: `contact:42`."""

    object_name: str
    id: int

    def __str__(self) -> str:
        return f"{self.object_name}:{self.id}"

    def __lt__(self, other: Ref) -> bool:
        return (self.object_name, self.id) < (other.object_name, other.id)


def records_of(workspace: Workspace, refs: Iterable[Ref]) -> Iterator[Record]:
    """Give the records that are there of those that are meant, by object and then by id."""
    wanted: dict[str, list[int]] = {}
    for ref in refs:
        wanted.setdefault(ref.object_name, []).append(ref.id)
    for name, ids in wanted.items():
        yield from workspace.store.records(name, ids)


class UnknownReference(CrmError):
    """No record is meant by the text; the hint says what became of it, or what may be typed."""

    exit_code = ExitCode.NOT_FOUND


class AmbiguousReference(CrmError):
    """Several records are meant by the text; `candidates` are the first ten of them, `titles` their names."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, text: str, candidates: Sequence[tuple[Ref, str]]) -> None:
        self.candidates = tuple(ref for ref, _ in candidates[:SHOWN])
        self.titles = tuple(title for _, title in candidates[:SHOWN])
        number = f"{len(candidates)}" if len(candidates) <= SHOWN else f"more than {SHOWN}"
        named = ", ".join(f"{ref} ({title})" for ref, title in candidates[:SHOWN])
        super().__init__(f"{quoted(text)} may be {number} records", f"Say which one: {named}")


def resolve(workspace: Workspace, text: str) -> Ref:
    """Give the one record that `text` means; a merged record's reference gives what it was merged into.

    `contact:42`, a unique key (`jane@acme.com`, `acme.com`, `+31612345678`), the same after an object
    (`contact:jane@acme.com`), `contact:PROPERTY=VALUE`, or `contact:Jane Doe`.
    Raises UnknownReference, AmbiguousReference, UnknownObject, UnknownProperty or InvalidValue.
    """
    head, colon, rest = text.strip().partition(":")
    if colon and not rest.startswith("//"):  # https://acme.com is a domain
        found = workspace.any_object(head)  # what is there can be shown, active or not
        name = rest.strip()
        if name.isascii() and name.isdecimal():
            if len(name) > _DIGITS:  # Python does not even read numbers of thousands of digits
                raise UnknownReference(f"There is no {quoted(text)}", f"See which there are: crm list {found.name}")
            return by_id(workspace, found, int(name))
        from crmcli.services.lookup import in_object

        return _one(workspace, text, in_object(workspace, found, name))
    from crmcli.services.lookup import by_key

    return _one(workspace, text, by_key(workspace, text.strip()))


def resolve_many(workspace: Workspace, texts: Iterable[str]) -> list[Ref]:
    """Resolve each text, in order and each record once; raise as `resolve` does."""
    return list(dict.fromkeys(resolve(workspace, text) for text in texts))


def resolve_link(workspace: Workspace, text: str) -> tuple[Ref, str | None]:
    """Read `REF` or `REF:Label`, as `--link` takes it; the label is None where none is given.

    A text that is a reference as a whole is taken as one. Raises as `resolve` does.
    """
    try:
        return resolve(workspace, text), None
    except CrmError as refusal:
        reference, colon, label = text.rpartition(":")
        if not colon or not label.strip() or reference in workspace.model.objects:
            raise
        try:
            return resolve(workspace, reference), label.strip()
        except UnknownReference:
            raise refusal from None


def by_id(workspace: Workspace, found: ObjectType, record_id: int) -> Ref:
    """Give the record of an object with an id, following merges; raise UnknownReference with its story."""
    ref = Ref(found.name, record_id)
    followed: set[int] = set()
    # Ids beyond the index's whole numbers are no one's; merges that lead back to themselves come of a hand edit.
    while ref.id < _IDS and ref.id not in followed:
        if workspace.store.record(ref.object_name, ref.id) is not None:
            return ref
        tombstone = workspace.store.tombstone(ref.object_name, ref.id)
        if tombstone is not None and tombstone.into is None:
            from crmcli.services.lookup import story

            raise UnknownReference(*story(workspace, ref, tombstone))
        followed.add(ref.id)
        ref = Ref(ref.object_name, tombstone.into or 0) if tombstone is not None else ref
    raise UnknownReference(f"There is no {Ref(found.name, record_id)}", f"See which there are: crm list {found.name}")


def _one(workspace: Workspace, text: str, refs: Sequence[Ref]) -> Ref:
    """Give the only one of `refs`, or refuse in the words of the one who typed `text`."""
    if len(refs) == 1:
        return refs[0]
    if refs:
        from crmcli.services.titles import titles

        named = titles(workspace, refs[:SHOWN])
        raise AmbiguousReference(text, [(ref, named.get(ref, "")) for ref in refs])
    from crmcli.services.lookup import advice

    raise UnknownReference(f"No record is known as {quoted(text)}", advice(workspace, text))
