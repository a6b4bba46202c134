"""What an object is: its properties, options, pipelines, labels and roles, as frozen values.

Nothing here knows YAML or files; `load` makes these values, `compiled` keeps them between commands.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model.properties import Option as Option  # noqa: PLC0414 - offered from here too, as parts of an object
from crmcli.model.properties import Property as Property  # noqa: PLC0414, TC001
from crmcli.model.properties import Rules as Rules  # noqa: PLC0414

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from crmcli.model.duplicates import DuplicateRules
    from crmcli.model.segments import Segments
    from crmcli.model.survivorship import Survivorship


@frozen
class Stage:
    """One stage of a pipeline; `probability` from 0 to 1 or None where the pipeline has none."""

    id: str
    label: str
    probability: float | None = None
    closed: bool = False
    color: str = ""
    required: tuple[str, ...] = ()  # properties that a record needs to come here, and while it stands here
    forecast: str = ""  # the forecast category that is declared; see `forecasting.category_of` for the one in force


@frozen
class Pipeline:
    """A pipeline of an object: ordered stages, and the rules for moving through them."""

    id: str
    label: str
    stages: tuple[Stage, ...]
    source: str = ""
    skipping: bool = True  # stages may be left out on the way forward
    going_back: bool = True
    movers: tuple[str, ...] = ()  # ids of the users who may move records; none named: everyone
    creation_stages: tuple[str, ...] = ()  # where records may begin; none named: anywhere


@frozen
class Label:
    """A label of associations from one object to another: "from is NAME of to".

    Single labels read the same from both ends (`inverse` is then equal to `name`).
    """

    name: str
    inverse: str
    from_object: str
    to_object: str
    type_id: int = 0
    inverse_type_id: int = 0
    source: str = ""
    limit: int = 0  # so many records of `to` may one of `from` be this of; 0: any number
    inverse_limit: int = 0  # so many records of `from` may be this of one of `to`
    acyclic: bool = False  # no record may come to be this of itself through others

    @property
    def paired(self) -> bool:
        """Whether the two ends read differently."""
        return self.name != self.inverse


@frozen
class Pair:
    """Two objects whose records may be associated, and which end stores the association.

    `primary` says that an owner's record has at most one primary record of `other`: the first by default.
    """

    owner: str
    other: str
    primary: bool = False
    labels: tuple[Label, ...] = ()
    type_ids: tuple[int, ...] = ()  # HubSpot's, owner → other and other → owner
    primary_type_ids: tuple[int, ...] = ()  # likewise, of the primary association
    source: str = ""
    limit: int = 0  # so many records of `other` may one owner have; 0: any number
    other_limit: int = 0  # so many owners may one record of `other` have
    required: bool = False  # an owner cannot be without one
    required_any: bool = False  # nor without one of this or another pair that says so
    requires: tuple[str, ...] = ()  # properties that an owner needs to be associated
    confidence: str = "high"  # how sure it is that HubSpot associates these: high, medium, inferred or guess
    parent: str = ""  # the end of which the other's records have exactly one as their parent, by object name

    @property
    def ruled(self) -> bool:
        """Whether there is anything to keep to: a limit, a need, a parent, a label without circles."""
        own = self.limit or self.other_limit or self.needed or self.requires or self.parent
        return bool(own) or any(label.limit or label.inverse_limit or label.acyclic for label in self.labels)

    @property
    def needed(self) -> bool:
        """Whether an owner cannot be without one, or without one of several."""
        return self.required or self.required_any

    def needed_by(self, object_name: str) -> bool:
        """Whether a record of one end cannot be without one of the other: its parent, or a partner."""
        return bool(self.parent and self.parent != object_name) or (self.needed and self.owner == object_name)

    @property
    def code(self) -> int:
        """The number that stands for this pair in the index: stable across machines."""
        return _code(self.owner, self.other)


def _code(owner: str, other: str) -> int:
    return zlib.crc32(f"{owner}:{other}".encode())


@frozen
class Also:
    """Records of `object` that an activity on one of their associates belongs to as well: the primary one if any.

    `where` picks among them, newest first, at most `limit`.
    """

    object: str
    where: str = ""
    limit: int = 5
    open: bool = False  # only what stands in a stage or has a status that is not closed


@frozen
class Unassociated:
    """Why records of an object are not associated with those of `other`; model/matrix.py tells the words.

    `other` is an object, "all" for every one that no association is declared with, or "_custom" for those that a
    CRM makes itself. `value` is no, unknown, assets_only or configurable; `note` is what to do instead, or why.
    """

    other: str
    value: str
    confidence: str
    note: str = ""


@frozen
class Tool:
    """One cell of HubSpot's table of which tool takes which object; `value` is yes, partial or no."""

    name: str
    value: str
    confidence: str
    note: str = ""


