"""What each column of a file goes into: by what the user says, else by its heading, else by its values.

A heading is known by the words of the object's own properties, and by those that other programs and languages have
for them (`meanings`); values may contradict it (`claims`). `id` with our references in it
(`contact:42`) names the record itself, and `associations.company` the records that it is associated with (see
`association_cells`). What is not certain is left out and told, never guessed silently.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.model.headings import WHOLE, heading_words
from crmcli.services.importing.result import ColumnKind, MappedColumn
from crmcli.services.mapping.association_columns import AssociationHeadings, referred_object, without_names
from crmcli.services.mapping.claims import Claim, Claims
from crmcli.services.mapping.making import Cased, Fixed, Joined, SplitName
from crmcli.services.mapping.meanings import VALUES, Meanings
from crmcli.services.mapping.wishes import REFERENCE_HEADINGS, NothingMapped, WishedColumns, cased
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypeAlias

    from crmcli.model.objects import ObjectType
    from crmcli.services.mapping.making import Making
    from crmcli.services.workspace import Workspace

    # Asks what a doubtful column is, given its first values: one of its guesses, or "" to leave it out.
    Choose: TypeAlias = Callable[[MappedColumn, Sequence[str]], str]

REASON_HEADING = "crm_error"  # of the column that a repair file has more than its source
_LOOKED_AT = 50  # values of a column that may name associated records


@frozen
class Mapped:
    """What each column of a file goes into, those that are made of others last, and how these are made."""

    columns: tuple[MappedColumn, ...]
    made: tuple[Making, ...] = ()


@frozen
class Sample:
    """What is known of a file's columns before it is read: what messages call it, its headings, the first cells."""

    name: str
    header: Sequence[str]
    cells: Sequence[Sequence[str]]


@frozen
class Said:
    """What somebody said about the columns of a file.

    `columns` is heading or `#number` → property, `id` or `associations.OBJECT`, "" to leave the column out; of
    `firstname+lastname` a whole name is taken apart, `title(city)` says a letter case, and headings joined by + are
    columns to join. `usual` says the same of columns that the file need not have. `fixed` is property → the value of
    every row.
    """

    columns: Mapping[str, str] = {}
    usual: Mapping[str, str] = {}
    fixed: Mapping[str, str] = {}


def map_columns(workspace: Workspace, found: ObjectType, sample: Sample, said: Said = Said()) -> Mapped:  # noqa: B008
    """Say what each column of a file goes into. Raises BadHeadings or UnknownProperty."""
    header = [heading.strip() for heading in sample.header]
    associations = AssociationHeadings(found, workspace.model)
    wished = WishedColumns(found, associations)
    wished.read(sample.name, header, {**wished.there(header, said.usual), **said.columns})
    fixed = wished.fixed(said.fixed)
    words = heading_words(workspace.cache)
    meanings = Meanings(found, words, header)
    claims = Claims(found, meanings, words.hosts.get(found.name, {}), workspace.context)
    columns: dict[int, MappedColumn] = {}
    claimed: list[Claim] = []
    for number, (heading, cells) in enumerate(zip(header, sample.cells, strict=True), start=1):
        columns[number], claim = MappedColumn(number, heading, ColumnKind.UNKNOWN), None
        column = wished.columns.get(number) or _special(number, heading, cells, found)
        column = column or associations.certain(number, heading, cells)
        column = column or _plausible(associations.labelled(number, heading, cells), cells, workspace)
        if column is None:
            claim = claims.read(number, heading, cells)
            if not (claim.by_heading or meanings.nothing(heading) or meanings.own_id(heading)):
                column = _plausible(associations.likely(number, heading, cells), cells, workspace)
        if column:
            columns[number] = column
        elif claim:
            claimed.append(claim)
    taken = wished.taken() | dict.fromkeys(fixed, "a fixed value")
    claims.settle([claim for claim in claimed if not _calculated(claim, found)], taken)
    columns |= {claim.number: _mapped(claim, found) for claim in claimed}
    settled = _once(without_names(tuple(columns.values()), workspace.model))
    return _completed(settled, found, wished.joined, fixed)


def asked_columns(
    workspace: Workspace, found: ObjectType, sample: Sample, said: Said, choose: Choose | None = None
) -> Mapped:
    """Map the columns, and let `choose` say what the doubtful ones are; None where nobody can be asked.

    Raises what `map_columns` raises, and NothingMapped where no column goes into a record.
    """
    mapped = map_columns(workspace, found, sample, said)
    doubtful = [column for column in mapped.columns if column.kind is ColumnKind.DOUBTFUL]
    if choose and doubtful:
        answers = {f"#{column.number}": choose(column, samples(sample.cells[column.number - 1])) for column in doubtful}
        mapped = map_columns(workspace, found, sample, replace(said, columns={**said.columns, **answers}))
    _require_some(mapped, found, sample)
    return mapped


def samples(cells: Sequence[str], count: int = 3) -> tuple[str, ...]:
    """Give the first different values of a column."""
    return tuple(islice(dict.fromkeys(cell for cell in map(str.strip, cells) if cell), count))


