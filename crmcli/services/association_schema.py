"""Which objects associate, with which labels and how many: seen, allowed and changed in the workspace's schemas."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.files import BUILT_IN
from crmcli.model.matrix import cell, possible
from crmcli.model.names import with_article
from crmcli.services.schema_edit import edit_schemas
from crmcli.services.users import require_admin
from crmcli.store.linking import NoAssociation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmcli.model.objects import Label, Model, Pair
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written

_DEED = "change which objects associate"
_SIGNS = frozenset(';:[]"\n')


@frozen
class AssociationLine:
    """Two objects that associate; `records` is how many associations of theirs there are, `by_label` with each label.

    `labels` are those of the pair, `limits` and `needs` say in words what holds.
    """

    pair: Pair
    records: int
    by_label: Mapping[str, int]
    limits: tuple[str, ...]


@frozen
class NewAssociation:
    """Two objects to associate: at most `limit` records of b for one of a, `other_limit` of a for one of b."""

    a: str
    b: str
    limit: int | None = None
    other_limit: int | None = None
    primary: bool = False
    dry_run: bool = False


@frozen
class NewLabel:
    """A label to declare: "a is NAME of b" and, from the other end, "b is INVERSE of a"; "" for the same word."""

    a: str
    b: str
    name: str
    inverse: str = ""
    limit: int | None = None
    inverse_limit: int | None = None
    acyclic: bool = False
    dry_run: bool = False


class BadLabel(CrmError):
    """A text that cannot be a label."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(
            f'"{text}" cannot be a label',
            'Write it without ; : [ ] and quotes, as in "Decision maker"; "primary" is taken',
        )


class LabelTaken(CrmError):
    """A label that two objects' associations have already."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, word: str, source: str) -> None:
        super().__init__(f'There is a label "{word}" already', f"It is declared at {source}; change it there")


class LabelInUse(CrmError):
    """A label to remove that associations have; `count` of them."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, word: str, count: int, find: str) -> None:
        self.count = count
        have = "1 association has" if count == 1 else f"{count:,} associations have"
        super().__init__(f'{have} the label "{word}"', f"Take it off them first: {find}")


class NoSuchLabel(CrmError):
    """A label to remove that is not there, or not this CRM's own."""

    exit_code = ExitCode.NOT_FOUND


def association_lines(workspace: Workspace, word: str = "") -> tuple[AssociationLine, ...]:
    """List which objects associate, those of one object or all; of inactive ones only where they are asked for."""
    model = workspace.model
    if word:
        pairs = model.pairs_of(workspace.any_object(word).name)
    else:
        words = model.words
        pairs = tuple(pair for pair in model.pairs.values() if words[pair.owner].active and words[pair.other].active)
    totals, labelled = workspace.store.association_counts()
    return tuple(
        AssociationLine(
            pair,
            totals.get(pair.code, 0),
            {label.name: labelled.get((pair.code, label.name), 0) for label in pair.labels},
            rules_of(model, pair),
        )
        for pair in pairs
    )


def rules_of(model: Model, pair: Pair) -> tuple[str, ...]:
    """Say what the associations of two objects have to keep to, a phrase each."""
    owner, other = (with_article(model.words[name].label) for name in (pair.owner, pair.other))
    one_owner, one_other = (f"one {model.words[name].label.lower()}" for name in (pair.owner, pair.other))
    found = []
    if pair.primary:
        found.append(f"{one_other} is the primary one")
    if pair.parent:
        child = owner if pair.parent == pair.other else other
        found.append(f"{child} belongs to one")
    if pair.required:
        found.append(f"{owner} needs one")
    if pair.required_any:
        either = [each.other for each in model.pairs_of(pair.owner) if each.required_any and each.owner == pair.owner]
        found.append(f"{owner} needs {' or '.join(with_article(model.words[name].label) for name in either)}")
    if pair.requires:
        found.append(f"{owner} needs {' and '.join(pair.requires)}")
    if pair.limit:
        found.append(f"at most {pair.limit:,} for {one_owner}")
    if pair.other_limit:
        found.append(f"at most {pair.other_limit:,} for {one_other}")
    return tuple(found)


def label_rules(label: Label) -> tuple[str, ...]:
    """Say what a label has to keep to."""
    found = []
    if label.limit:
        found.append(f"{label.name} of at most {label.limit:,}")
    if label.inverse_limit:
        found.append(f"at most {label.inverse_limit:,} {label.name} of one {label.to_object}")
    if label.acyclic:
        found.append("no circles")
    return tuple(found)


