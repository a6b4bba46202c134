"""What the changes of the schema files mean for the data, before anything is done about it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.model.differences import Difference, What
from crmcli.services.references import Ref
from crmcli.services.schema_values import Conversion, Duplicates
from crmcli.store import surveying

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeAlias

    from crmcli.model.objects import Model
    from crmcli.services.schema_values import Example
    from crmcli.services.workspace import Workspace

    Tally: TypeAlias = Conversion | Duplicates

# So many options and duplicates are named.
_NAMED = 5


@frozen
class Planned:
    """One difference, and what it means.

    `records` hold what it is about (of an association: so many there are); `failing` of them hold what cannot be
    kept, of which `examples` are a few; `values` are dropped options in use with their records. `loses` says that
    applying it needs consent to lose values, `refused` that it cannot be applied, `waits` that it is not in force
    before: what touches nothing is in force already.
    """

    difference: Difference
    records: int = 0
    failing: int = 0
    examples: tuple[Example, ...] = ()
    values: tuple[tuple[str, int], ...] = ()
    loses: bool = False
    refused: bool = False
    waits: bool = False


@frozen
class SchemaPlan:
    """All differences of the schema files from what is applied, by object, and what each means.

    `labels` has each object's label; of one that is no more its name.
    """

    changes: tuple[Planned, ...]
    labels: Mapping[str, str]

    @property
    def waits(self) -> bool:
        """Whether there is anything that `crm schema apply` has to do."""
        return any(change.waits for change in self.changes)

    @property
    def losses(self) -> tuple[Planned, ...]:
        """The changes that would lose values."""
        return tuple(change for change in self.changes if change.loses)

    @property
    def refusals(self) -> tuple[Planned, ...]:
        """The changes that cannot be applied."""
        return tuple(change for change in self.changes if change.refused)


def plan(workspace: Workspace) -> SchemaPlan:
    """Compare the schema files with what is applied, and look at the data where they differ.

    One pass an object over the index. Raises SchemaProblems, DamagedSchema and DamagedFile.
    """
    from crmcli.model.compiled import declared_model

    declared = declared_model(workspace.root)
    by_object: dict[str, list[Difference]] = {}
    for each in unapplied(workspace, declared):
        by_object.setdefault(each.object_name, []).append(each)
    waiting = _waiting(workspace, declared)
    changes = [
        replace(one, waits=_identity(one.difference) in waiting)
        for name, found in by_object.items()
        for one in _of_object(workspace, declared, name, found)
    ]
    labels = {name: declared.objects[name].label if name in declared.objects else name for name in by_object}
    return SchemaPlan(tuple(changes), labels)


def unapplied(workspace: Workspace, declared: Model) -> list[Difference]:
    """Give every difference of the declared schema from what is applied; none where nothing ever was."""
    from crmcli.model.applied import data_part, parse_text, read_text
    from crmcli.model.differences import differences, former_names

    text = read_text(workspace.root)
    if text is None:
        return []
    now = data_part(declared.objects, declared.pairs.values())
    return list(differences(parse_text(text), now, former_names(declared.objects)))


def _waiting(workspace: Workspace, declared: Model) -> set[tuple[str, What, str]]:
    """Give which differences the present model holds back."""
    from crmcli.model.applied import data_part, parse_text, read_text, to_record
    from crmcli.model.differences import differences, former_names

    text, model = read_text(workspace.root), workspace.model
    in_force = to_record(model.objects, model.pairs.values(), parse_text(text) if text else {}, model.pending)
    now = data_part(declared.objects, declared.pairs.values())
    return {
        _identity(each) for each in differences(in_force, now, former_names(declared.objects)) if not each.what.free
    }


def _identity(each: Difference) -> tuple[str, What, str]:
    return each.object_name, each.what, each.name


def held(workspace: Workspace, each: Difference) -> bool:
    """Whether the data still stands under the former kind of a property: what touches no value is in force already."""
    from crmcli.model.applied import kind_of

    found = workspace.model.objects.get(each.object_name)
    prop = found.properties.get(each.was or each.name) if found else None
    if prop is None or prop.formula:
        return False
    now = kind_of(prop)
    return all(now.get(key) == each.old.get(key) for key in ("type", "several", "scale"))


def tallies(
    workspace: Workspace, declared: Model, name: str, found: Sequence[Difference]
) -> dict[str, dict[str, Tally]]:
    """Give what looks at the values of an object's properties: column → difference's name → tally."""
    made: dict[str, dict[str, Tally]] = {}
    converting: dict[str, Conversion] = {}
    for each in found:
        if each.what in (What.TYPE, What.RENAMED) and held(workspace, each):
            conversion = Conversion(workspace, declared.objects[name].properties[each.name], each)
            converting[each.name] = conversion
            made.setdefault(each.was or each.name, {})[each.what] = conversion
    for each in found:
        if each.what is What.UNIQUE:
            duplicates = Duplicates(workspace, declared.objects[name], each)
            for column in duplicates.columns:
                made.setdefault(column, {})[f"{each.what} {each.name}"] = duplicates
            duplicates.after = converting
    return made


def _of_object(workspace: Workspace, declared: Model, name: str, found: Sequence[Difference]) -> Iterator[Planned]:
    if name not in workspace.model.objects:
        yield from (_removed_object(workspace, each) for each in found)
        return
    looking = tallies(workspace, declared, name, found)
    if looking:
        columns = list(looking)
        news = [each.name for each in found if each.what is What.RENAMED and held(workspace, each)]
        wanted = [*columns, *(new for new in news if new not in columns)]
        for ids, values in surveying.blocks(workspace.store, name, wanted):
            rows = dict(zip(wanted, values, strict=True))
            for column, watching in looking.items():
                for tally in watching.values():
                    tally.take(ids, column, rows)
    counted = [
        each.name for each in found if each.what in (What.PROPERTY_REMOVED, What.NOT_UNIQUE) and held(workspace, each)
    ]
    counts = surveying.counts(workspace.store, name, counted)[1] if counted else {}
    for each in found:
        yield _planned(workspace, each, looking, counts)


def _planned(
    workspace: Workspace,
    each: Difference,
    looking: Mapping[str, Mapping[str, Tally]],
    counts: Mapping[str, int],
) -> Planned:
    match each.what:
        case What.TYPE | What.RENAMED:
            tally = looking.get(each.was or each.name, {}).get(each.what)
            return tally.planned(each) if tally else Planned(each)
        case What.UNIQUE:
            tally = looking.get(each.was or each.name, {}).get(f"{each.what} {each.name}")
            return tally.planned(each) if tally else Planned(each)
        case What.OPTIONS:
            return _options(workspace, each)
        case What.ASSOCIATION_REMOVED | What.LABELS:
            count = surveying.count_associations(workspace.store, each)
            return Planned(each, count, count, loses=count > 0)
        case _:
            return Planned(each, counts.get(each.name, 0))


def _options(workspace: Workspace, each: Difference) -> Planned:
    if not held(workspace, each):
        return Planned(each)
    used = surveying.dropped_options(workspace.store, each)
    examples = tuple(_example(each, value, first) for value, _, first in used[:_NAMED])
    records = sum(count for _, count, _ in used)
    values = tuple((value, count) for value, count, _ in used)
    return Planned(each, records, records, examples, values, loses=records > 0)


def _example(each: Difference, value: str, record_id: int) -> Example:
    from crmcli.services.schema_values import Example

    return Example((Ref(each.object_name, record_id),), value)


def _removed_object(workspace: Workspace, each: Difference) -> Planned:
    """Count the records of an object that the schema does not know any more, in its files."""
    from crmcli.store.files import DATA, shard_path
    from crmcli.store.freshness import look
    from crmcli.store.shard import parse

    records = 0
    for number in look(os.path.join(workspace.root, DATA, each.object_name)):
        path = shard_path(each.object_name, number)
        with open(os.path.join(workspace.root, path), "rb") as file:
            records += len(parse(file.read(), each.object_name, path).records)
    return Planned(each, records)
