"""A result that is rows and columns, in each of the eight forms of output.

Listings, search results, operations, history, counts, rejected rows, problems and the schema's lists are all
made into a `Sheet`; this module alone knows how one is written as table, JSON, CSV, YAML, …
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.render.safe import safe
from crmcli.render.values import as_json, cell, yaml_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from crmcli.render.output import Output, Span
    from crmcli.types.base import Stored

    Line: TypeAlias = "tuple[Span, ...]"
    Lines: TypeAlias = "Sequence[Line]"
    # The reference (or id) of what the row is about, "" where it is about nothing, and a value a column.
    Row: TypeAlias = "tuple[str, tuple[Stored | None, ...]]"


NUMBERS = frozenset(("number", "money", "percent", "duration"))  # types whose columns are aligned right
# So many characters of CSV are collected before they are written.
_BLOCK = 1 << 16


@frozen
class Column:
    """One column: `key` is its name for machines, `label` for people, `show` says a value to people.

    `colours` are those of the schema in which values stand on a terminal, by value as shown. There a `whole` column is
    never cut, as no number is, a `spare` one is left out where it does not fit beside all others, and a `last` one goes
    after all others.
    """

    key: str
    label: str
    show: Callable[[Stored], str] = cell
    right: bool = False
    colours: Mapping[str, str] = {}
    whole: bool = False
    spare: bool = False
    last: bool = False


@frozen
class Sheet:
    """Rows and columns; `rows` may be read once only. `reference` heads the references, "" leaves them out.

    `footer` is said below a table on a terminal, given the number of rows that were written; `wider` says how to see
    the columns that do not fit there. In a table `section` says what heads the rows that follow one another and share
    it, from the values of one, which may be more than there are columns; `totals` are the lines below the rows.
    """

    columns: tuple[Column, ...]
    rows: Iterable[Row]
    reference: str = ""
    footer: Callable[[int], str] | None = None
    wider: str = "-o csv"
    section: Callable[[Sequence[Stored | None]], Lines] | None = None
    totals: Callable[[], Lines] | None = None

    def texts(self) -> Iterator[list[str]]:
        """Give each row as safe texts for people, its reference first where it has one."""
        return (texts for _, texts in self.sections())

    def sections(self) -> Iterator[tuple[Lines, list[str]]]:
        """Give each row so, with what heads its section: nothing where there are none."""
        shows = [column.show for column in self.columns]
        for reference, values in self.rows:
            texts = [reference] if self.reference else []
            own = values[: len(shows)]
            texts += ["" if v is None else safe(show(v)) for show, v in zip(shows, own, strict=True)]
            yield self.section(values) if self.section else (), texts

    def headings(self) -> list[str]:
        """Give the headings for people."""
        return ([self.reference] if self.reference else []) + [safe(column.label) for column in self.columns]

    def colours(self) -> list[Mapping[str, str]]:
        """Give for each heading the colours of its column."""
        return ([{}] if self.reference else []) + [column.colours for column in self.columns]

    def aligned_right(self) -> list[bool]:
        """Say for each heading whether its column is aligned right."""
        return ([False] if self.reference else []) + [column.right for column in self.columns]

    def places(self, quality: str) -> tuple[int, ...]:
        """Give the places of the headings whose columns have a quality: "whole", "spare" or "last"."""
        columns = (Column("", "", whole=True, last=True), *self.columns) if self.reference else self.columns
        return tuple(place for place, column in enumerate(columns) if getattr(column, quality))

    def objects(self) -> Iterator[dict[str, Stored | None]]:
        """Give each row as a JSON object: `id` first where rows have a reference; unset values are null."""
        keys = [column.key for column in self.columns]
        for reference, values in self.rows:
            row: dict[str, Stored | None] = {"id": reference} if self.reference else {}
            row.update(zip(keys, values, strict=True))
            yield row


def write_sheet(output: Output, sheet: Sheet) -> None:
    """Write a sheet in the form that was asked for. Raises OtherForm for a form that only graphs have."""
    if output.format not in _WRITERS:
        from crmcli.render.output import OtherForm

        raise OtherForm(output.format)
    _WRITERS[output.format](output, sheet)


def _table(output: Output, sheet: Sheet) -> None:
    if output.terminal:
        from crmcli.render.terminal import draw

        draw(output, sheet)
        return
    from collections import deque

    from crmcli.render.plain import aligned

    heads: deque[Lines] = deque()

    def texts() -> Iterator[list[str]]:
        for head, row in sheet.sections():
            heads.append(head)
            yield row

    lines = aligned(sheet.headings(), texts(), sheet.aligned_right())
    output.out.writelines(f"{next(lines)}\n" for _ in ("headings", "rule"))
    before: Lines = ()
    for line in lines:
        if (head := heads.popleft()) != before:
            write_head(output, head)
            before = head
        output.out.write(line + "\n")
    write_totals(output, sheet)


def write_head(output: Output, head: Lines) -> None:
    """Write what heads a section, below an empty line."""
    output.line()
    for line in head:
        output.line(*line)


def write_totals(output: Output, sheet: Sheet) -> None:
    """Write the lines below the rows of a table."""
    lines = sheet.totals() if sheet.totals else ()
    if lines:
        output.line()
    for line in lines:
        output.line(*line)


def _json(output: Output, sheet: Sheet) -> None:
    separator = "["
    for row in sheet.objects():
        output.data(f"{separator}\n{as_json(row)}")
        separator = ","
    output.data("[]\n" if separator == "[" else "\n]\n")


def _jsonl(output: Output, sheet: Sheet) -> None:
    for row in sheet.objects():
        output.data(as_json(row) + "\n")


def _yaml(output: Output, sheet: Sheet) -> None:
    empty = True
    for row in sheet.objects():
        output.data(yaml_text([row]))
        empty = False
    if empty:
        output.data("[]\n")


def _csv(output: Output, sheet: Sheet) -> None:
    _separated(output, sheet, ",")


def _tsv(output: Output, sheet: Sheet) -> None:
    _separated(output, sheet, "\t")


def _separated(output: Output, sheet: Sheet, delimiter: str) -> None:
    import csv
    import io

    from crmcli.services.spreadsheet import neutralise

    block = io.StringIO(newline="")
    writer = csv.writer(block, delimiter=delimiter, lineterminator="\n")
    referenced = bool(sheet.reference)
    # The heading by which an import knows our own references.
    writer.writerow(["id"] * referenced + [column.key for column in sheet.columns])
    for reference, values in sheet.rows:
        writer.writerow([reference] * referenced + [neutralise(cell(value)) for value in values])
        if block.tell() > _BLOCK:
            output.data(block.getvalue())
            block.seek(0)
            block.truncate()
    output.data(block.getvalue())


def _markdown(output: Output, sheet: Sheet) -> None:
    headings = sheet.headings()
    rules = ["---:" if right else "---" for right in sheet.aligned_right()]
    output.line(f"| {' | '.join(map(markdown_cell, headings))} |")
    output.line(f"| {' | '.join(rules)} |")
    for texts in sheet.texts():
        output.line(f"| {' | '.join(map(markdown_cell, texts))} |")


def markdown_cell(text: str) -> str:
    """Keep a cell from being read as Markdown or HTML."""
    for character in "\\`*_[]<>|":
        if character in text:
            text = text.replace(character, "\\" + character)
    return text


def _ids(output: Output, sheet: Sheet) -> None:
    for reference, values in sheet.rows:
        output.data(f"{reference or cell(values[0])}\n")


# The one list of how each form of output is written.
_WRITERS: Mapping[str, Callable[[Output, Sheet], None]] = {
    "table": _table,
    "json": _json,
    "jsonl": _jsonl,
    "csv": _csv,
    "tsv": _tsv,
    "yaml": _yaml,
    "markdown": _markdown,
    "ids": _ids,
}
