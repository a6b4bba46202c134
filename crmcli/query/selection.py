"""Whole statements: the records that a filter selects, with columns and order, and counts by a property."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.query.compile import TABLE, condition, value
from crmcli.query.fragments import CASELESS, Fragment, Measure, compose, quoted
from crmcli.query.parser import parse
from crmcli.query.scope import Frame, Scope
from crmcli.query.syntax import Path, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Model, ObjectType
    from crmcli.query.syntax import Node
    from crmcli.types.base import Column, Context, ValueType

_LONGEST_ORDER = 200  # options whose declared order sorting follows


@frozen
class Selection:
    """Which records of an object, which of their values, in which order.

    `columns` and `sort` are properties (by any of their names), dotted paths or expressions; in `sort` a "-" before
    one is descending. Besides `where`, records may be chosen by `ids`, and by `keys`: expressions, each with the very
    value that it has in the index, or has among several.
    """

    object: ObjectType
    where: str | None = None
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int | None = None
    offset: int = 0
    ids: tuple[int, ...] | None = None
    keys: tuple[tuple[str, Column], ...] = ()


@frozen
class ColumnInfo:
    """A column of the result: its heading, and the type that turns its values back into stored ones.

    `name` is for machines: a property's internal name, else the path or expression as it was written.
    """

    heading: str
    value_type: ValueType | None
    name: str = ""


@frozen
class Statement(Fragment):
    """SQL with its bound values, ready to run, and what its columns are."""

    columns: tuple[ColumnInfo, ...]


@frozen
class _Key(Fragment):
    """What a sort goes by, and the SQL that says which way."""

    direction: str


def select(selection: Selection, model: Model, context: Context) -> Statement:
    """Compile a selection; rows are (id, one value a column), unset last in either order, then by id.

    Raises QueryError.
    """
    frame = Frame(model, context)
    columns = [column_of(text, selection.object, frame) for text in selection.columns]
    keys = [_key(text, selection.object, frame) for text in selection.sort]
    shown = [found for _, found in columns]
    found = (_paged if keys and _limited(selection) else _plain)(selection, shown, keys, frame)
    return Statement(found.sql, found.parameters, tuple(info for info, _ in columns))


def count_by(object_type: ObjectType, by: str | None, where: str | None, model: Model, context: Context) -> Statement:
    """Compile a count of records; rows are (value, count), most first; one row (NULL, count) without `by`.

    A record with several values in the property counts once for each. Raises QueryError.
    """
    frame = Frame(model, context)
    table = f"{quoted(object_type.name)} {TABLE}"
    count = ColumnInfo("Count", None)
    if by is None:
        found = compose(f"SELECT NULL, count(*) FROM {table}{{}}", where_of(where, object_type, frame))
        return Statement(found.sql, found.parameters, (ColumnInfo("", None), count))
    info, grouped = column_of(by, object_type, frame)
    value_type = grouped.value_type
    source, group = Fragment(table, ()), grouped
    if grouped.kind == "options":
        source = compose(f"{table} LEFT JOIN json_each({{}}) g", grouped)
        group = Measure("g.value", (), getattr(value_type, "item", value_type))
    found = compose(
        "SELECT {}, count(*) FROM {}{} GROUP BY 1 ORDER BY 2 DESC, 1",
        group,
        source,
        where_of(where, object_type, frame),
    )
    return Statement(found.sql, found.parameters, (ColumnInfo(info.heading, group.value_type, info.name), count))


def _plain(selection: Selection, shown: list[Measure], keys: list[_Key], frame: Frame) -> Fragment:
    """Compute columns and order in one go: nothing is left out, or nothing needs to be sorted first."""
    return compose(
        f"SELECT {TABLE}.id{{}} FROM {quoted(selection.object.name)} {TABLE}{{}} ORDER BY {{}}{TABLE}.id{{}}",
        _listed(shown, before=", "),
        _chosen(selection, frame),
        _listed([compose(f"{{}}{key.direction}", key) for key in keys], behind=", "),
        _page(selection),
    )


def _paged(selection: Selection, shown: list[Measure], keys: list[_Key], frame: Frame) -> Fragment:
    """Filter, sort and limit first; then compute what is only shown, for the records of the page."""
    table = f"{quoted(selection.object.name)} {TABLE}"
    numbered = [compose(f"{{}} AS k{place}", key) for place, key in enumerate(keys)]
    page = compose(
        f"SELECT {TABLE}.id AS id{{}} FROM {table}{{}} ORDER BY {{}}{TABLE}.id{{}}",
        _listed(numbered, before=", "),
        _chosen(selection, frame),
        Fragment("".join(f"k{place}{key.direction}, " for place, key in enumerate(keys)), ()),
        _page(selection),
    )
    # CROSS has SQLite read the page as it goes; else it is written down first, which took a tenth of a list's time.
    again = "".join(f"page.k{place}{key.direction}, " for place, key in enumerate(keys))
    joined = f"({{}}) page CROSS JOIN {table} ON {TABLE}.id = page.id"
    template = f"SELECT {TABLE}.id{{}} FROM {joined} ORDER BY {again}page.id"
    return compose(template, _listed(shown, before=", "), page)


def _limited(selection: Selection) -> bool:
    return selection.limit is not None or selection.offset > 0


def _page(selection: Selection) -> Fragment:
    if not _limited(selection):
        return Fragment("", ())
    limit = -1 if selection.limit is None else selection.limit
    return Fragment(" LIMIT ? OFFSET ?", (limit, selection.offset))


def _listed(parts: Sequence[Fragment], *, before: str = "", behind: str = "") -> Fragment:
    return compose("".join(f"{before}{{}}{behind}" for _ in parts), *parts)


def where_of(text: str | None, object_type: ObjectType, frame: Frame) -> Fragment:
    """Compile WHERE and a condition, nothing for None."""
    if text is None:
        return Fragment("", ())
    # WHERE takes unknown for no by itself, and finds ids faster without IS TRUE around them.
    return compose(" WHERE {}", condition(parse(text).root, Scope(object_type, TABLE, frame, text)))


def _chosen(selection: Selection, frame: Frame) -> Fragment:
    """Compile which records are selected: by a condition, by ids, by exact values."""
    if selection.ids is None and not selection.keys:
        return where_of(selection.where, selection.object, frame)
    parts = [_is(text, value, selection.object, frame) for text, value in selection.keys]
    if selection.where:
        scope = Scope(selection.object, TABLE, frame, selection.where)
        parts.append(condition(parse(selection.where).root, scope))
    if selection.ids is not None:
        ids = "[" + ",".join(map(str, selection.ids)) + "]"
        parts.append(Fragment(f"{TABLE}.id IN (SELECT value FROM json_each(?))", (ids,)))
    return compose(f" WHERE {' AND '.join(['{}'] * len(parts))}", *parts)


def _is(text: str, value: Column, object_type: ObjectType, frame: Frame) -> Fragment:
    """Compile whether an expression has exactly a value, or one that has several has it among them."""
    _, found = column_of(text, object_type, frame)
    bound = Fragment("?", (value,))
    if found.kind != "options":
        return compose("({} IS {})", found, bound)
    if value is None:
        return compose("({} IS NULL)", found)
    return compose("EXISTS (SELECT 1 FROM json_each({}) g WHERE g.value = {})", found, bound)


def column_of(text: str, object_type: ObjectType, frame: Frame) -> tuple[ColumnInfo, Measure]:
    """Compile a property by any of its names, or an expression; with what the column is."""
    scope = Scope(object_type, TABLE, frame, text)
    prop = None if _is_path(text.strip()) else scope.find(text.strip())
    if prop is not None:
        found = scope.measure(prop, Step(0, len(text), prop.name))
        return ColumnInfo(prop.label, found.value_type, prop.name), found
    root = parse(text).root
    found = value(root, scope)
    return ColumnInfo(_heading(root, found, text), found.value_type, text.strip()), found


def _is_path(text: str) -> bool:
    """Whether a text is a dotted path; names are found whatever their punctuation, so `company.name` could be one."""
    steps = text.split(".")
    return len(steps) > 1 and all(step.isidentifier() for step in steps)


def _heading(root: Node, found: Measure, text: str) -> str:
    """Head a path by the label of its property, with the objects on the way before it."""
    if not isinstance(root, Path) or found.origin is None:
        return text.strip()
    way = [f"{step.name} [{step.label}]" if step.label else step.name for step in root.steps[:-1]]
    label = found.origin[1].label
    if way and label.casefold().startswith(way[-1]):  # "Company name" of the company
        del way[-1]
    return " ".join([*way, label]).capitalize()


def _key(text: str, object_type: ObjectType, frame: Frame) -> _Key:
    """Compile one sort key: options in their declared order, texts without regard to case."""
    _, found = column_of(text.removeprefix("-"), object_type, frame)
    collate = " COLLATE NOCASE" if found.kind in CASELESS else ""
    direction = " DESC" if text.startswith("-") else ""
    ranked = _ranked(found)
    return _Key(ranked.sql, ranked.parameters, f"{collate}{direction} NULLS LAST")


def _ranked(found: Measure) -> Fragment:
    values = [option.value for option in getattr(found.value_type, "options", ())]
    if not 0 < len(values) <= _LONGEST_ORDER:
        return found
    ranks = tuple(Fragment(f"WHEN ? THEN {rank}", (option,)) for rank, option in enumerate(values))
    return compose(f"CASE {{}} {' '.join(['{}'] * len(ranks))} ELSE {{}} END", found, *ranks, found)