@frozen
class ObjectType:
    """An object: contact, deal, a custom one."""

    name: str
    label: str
    plural: str
    properties: Mapping[str, Property]
    aliases: tuple[str, ...] = ()  # other names on the command line
    type_id: str = ""  # HubSpot's, for exchange
    categories: tuple[str, ...] = ()
    description: str = ""
    keys: tuple[str, ...] = ()  # properties that identify a record, strongest first
    display: tuple[str, ...] = ()  # the record's name, joined by spaces
    secondary: tuple[str, ...] = ()  # shown beside the name
    columns: tuple[str, ...] = ()  # of an index view, by default
    required: tuple[str, ...] = ()  # all of these to create
    required_any: tuple[str, ...] = ()  # and one of these
    search: tuple[str, ...] = ()  # what full-text search reads
    indexes: tuple[tuple[str, ...], ...] = ()  # properties by which the store keeps its records in order
    groups: Mapping[str, str] = {}  # property group → label, in order
    pipelines: tuple[Pipeline, ...] = ()
    # role → property: name owner stage pipeline amount currency status due closed created modified
    # email company_name company_domain …; objects too have roles, under "object": see `has_role`
    roles: Mapping[str, str] = {}
    object_roles: tuple[str, ...] = ()  # what the whole object is: "person", "organisation", "activity" …
    active: bool = True  # an inactive one is kept out of sight until `crm object activate`
    own: bool = False  # this CRM's own, not one that is shipped
    tools: tuple[Tool, ...] = ()
    log: Mapping[str, Mapping[str, str]] = {}  # words of `crm log` → the values that each stands for
    associate_also: tuple[Also, ...] = ()  # with what an activity on a record of this object is associated too
    parents: tuple[str, ...] = ()  # objects of which a record has exactly one as its parent
    unassociated: tuple[Unassociated, ...] = ()  # what is known of objects that it does not associate with
    duplicates: DuplicateRules | None = None  # what shows that two records are the same; see `duplicate_rules`
    survivorship: Survivorship | None = None  # which values stay when records are merged; see `rule_of`
    ruled: tuple[str, ...] = ()  # the properties that have a default, rules or conditions
    source: str = ""
    sources: Mapping[str, str] = {}  # other parts ("label", "columns" …) → file and line

    def role(self, role: str) -> Property | None:
        """The property that has a role, or None."""
        name = self.roles.get(role)
        return self.properties[name] if name else None

    def unique_properties(self) -> tuple[Property, ...]:
        """The properties whose values no two records share, keys first, with their additional holders."""
        ranked = {name: rank for rank, name in enumerate(self.keys)}
        found = [p for p in self.properties.values() if p.unique or p.additional_of]

        def rank(prop: Property) -> tuple[int, bool]:
            return ranked.get(prop.additional_of or prop.name, len(ranked)), bool(prop.additional_of)

        return tuple(sorted(found, key=rank))

    def stage(self, stage_id: str) -> Stage | None:
        """The stage with this id in any of the pipelines, or None."""
        return next((s for p in self.pipelines for s in p.stages if s.id == stage_id), None)


@frozen
class Summary:
    """What finding an object by a word needs, without its properties."""

    name: str
    label: str
    plural: str
    aliases: tuple[str, ...] = ()
    object_roles: tuple[str, ...] = ()
    active: bool = True


@frozen
class Model:
    """All objects of a workspace and how they associate.

    `objects` may be a lazy mapping that reads an object when it is first asked for.
    """

    objects: Mapping[str, ObjectType]
    pairs: Mapping[tuple[str, str], Pair]  # by (owner, other)
    fingerprint: str  # changes whenever any part of the model does
    summaries: Mapping[str, Summary] = {}  # of every object; empty in a model made by hand
    layout: str = ""  # changes whenever the index has to be made of other columns
    # Changes of the YAML that are not applied to the data: the object, and the new name of a renamed property or "".
    pending: tuple[tuple[str, str], ...] = ()
    applied: str = ""  # digest of what data/schema.json has to say; see `applied.text_of`
    recorded: str = ""  # digest of what data/schema.json said when this was read; "" where there was none
    schema_stamp: Sequence[object] = ()  # of data/schema.json then
    root: str = ""  # the workspace's folder; "" for the built-in objects alone

    @property
    def segments(self) -> Segments:
        """The segments of the workspace, as their files stand; they are read when they are asked for."""
        from crmcli.model.segments import Segments

        return Segments(self.root)

    @property
    def words(self) -> Mapping[str, Summary | ObjectType]:
        """Name, label, plural, aliases and roles of every object; reads no object."""
        return self.summaries or self.objects

    def objects_with(self, role: str) -> tuple[str, ...]:
        """The names of the objects that have an object role such as "person"; reads no object."""
        return tuple(name for name, words in self.words.items() if role in words.object_roles)

    def pairs_of(self, name: str, among: Container[int] | None = None) -> tuple[Pair, ...]:
        """The pairs that an object is an end of, or those `among` whose codes they are; reads no other pair."""
        ends = [ends for ends in self.pairs if name in ends and (among is None or _code(*ends) in among)]
        return tuple(self.pairs[each] for each in ends)

    def pairs_owned(self, name: str) -> tuple[Pair, ...]:
        """The pairs whose associations the records of an object keep; reads no other pair."""
        return tuple(self.pairs[ends] for ends in self.pairs if ends[0] == name)

    def pair(self, a: str, b: str) -> Pair | None:
        """The pair of two objects in either order, or None where they do not associate."""
        return self.pairs.get((a, b)) or self.pairs.get((b, a))
