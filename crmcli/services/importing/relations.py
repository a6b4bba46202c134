"""How files that are imported together refer to each other: by the ids that their own system gave the records.

A file's column `id`, `Record ID` or `company_id` of companies holds its records' own ids: they are kept as a unique
property, by which a second import finds its records again. A column of another file with that heading, or named after
the object (`company_id`, `AccountId`, `Parent company ID`), refers to them and becomes associations.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, replace
from crmcli.model.headings import words_of
from crmcli.services.importing.result import ColumnKind, MappedColumn
from crmcli.services.mapping.association_columns import AssociationHeadings, association_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.importing.batch import Plan
    from crmcli.services.importing.links import Linker
    from crmcli.services.importing.table import Source
    from crmcli.services.workspace import Workspace

_PLAIN = ("id", "recordid", "objectid", "attributesreferenceid")
_REFERS = "@"  # before the id of a record in a tree of Salesforce's: "@CarolineRef"
_ENDINGS = ("id", "ids", "key", "guid")
_NUMBER = re.compile(r"[1-9]\d{0,17}")


class NoObjectNamed(CrmError):
    """A file of which nothing says what its records are."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: str) -> None:
        name = os.path.basename(path)
        super().__init__(f'Nothing says what the records of "{name}" are', f"Say it: companies={path}")


@frozen
class _OwnIds:
    """The column of a file that holds its records' own ids, and the property that keeps them."""

    found: ObjectType
    number: int  # from 1
    heading: str  # squeezed
    property_name: str
    words: frozenset[str]  # what other files may call such a record
    first: frozenset[str]  # the ids in the first block


def object_of_path(workspace: Workspace, path: str) -> ObjectType:
    """Give the object that a file's name means: contacts.csv, company_data.csv. Raises NoObjectNamed."""
    words = words_of(os.path.basename(path).partition(".")[0])
    known = {
        "".join(words_of(form)): each.name
        for each in workspace.model.words.values()
        if each.active
        for word in (each.name, each.label, each.plural, *each.aliases)
        for form in (f"{word}s", word)
    }
    for size in range(len(words), 0, -1):
        for start in range(len(words) - size + 1):
            name = known.get("".join(words[start : start + size]))
            if name:
                return workspace.model.objects[name]
    raise NoObjectNamed(path)


def related(workspace: Workspace, sources: Sequence[Source]) -> list[Source]:
    """Give the sources with what their columns of ids are, beside what somebody said about them."""
    sources = _each_its_columns(sources)
    ids = [own for source in sources if (own := _own_ids(source)) is not None]
    return [_with_columns(source, _meant(workspace, source, ids)) for source in sources]


def with_named_ids(source: Source) -> Source:
    """Give the part of a file that is about one object with the ids that are headed by its name: Company ID."""
    own = _own_ids(source, plain=())
    if own is None or _is_said(source, own):
        return source
    return _with_columns(source, {f"#{own.number}": own.property_name})


def with_own_ids(workspace: Workspace, source: Source) -> Source:
    """Give a table with what its columns of its records' own ids are, the same where none tells all apart."""
    own = _own_ids(source)
    if own is None or "" in own.first or len(own.first) < len(_first_cells(source, own.number - 1)):
        return source
    if _is_said(source, own):
        return source
    return _with_columns(source, _meant(workspace, source, [own]))


def _each_its_columns(sources: Sequence[Source]) -> list[Source]:
    """Give each file what was said about headings that it has; what no file has stays with all, and is refused."""
    headers = [{"".join(words_of(heading)) for heading in source.table.header} for source in sources]
    anywhere = set().union(*headers)
    kept = []
    for source, header in zip(sources, headers, strict=True):
        columns = {
            heading: target
            for heading, target in source.request.columns.items()
            if heading.startswith("#") or (word := "".join(words_of(heading))) in header or word not in anywhere
        }
        kept.append(replace(source, request=replace(source.request, columns=columns)))
    return kept


def in_order(planned: Sequence[tuple[Source, Plan, Linker]]) -> list[tuple[Source, Plan, Linker]]:
    """Give the tables so that those which others refer to come first; those in a circle stay in their order."""
    waiting = list(planned)
    ordered = []
    while waiting:
        names = {plan.found.name for _, plan, _ in waiting}
        free = (each for each in waiting if not names & {_target(c) for c in each[2].columns} - {each[1].found.name})
        chosen = next(free, waiting[0])
        waiting.remove(chosen)
        ordered.append(chosen)
    return ordered