def _require_some(mapped: Mapped, found: ObjectType, sample: Sample) -> None:
    """Raise NothingMapped where no column of a file goes into a record."""
    taken = (ColumnKind.PROPERTY, ColumnKind.MADE_OF, ColumnKind.REFERENCE)
    if not any(column.kind in taken for column in mapped.columns[: len(sample.header)]):
        doubtful = [column for column in mapped.columns if column.guesses]
        raise NothingMapped(sample.name, found.label, sample.header, doubtful)


def _special(number: int, heading: str, cells: Sequence[str], found: ObjectType) -> MappedColumn | None:
    """Give the column of a repair file's reasons, or of our own references."""
    word = heading.casefold()
    if word == REASON_HEADING:
        return MappedColumn(number, heading, ColumnKind.REASON)
    if word in REFERENCE_HEADINGS and referred_object(cells) == found.name:
        return MappedColumn(number, heading, ColumnKind.REFERENCE, evidence="references of this CRM")
    return None


def _plausible(column: MappedColumn | None, cells: Sequence[str], workspace: Workspace) -> MappedColumn | None:
    """Give a column of associations, None where most of its values cannot name a record in the way it is known."""
    if column is None or not column.known_by:
        return column
    prop = workspace.model.objects[column.target].properties[column.known_by]
    values = [item for cell in cells for item in cell.split(";") if item.strip()][:_LOOKED_AT]
    refused = sum(isinstance(value, InvalidValue) for value in prop.value_type.parse_many(values, workspace.context))
    return None if 2 * refused > len(values) else column


def _calculated(claim: Claim, found: ObjectType) -> bool:
    """Whether a column is of a property that is computed; of such ones there may be several."""
    prop = found.properties.get(claim.meanings[0].target) if claim.meanings else None
    return bool(prop and prop.formula)


def _mapped(claim: Claim, found: ObjectType) -> MappedColumn:
    """Say what became of a column that nobody said anything about."""
    number, heading, got = claim.number, claim.heading, claim.got
    if got:
        return MappedColumn(
            number, heading, ColumnKind.PROPERTY, got.target, evidence=got.why, by_values=got.strength[0] == VALUES
        )
    if _calculated(claim, found):
        return MappedColumn(number, heading, ColumnKind.CALCULATED, claim.meanings[0].target)
    if claim.lost_to:
        target = claim.meanings[0].target if claim.meanings else ""
        return MappedColumn(number, heading, ColumnKind.TAKEN, target, evidence=claim.lost_to)
    if claim.guesses:
        guesses = tuple(dict.fromkeys(guess.target for guess in claim.guesses))
        said = claim.seen.said if claim.seen.kind else ""
        why = "; ".join(dict.fromkeys(filter(None, (*(guess.why for guess in claim.guesses), said))))
        return MappedColumn(number, heading, ColumnKind.DOUBTFUL, evidence=why, guesses=guesses)
    return MappedColumn(number, heading, ColumnKind.UNKNOWN)


def _once(columns: Iterable[MappedColumn]) -> list[MappedColumn]:
    """Let records be named by one column only of those that name them in the same way."""
    first: dict[tuple[ColumnKind, str, str, str], MappedColumn] = {}
    kept = []
    for column in columns:
        if column.kind in (ColumnKind.REFERENCE, ColumnKind.ASSOCIATION):
            there = first.setdefault((column.kind, column.target, column.known_by, column.label), column)
            if there is not column:
                column = replace(column, kind=ColumnKind.TAKEN, evidence=there.heading)  # noqa: PLW2901
        kept.append(column)
    return kept


def _completed(
    columns: Sequence[MappedColumn], found: ObjectType, joined: Iterable[str], fixed: Mapping[str, str]
) -> Mapped:
    """Add the columns that are made of those that no property takes as they are, and of fixed values."""
    together: dict[str, list[MappedColumn]] = {}
    for column in columns:
        if column.kind is ColumnKind.PROPERTY:
            together.setdefault(column.target, []).append(column)
    kept = {column.number: column for column in columns}
    behind: list[MappedColumn] = []
    made: list[Making] = []
    for target, sources in together.items():
        making, names = _making(target, sources, found, joined)
        if making is None:
            continue
        made.append(making)
        kept |= {source.number: replace(source, kind=ColumnKind.MADE_OF) for source in sources}
        heading = " + ".join(source.heading for source in sources)
        behind += [MappedColumn(0, heading, ColumnKind.PROPERTY, name, evidence=sources[0].evidence) for name in names]
    for name, value in fixed.items():
        made.append(Fixed(value))
        behind.append(MappedColumn(0, f"{name}={value}", ColumnKind.PROPERTY, name, evidence="a fixed value"))
    numbered = [replace(column, number=len(columns) + n) for n, column in enumerate(behind, start=1)]
    return Mapped((*kept.values(), *numbered), tuple(made))


def _making(
    target: str, sources: Sequence[MappedColumn], found: ObjectType, joined: Iterable[str]
) -> tuple[Making | None, Sequence[str]]:
    """Say how the columns of a property are made, and which properties they then are; None where one is as it is."""
    case, name = cased(target)
    numbers = tuple(source.number for source in sources)
    if case:
        return Cased(numbers[0], case), [name]
    if WHOLE in target:
        return SplitName(numbers[0]), target.split(WHOLE)
    if len(numbers) > 1 or target in joined:
        return Joined(numbers, ";" if found.properties[target].value_type.several else " "), [target]
    return None, ()
