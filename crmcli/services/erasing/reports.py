"""All that is held about a person, for whoever asks what that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.erasing.erase import erase
from crmcli.services.erasing.persons import held
from crmcli.services.history import operation_line, record_history
from crmcli.services.references import Ref
from crmcli.services.titles import record_context, shown_change, title_from, titles_or_damage
from crmcli.store.judgements import verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from crmcli.services.erasing.erase import Erasure
    from crmcli.services.history import HistoryLine, OperationLine
    from crmcli.services.workspace import Workspace


@frozen
class HeldRecord:
    """One record: its values as stored and as shown (label, text), whom it is associated with, what happened to it.

    `state` is "present", "deleted" or "merged into …", as it is said. Associations are (record, title, labels).
    """

    ref: Ref
    object_label: str
    title: str
    state: str
    values: Mapping[str, object]
    fields: tuple[tuple[str, str], ...]
    associations: tuple[tuple[Ref, str, str], ...]
    history: tuple[HistoryLine, ...]


@frozen
class Named:
    """A text of somebody else's record that names the person; `text` is "" where only its history does."""

    where: str
    label: str
    times: int
    text: str


@frozen
class Judged:
    """What somebody said of the person's record and another one."""

    ref: Ref
    other: Ref
    verdict: str
    at: datetime
    actor: str


@frozen
class SubjectReport:
    """All that is held about a person.

    `absorbed` were merged into the record, `activities` are on it, deleted ones too. `files` are paths with what of the
    person is in them, those of the store left out: what they hold is told above.
    """

    made: datetime
    crm: str
    record: HeldRecord
    absorbed: tuple[HeldRecord, ...]
    activities: tuple[HeldRecord, ...]
    operations: tuple[OperationLine, ...]
    judgements: tuple[Judged, ...]
    named: tuple[Named, ...]
    files: tuple[tuple[str, str], ...]


def subject_report(workspace: Workspace, ref: Ref) -> SubjectReport:
    """Gather all that is held about a record's person. Raises DamagedFile and DamagedJournal."""
    found = erase(workspace, ref, redact=True, dry_run=True)
    who = found.person
    return SubjectReport(
        made=workspace.context.moment,
        crm=workspace.settings.name,
        record=_record(workspace, ref),
        absorbed=tuple(_record(workspace, each) for each in who.absorbed),
        activities=tuple(_record(workspace, each) for each in sorted({*who.own, *who.shared})),
        operations=tuple(_operations(workspace, [*who.refs, *who.shared])),
        judgements=tuple(_judgements(workspace, {ref, *who.absorbed})),
        named=tuple(_named(workspace, found)),
        files=tuple(_files(found)),
    )


def _record(workspace: Workspace, ref: Ref) -> HeldRecord:
    kind = workspace.model.objects[ref.object_name]
    values = next(held(workspace, ref), {}) or next((row for row in held(workspace, ref) if len(row) > 1), {})
    context = record_context(kind, values, workspace.context)
    names = [name for name in kind.properties if name in values]
    names += [name for name in values if name not in kind.properties]
    labels = {name: prop.label for name, prop in kind.properties.items()}
    return HeldRecord(
        ref=ref,
        object_label=kind.label,
        title=title_from(workspace, ref, values),
        state=_state(workspace, ref),
        values=dict(values),
        fields=tuple((labels.get(name, name), shown_change(kind, name, values[name], context)) for name in names),
        associations=tuple(_associations(workspace, ref)),
        history=record_history(workspace, ref),
    )


def _state(workspace: Workspace, ref: Ref) -> str:
    tombstone = workspace.store.tombstone(ref.object_name, ref.id)
    if tombstone is None:
        return "present"
    return f"merged into {Ref(ref.object_name, tombstone.into)}" if tombstone.into else tombstone.kind


def _associations(workspace: Workspace, ref: Ref) -> Iterator[tuple[Ref, str, str]]:
    found = workspace.store.associations(ref.object_name, ref.id)
    named = titles_or_damage(workspace, [Ref(each.other_object, each.other_id) for each in found])
    for each in found:
        other = Ref(each.other_object, each.other_id)
        yield other, named.get(other, str(other)), ", ".join([*(["primary"] if each.primary else []), *each.labels])


def _operations(workspace: Workspace, refs: Sequence[Ref]) -> Iterator[OperationLine]:
    """Give the operations that did anything to these records, in their order."""
    log = workspace.store.log
    ids = {entry.operation for ref in refs for entry in log.history(ref.object_name, ref.id) if entry.operation}
    for operation in sorted(map(log.operation, ids), key=lambda each: (each.sequence, each.clone)):
        yield operation_line(workspace, operation)


def _judgements(workspace: Workspace, refs: set[Ref]) -> Iterator[Judged]:
    (name,) = {ref.object_name for ref in refs}
    for each in verdicts(workspace.store, name):
        a, b = Ref(name, each.a), Ref(name, each.b)
        if a in refs or b in refs:
            ref, other = (a, b) if a in refs else (b, a)
            yield Judged(ref, other, each.verdict, each.at, each.actor)


def _named(workspace: Workspace, found: Erasure) -> Iterator[Named]:
    """Give the texts of others that name the person, as they stand; their own activities are told by themselves."""
    for mention, times in sorted(found.mentions.items(), key=lambda item: (item[0].where, item[0].property_name)):
        name, _, record_id = mention.where.partition(":")
        kind = workspace.model.objects.get(name)
        if kind is None or not record_id.isdecimal():
            continue
        record = workspace.store.record(name, int(record_id))
        values = {**record.extra, **record.values} if record else {}
        text = shown_change(kind, mention.property_name, values.get(mention.property_name), workspace.context)
        prop = kind.properties.get(mention.property_name)
        names = bool(found.person.spellings.count(text))
        yield Named(mention.where, prop.label if prop else mention.property_name, times, text if names else "")


def _files(found: Erasure) -> Iterator[tuple[str, str]]:
    """Give the files of the folder that name the person, and what of it."""
    for each in found.beside:
        yield each.path, ", ".join(f"{count:,} × {what}" for what, count in each.counts.items())
    for left in found.left:
        yield left.path, "no text, nobody looked into it" if left.unread else "names the person"
