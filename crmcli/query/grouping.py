"""Records put into groups, and what the index gives of each group: one statement, whatever is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.query.buckets import bucket_of, day_number
from crmcli.query.compile import TABLE
from crmcli.query.fragments import Fragment, Measure, compose, quoted
from crmcli.query.measures import Measures, compile_measures, machine_name, named
from crmcli.query.scope import Frame, Scope
from crmcli.query.selection import ColumnInfo, Statement, column_of, where_of
from crmcli.types.bucket import Bucket

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Model, ObjectType
    from crmcli.types.base import Context


@frozen
class Grouping:
    """What records are grouped by, and what is measured: properties, paths or expressions, each maybe with `as Name`.

    With `convert`, money is brought into the workspace's currency.
    """

    object: ObjectType
    by: tuple[str, ...]
    measures: tuple[str, ...]
    where: str = ""
    convert: bool = False


@frozen
class Grouped:
    """A compiled grouping: rows are (a value each group, the currency where there is one, the parts of the measures).

    `currency` is the property that has the currency, "" where amounts need none. `several` are the places of groups
    whose records may have several values and then stand in several groups. `days` has for each group the unit of its
    buckets where the index gives days instead, as buckets.day_number does: several rows are one group then.
    """

    statement: Statement
    texts: tuple[str, ...]
    groups: tuple[ColumnInfo, ...]
    measures: Measures
    currency: str
    several: tuple[int, ...]
    days: tuple[str, ...]

    @property
    def by_currency(self) -> bool:
        """Whether the groups are those of single currencies, besides."""
        return bool(self.currency)


def group(grouping: Grouping, model: Model, context: Context) -> Grouped:
    """Compile a grouping. Raises QueryError."""
    frame = Frame(model, context)
    found = grouping.object
    texts = [named(text) for text in grouping.by]
    groups = [_group(text, name, found, frame) for text, name in texts]
    measures = compile_measures(grouping.measures, Scope(found, TABLE, frame, ""), convert=grouping.convert)
    several = tuple(place for place, (_, measure) in enumerate(groups) if measure.kind == "options")
    numbers = [_day_number(text, found, frame) for text, _ in texts]
    keys = [number or _key(place, groups[place][1]) for place, number in enumerate(numbers)]
    currency = found.role("currency")
    by_currency = currency is not None and any(measure.own for measure in measures.measures) and not grouping.convert
    if currency is not None and by_currency:
        keys.append(compose("coalesce({}, {})", Fragment(f"{TABLE}.{quoted(currency.name)}", ()), _home(context)))
    source = _joined(found, [(place, groups[place][1]) for place in several])
    selected = [*keys, *measures.parts]
    places = ", ".join(str(place) for place in range(1, len(keys) + 1))
    sql = compose(
        f"SELECT {', '.join(['{}'] * len(selected))} FROM {{}}{{}}" + (f" GROUP BY {places}" if keys else ""),
        *selected,
        source,
        where_of(grouping.where or None, found, frame),
    )
    infos = tuple(_of_one(info, measure) for info, measure in groups)
    statement = Statement(sql.sql, sql.parameters, infos)
    return Grouped(
        statement,
        tuple(text for text, _ in texts),
        infos,
        measures,
        currency.name if currency and by_currency else "",
        several,
        tuple(
            getattr(info.value_type, "unit", "") if number else "" for info, number in zip(infos, numbers, strict=True)
        ),
    )


def _group(text: str, name: str, found: ObjectType, frame: Frame) -> tuple[ColumnInfo, Measure]:
    """Compile a group; its column has the name that was said, the months of a date the label of that date."""
    info, measure = column_of(text, found, frame)
    heading, bucket = name or info.heading, bucket_of(text)
    if bucket and not name:
        heading = f"{column_of(bucket[1], found, frame)[0].heading} ({bucket[0]})"
    return ColumnInfo(heading, info.value_type, machine_name(name or info.name)), measure


def _day_number(text: str, found: ObjectType, frame: Frame) -> Fragment | None:
    """Give the days of a bucket of moments, None for what is no such bucket."""
    bucket = bucket_of(text)
    return day_number(column_of(bucket[1], found, frame)[1], frame.context) if bucket else None


def _unit(info: ColumnInfo) -> str:
    return info.value_type.unit if isinstance(info.value_type, Bucket) else ""


def _key(place: int, measure: Measure) -> Fragment:
    return Fragment(f"g{place}.value", ()) if measure.kind == "options" else measure


def _of_one(info: ColumnInfo, measure: Measure) -> ColumnInfo:
    """Give the column of one of several values."""
    value_type = measure.value_type
    return ColumnInfo(info.heading, getattr(value_type, "item", value_type), info.name)


def _joined(found: ObjectType, several: Sequence[tuple[int, Measure]]) -> Fragment:
    parts = [compose(f" LEFT JOIN json_each({{}}) g{place}", measure) for place, measure in several]
    return compose(f"{quoted(found.name)} {TABLE}" + "{}" * len(parts), *parts)


def _home(context: Context) -> Fragment:
    return Fragment("?", (context.currency,))
