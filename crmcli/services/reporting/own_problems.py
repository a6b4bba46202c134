"""What is wrong with this CRM's own reports, each problem with the file and line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, Problem
from crmcli.model.names import find_object_name
from crmcli.model.report_files import report_files
from crmcli.query.grouping import Grouping, group
from crmcli.query.periods import read_period
from crmcli.services.reporting.built_in import REPORTS
from crmcli.services.reporting.having import compiled
from crmcli.services.reporting.own_files import definition_of
from crmcli.services.reporting.periods import UnknownPeriod

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmcli.model.nodes import Block
    from crmcli.model.objects import Model, ObjectType
    from crmcli.model.report_files import ReportFile
    from crmcli.types.base import Context


def own_problems(root: str, model: Model, context: Context) -> list[Problem]:
    """Check all reports of a workspace against its objects."""
    return [problem for file in report_files(root) for problem in _of_file(file, model, context)]


def _of_file(file: ReportFile, model: Model, context: Context) -> Iterator[Problem]:
    yield from file.problems
    hint = "give the file another name"
    if file.name in REPORTS:
        yield Problem(f"{file.where}:1", f'"{file.name}" is a report that comes with crm', hint)
    elif any(file.name in {words.name, words.plural.lower()} for words in model.words.values()):
        yield Problem(f"{file.where}:1", f'"{file.name}" is an object', hint)
    if not file.problems:
        yield from definition_problems(file.block, model, context)


def definition_problems(block: Block, model: Model, context: Context) -> Iterator[Problem]:
    """Compile what a definition names, each of its lines by itself."""
    try:
        found = model.objects[find_object_name(model, block.text("object"))]
    except CrmError as error:
        yield _problem(block.place("object"), error)
        return
    problems = [*_of_groups(block, found, model, context), *_of_records(block, found, model, context)]
    yield from problems
    if not problems:
        yield from _of_rows(block, found, model, context)


def _of_groups(block: Block, found: ObjectType, model: Model, context: Context) -> Iterator[Problem]:
    places = [(item.where, item.text) for item in block.items("group_by")]
    places += [(block.place("columns_by"), block.text("columns_by"))] if "columns_by" in block.entries else []
    for where, text in places:
        yield from _tried(where, partial(group, Grouping(found, (text,), ("count()",)), model, context))
    for item in block.items("measure"):
        yield from _tried(item.where, partial(group, Grouping(found, (), (item.text,)), model, context))


def _of_records(block: Block, found: ObjectType, model: Model, context: Context) -> Iterator[Problem]:
    where, date = block.text("where"), block.text("date")
    if where:
        yield from _tried(
            block.place("where"), partial(group, Grouping(found, (), ("count()",), where), model, context)
        )
    if date:
        grouping = Grouping(found, (f"day({date})",), ("count()",))
        yield from _tried(block.place("date"), partial(group, grouping, model, context))
    for key in ("period", "compare"):
        text = block.text(key)
        if text and not text.lower().startswith("previous"):
            yield from _tried(block.place(key), partial(_require_period, text, context))


def _of_rows(block: Block, found: ObjectType, model: Model, context: Context) -> Iterator[Problem]:
    """Check what is said of the report's own columns."""
    definition = definition_of(block)
    grouped = group(Grouping(found, definition.group_by, definition.measured), model, context)
    if definition.having:
        measures = grouped.measures.measures
        yield from _tried(block.place("having"), partial(compiled, definition.having, measures, (model, context)))
    columns = [(each.name, each.heading) for each in grouped.groups]
    columns += [(each.name, each.heading) for each in grouped.measures.measures]
    known = {word for name, heading in columns for word in (name, heading.casefold())}
    known |= {text.casefold() for text in (*grouped.texts, *(each.text for each in grouped.measures.measures))}
    for item in block.items("sort"):
        if item.text.removeprefix("-").strip().casefold() not in known:
            from crmcli.types.nearest import suggestion

            hint = suggestion(item.text, [name for name, _ in columns])
            yield Problem(item.where, f'the report has no column "{item.text.removeprefix("-")}"', hint)


def _require_period(text: str, context: Context) -> None:
    today = context.moment.astimezone(context.zone).date()
    try:
        found = read_period(text.lower(), today, context.fiscal)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise UnknownPeriod(text)


def _tried(where: str, attempt: Callable[[], object]) -> Iterator[Problem]:
    try:
        attempt()
    except CrmError as error:
        yield _problem(where, error)


def _problem(where: str, error: CrmError) -> Problem:
    """Give an error as a problem in a line of a file, which shows the expression already."""
    return Problem(where, getattr(error, "summary", error.message), error.hint)
