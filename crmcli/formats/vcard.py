"""vCards 2.1, 3.0 and 4.0 as tables: people, and the organisations that have cards of their own.

A card is read by itself: one that is broken costs no other. Of several addresses of one kind the preferred one, else
the one at work, else the first stands in the column of that kind, the others behind it in a column of their own. The
columns are those that some card has something for. References: RFC 2426, RFC 6350, RFC 6474.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.formats.card_cells import HEADINGS, SILENT, card_cells
from crmcli.formats.card_lines import Line, read_line, whole_lines
from crmcli.formats.row_table import Row, RowTable, Shape
from crmcli.formats.table import Fault, Remark
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import BinaryIO

PERSON, ORGANISATION = "person", "organisation"
_KINDS = {"ORG": ORGANISATION, "ORGANIZATION": ORGANISATION, "GROUP": "", "": PERSON}
_PICTURES = {"PHOTO": "photo", "LOGO": "logo", "SOUND": "sound", "KEY": "key"}
_UNENDED = "it does not end: END:VCARD is missing"


class NoCards(CrmError):
    """A file that should hold vCards and holds none."""

    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" holds no vCard', "A card begins with the line BEGIN:VCARD and ends with END:VCARD")


@frozen
class Card:
    """The properties of a card, from the line that it begins on; `wrong` says why it cannot be taken."""

    number: int
    lines: Sequence[Line]
    joined: int = 0  # the line of text that was no property and is part of the one before, 0 for none
    wrong: str = ""

    @property
    def kind(self) -> str:
        """Whom it is about: PERSON, ORGANISATION, or "" for a group of them."""
        named = {line.name: line.text().upper() for line in self.lines if line.name in ("KIND", "X-ABSHOWAS")}
        if named.get("X-ABSHOWAS") == "COMPANY":
            return ORGANISATION
        return _KINDS.get(named.get("KIND", "").removeprefix("INDIVIDUAL"), PERSON)


def card_tables(file: BinaryIO, name: str) -> Sequence[RowTable]:
    """Give the people of an open file, and its organisations; raise NoCards."""
    headings: dict[str, set[str]] = {}
    left_out: Counter[str] = Counter()
    for card in _cards(file):
        cells = card_cells(card.lines, person=card.kind == PERSON)
        headings.setdefault(card.kind, set()).update(heading for heading, cell in cells.items() if cell)
        left_out["group"] += not card.kind
        for line in card.lines:
            if line.name in _PICTURES:
                left_out[_PICTURES[line.name]] += 1
            elif line.name not in SILENT:
                left_out[line.name] += 1
    if not headings:
        raise NoCards(name)
    notes = ["vCard", *_left_out(left_out)]
    kinds = [kind for kind in (PERSON, ORGANISATION) if headings.get(kind)] or [PERSON]
    return [
        _table(
            file, Shape(name if kind == kinds[0] else f"{name}[{kind}s]", _ordered(headings.get(kind, ())), kind, notes)
        )
        for kind in kinds
    ]


def _ordered(used: Collection[str]) -> list[str]:
    return [heading for heading in HEADINGS if heading in used]


def _table(file: BinaryIO, shape: Shape) -> RowTable:
    return RowTable(shape, partial(_rows, file, shape.header, shape.kind), file)


def _rows(file: BinaryIO, header: Sequence[str], kind: str) -> Iterator[Row | Fault]:
    for card in _cards(file):
        if card.kind != kind:
            continue
        cells: Mapping[str, str] = card_cells(card.lines, person=kind == PERSON)
        row = [cells.get(heading, "") for heading in header]
        if card.wrong:
            yield Fault(card.number, "COULD_NOT_PARSE_ROW", card.wrong, row)
        else:
            remarks = [Remark(card.joined, "text without a colon is part of the line before it")] if card.joined else ()
            yield Row(card.number, row, remarks)


def _cards(file: BinaryIO) -> Iterator[Card]:
    """Give the cards of a file; what is not within a card is passed over."""
    reader = _CardReader()
    for number, raw in whole_lines(file):
        card = reader.take(number, raw)
        if card is not None:
            yield card
    if reader.start:
        yield reader.card(_UNENDED)


class _CardReader:
    """Puts the lines of a file together to cards; a card within another, an agent's, is left out."""

    def __init__(self) -> None:
        self.start = 0  # the line on which the card begins, 0 outside of one
        self._lines: list[Line] = []
        self._joined = 0
        self._depth = 0  # of cards within the card
        self._agent = False  # whether the line before says that such a card comes

    def card(self, wrong: str = "") -> Card:
        """Give the card as far as it is read."""
        card = Card(self.start, self._lines, self._joined, wrong)
        self.start = 0
        return card

    def take(self, number: int, raw: bytes) -> Card | None:
        """Take a line; give the card that it ends, or shows to have no end."""
        word = raw.strip().upper()
        ended = None
        if word == b"BEGIN:VCARD":
            ended = self._begin(number)
        elif word == b"END:VCARD":
            if self._depth:
                self._depth -= 1
            elif self.start:
                ended = self.card()
        elif word and self.start and not self._depth:
            self._add(number, raw)
        self._agent = word.startswith(b"AGENT")
        return ended

    def _begin(self, number: int) -> Card | None:
        if self.start and (self._agent or self._depth):
            self._depth += 1
            return None
        ended = self.card(_UNENDED) if self.start else None
        self.start, self._lines, self._joined = number, [], 0
        return ended

    def _add(self, number: int, raw: bytes) -> None:
        """Take a line of the card; one that is no property is more of the value before it."""
        line = read_line(number, raw)
        if line is not None:
            self._lines.append(line)
        elif self._lines:
            self._joined = number
            last = self._lines.pop()
            text = f"{last.value}\n{raw.decode('utf-8', 'replace').strip()}"
            self._lines.append(Line(last.number, last.name, text, last.marks, last.group))


def _left_out(counts: Counter[str]) -> list[str]:
    """Say what of the cards no column has: pictures with their number, properties by name."""
    known = [f"{n} {what}{'s' if n > 1 else ''}" for what, n in counts.items() if n and not what.isupper()]
    others = sorted(what for what in counts if what.isupper())
    return [f"left out: {', '.join(known + others)}"] if known or others else []
