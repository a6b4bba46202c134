"""Exports with typed cells: workbooks (XLSX) and Parquet."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError
from crmcli.services.association_cells import write_cell
from crmcli.services.exporting.contents import cell_text
from crmcli.services.spreadsheet import kept
from crmcli.types.number import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import tzinfo
    from typing import BinaryIO

    from crmcli.formats.sheet_writing import Cell
    from crmcli.services.exporting.contents import Contents, ExportColumn
    from crmcli.services.exporting.exports import Style
    from crmcli.types.base import Stored, ValueType

_DIGITS = 38  # of a decimal number in Parquet
_TEXT, _TEXTS, _NUMBER, _MOMENT = "text", "texts", "number", "moment"
# What a stored value is to Python, by the word for what it is.
_MAKERS: Mapping[str, Callable[[Any], Any]] = {
    "yes or no": bool,
    "day": date.fromisoformat,
    "whole": int,
    _MOMENT: datetime.fromisoformat,
    _NUMBER: lambda value: Decimal(str(value)),
    _TEXTS: lambda value: [str(one) for one in value],
}
_WORDS = {"bool": "yes or no", "date": "day", "datetime": _MOMENT, "duration": "whole", "options": _TEXTS}


class ParquetMissing(CrmError):
    """Parquet without the library that writes it."""

    def __init__(self) -> None:
        super().__init__(
            "Parquet takes a library that is not installed", "Install it: python -m pip install 'crmcli[parquet]'"
        )


def write_xlsx(parts: Sequence[Contents], sink: BinaryIO, style: Style) -> int:
    """Write a workbook with a sheet for each object; give the number of records. Raises CellTooLong."""
    from crmcli.formats.sheet_writing import Workbook

    count = 0
    with Workbook(sink) as workbook:
        for contents in parts:
            sheet = workbook.sheet(contents.found.plural, contents.headings(labels=style.labels))
            zone = contents.workspace.context.zone
            for columns in _blocks(contents, [_cell_of(column, zone) for column in contents.columns]):
                for row in zip(*columns, strict=True):
                    sheet.write(row)
                count += len(columns[0])
    return count


def write_parquet(parts: Sequence[Contents], sink: BinaryIO, style: Style) -> int:
    """Write a Parquet file with a typed column for each property; give the number of records. Raises ParquetMissing."""
    try:
        import pyarrow as pa
        from pyarrow.parquet import ParquetWriter
    except ImportError:
        raise ParquetMissing from None
    contents, count = parts[0], 0
    words = [_word(column.value_type) for column in contents.columns]
    makers = [
        _MAKERS.get(word, cell_text(column.value_type)) for word, column in zip(words, contents.columns, strict=True)
    ]
    types = [_arrow_type(pa, word, column) for word, column in zip(words, contents.columns, strict=True)]
    types = [pa.string()] * contents.referenced + types + [pa.string()] * len(contents.associated)
    schema = pa.schema(list(zip(contents.headings(labels=style.labels), types, strict=True)))
    with ParquetWriter(sink, schema) as writer:
        for columns in _blocks(contents, makers):
            arrays = [pa.array(column, each) for column, each in zip(columns, types, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count += len(columns[0])
    return count


def _blocks(contents: Contents, makers: Sequence[Callable[[Stored], Any]]) -> Iterator[list[Sequence[Any]]]:
    """Give records in columns: references, values as `makers` make them, associations; None where there is nothing."""
    for block in contents.blocks:
        columns: list[Sequence[Any]] = []
        if contents.referenced:
            columns.append([f"{contents.object_name}:{each}" for each in block.ids])
        columns += [
            [None if value is None else make(value) for value in values]
            for make, values in zip(makers, block.columns, strict=True)
        ]
        columns += [[write_cell(links) or None for links in column] for column in block.links]
        yield columns


def _word(kind: ValueType | None) -> str:
    if kind is None:
        return _TEXT
    return _NUMBER if isinstance(kind, Number) else _WORDS.get(kind.name, _TEXT)


def _cell_of(column: ExportColumn, zone: tzinfo) -> Callable[[Stored], Cell]:
    """Give what makes a stored value a cell of a workbook, moments by the clock of a zone."""
    word = _word(column.value_type)
    if word == _MOMENT:
        return lambda value: _by_clock(str(value), zone)
    if word not in (_TEXT, _TEXTS):
        return _MAKERS[word]
    if column.value_type is None:  # of an expression
        return lambda value: value if isinstance(value, int) else kept(str(value))
    text = cell_text(column.value_type)
    return lambda value: kept(text(value))


def _by_clock(text: str, zone: tzinfo) -> Cell:
    """Give a moment by a zone's clock; as ISO text where that clock does not tell it exactly."""
    moment = datetime.fromisoformat(text)
    try:
        local = moment.astimezone(zone).replace(tzinfo=None, fold=0)
        exact = not local.microsecond and local.replace(tzinfo=zone) == moment
    except OverflowError:  # the first or last hours of the calendar
        return text
    return local if exact else text


def _arrow_type(pa: Any, word: str, column: ExportColumn) -> Any:  # noqa: ANN401 - the library has no types
    """Give the type of a column in Parquet."""
    if word == _NUMBER:
        return pa.decimal128(_DIGITS, column.value_type.scale if column.value_type else 0)
    made = {"yes or no": pa.bool_(), "day": pa.date32(), "whole": pa.int64(), _TEXTS: pa.list_(pa.string())}
    return pa.timestamp("us", tz="UTC") if word == _MOMENT else made.get(word, pa.string())
