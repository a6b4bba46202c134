"""Schema files as text: entries are put in and taken out where they stand, the rest stays as its writer left it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.frozen import frozen
from crmcli.render.yaml_lines import WIDTH, yaml_block, yaml_flow, yaml_scalar

if TYPE_CHECKING:
    import yaml

    from crmcli.render.yaml_lines import Value


class CannotEdit(CrmError):
    """A schema file that is written in a way that no entry can be put into."""

    def __init__(self, key: str, line: int) -> None:
        self.line = line
        super().__init__(
            f'"{key}" in line {line} of the schema file cannot be changed as text',
            "it is an alias or no mapping: write it out, then say the command again",
        )


def with_entry(text: str, path: Sequence[str], value: Value, keep: Collection[str] = ()) -> str:
    """Give the text of a YAML file in which the entry at `path` has this value; mappings on the way are made.

    A new entry comes last in its mapping, one that is there keeps its place. All other text stays, comments too.
    `keep` names the entries of a mapping that have their value already: those stay as they are written. Raises
    CannotEdit.
    """
    if keep and isinstance(value, Mapping) and (there := _entries(text, path)):
        for key in value.keys() & there - {*keep}:
            text = with_entry(text, (*path, key), value[key])
        return _arranged(text, path, value)
    root = _compose(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    if root is None:
        lines = yaml_block(path[0], _nested(path[1:], value), 0)
        body = text.rstrip() + newline * 2 if text.strip() else ""
        return body + newline.join(lines) + newline
    spot = _spot(text, root, path)
    changed = _Edit(text, newline, spot).put(_nested(path[spot.depth + 1 :], value))
    return changed if changed.endswith(newline) else changed + newline


def _entries(text: str, path: Sequence[str]) -> set[str]:
    """Give the keys of the mapping at `path`, those on lines of their own."""
    root = _compose(text)
    mapping = _lines_at(text, root, path) if root is not None else None
    return {key.value for key, _ in mapping.value} if mapping is not None else set()


def _lines_at(text: str, root: yaml.MappingNode, path: Sequence[str]) -> yaml.MappingNode | None:
    """Give the mapping at `path` whose entries have lines of their own, if there is one."""
    import yaml

    spot = _spot(text, root, path)
    if spot.found is None or spot.depth + 1 < len(path):
        return None
    key, value = spot.found
    written_here = value.start_mark.index > key.end_mark.index
    return value if isinstance(value, yaml.MappingNode) and not value.flow_style and written_here else None


def _arranged(text: str, path: Sequence[str], value: Mapping[str, Value]) -> str:
    """Give the text in which the mapping at `path` has just these entries, in this order.

    Entries that are there keep their lines, with the comments above and beside them; what stands above the first one
    stays at the top, as it may be about all of them.
    """
    root = _compose(text)
    mapping = _lines_at(text, root, path) if root is not None else None
    if mapping is None:  # what was there a moment ago
        raise CannotEdit(path[-1], 1)
    newline = "\r\n" if "\r\n" in text else "\n"
    edit = _Edit(text, newline, _Spot(mapping, in_braces=False, depth=len(path), key="", found=None))
    chunks: dict[str, str] = {}
    start = first = mapping.start_mark.index - mapping.start_mark.column
    for key, node in mapping.value:
        end = edit.after(key, node)
        chunks[key.value] = text[start:end] if text[:end].endswith("\n") else text[start:end] + newline
        start = end
    fresh = {
        key: yaml_block(key, each, edit.column, _aligned(mapping)) for key, each in value.items() if key not in chunks
    }
    lines = [chunks[key] if key in chunks else newline.join([*fresh[key], ""]) for key in value]
    return text[:first] + "".join(lines) + text[start:]


def without_entry(text: str, path: Sequence[str]) -> str:
    """Give the text of a YAML file without the entry at `path`; the same text where there is none.

    Raises CannotEdit.
    """
    root = _compose(text)
    spot = _spot(text, root, path) if root is not None else None
    if spot is None or spot.found is None or spot.depth + 1 < len(path):
        return text
    return _Edit(text, "\r\n" if "\r\n" in text else "\n", spot).take_out()


@frozen
class _Spot:
    """Where an entry stands, or would be put: the innermost mapping on the way, its place in the path, the entry."""

    mapping: yaml.MappingNode
    in_braces: bool  # whether the mapping stands in braces of another one
    depth: int
    key: str
    found: tuple[yaml.Node, yaml.Node] | None


def _compose(text: str) -> yaml.MappingNode | None:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    root = yaml.compose(text, Loader=loader)
    if root is None or (isinstance(root, yaml.ScalarNode) and not root.value):
        return None
    if not isinstance(root, yaml.MappingNode):
        raise CannotEdit("", 1)
    return root


def _spot(text: str, root: yaml.MappingNode, path: Sequence[str]) -> _Spot:
    """Walk down the path as far as there are mappings."""
    import yaml

    mapping, in_braces = root, False
    for depth, key in enumerate(path):
        found = next(((k, v) for k, v in mapping.value if k.value == key), None)
        if found is None or depth + 1 == len(path) or _empty(found[1]):
            return _Spot(mapping, in_braces, depth, key, found)
        inner = found[1]
        if not isinstance(inner, yaml.MappingNode) or inner.start_mark.index < found[0].end_mark.index:
            raise CannotEdit(key, found[0].start_mark.line + 1)
        in_braces = in_braces or bool(mapping.flow_style)
        mapping = inner
    raise CannotEdit(text[:20], 1)  # an empty path


def _empty(node: yaml.Node) -> bool:
    return node.value == "" and node.start_mark.index == node.end_mark.index


class _Edit:
    """One change of a text at a spot."""

    def __init__(self, text: str, newline: str, spot: _Spot) -> None:
        self.text = text
        self.newline = newline
        self.spot = spot
        self.column = spot.mapping.value[0][0].start_mark.column if spot.mapping.value else 0

    def put(self, value: Value) -> str:
        """Put the value at the spot."""
        if self.spot.mapping.flow_style:
            return self._put_in_braces(value)
        if self.spot.found is not None:
            return self._replace(self.spot.found, value)
        return self._add_lines(value)

    def after(self, key: yaml.Node, value: yaml.Node) -> int:
        """Where the line after an entry begins."""
        return self._next_line(self._end(key, value))

    def take_out(self) -> str:
        """Take the entry out; a mapping that has no other is left empty."""
        assert self.spot.found is not None  # noqa: S101 - looked at by the caller
        key, value = self.spot.found
        mapping = self.spot.mapping
        start, end = key.start_mark.index, self._end(key, value)
        if len(mapping.value) == 1:
            close = mapping.end_mark.index if mapping.flow_style else end
            return f"{self.text[: mapping.start_mark.index]}{{}}{self.text[close:]}"
        if mapping.flow_style:
            number = mapping.value.index(self.spot.found)
            if number:
                start = self._end(*mapping.value[number - 1])
            else:
                end = mapping.value[1][0].start_mark.index
            return self.text[:start] + self.text[end:]
        return self.text[: start - self.column] + self.text[self._next_line(end) :]

    def _replace(self, found: tuple[yaml.Node, yaml.Node], value: Value) -> str:
        key, old = found
        end = self._end(key, old)
        start = old.start_mark.index if old.start_mark.index > key.end_mark.index else end
        colon = self.text.index(":", key.end_mark.index) + 1
        lines = yaml_block(self.spot.key, value, self.column, _column_of(old, key))
        first = lines[0].strip()[len(yaml_scalar(self.spot.key)) + 1 :]
        if first and old.start_mark.line == key.start_mark.line and start > colon:
            first, colon = first.strip(), start
        return self.text[:colon] + self.newline.join([first, *lines[1:]]) + self.text[end:]

    def _add_lines(self, value: Value) -> str:
        mapping = self.spot.mapping
        at = self._next_line(self._end(*mapping.value[-1]))
        lines = yaml_block(self.spot.key, value, self.column, _aligned(mapping))
        if self.spot.depth == 0 and len(lines) > 1:
            lines.insert(0, "")
        before = self.text[:at]
        if before and not before.endswith("\n"):
            before += self.newline
        return before + self.newline.join(lines) + self.newline + self.text[at:]

    def _put_in_braces(self, value: Value) -> str:
        mapping, found = self.spot.mapping, self.spot.found
        if found is not None:
            end = self._end(*found)
            return f"{self.text[: found[0].end_mark.index]}: {yaml_flow(value)}{self.text[end:]}"
        close = mapping.end_mark.index - 1
        entry = f"{yaml_scalar(self.spot.key)}: {yaml_flow(value)}"
        if not mapping.value:
            if self.spot.in_braces or self.spot.depth == 0:
                return f"{self.text[: mapping.start_mark.index]}{{{entry}}}{self.text[close + 1 :]}"
            return self._written_out([], value)
        inline = f"{self.text[: self._end(*mapping.value[-1])]}, {entry}{self.text[close:]}"
        line = inline[inline.rfind("\n", 0, close) + 1 :].partition("\n")[0]
        one_line = mapping.start_mark.line == mapping.end_mark.line
        if len(line) <= WIDTH or self.spot.in_braces or self.spot.depth == 0 or not one_line:
            return inline
        return self._written_out([self.text[k.start_mark.index : self._end(k, v)] for k, v in mapping.value], value)

    def _written_out(self, entries: Sequence[str], value: Value) -> str:
        """Write a mapping in braces out, one line an entry, below its key."""
        mapping = self.spot.mapping
        line = self.text.rfind("\n", 0, mapping.start_mark.index) + 1
        indent = len(self.text[line:]) - len(self.text[line:].lstrip(" ")) + 2
        lines = [" " * indent + entry for entry in entries] + yaml_block(self.spot.key, value, indent)
        before = self.text[: mapping.start_mark.index].rstrip(" ")
        end = self._next_line(mapping.end_mark.index)
        comment = self.text[mapping.end_mark.index : end].rstrip()
        return before + self.newline.join([comment, *lines]) + self.newline + self.text[end:]

    def _end(self, key: yaml.Node, value: yaml.Node) -> int:
        """Where the text of an entry ends, comments after it left out."""
        import yaml

        if value.start_mark.index < key.end_mark.index:  # an alias: the value stands where its anchor does
            found = re.compile(r"\s*:\s*\*[^\s,}\]]+").match(self.text, key.end_mark.index)
            return found.end() if found else key.end_mark.index
        if _empty(value):
            return self.text.index(":", key.end_mark.index) + 1
        if isinstance(value, yaml.CollectionNode) and not value.flow_style and value.value:
            last = value.value[-1]
            return self._end(*last) if isinstance(last, tuple) else self._end(last, last)
        return len(self.text[: value.end_mark.index].rstrip())

    def _next_line(self, index: int) -> int:
        end = self.text.find("\n", index)
        return len(self.text) if end < 0 else end + 1


def _aligned(mapping: yaml.MappingNode) -> int:
    """The column at which the values of a block begin, those on the line of their key; 0 where they do not agree."""
    columns = [column for key, value in mapping.value if (column := _column_of(value, key))]
    return columns[0] if len(columns) > 1 and len(set(columns)) == 1 else 0


def _column_of(value: yaml.Node, key: yaml.Node) -> int:
    return value.start_mark.column if value.start_mark.line == key.start_mark.line else 0


def _nested(keys: Sequence[str], value: Value) -> Value:
    for key in reversed(keys):
        value = {key: value}
    return value
