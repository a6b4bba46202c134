"""The index by which a view is listed: its records in its order, however many there are beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.model.names import find_property
from crmcli.query.mentions import mentioned
from crmcli.query.parser import parse
from crmcli.query.syntax import LITERALS, Compare, Logic, Path, PeriodName
from crmcli.services.schema_edit import draft, schema_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.query.syntax import Node
    from crmcli.services.view_files import View
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Account
    from crmcli.store.transaction import Transaction

_MOST = 8  # properties of an index
_TIMES = frozenset({"date", "datetime"})


class NothingToIndex(CrmError):
    """A view for which no index can be kept: it neither filters nor sorts by its object's own properties."""

    exit_code = ExitCode.USAGE

    def __init__(self, plural: str) -> None:
        super().__init__(
            f"No index would help this view: it neither filters nor sorts by stored properties of {plural.lower()}",
            "Give it --where or --sort, or leave out --index",
        )


def index_of(workspace: Workspace, found: ObjectType, view: View) -> tuple[str, ...]:
    """Give the properties of the index by which a view is listed; raises NothingToIndex.

    First those that its condition compares by =, then those that it is sorted by, then what else the condition looks
    at: so nothing is read but the page.
    """
    kept = [prop.name for prop in _equal(found, view.where) if _ordered(found, prop)]
    for key in view.sort:
        prop = _property(found, key.removeprefix("-"))
        if prop is None or prop.options or not _ordered(found, prop):
            break
        kept.append(prop.name)
    named = sorted(name for owner, name in mentioned(view.where, workspace.model, found.name) if owner == found.name)
    kept += [name for name in named if _ordered(found, found.properties[name])]
    if not kept:
        raise NothingToIndex(found.plural)
    return tuple(dict.fromkeys(kept))[:_MOST]


def declaring(
    workspace: Workspace, found: ObjectType, view: View, put: Callable[[str, Sequence[str], list[str]], str]
) -> Callable[[Transaction, Account], None]:
    """Give what declares the index of a view in the schema of its object, as a part of the operation that saves it.

    `put` writes an entry at a path into a text of YAML. Raises NothingToIndex; when it writes, SchemaRefused.
    """
    names = index_of(workspace, found, view)

    def declare(change: Transaction, account: Account) -> None:
        edit = {found.name: lambda text: put(text, ("indexes", view.name), list(names))}
        for name, text in draft(workspace, edit).items():
            change.write_file(schema_path(name), text)
        account.notes.append(
            f"{schema_path(found.name)} declares its index, {', '.join(names)}; the next command makes it"
        )

    return declare


def _equal(found: ObjectType, where: str) -> Iterator[Property]:
    """Give the properties that must equal one value for a condition to hold."""
    for node in _all_of(parse(where).root) if where else ():
        if isinstance(node, Compare) and node.operator == "=" and isinstance(node.left, Path) and node.left.word:
            prop = _property(found, node.left.word)
            value = isinstance(node.right, LITERALS) and not isinstance(node.right, PeriodName)
            if prop and (value or isinstance(node.right, Path)) and prop.value_type.name not in _TIMES:
                yield prop


def _all_of(root: Node) -> Iterator[Node]:
    """Give the conditions that must all hold."""
    if isinstance(root, Logic) and root.operator == "and":
        for operand in root.operands:
            yield from _all_of(operand)
    else:
        yield root


def _property(found: ObjectType, word: str) -> Property | None:
    try:
        return find_property(found, word)
    except CrmError:
        return None


def _ordered(found: ObjectType, prop: Property) -> bool:
    """Whether records can be kept in the order of a property: it is stored, and holds one value."""
    return not (prop.formula or prop.value_type.several or found.roles.get("modified") == prop.name)
