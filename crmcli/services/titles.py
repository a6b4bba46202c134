"""What a record is called: its display properties as shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.services.references import Ref, records_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Record
    from crmcli.types.base import Context, Stored

_LONGEST = 80  # characters of a title


def record_context(found: ObjectType, values: Mapping[str, object], context: Context) -> Context:
    """Give the context in which a record's values are shown: amounts in its own currency, where it has one."""
    currency = values.get(found.roles.get("currency", ""))
    if not isinstance(currency, str) or currency == context.currency:
        return context
    from crmcli.frozen import replace

    return replace(context, currency=currency)


def title(workspace: Workspace, ref: Ref) -> str:
    """Give a record's title as `title_of` does, a merged one's as it was; the reference for one that is not there."""
    record = workspace.store.record(ref.object_name, ref.id)
    return _formerly(workspace, ref) if record is None else title_of(workspace, record)


def _formerly(workspace: Workspace, ref: Ref) -> str:
    """Give the title that a record had which was merged into another, else the reference."""
    from crmcli.store.tombs import kept_record

    tombstone = workspace.store.tombstone(ref.object_name, ref.id)
    if tombstone is None or tombstone.into is None:
        return str(ref)
    return title_from(workspace, ref, kept_record(workspace.store, ref.object_name, ref.id))


def titles(workspace: Workspace, refs: Iterable[Ref]) -> dict[Ref, str]:
    """Give the titles of many records; those that are not there are left out."""
    return {Ref(record.object_name, record.id): title_of(workspace, record) for record in records_of(workspace, refs)}


def titles_or_damage(workspace: Workspace, refs: Iterable[Ref]) -> dict[Ref, str]:
    """Give the titles of many records; where an object's data file cannot be read, that is said in their place."""
    from crmcli.store.shard import DamagedFile

    by_object: dict[str, list[Ref]] = {}
    for ref in refs:
        by_object.setdefault(ref.object_name, []).append(ref)
    named: dict[Ref, str] = {}
    for some in by_object.values():
        try:
            named |= titles(workspace, some)
        except DamagedFile as damage:
            named |= dict.fromkeys(some, f"({damage.message})")
    return named


def title_of(workspace: Workspace, record: Record) -> str:
    """Give a record's display properties as shown, else its strongest key, else its reference: never empty.

    An activity without a name goes by how its text begins.
    """
    found = workspace.model.objects[record.object_name]
    context = record_context(found, record.values, workspace.context)
    return (
        _one_line(_joined(found, found.display, record.values, context))
        or _one_line(str(record.values.get(found.roles.get("text", ""), "")))
        or _first(found, found.keys, record.values, context)
        or f"{record.object_name}:{record.id}"
    )


def title_from(workspace: Workspace, ref: Ref, values: Mapping[str, object]) -> str:
    """Give the title that a record with these values has or had, whether or not it is there."""
    found = workspace.model.objects[ref.object_name]
    context = record_context(found, values, workspace.context)
    shown = [shown_change(found, name, values.get(name), context).strip() for name in found.display]
    keys = (shown_change(found, name, values.get(name), context) for name in found.keys)
    return _one_line(" ".join(filter(None, shown))) or next(filter(None, keys), str(ref))


def secondary_of(workspace: Workspace, record: Record) -> str:
    """Give what is shown beside a record's title: its secondary properties, or ""."""
    found = workspace.model.objects[record.object_name]
    context = record_context(found, record.values, workspace.context)
    shown = (shown_value(found, name, record.values, context) for name in found.secondary)
    return " · ".join(text for text in shown if text)


def shown_value(found: ObjectType, name: str, values: Mapping[str, Stored], context: Context) -> str:
    """Say the value of a property to a person; "" where it is not set."""
    value = values.get(name)
    return "" if value is None else found.properties[name].value_type.show(value, context)


def shown_change(found: ObjectType, name: str, value: object, context: Context) -> str:
    """Say a value out of the journal: as its property shows it, or as it stands where that does not fit any more."""
    if value is None:
        return ""
    prop = found.properties.get(name)
    if prop is None:
        return str(value)
    try:
        return prop.value_type.show(prop.value_type.accept(value), context)
    except CrmError:
        return str(value)


def _one_line(text: str) -> str:
    """Give what a text begins with: a line, and not a long one."""
    if len(text) <= _LONGEST and "\n" not in text and "<" not in text:
        return text
    from crmcli.services.plain_text import plain_text

    line = plain_text(text).strip().partition("\n")[0].rstrip()
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def _joined(found: ObjectType, names: Sequence[str], values: Mapping[str, Stored], context: Context) -> str:
    return " ".join(filter(None, (shown_value(found, name, values, context).strip() for name in names)))


def _first(found: ObjectType, names: Sequence[str], values: Mapping[str, Stored], context: Context) -> str:
    return next(filter(None, (shown_value(found, name, values, context) for name in names)), "")
