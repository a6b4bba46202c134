"""Finding records by a key, a property's value or a name; what became of those that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.objects import Property
from crmcli.services.references import SHOWN, Ref, UnknownReference
from crmcli.types.base import InvalidValue, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import KeyHit, Tombstone

# The kinds of key that mean a record without its object being named: each is a format of a property.
_KINDS = ("email", "phone", "domain")
# Names with more words than this are looked up as one value only: the ways to divide them grow fast.
_WORDS = 8
_LONGEST = 10_000  # characters of a name to look for: longer ones do not fit into an expression in all its ways


def by_key(workspace: Workspace, text: str) -> list[Ref]:
    """Give the records of any object that hold `text` as an e-mail, phone or domain, in order of id."""
    for kind in _KINDS:
        canonical = _canonical(workspace, kind, text)
        if canonical:
            hits = workspace.store.find_key(kind, canonical)
            if hits:
                return _refs(hits)
    return []


def in_object(workspace: Workspace, found: ObjectType, text: str) -> list[Ref]:
    """Give the records of an object that `text` means: `PROPERTY=VALUE`, a key, or a name."""
    name = text.strip('"')
    prop, equals, value = name.partition("=")
    if equals and not value.strip():
        raise UnknownReference(f"{quoted(text)} gives no value to look for", f"Write {found.name}:{prop.strip()}=…")
    if equals:
        return by_value(workspace, found, prop.strip(), value.strip().strip('"'))
    keyed = [ref for ref in by_key(workspace, name) if ref.object_name == found.name]
    return keyed or by_title(workspace, found, name)


def by_value(workspace: Workspace, found: ObjectType, word: str, text: str) -> list[Ref]:
    """Give the records whose property equals a typed value; at most one more than are shown.

    Raises UnknownProperty and InvalidValue.
    """
    from crmcli.model.names import find_property
    from crmcli.services.assignments import parse_text
    from crmcli.store.keys import key_properties

    prop = find_property(found, word)
    stored = parse_text(workspace, prop, text)
    for key in key_properties(found):
        if key.property is prop:
            hits = [hit for value in key.values(stored) for hit in workspace.store.find_key(key.kind, value)]
            return _refs(hit for hit in hits if hit.object_name == found.name)
    return _matching(workspace, found, f"{prop.name} = {literal(text)}")


def by_title(workspace: Workspace, found: ObjectType, text: str) -> list[Ref]:
    """Give the records whose display properties, joined by blanks, read `text`."""
    display = [found.properties[name] for name in found.display]
    words = text.split()
    if not display or not words or len(text) > _LONGEST:
        return []
    divided = _divisions(words, len(display)) if len(words) <= _WORDS else iter([[text] + [""] * (len(display) - 1)])
    ways = [
        " and ".join(
            f"{prop.name} = {literal(part)}" if part else f"{prop.name} is unknown"
            for prop, part in zip(display, parts, strict=True)
        )
        for parts in divided
    ]
    return _matching(workspace, found, " or ".join(f"({way})" for way in ways))


def _divisions(words: Sequence[str], parts: int) -> Iterator[list[str]]:
    """Give each way to divide words, in their order, over so many parts, some of them empty."""
    if parts == 1:
        yield [" ".join(words)]
        return
    for size in range(len(words) + 1):
        for rest in _divisions(words[size:], parts - 1):
            yield [" ".join(words[:size]), *rest]


def _matching(workspace: Workspace, found: ObjectType, where: str) -> list[Ref]:
    from crmcli.query import Selection, select

    wanted = Selection(found, where=where, columns=(), sort=(), limit=SHOWN + 1, offset=0)
    rows = workspace.store.rows(select(wanted, workspace.model, workspace.context))
    return [Ref(found.name, row[0]) for row in rows]


def literal(text: str) -> str:
    """Write a text as a literal of the expression language."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _canonical(workspace: Workspace, kind: str, text: str) -> str:
    """Give the key that `text` is of this kind, or "" where it is none."""
    if not _plausible(kind, text):
        return ""
    value_type = Property(kind, kind, "string", "text", format=kind).value_type
    try:
        return value_type.canonical(value_type.parse(text, workspace.context))
    except InvalidValue:
        return ""


def _plausible(kind: str, text: str) -> bool:
    if kind == "email":
        return "@" in text
    if kind == "phone":
        return text[:1] in "+(0123456789" and sum(c.isdigit() for c in text) > len(text) // 2
    return "." in text and "@" not in text and " " not in text


def _refs(hits: Sequence[KeyHit] | Iterator[KeyHit]) -> list[Ref]:
    return sorted({Ref(hit.object_name, hit.id) for hit in hits})


def story(workspace: Workspace, ref: Ref, tombstone: Tombstone) -> tuple[str, str]:
    """Say what became of a record that is gone: the message and the way back."""
    from crmcli.services.moments import shown_moment
    from crmcli.store.log import UnknownOperation

    try:
        operation = workspace.store.log.operation(tombstone.operation)
    except UnknownOperation:
        return f"{ref} was {tombstone.kind}", "The journal does not say when; git or a backup may have its files"
    short = workspace.store.log.short_id(tombstone.operation)
    when = f"on {shown_moment(workspace.context, operation.at)} by {operation.actor} (operation {short})"
    if tombstone.kind == "deleted":
        return f"{ref} was deleted {when}", f"Bring it back: crm restore {ref}"
    if tombstone.into is not None:
        into = Ref(ref.object_name, tombstone.into)
        return f"{ref} was merged into {into} {when}", f"Take it out again: crm unmerge {ref}"
    if tombstone.kind == "undone":
        return f"{ref} went when its creation was undone {when}", f"Bring it back: crm undo {short}"
    return f"{ref} was erased {when}", "What is erased does not come back"


def advice(workspace: Workspace, text: str) -> str:
    """Say what may be typed instead of a reference that nothing matches."""
    if text.strip().isdecimal():
        return f"A number needs its object: {next(iter(workspace.model.objects))}:{text.strip()}"
    return "Search for it with crm search, or see crm help references"
