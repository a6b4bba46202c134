"""`name=text` as typed on a command line, and the values that it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.types.base import InvalidValue, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored

_MARKS = "+-:@"


@frozen
class Assignment:
    """One `name=text` of a command line.

    `operator` is `=`, `+=` (add to several values), `-=` (take from them), `:=` (JSON) or `@=` (the text of
    a file: whoever reads the file puts its text in the place of its name before values are made of it).
    """

    name: str
    operator: str
    text: str


@frozen
class Edit:
    """What is to happen to one property: `value` replaces it, is added, or is taken away; None clears it.

    `text` is how the value was written.
    """

    property: Property
    operator: str  # "=" "+=" "-="
    value: Stored | None
    text: str = ""


class AssignmentSyntax(CrmError):
    """A text that is no `name=text`, or one that would clear a property by accident."""

    exit_code = ExitCode.USAGE


class NotSeveral(CrmError):
    """`+=` or `-=` on a property that holds one value."""

    exit_code = ExitCode.USAGE

    def __init__(self, prop: Property, operator: str) -> None:
        self.property = prop
        super().__init__(f'{prop.label} holds one value, so "{operator}" has no meaning', f"Replace it: {prop.name}=…")


class AssignedTwice(CrmError):
    """Two texts of one command that give the same property a value, or clear it as well."""

    exit_code = ExitCode.USAGE

    def __init__(self, prop: Property) -> None:
        self.property = prop
        super().__init__(f"{prop.label} ({prop.name}) is given twice", "Give it once")


def parse_assignments(texts: Sequence[str]) -> tuple[Assignment, ...]:
    """Take `name=text` apart, for each text; nothing is looked up.

    The first `=` ends the name, so the text may hold more of them. Raises AssignmentSyntax.
    """
    return tuple(_parse(text) for text in texts)


def _parse(typed: str) -> Assignment:
    name, equals, text = typed.partition("=")
    operator = "="
    if name[-1:] in _MARKS and name[:-1].strip():
        name, operator = name[:-1], f"{name[-1]}="
    name = name.strip()
    if not equals or not name:
        raise AssignmentSyntax(f"{quoted(typed)} is no assignment", "Write name=text, as in firstname=Ada")
    if not text.strip():
        raise AssignmentSyntax(f"{quoted(typed)} gives no value", f"To clear it: --clear {name}")
    return Assignment(name, operator, text)


def values(
    workspace: Workspace,
    found: ObjectType,
    assignments: Sequence[Assignment],
    *,
    current: Mapping[str, Stored] | None = None,
    clears: Sequence[str] = (),
) -> dict[str, Stored | None]:
    """Give the new values that assignments mean for a record that now has `current`; None clears.

    Raises UnknownProperty, InvalidValue, NotSeveral, AssignedTwice.
    """
    return apply_edits(parse_edits(workspace, found, assignments, clears), current or {})


def parse_edits(
    workspace: Workspace, found: ObjectType, assignments: Sequence[Assignment], clears: Sequence[str] = ()
) -> tuple[Edit, ...]:
    """Read assignments and `--clear` names once, to be applied to many records; raises as `values` does."""
    from crmcli.model.names import find_property

    edits = [edit for assignment in assignments for edit in _edits(workspace, found, assignment)]
    edits += [Edit(find_property(found, name), "=", None) for name in clears]
    given: dict[str, str] = {}
    for edit in edits:
        before = given.setdefault(edit.property.name, edit.operator)
        if before != edit.operator or (edit.operator == "=" and _count(edits, edit.property) > 1):
            raise AssignedTwice(edit.property)
    return tuple(edits)


def apply_edits(edits: Sequence[Edit], current: Mapping[str, Stored]) -> dict[str, Stored | None]:
    """Give the new values of a record that now has `current`; a list that runs empty is cleared."""
    changed: dict[str, Stored | None] = {}
    for edit in edits:
        name = edit.property.name
        if edit.operator == "=":
            changed[name] = edit.value
            continue
        before = _as_list(changed[name] if name in changed else current.get(name))
        given = _as_list(edit.value)
        if edit.operator == "+=":
            after = before + [value for value in given if value not in before]
        else:
            after = [value for value in before if value not in given]
        changed[name] = after or None
    return changed


def typed(edits: Sequence[Edit]) -> dict[str, str]:
    """Give how the values of edits were written, by property."""
    return {edit.property.name: edit.text for edit in edits if edit.text}


def parse_text(workspace: Workspace, prop: Property, text: str) -> Stored:
    """Read a typed value of a property; the refusal names the property's label."""
    try:
        return prop.value_type.parse(text, workspace.context)
    except InvalidValue as refusal:
        raise labelled(prop, refusal) from None


def labelled(prop: Property, refusal: InvalidValue) -> InvalidValue:
    """Give a type's refusal with the property's label in front."""
    return InvalidValue(f"{prop.label}: {refusal.message}", refusal.hint)


def _edits(workspace: Workspace, found: ObjectType, assignment: Assignment) -> list[Edit]:
    """Give the edits that one assignment means: one, but for `name=` on an object named by two properties."""
    from crmcli.model.names import find_property

    if _is_whole_name(found, assignment):
        return _name_edits(workspace, found, assignment)
    prop = find_property(found, assignment.name)
    if assignment.operator == ":=":
        return [Edit(prop, "=", _from_json(prop, assignment), assignment.text)]
    if assignment.operator in ("+=", "-=") and not holds_several(prop):
        raise NotSeveral(prop, assignment.operator)
    operator = "=" if assignment.operator == "@=" else assignment.operator
    return [Edit(prop, operator, parse_text(workspace, prop, assignment.text), assignment.text)]


def _is_whole_name(found: ObjectType, assignment: Assignment) -> bool:
    return (
        assignment.name == "name"
        and assignment.operator in ("=", "@=")
        and "name" not in found.properties
        and "name" not in found.roles
        and len(found.display) > 1
    )


def _name_edits(workspace: Workspace, found: ObjectType, assignment: Assignment) -> list[Edit]:
    """Divide a whole name over the first two display properties, at its last blank.

    One word is refused rather than guessed: it would leave the other part of the old name standing.
    """
    first, last = (found.properties[name] for name in found.display[:2])
    head, _, tail = assignment.text.strip().rpartition(" ")
    if not head:
        raise AssignmentSyntax(
            f"{quoted(f'name={assignment.text}')} is one word, but {found.label.lower()} names have two parts",
            f"Say which part it is: {first.name}=… or {last.name}=…",
        )
    return [
        Edit(first, "=", parse_text(workspace, first, head.strip()), head.strip()),
        Edit(last, "=", parse_text(workspace, last, tail), tail),
    ]


def _from_json(prop: Property, assignment: Assignment) -> Stored | None:
    import json

    try:
        value = json.loads(assignment.text)
    except ValueError as error:
        message = f"{quoted(f'{assignment.name}:={assignment.text}')} is not JSON: {error}"
        raise AssignmentSyntax(message, f"For plain text write {assignment.name}=…") from None
    if value is None:
        return None
    try:
        return prop.value_type.accept(value)
    except InvalidValue as refusal:
        raise labelled(prop, refusal) from None


def holds_several(prop: Property) -> bool:
    """Say whether a property holds a list of values."""
    return prop.value_type.several


def _count(edits: Sequence[Edit], prop: Property) -> int:
    return sum(edit.property.name == prop.name for edit in edits)


def _as_list(value: Stored | None) -> list[Stored]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
