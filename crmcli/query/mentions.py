"""Which properties an expression is about, as far as that can be told without compiling it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.model.names import find_object_name, find_property
from crmcli.query.parser import parse
from crmcli.query.syntax import Call, Node, Path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.objects import Model


def mentioned(text: str, model: Model, object_name: str) -> set[tuple[str, str]]:
    """Give the (object, property) pairs that an expression over an object's records names; none for what is none."""
    if not text:
        return set()
    try:
        return set(_mentioned(parse(text).root, model, object_name))
    except CrmError:
        return set()


def _mentioned(node: Node, model: Model, scope: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Path):
        yield from _named(node, model, scope)
        return
    if isinstance(node, Call) and node.arguments and (over := _object(node.arguments[0], model)):
        for argument in node.arguments[1:]:  # count(deals, amount > 5): the rest is about deals
            yield from _mentioned(argument, model, over)
        return
    for child in children(node):
        yield from _mentioned(child, model, scope)


def _named(path: Path, model: Model, scope: str) -> Iterator[tuple[str, str]]:
    *way, last = [step.name for step in path.steps]
    with suppress(CrmError):
        name = find_object_name(model, way[-1]) if way else scope
        yield name, find_property(model.objects[name], last).name


def _object(node: Node, model: Model) -> str:
    """Give the object whose records a call goes over, "" where its first argument names none."""
    if isinstance(node, Path):
        with suppress(CrmError):
            return find_object_name(model, node.steps[-1].name)
    return ""


def children(node: Node) -> Iterator[Node]:
    """Give the nodes that a node is made of."""
    for value in node.__values__:  # type: ignore[attr-defined]
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Node):
                yield one
