"""The record page: a record's properties in their groups, and what it is associated with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.services.references import Ref
from crmcli.services.titles import record_context, secondary_of, title_of, titles_or_damage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import Model, ObjectType
    from crmcli.services.history import HistoryLine
    from crmcli.services.timeline import Timeline
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Association, Record
    from crmcli.types.base import Stored

# The roles of objects whose records stand on timelines.
_ON_TIMELINES = frozenset({"activity", "thread"})
# So many activities stand on a page, of them so many that are planned; so many messages of a conversation.
_LATEST, _PLANNED, _MESSAGES = 5, 2, 20


@frozen
class Field:
    """One property of the page; `stored` is None and `text` "" where it is not set."""

    name: str
    label: str
    stored: Stored | None
    text: str


@frozen
class Group:
    """A property group with the properties that are shown of it, in the schema's order."""

    label: str
    fields: tuple[Field, ...]


@frozen
class AssociationLine:
    """One associated record; `labels` say what the page's record is of it, `other_is` what it is of that one."""

    ref: Ref
    title: str
    labels: tuple[str, ...]
    other_is: tuple[str, ...]
    primary: bool


@frozen
class AssociationGroup:
    """The associated records of one object: primary first, then by label, then by id; `total` counts all.

    `activities` says that they stand on the timeline too.
    """

    object_name: str
    plural: str
    lines: tuple[AssociationLine, ...]
    total: int
    activities: bool = False


@frozen
class RecordPage:
    """A record as a person reads it; `extra` is what the schema does not know, as found in the file.

    `timeline` has its latest activities, of a conversation its messages, if that was asked for and there are any.
    """

    ref: Ref
    object_label: str
    title: str
    secondary: str
    groups: tuple[Group, ...]
    associations: tuple[AssociationGroup, ...]
    history: tuple[HistoryLine, ...] = ()
    extra: Mapping[str, object] = {}
    timeline: Timeline | None = None


def show(
    workspace: Workspace, ref: Ref, *, all_properties: bool = False, history: bool = False, associations: int = 10
) -> RecordPage:
    """Read a record's page: the properties that are set (all, if asked) and so many associations per object.

    Raises UnknownReference for a record that is not there.
    """
    record = workspace.store.record(ref.object_name, ref.id)
    if record is None:
        from crmcli.services.references import by_id

        return show(
            workspace,
            by_id(workspace, workspace.model.objects[ref.object_name], ref.id),
            all_properties=all_properties,
            history=history,
            associations=associations,
        )
    found = workspace.model.objects[ref.object_name]
    lines: tuple[HistoryLine, ...] = ()
    if history:
        from crmcli.services.history import record_history

        lines = record_history(workspace, ref)
    groups = _associations(workspace, record, associations)
    follows = _derived(workspace, found, record, None if all_properties else groups)
    return RecordPage(
        ref=ref,
        object_label=found.label,
        title=title_of(workspace, record),
        secondary=secondary_of(workspace, record),
        groups=_groups(workspace, found, record, follows, all_properties=all_properties),
        associations=groups,
        history=lines,
        extra=record.extra,
    )


def with_timeline(workspace: Workspace, page: RecordPage) -> RecordPage:
    """Add a record's latest activities to its page, of a conversation what was said; without any it stays as it is."""
    words = workspace.model.words
    talks = any("conversation" in words[group.object_name].object_roles for group in page.associations)
    if not talks and not any(group.activities for group in page.associations):
        return page
    from crmcli.services.timeline import TimelineRequest, thread, timeline

    if "conversation" in words[page.ref.object_name].object_roles:
        return replace(page, timeline=thread(workspace, page.ref, _MESSAGES))
    latest = timeline(workspace, TimelineRequest(page.ref, limit=_LATEST, upcoming=_PLANNED))
    return replace(page, timeline=latest if latest.total else None)


def _groups(
    workspace: Workspace, found: ObjectType, record: Record, follows: Mapping[str, Stored], *, all_properties: bool
) -> tuple[Group, ...]:
    values = {**record.values, **follows}
    context = record_context(found, values, workspace.context)
    names = [name for name in found.properties if name in values]
    if all_properties:
        from crmcli.services.validation import asked_of

        _, hidden = asked_of(workspace, found, record)
        names = [name for name in found.properties if name in values or name not in hidden]
    grouped: dict[str, list[Field]] = {group: [] for group in found.groups}
    for name in names:
        prop = found.properties[name]
        value = values.get(name)
        text = "" if value is None else prop.value_type.show(value, context)
        grouped.setdefault(prop.group, []).append(Field(name, prop.label, value, text))
    return tuple(
        Group(found.groups.get(group, group) or "Other", tuple(fields)) for group, fields in grouped.items() if fields
    )


def _derived(
    workspace: Workspace, found: ObjectType, record: Record, associations: Sequence[AssociationGroup] | None
) -> dict[str, Stored]:
    """Give what is not stored but follows: the date of the last change, and calculated properties.

    Those that say something of a record with these associations; all of them where that is None.
    """
    derived: dict[str, Stored] = {}
    modified = found.role("modified")
    if modified is not None:
        entries = workspace.store.log.history(found.name, record.id)
        if entries:
            from crmcli.services.moments import stored_moment

            derived[modified.name] = stored_moment(max(entry.recorded for entry in entries))
    from crmcli.services.calculated import calculated_values, telling_values

    if associations is None:
        names = [prop.name for prop in found.properties.values() if prop.formula]
        return derived | calculated_values(workspace, found, record.id, names)
    words = workspace.model.words
    active = any("activity" in words[group.object_name].object_roles for group in associations)
    return derived | telling_values(workspace, found, record.id, activities=active)


def _associations(workspace: Workspace, record: Record, limit: int) -> tuple[AssociationGroup, ...]:
    by_object: dict[str, list[Association]] = {}
    for association in workspace.store.associations(record.object_name, record.id):
        by_object.setdefault(association.other_object, []).append(association)
    shown: dict[str, list[Association]] = {}
    for name in workspace.model.objects if by_object else ():
        if name in by_object:
            shown[name] = sorted(by_object[name], key=lambda a: (not a.primary, not a.labels, a.labels, a.other_id))[
                :limit
            ]
    refs = [Ref(name, association.other_id) for name, block in shown.items() for association in block]
    named = titles_or_damage(workspace, refs)
    return tuple(
        AssociationGroup(
            name,
            workspace.model.objects[name].plural,
            tuple(
                _line(workspace.model, association, named.get(ref, str(ref)))
                for association in block
                for ref in (Ref(name, association.other_id),)
            ),
            len(by_object[name]),
            activities=not _ON_TIMELINES.isdisjoint(workspace.model.words[name].object_roles),
        )
        for name, block in shown.items()
    )


def _line(model: Model, association: Association, title: str) -> AssociationLine:
    pair = model.pair(association.object_name, association.other_object)
    back: dict[str, str] = {}
    for label in pair.labels if pair else ():
        back |= {label.name: label.inverse, label.inverse: label.name}
    other_is = tuple(back.get(word, word) for word in association.labels)
    ref = Ref(association.other_object, association.other_id)
    return AssociationLine(ref, title, association.labels, other_is, association.primary)
