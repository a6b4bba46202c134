"""A person as privacy law means them: one record, all that was merged into it, what is about nobody else, and names."""

from __future__ import annotations

from collections import Counter
from itertools import islice, product
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.association_limits import far_object
from crmcli.services.references import Ref, UnknownReference, resolve
from crmcli.services.titles import title_from
from crmcli.store.belonging import absorbed, ends_of, held_by_tombstone, removed_with
from crmcli.store.keys import PHONE, key_properties, keys_of
from crmcli.store.spellings import Spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace

# The roles of objects whose records tell of others; of those whose names are names of somebody.
_TELLING = frozenset({"activity", "thread", "conversation"})
_NAMED = frozenset({"person", "organisation"})
_EMAIL = "email"
_TEXTS = frozenset({"text", "string", "json"})
_MOST_NAMES = 50  # of combinations of all first and last names that somebody had


@frozen
class Person:
    """A record and what belongs to it alone.

    `absorbed` were merged into it. `own` are activities that are on these records alone, deleted ones too, and records
    that are parts of one of these, as line items are; `shared` are activities on others as well, which are not the
    person's alone. `keys` are the unique keys that any of the records had: (kind, canonical value).
    """

    ref: Ref
    title: str
    absorbed: tuple[Ref, ...]
    own: tuple[Ref, ...]
    shared: tuple[Ref, ...]
    keys: frozenset[tuple[str, str]]
    spellings: Spellings

    @property
    def refs(self) -> tuple[Ref, ...]:
        """All records that are the person's."""
        return (self.ref, *self.absorbed, *self.own)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many records of which object are erased, as the journal says it."""
        return Counter(f"{each.object_name} erased" for each in self.refs)


def find(workspace: Workspace, text: str) -> Ref:
    """Give the record that a text means, one that is gone by its id too; raise as `resolve` does."""
    try:
        return resolve(workspace, text)
    except UnknownReference:
        head, _, number = text.strip().partition(":")
        if not (number.isascii() and number.isdecimal() and len(number) < 19):
            raise
        ref = Ref(workspace.any_object(head).name, int(number))
        tombstone = workspace.store.tombstone(ref.object_name, ref.id)
        if tombstone is None:
            raise
        return ref


def person(workspace: Workspace, ref: Ref) -> Person:
    """Gather who a record is. Raises DamagedFile and DamagedJournal."""
    found = workspace.model.objects[ref.object_name]
    merged = [Ref(*end) for end in absorbed(workspace.store, (ref.object_name, ref.id))]
    rows = [row for each in (ref, *merged) for row in held(workspace, each)]
    parts = _parts(workspace, {ref, *merged})
    own, shared = _activities(workspace, {ref, *merged, *parts})
    keys = {(key.kind, value) for row in rows for key, value in keys_of(key_properties(found), row)}
    return Person(
        ref=ref,
        title=title_from(workspace, ref, rows[0]) if rows else str(ref),
        absorbed=tuple(merged),
        own=tuple(sorted(own | parts)),
        shared=tuple(sorted(shared)),
        keys=frozenset(keys),
        spellings=_spellings(found, rows),
    )


def held(workspace: Workspace, ref: Ref) -> Iterator[Mapping[str, object]]:
    """Give the values of a record: present ones, those with which it went, and single ones that it had before."""
    store, end = workspace.store, (ref.object_name, ref.id)
    record = store.record(*end)
    if record is not None:
        yield {**record.extra, **record.values}
    else:
        yield held_by_tombstone(store, end)
        tombstone = store.tombstone(*end)
        if tombstone is not None and tombstone.kind in ("deleted", "undone"):
            yield store.log.removed(*end, tombstone.operation)[0]
    for entry in store.log.history(*end):
        for value in (entry.old, entry.new):
            if entry.property_name and value is not None:
                yield {entry.property_name: value}


def is_text(workspace: Workspace, object_name: str, name: str) -> bool:
    """Whether a property holds free text; one that no schema knows may."""
    found = workspace.model.objects.get(object_name)
    prop = found.properties.get(name) if found else None
    return prop is None or prop.value_type.name in _TEXTS


def _parts(workspace: Workspace, refs: set[Ref]) -> set[Ref]:
    """Give the records whose one parent any of these is, and their parts."""
    found = set(refs)
    waiting = list(refs)
    while waiting:
        ref = waiting.pop()
        pairs = [pair for pair in workspace.model.pairs_of(ref.object_name) if pair.parent == ref.object_name]
        names = {far_object(pair, ref.object_name) for pair in pairs} - {ref.object_name}
        ends = ends_of(workspace.store, (ref.object_name, ref.id)) if names else ()
        new = {Ref(*end) for end in ends if end[0] in names} - found
        found |= new
        waiting += new
    return found - refs


def _activities(workspace: Workspace, refs: set[Ref]) -> tuple[set[Ref], set[Ref]]:
    """Give the activities, conversations and messages on these records: those on them alone, and those on others too.

    A message is on those that its conversation is on.
    """
    telling = [name for name, found in workspace.model.objects.items() if _TELLING & set(found.object_roles)]
    known = {(each.object_name, each.id): ends_of(workspace.store, (each.object_name, each.id)) for each in refs}
    people, near = set(known), set().union(*known.values())
    waiting = list(near)
    while waiting:
        end = waiting.pop()
        if end[0] in telling and end not in known:
            known[end] = ends_of(workspace.store, end)
            waiting += known[end]
    shared = {end for end, others in known.items() if end not in people and not others <= known.keys()}
    while more := {end for end in known.keys() - people - shared if known[end] & shared}:
        shared |= more
    own = known.keys() - shared
    own |= removed_with(workspace.root, {f"{name}:{record_id}" for name, record_id in own}, telling)
    return {Ref(*end) for end in own} - refs, {Ref(*end) for end in shared & near}


def _spellings(found: ObjectType, rows: Iterable[Mapping[str, object]]) -> Spellings:
    """Give what a person is known by in texts: every e-mail, phone and full name that they ever had."""
    emails: set[str] = set()
    phones: set[tuple[str, str]] = set()
    parts: dict[str, dict[str, None]] = {name: {} for name in found.display}
    for row in rows:
        for name, value in row.items():
            prop = found.properties.get(name)
            kind = getattr(prop.value_type, "item", prop.value_type).name if prop else ""
            texts = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
            if kind == _EMAIL:
                emails.update(texts)
            elif kind == PHONE:
                phones.update(_divided(text) for text in texts)
            elif name in parts:
                parts[name].update(dict.fromkeys(texts))
    named = _NAMED & set(found.object_roles)
    ways = product(*parts.values()) if named and all(parts.values()) else ()
    names = [" ".join(way).split() for way in islice(ways, _MOST_NAMES)]
    return Spellings(sorted(emails), sorted(phones), names)


def _divided(number: str) -> tuple[str, str]:
    """Divide a stored number into the digits of its country and the others, without its extension."""
    import phonenumbers

    digits = number.partition(" ")[0].removeprefix("+")
    try:
        country = str(phonenumbers.parse(f"+{digits}").country_code)
    except phonenumbers.NumberParseException:
        country = ""
    return country, digits.removeprefix(country)
