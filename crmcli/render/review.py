"""The screen of a review of duplicates: the records of a group side by side, and the keys that decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.render.cells import clip, fill, head, wrap
from crmcli.render.cells import width as columns_of
from crmcli.render.duplicates import probability_text, reasons_text
from crmcli.render.safe import safe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from crmcli.render.output import Output, Span
    from crmcli.services.duplicates.comparing import Line, SideBySide
    from crmcli.services.duplicates.reviewing import Because, Review

# Records are known by these on the screen, the first is the one that is kept; small letters decide.
NUMBERS = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LABEL, _GAP, _NARROW = 16, 2, 18  # columns: of labels, between records, of a record at least
_REASONS, _LINES = 4, 4  # lines at most: of reasons, of a value
_LOW = 20  # lines of a screen below which the first reason must do
_BREAKS = " @./-_,"  # behind which a value that is too long is broken
_UNSET = "–"
_KEYS: Mapping[str, Sequence[str]] = {
    "": (
        "y merge into 1 · n not the same · u unsure · s split · p pick the primary",
        "e choose a value · b back · q quit · ? help",
    ),
    "primary": ("Which record is kept? Its number · esc none of this",),
    "split": ("Which records belong to another? Their numbers, then enter · esc none of this",),
    "values": ("Up and down to a property, then the number of the record whose value stays", "enter done"),
    "help": ("Any key goes on",),
}
_HELP = (
    "y      merge all of the group into record 1, which is kept",
    "n      they are not the same: no two of them are proposed together again",
    "u      unsure: the group comes last when you review again",
    "s      split: say which records belong to another; the parts come next",
    "p      pick the primary, the record that is kept: it becomes record 1",
    "e      choose whose value of a property stays",
    "b      back: take back the last decision, and decide anew",
    "q      quit; what is decided is stored, and the next review goes on from there",
    "",
    "space  more properties        tab  more records",
    "",
    "≠ stands where records have different values, • at the value that stays.",
    "Reasons are in bits: above 0 they speak for one record, below 0 against it.",
)

DECIDED = {"merged": "merged", "different": "not the same", "unsure": "unsure", "split": "split"}


@frozen
class View:
    """What the screen shows of a review.

    `records` stand in the order in which they are numbered, the one that is kept first; `stays` has for properties the
    number (from 0) of the record whose value stays. `mode` is "" while a decision is awaited, else what is asked;
    `cursor` is the place of a line in it, `apart` are the records that are marked to be split off. `page` and `across`
    count how often more properties or records were asked for.
    """

    title: str
    tally: str
    probability: float
    because: tuple[Because, ...]
    records: SideBySide
    stays: Mapping[str, int] = {}
    note: Span = ""
    mode: str = ""
    cursor: int = 0
    apart: Collection[int] = ()
    page: int = 0
    across: int = 0


def screen(view: View, columns: int, lines: int) -> list[list[Span]]:
    """Give the lines of the screen: at most so many, none wider than that; every text is safe."""
    top: list[list[Span]] = [_heading(view, columns), *_reasons(view, columns, _REASONS if lines >= _LOW else 1), []]
    note, style = (view.note, "") if isinstance(view.note, str) else view.note
    keys: list[list[Span]] = [[(text, "dim")] for line in _KEYS[view.mode] for text in wrap(line, columns)]
    bottom: list[list[Span]] = [[(clip(safe(note), columns), style)], *keys]
    room = max(lines - len(top) - len(bottom), 0)
    body = _body(view, columns, room) if view.mode != "help" else [[clip(text, columns)] for text in _HELP]
    return [*top, *body[:room], *([] for _ in range(room - len(body))), *bottom]


def _heading(view: View, columns: int) -> list[Span]:
    left = f"{view.title} · {probability_text(view.probability)}"
    blanks = max(columns - columns_of(left) - columns_of(view.tally), 1)
    return [(clip(left, columns), "title"), " " * blanks, (clip(view.tally, columns - columns_of(left) - 1), "dim")]


def _reasons(view: View, columns: int, most: int) -> Iterator[list[Span]]:
    """Say why the records may be one: of two in full, of more a line for each but the first."""
    numbers = {ref: _number(place) for place, ref in enumerate(view.records.refs)}
    told = []
    for each in view.because:
        words = safe(reasons_text(each.evidence))
        two = len(view.records.refs) == 2
        told += wrap(words, columns) if two else [f"{numbers[each.ref]} as {numbers[each.like]}: {words}"]
    shown = told if len(told) <= most else told[: max(most - 1, 1)]
    for text in shown:
        yield [(clip(text, columns), "dim")]
    if len(told) > len(shown) < most:
        yield [(f"and {len(told) - len(shown)} lines more", "dim")]


def _body(view: View, columns: int, room: int) -> list[list[Span]]:
    """Give the records: a line of what they are, a page of properties, and what is about each."""
    sets, wide = _sets(view, columns)
    places = sets[view.across % len(sets)]
    about = [line for each in view.records.about for line in _row(view, each, places, wide)]
    pages = _pages([_row(view, each, places, wide) for each in view.records.lines], room - len(about) - 2)
    number = _page_of(view, pages) if view.mode == "values" else view.page % len(pages)
    turned = [f"tab {view.across % len(sets) + 1}/{len(sets)}"] if len(sets) > 1 else []
    turned += [f"space {number + 1}/{len(pages)}"] if len(pages) > 1 else []
    top = [(fill(" ".join(turned), _LABEL + 2), "dim"), *_names(view, places, wide)]
    return [top, *(line for row in pages[number] for line in row), [], *about]


def _sets(view: View, columns: int) -> tuple[list[list[int]], int]:
    """Give the places of the records that are shown together, and the width of each: the first, and others beside."""
    left = columns - _LABEL - 2 + _GAP
    fitting = min(len(view.records.refs), max(2, left // (_NARROW + _GAP)))
    others = range(1, len(view.records.refs))
    sets = [[0, *others[start : start + fitting - 1]] for start in range(0, len(others), fitting - 1)]
    return sets, left // fitting - _GAP


def _names(view: View, places: Sequence[int], wide: int) -> Iterator[Span]:
    for place in places:
        mark = " apart" if place in view.apart else " kept" if place == 0 else ""
        text = clip(f"{_number(place)} {view.records.refs[place]}{mark}", wide)
        yield fill(text, wide), "bad" if place in view.apart else "ref"
        yield " " * _GAP


def _number(place: int) -> str:
    return NUMBERS[place] if place < len(NUMBERS) else "·"


def _row(view: View, line: Line, places: Sequence[int], wide: int) -> list[list[Span]]:
    """Give the lines of the screen that one property takes."""
    stays = view.stays.get(line.name, -1) if line.name else -1
    differs = bool(line.name) and line.differs
    cells = []
    for place in places:
        chosen = place == stays
        texts = _wrapped(safe(line.texts[place]), wide - 2) if line.texts[place] else [_UNSET]
        style = "good" if chosen else "dim" if texts == [_UNSET] else "warn" if differs else ""
        cells.append(([("• " if chosen and not n else "  ") + text for n, text in enumerate(texts)], style))
    at = view.mode == "values" and line.name and view.records.lines[view.cursor] is line
    marked = "▸" if at else "≠" if differs else " "
    rows: list[list[Span]] = []
    for number in range(max(len(texts) for texts, _ in cells)):
        label = f"{marked} {clip(safe(line.label), _LABEL - 1)}" if not number else ""
        spans: list[Span] = [(fill(label, _LABEL + 2), "title" if at else "dim")]
        for texts, style in cells:
            spans += [(fill(texts[number] if number < len(texts) else "", wide), style), " " * _GAP]
        rows.append(spans)
    return rows


def _wrapped(text: str, columns: int) -> list[str]:
    """Break a value into a few lines, behind a space or, as in addresses of mail, behind a mark."""
    lines: list[str] = []
    while columns_of(text) > columns and len(lines) < _LINES - 1:
        taken = head(text, columns)
        at = max(taken.rfind(mark) for mark in _BREAKS) + 1
        at = at if at > len(taken) // 3 else len(taken)
        lines.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*lines, clip(text, columns)]


def _pages(rows: Sequence[list[list[Span]]], room: int) -> list[list[list[list[Span]]]]:
    """Divide rows into pages of so many lines; a row that is longer than a page is cut."""
    pages: list[list[list[list[Span]]]] = [[]]
    taken = 0
    for row in rows:
        cut = row[: max(room, 1)]
        if taken + len(cut) > room and pages[-1]:
            pages.append([])
            taken = 0
        pages[-1].append(cut)
        taken += len(cut)
    return pages


def _page_of(view: View, pages: Sequence[Sequence[object]]) -> int:
    """Give the page that the cursor is on."""
    passed = 0
    for number, page in enumerate(pages):
        passed += len(page)
        if view.cursor < passed:
            return number
    return 0


def write_reviewed(output: Output, review: Review) -> None:
    """Say what was decided, and how much is left."""
    if not review.groups:
        searched = f"{review.duplicates.searched:,} {review.duplicates.plural.lower()}"
        output.line(f"No duplicates among {searched}")
        return
    counts = review.counts()
    told = [f"{count:,} {DECIDED[what]}" for what in DECIDED if (count := counts[what])]
    output.line((", ".join(told) or "Nothing was decided", "good" if told else "dim"))
    left = len(review.groups) - review.place
    if left:
        output.say((f"{left:,} group{'s' * (left != 1)} left: review again to go on", "dim"))
