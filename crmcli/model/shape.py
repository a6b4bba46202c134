"""The grammar of a schema file: which keys stand where, and what kind of value each takes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.model.duplicates import KINDS, MEANINGS, NONE
from crmcli.model.forecasting import FORECAST_CATEGORIES
from crmcli.model.nodes import Block, Items, Node, Scalar
from crmcli.model.survivorship import RULES as SURVIVORSHIP_RULES
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping


class Shape(ABC):
    """What a value must look like."""

    @abstractmethod
    def fit(self, node: Node, key: str, problems: list[Problem]) -> Node | None:
        """Give the value without its wrong parts, or None where it is wrong as a whole; say why in `problems`."""


@dataclass(frozen=True, slots=True)
class Text(Shape):
    """A text that is not empty, one of `words` where there are any."""

    words: tuple[str, ...] = ()

    def fit(self, node: Node, key: str, problems: list[Problem]) -> Node | None:
        """Accept a text."""
        if not isinstance(node, Scalar) or not node.text.strip():
            problems.append(Problem(node.where, f'"{key}" needs a text'))
            return None
        if self.words and node.text not in self.words:
            hint = suggestion(node.text, self.words)
            problems.append(Problem(node.where, f'"{key}" cannot be "{node.text}"', hint))
            return None
        return node


@dataclass(frozen=True, slots=True)
class Number(Shape):
    """A number from `least` to `most`."""

    least: float
    most: float
    whole: bool = True

    def fit(self, node: Node, key: str, problems: list[Problem]) -> Node | None:
        """Accept a number within the bounds."""
        text = node.text if isinstance(node, Scalar) else ""
        try:
            number = int(text) if self.whole else float(text)
        except ValueError:
            number = None
        if number is None or not self.least <= number <= self.most:
            kind = "whole number" if self.whole else "number"
            bounds = f"a {kind} from {self.least:g} to {self.most:g}"
            problems.append(Problem(node.where, f'"{key}" cannot be "{text}"', f"it needs {bounds}"))
            return None
        return node


@dataclass(frozen=True, slots=True)
class Several(Shape):
    """A list."""

    item: Shape

    def fit(self, node: Node, key: str, problems: list[Problem]) -> Node | None:
        """Accept a list and keep the items that fit."""
        if not isinstance(node, Items):
            problems.append(Problem(node.where, f'"{key}" needs a list', f"such as `{key}: [a, b]`"))
            return None
        items = (self.item.fit(item, key, problems) for item in node.items)
        return Items(tuple(item for item in items if item is not None), node.where)


@dataclass(frozen=True, slots=True)
class Each(Shape):
    """A mapping from names that the file chooses."""

    value: Shape

    def fit(self, node: Node, key: str, problems: list[Problem]) -> Node | None:
        """Accept a mapping and keep the entries that fit."""
        block = _block(node)
        if block is None:
            problems.append(Problem(node.where, f'"{key}" needs a mapping', "one `name: …` a line, set in by two"))
            return None
        entries = {name: self.value.fit(entry, name, problems) for name, entry in block.entries.items()}
        return Block({name: entry for name, entry in entries.items() if entry is not None}, node.where)


@dataclass(frozen=True, slots=True)
class Fields(Shape):
    """A mapping with the given keys; `short` is the key that a text alone stands for."""

    keys: Mapping[str, Shape] = field(hash=False)
    short: str = ""

    def fit(self, node: Node, key: str, problems: list[Problem]) -> Node | None:
        """Accept a mapping, name keys that are not known, and keep what fits."""
        if self.short and isinstance(node, Scalar) and node.text:
            node = Block({self.short: node}, node.where)
        block = _block(node)
        if block is None:
            problems.append(Problem(node.where, f'"{key}" needs a mapping', f"of {', '.join(self.keys)}"))
            return None
        kept = {}
        for name, entry in block.entries.items():
            if name not in self.keys:
                hint = suggestion(name, self.keys)
                problems.append(Problem(entry.where, f'"{name}" is no key of {_kind(key)}', hint))
            elif (fitting := self.keys[name].fit(entry, name, problems)) is not None:
                kept[name] = fitting
        return Block(kept, node.where)


def _kind(key: str) -> str:
    return f'"{key}"' if key else "an object"


def _block(node: Node) -> Block | None:
    if isinstance(node, Scalar) and not node.text:
        return Block({}, node.where)  # `labels:` with nothing below it
    return node if isinstance(node, Block) else None


_TEXT = Text()
_TEXTS = Several(_TEXT)
_FLAG = Text(("true", "false"))
_TYPE_IDS = Several(Number(0, 2**31))

COLORS = ("gray", "red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink")

# The roles that a property may have: the word that stands for it on every object, or what Python looks for.
ROLES = (
    "name", "owner", "stage", "pipeline", "amount", "currency", "status", "due", "closed", "created", "modified",
    "email", "phone", "website", "company_name", "company_domain", "country", "lifecycle", "probability", "pinned",
    "at", "start", "until", "text", "outcome", "direction", "duration", "channel", "kind", "priority", "queue",
    "reminder", "repeat", "completed", "from", "won_reason", "lost_reason", "contacting", "merged",
    "first_name", "last_name", "origin", "forecast",
)  # fmt: skip
OBJECT_ROLES = ("person", "organisation", "activity", "task", "thread", "conversation", "sale", "prospect")
TOOLS = ("index_page", "record_page", "reporting", "import", "property_settings", "segments", "workflows")

RULES = Fields(
    {
        "min": _TEXT,
        "max": _TEXT,
        "min_length": Number(0, 65_536),
        "max_length": Number(1, 65_536),
        "digits": _FLAG,
        "pattern": _TEXT,
        "after": _TEXT,
        "before": _TEXT,
        "check": _TEXT,
        "message": _TEXT,
    }
)
OPTION = Fields(
    {"label": _TEXT, "hidden": _FLAG, "color": Text(COLORS), "closed": _FLAG, "aliases": _TEXTS}, short="label"
)
PROPERTY = Fields(
    {
        "label": _TEXT,
        "type": _TEXT,
        "fieldType": _TEXT,
        "format": _TEXT,
        "group": _TEXT,
        "description": _TEXT,
        "options": Each(OPTION),
        "aliases": _TEXTS,
        "unique": _FLAG,
        "index": _FLAG,
        "read_only": _FLAG,
        "system": _FLAG,
        "scale": Number(0, 12),
        "formula": _TEXT,
        "default": _TEXT,
        "rules": RULES,
        "show_when": _TEXT,
        "required_when": _TEXT,
        "was": _TEXT,
        "additional_of": _TEXT,
        "confidence": Text(("medium", "inferred", "guess")),
        "override": _FLAG,
    }
)
GROUP = Fields({"label": _TEXT, "system": _FLAG, "read_only": _FLAG, "properties": Each(PROPERTY)})
STAGE = Fields(
    {
        "label": _TEXT,
        "probability": Number(0, 1, whole=False),
        "closed": _FLAG,
        "color": Text(COLORS),
        "required": _TEXTS,
        "forecast": Text(tuple(FORECAST_CATEGORIES)),
        "confidence": Text(("medium", "inferred", "guess")),
    },
    short="label",
)
PIPELINE_RULES = Fields({"skipping": _FLAG, "going_back": _FLAG, "movers": _TEXTS, "creation_stages": _TEXTS})
PIPELINE = Fields(
    {
        "label": _TEXT,
        "confidence": Text(("medium", "inferred", "guess")),
        "rules": PIPELINE_RULES,
        "stages": Each(STAGE),
    }
)
LABEL = Fields(
    {
        "inverse": _TEXT,
        "from": _TEXT,
        "type_ids": _TYPE_IDS,
        "limit": Number(1, 10_000),
        "inverse_limit": Number(1, 10_000),
        "acyclic": _FLAG,
    }
)
ASSOCIATION = Fields(
    {
        "primary": _FLAG,
        "type_ids": _TYPE_IDS,
        "primary_type_ids": _TYPE_IDS,
        "limit": Number(1, 10_000),
        "other_limit": Number(1, 10_000),
        "required": _FLAG,
        "required_any": _FLAG,
        "requires": _TEXTS,
        "confidence": Text(("medium", "inferred", "guess")),
        "labels": Each(LABEL),
    }
)
UNASSOCIATED = Fields(
    {
        "value": Text(("no", "unknown", "assets_only", "configurable")),
        "confidence": Text(("high", "medium", "inferred", "guess")),
        "note": _TEXT,
    }
)
MEANING = Text((*MEANINGS, NONE))
WEIGHTS = Each(Number(0, 10, whole=False))
DUPLICATES = Fields({"kind": Text(KINDS), "meanings": Each(MEANING), "weights": WEIGHTS, "associations": Each(MEANING)})
SURVIVORSHIP = Fields({"rules": Each(Text(SURVIVORSHIP_RULES)), "together": Each(_TEXTS)})
TOOL = Fields({"value": Text(("yes", "partial", "no")), "confidence": _TEXT, "note": _TEXT})
OBJECT = Fields(
    {
        "label": _TEXT,
        "plural": _TEXT,
        "description": _TEXT,
        "type_id": _TEXT,
        "categories": _TEXTS,
        "aliases": _TEXTS,
        "object_roles": Several(Text(OBJECT_ROLES)),
        "active": _FLAG,
        "tools": Fields(dict.fromkeys(TOOLS, TOOL)),
        "log": Each(Each(_TEXT)),
        "associate_also": Each(Fields({"where": _TEXT, "open": _FLAG, "limit": Number(1, 100)})),
        "parents": _TEXTS,
        "unassociated": Each(UNASSOCIATED),
        "duplicates": DUPLICATES,
        "survivorship": SURVIVORSHIP,
        "based_on": _TEXT,
        "keys": _TEXTS,
        "display": _TEXTS,
        "secondary": _TEXTS,
        "columns": _TEXTS,
        "required": _TEXTS,
        "required_any": _TEXTS,
        "search": _TEXTS,
        "indexes": Each(_TEXTS),
        "roles": Fields(dict.fromkeys(ROLES, _TEXT)),
        "groups": Each(GROUP),
        "properties": Each(PROPERTY),
        "pipelines": Each(PIPELINE),
        "associations": Each(ASSOCIATION),
    }
)