def _target(column: object) -> str:
    return str(getattr(column, "target", ""))


def _with_columns(source: Source, meant: Mapping[str, str]) -> Source:
    """Give a source with what its columns are, but for those that somebody, or a map, says something about."""
    request = source.request
    said = {"".join(words_of(heading)) for heading in request.usual} | set(request.usual)
    squeezed = ["".join(words_of(heading)) for heading in source.table.header]
    own = {
        number: target
        for number, target in meant.items()
        if number not in said and squeezed[int(number.removeprefix("#")) - 1] not in said
    }
    return replace(source, request=replace(request, columns={**own, **request.columns}), found_out=frozenset(own))


def _is_said(source: Source, own: _OwnIds) -> bool:
    """Whether somebody, or a map, says what a column is."""
    said = [*source.request.columns, *source.request.usual]
    return f"#{own.number}" in said or own.heading in ("".join(words_of(heading)) for heading in said)


def _own_ids(source: Source, plain: Sequence[str] = _PLAIN) -> _OwnIds | None:
    """Find the column of a file that holds its records' own ids; `plain` are headings that name no object."""
    found = source.found
    words = {"".join(words_of(word)) for word in (found.name, found.label, found.plural, *found.aliases)}
    words |= set(_singulars("".join(words_of(os.path.basename(source.request.path).partition(".")[0]))))
    squeezed = ["".join(words_of(heading)) for heading in source.table.header]
    wanted = [*(word + ending for word in sorted(words) for ending in ("id", "key")), *plain]
    for heading in wanted:
        if squeezed.count(heading) == 1:
            place = squeezed.index(heading)
            cells = frozenset(cell.strip() for cell in _first_cells(source, place))
            prop = _keeps(found, cells)
            return _OwnIds(found, place + 1, heading, prop.name, frozenset(words), cells) if prop else None
    return None


def _keeps(found: ObjectType, cells: Iterable[str]) -> Property | None:
    """Give the unique property that keeps such ids: a number's, or a text's."""
    kind = "number" if all(_NUMBER.fullmatch(cell.strip()) for cell in cells if cell.strip()) else "string"
    able = [prop for prop in found.unique_properties() if not prop.additional_of and not prop.format]
    return next((prop for prop in able if prop.type == kind), None)


def _first_cells(source: Source, place: int) -> Sequence[str]:
    source.table.restart()
    block = next(source.table.blocks(), None)
    source.table.restart()
    return block.columns[place] if block else ()


def _meant(workspace: Workspace, source: Source, ids: Sequence[_OwnIds]) -> dict[str, str]:
    """Say of the columns of a file which are its own ids, and which refer to records of these files."""
    meant: dict[str, str] = {}
    own = next((each for each in ids if each.found.name == source.found.name), None)
    headings = AssociationHeadings(source.found, workspace.model)
    for number, heading in enumerate(source.table.header, start=1):
        squeezed = "".join(words_of(heading))
        if own and own.heading == squeezed:
            meant[f"#{number}"] = own.property_name
            continue
        marked = _marked(_first_cells(source, number - 1))
        for each in ids:
            able = workspace.model.pair(source.found.name, each.found.name) is not None
            label = headings.label(heading, each.found.name)
            if able and (marked & each.first if marked else label or _refers(squeezed, each)):
                column = MappedColumn(
                    number, heading, ColumnKind.ASSOCIATION, each.found.name, each.property_name, label=label
                )
                meant[f"#{number}"] = association_word(column)
                break
    return meant


def _marked(cells: Iterable[str]) -> set[str]:
    """Give the ids in cells that are all marked as references, none where any is not."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    marked = {cell.removeprefix(_REFERS) for cell in filled if cell.startswith(_REFERS)}
    return marked if all(cell.startswith(_REFERS) for cell in filled) else set()


def _refers(squeezed: str, ids: _OwnIds) -> bool:
    if squeezed == ids.heading and squeezed not in _PLAIN:
        return True
    return any(squeezed.endswith(word + ending) for word in ids.words for ending in _ENDINGS)


def _singulars(word: str) -> Iterator[str]:
    yield word
    if word.endswith("ies"):
        yield word[:-3] + "y"
    elif word.endswith("s"):
        yield word[:-1]
