"""Which record a row of a file means: by our own reference, by a foreign id, or by the object's keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.association_cells import REFERENCE
from crmcli.services.importing.values import Refusal
from crmcli.services.references import Ref
from crmcli.store.keys import key_properties

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.importing.values import Values
    from crmcli.services.workspace import Workspace
    from crmcli.store.keys import KeyProperty
    from crmcli.store.values import KeyHit


class NotAKey(CrmError):
    """A property by which rows cannot be matched with records."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str, keys: Sequence[str], *, mapped: bool) -> None:
        why = "several records may have the same" if mapped else "no column of the file goes into it"
        super().__init__(
            f'Rows cannot be matched by "{word}": {why}', f"Keys of the file's columns: {', '.join(keys) or 'none'}"
        )


@frozen
class Match:
    """The record that a row means, and by which key; `key` is None where the row has our own reference.

    `primary` says that the record holds the value as its first, not as an additional address; `likely` that it is taken
    for the record since it looks like it, so that other keys of its own stand beside the record's.
    """

    id: int
    key: KeyProperty | None = None
    primary: bool = True
    likely: bool = False


def matching_keys(found: ObjectType, mapped: Collection[str], word: str) -> tuple[KeyProperty, ...]:
    """Give the keys by which rows are matched, the strongest first: foreign ids, then the object's own keys.

    `mapped` are the properties that columns go into; `word` is the one key that the user wants, "" for all.
    Raises NotAKey or UnknownProperty.
    """
    keys = [key for key in key_properties(found) if key.property.name in mapped]
    if not word:
        own = {name for key in keys for name in (key.property.name, key.property.additional_of) if name in found.keys}
        return tuple(sorted(keys, key=lambda key: bool(own & {key.property.name, key.property.additional_of})))
    from crmcli.model.names import find_property

    prop = find_property(found, word)
    chosen = tuple(key for key in keys if key.property.name == prop.name)
    if not chosen:
        raise NotAKey(word, [key.property.name for key in keys], mapped=prop.name in mapped)
    return chosen


def read_references(cells: Sequence[str], found: ObjectType, values: Values, heading: str) -> dict[int, int]:
    """Read a column of our own references: the row's place → the record's id; what is none refuses its row."""
    ids: dict[int, int] = {}
    for row, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            continue
        match = REFERENCE.fullmatch(text)
        if match is None or match["object"] != found.name:
            values.refuse(
                row, Refusal("INVALID_RECORD_ID", f'"{text}" is no reference to a {found.label.lower()}', heading, cell)
            )
        else:
            ids[row] = int(match["id"])
    return ids


def match_references(
    workspace: Workspace, found: ObjectType, ids: dict[int, int], values: Values, heading: str
) -> tuple[dict[int, Match], dict[int, int]]:
    """Give the rows whose record is there, and those whose record is to be created with the id it has.

    A merged record's reference means the one it was merged into. A deleted one refuses its row.
    """
    there = workspace.store.present(found.name, sorted(set(ids.values())))
    matches: dict[int, Match] = {}
    fresh: dict[int, int] = {}
    for row, record_id in ids.items():
        if row in values.refused:
            continue
        if record_id in there:
            matches[row] = Match(record_id)
        elif workspace.store.tombstone(found.name, record_id) is None:
            fresh[row] = record_id
        else:
            _match_gone(workspace, Ref(found.name, record_id), (row, heading), matches, values)
    return matches, fresh


def match_keys(
    workspace: Workspace, found: ObjectType, keys: Iterable[KeyProperty], values: Values, rows: Collection[int]
) -> dict[int, Match]:
    """Give the rows whose record is found by a key, the strongest one that finds any.

    A key that several records hold (by an edit from outside) refuses its row.
    """
    matches: dict[int, Match] = {}
    for key in keys:
        column = values.columns.get(key.property.name)
        if column is None:
            continue
        wanted = {row: key.values(column[row]) for row in rows if column[row] is not None and row not in matches}
        every = list({value for held in wanted.values() for value in held})
        hits = workspace.store.find_keys(key.kind, every, found.name) if every else {}
        for row, held in wanted.items():
            _match_hits(row, key, [hit for value in held for hit in hits.get(value, ())], matches, values)
    return matches


def _match_hits(row: int, key: KeyProperty, hits: Sequence[KeyHit], matches: dict[int, Match], values: Values) -> None:
    holders = {hit.id: hit for hit in hits}
    if len(holders) > 1:
        named = ", ".join(str(Ref(hit.object_name, hit.id)) for hit in holders.values())
        values.refuse(
            row, Refusal("DUPLICATE_UNIQUE_PROPERTY_VALUE", f"several records have this {key.property.label}: {named}")
        )
    elif holders:
        hit = next(iter(holders.values()))
        matches[row] = Match(hit.id, key, primary=hit.primary)


def _match_gone(
    workspace: Workspace, ref: Ref, place: tuple[int, str], matches: dict[int, Match], values: Values
) -> None:
    from crmcli.services.references import UnknownReference, by_id

    row, heading = place
    try:
        matches[row] = Match(by_id(workspace, workspace.model.objects[ref.object_name], ref.id).id)
    except UnknownReference as refusal:
        values.refuse(row, Refusal("INVALID_RECORD_ID", f"{refusal.message}; {refusal.hint}", heading, str(ref)))
