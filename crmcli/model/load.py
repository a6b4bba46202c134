"""Reads YAML text into nodes with line numbers: the one place that knows YAML.

Only plain data is read: no tags, one document, each key once. Aliases are shared, never copied, and what they
would expand to is counted, so that a file of a few lines cannot stand for millions of values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.frozen import replace
from crmcli.model.nodes import Block, Items, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

MAX_NODES = 100_000  # values in one file, aliases expanded; the largest built-in schema has about 2,000
MAX_DEPTH = 30


def read_yaml(content: bytes, name: str) -> tuple[Block, list[Problem]]:
    """Read a YAML file whose top is a mapping; `name` is what problems call it ("schemas/deal.yaml").

    A file that cannot be read at all gives an empty mapping and one problem; otherwise all problems are given
    and what they concern is left out. An empty file is an empty mapping.

    References:
        https://yaml.org/spec/1.1/ (events of libyaml)
    """
    reader = _Reader(name)
    try:
        return reader.document(_decoded(content, name)), reader.problems
    except _Broken as broken:
        return Block({}, f"{name}:1"), [*reader.problems, broken.problem]


class _Broken(Exception):
    """A file that cannot be read on."""

    def __init__(self, where: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(where, message, hint)


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Broken(f"{name}:{line}", "is not UTF-8 text", "save the file as UTF-8") from None


class _Reader:
    """Turns the events of one file into nodes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self._anchors: dict[str, tuple[Node, int]] = {}  # with the number of nodes that each stands for

    def document(self, text: str) -> Block:
        import yaml

        events = self._events(text)
        starts = (yaml.StreamStartEvent, yaml.DocumentStartEvent)
        first = next(event for event in events if not isinstance(event, starts))
        if isinstance(first, yaml.StreamEndEvent):
            return Block({}, f"{self.name}:1")
        top, _ = self._node(first, events, f"{self.name}:1", 0)
        next(events)  # the document's end
        more = next(events)
        if isinstance(more, yaml.DocumentStartEvent):
            raise _Broken(self._where(more), "a second document begins here", "a schema file holds one")
        if isinstance(top, Scalar) and not top.text:
            return Block({}, f"{self.name}:1")
        if not isinstance(top, Block):
            raise _Broken(f"{self.name}:1", "holds no mapping", "begin with lines such as `label: Deal`")
        return top

    def _events(self, text: str) -> Iterator[yaml.Event]:
        import yaml

        try:
            yield from yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            reason = error.problem or "cannot be read"
            raise _Broken(f"{self.name}:{line}", f"is not YAML at column {column}: {reason}", _HINT) from None
        except yaml.YAMLError as error:
            position = getattr(error, "position", 0)
            line = text.count("\n", 0, position) + 1
            reason = getattr(error, "reason", "cannot be read")
            raise _Broken(f"{self.name}:{line}", f"is not YAML: {reason}", "") from None

    def _where(self, event: yaml.Event) -> str:
        return f"{self.name}:{event.start_mark.line + 1 if event.start_mark else 1}"

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], where: str, depth: int) -> tuple[Node, int]:
        """Read one node; give it and the number of nodes that it stands for."""
        import yaml

        if depth > MAX_DEPTH:
            raise _Broken(where, f"is nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, where)
        if (tag := getattr(event, "tag", None)) not in (None, "!"):
            raise _Broken(where, f'has the tag "{tag}"', "tags are not used in schemas; leave it out")
        made: tuple[Node, int]
        if isinstance(event, yaml.ScalarEvent):
            made = Scalar(event.value, where), 1
        elif isinstance(event, yaml.SequenceStartEvent):
            made = self._items(events, where, depth)
        else:
            made = self._block(events, where, depth)
        if made[1] > MAX_NODES:
            raise _Broken(where, f"stands for more than {MAX_NODES:,} values", "write out what its aliases repeat")
        if anchor := getattr(event, "anchor", None):
            self._anchors[anchor] = made
        return made

    def _alias(self, event: yaml.AliasEvent, where: str) -> tuple[Node, int]:
        if event.anchor not in self._anchors:
            hint = "an anchor stands before its aliases, and not around them"
            raise _Broken(where, f'the alias "*{event.anchor}" has no anchor', hint)
        node, weight = self._anchors[event.anchor]
        return replace(node, where=where), weight

    def _items(self, events: Iterator[yaml.Event], where: str, depth: int) -> tuple[Node, int]:
        import yaml

        items, weight = [], 1
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            item, more = self._node(event, events, self._where(event), depth + 1)
            items.append(item)
            weight += more
        return Items(tuple(items), where), weight

    def _block(self, events: Iterator[yaml.Event], where: str, depth: int) -> tuple[Node, int]:
        import yaml

        entries: dict[str, Node] = {}
        weight = 1
        while not isinstance(key := next(events), yaml.MappingEndEvent):
            at = self._where(key)
            if not isinstance(key, yaml.ScalarEvent):
                raise _Broken(at, "a key is not a text", "put braces and brackets in values in quotes")
            node, more = self._node(next(events), events, at, depth + 1)
            weight += more
            if key.value in entries:
                first = entries[key.value].where.rsplit(":", 1)[-1]
                self.problems.append(Problem(at, f'"{key.value}" stands here a second time', f"first in line {first}"))
            else:
                entries[key.value] = node
        return Block(entries, where), weight


_HINT = "a text with `: ` or ` #` in it, or that begins with a sign, needs quotes"