def allow(workspace: Workspace, request: NewAssociation, write: Callable[..., str]) -> Written:
    """Let records of two objects be associated, and say how many; `write` is `schema_text.with_entry`.

    Raises NoAssociation where HubSpot certainly has none, AdminNeeded, SchemaRefused, and UnknownObject.
    """
    require_admin(workspace, _DEED)
    a, b = workspace.object(request.a).name, workspace.object(request.b).name
    pair = workspace.model.pair(a, b)
    why = cell(workspace.model, a, b)
    if pair is None and why.final:
        raise NoAssociation(a, b, why, possible(workspace.model, a))
    owner = pair.owner if pair else _owner(workspace.model, a, b)
    other = b if owner == a else a
    limits = {"limit": request.limit, "other_limit": request.other_limit}
    if owner != a:
        limits = {"limit": request.other_limit, "other_limit": request.limit}
    said = {key: value for key, value in limits.items() if value} | ({"primary": True} if request.primary else {})
    edits = [partial(write, path=("associations", other, key), value=value) for key, value in said.items()]
    if pair is None:
        edits = [partial(write, path=("associations", other), value=said)]
    plurals = [workspace.model.words[name].plural.lower() for name in (a, b)]
    note = f"{plurals[0]} and {plurals[1]} may be associated: crm link {a}:ID {b}:ID"
    return edit_schemas(workspace, {owner: _all(edits)} if edits else {}, notes=[note], dry_run=request.dry_run)


def add_label(workspace: Workspace, request: NewLabel, write: Callable[..., str]) -> Written:
    """Declare a label of two objects' associations; `write` is `schema_text.with_entry`.

    Raises NoAssociation, BadLabel, LabelTaken, AdminNeeded and SchemaRefused.
    """
    require_admin(workspace, _DEED)
    a, b = workspace.object(request.a).name, workspace.object(request.b).name
    pair = _pair(workspace.model, a, b)
    words = [word for word in (request.name.strip(), request.inverse.strip()) if word]
    for word in words or [request.name]:
        if not word or _SIGNS & set(word) or word.casefold() == "primary":
            raise BadLabel(word)
        taken = next((label for label in pair.labels if word.casefold() in _words(label)), None)
        if taken is not None:
            raise LabelTaken(word, taken.source)
    value = {
        "inverse": words[-1] if words[-1] != words[0] else None,
        "from": a if a != pair.owner else None,
        "limit": request.limit,
        "inverse_limit": request.inverse_limit,
        "acyclic": request.acyclic or None,
    }
    edit = partial(
        write,
        path=("associations", pair.other, "labels", words[0]),
        value={key: one for key, one in value.items() if one is not None},
    )
    first, second = (with_article(workspace.model.words[name].label) for name in (a, b))
    note = f'{first.capitalize()} may be {words[0]} of {second}: crm link {a}:ID {b}:ID --label "{words[0]}"'
    return edit_schemas(workspace, {pair.owner: edit}, notes=[note], dry_run=request.dry_run)


def remove_label(
    workspace: Workspace, ends: tuple[str, str], word: str, take_out: Callable[..., str], *, dry_run: bool = False
) -> Written:
    """Take a label of this CRM's own out of the schema; `take_out` is `schema_text.without_entry`.

    Raises NoSuchLabel, LabelInUse and AdminNeeded.
    """
    require_admin(workspace, _DEED)
    a, b = (workspace.object(end).name for end in ends)
    pair = _pair(workspace.model, a, b)
    label = next((label for label in pair.labels if word.casefold() in _words(label)), None)
    if label is None:
        known = ", ".join(label.name for label in pair.labels) or "none"
        raise NoSuchLabel(f'There is no label "{word}" of {a} and {b}', f"There are: {known}")
    if label.source.startswith(BUILT_IN):
        raise NoSuchLabel(f'"{label.name}" is no label of this CRM\'s own', "Every CRM has it; it may go unused")
    count = workspace.store.association_counts()[1].get((pair.code, label.name), 0)
    if count:
        find = f'crm unlink {label.from_object}:ID {label.to_object}:ID --label "{label.name}"'
        raise LabelInUse(label.name, count, find)
    edit = partial(take_out, path=("associations", pair.other, "labels", label.name))
    return edit_schemas(workspace, {pair.owner: edit}, notes=[f'"{label.name}" is no label any more'], dry_run=dry_run)


def _pair(model: Model, a: str, b: str) -> Pair:
    pair = model.pair(a, b)
    if pair is None:
        raise NoAssociation(a, b, cell(model, a, b), possible(model, a))
    return pair


def _words(label: Label) -> tuple[str, str]:
    return label.name.casefold(), label.inverse.casefold()


def _owner(model: Model, a: str, b: str) -> str:
    """Give the end that keeps the associations of a new pair: the one whose records have few of them.

    An activity has few; an object of this CRM's own is made for what is there already; of the others the one that
    comes later in HubSpot's numbering (a deal has one company and a few contacts).
    """
    order = list(model.words)

    def rank(name: str) -> tuple[bool, bool, int]:
        return "activity" in model.words[name].object_roles, model.objects[name].own, order.index(name)

    return max(a, b, key=rank)


def _all(edits: list[partial[str]]) -> Callable[[str], str]:
    def edit(text: str) -> str:
        for one in edits:
            text = one(text)
        return text

    return edit
