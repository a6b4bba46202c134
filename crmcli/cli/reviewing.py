"""A review of duplicates at a terminal: a group on the screen, a key that decides it, the next group."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from crmcli.cli.session import now
from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import replace
from crmcli.render.judgements import SAID
from crmcli.render.review import DECIDED, NUMBERS, View, screen, write_reviewed
from crmcli.render.screen import Screen
from crmcli.services.duplicates.comparing import side_by_side
from crmcli.services.duplicates.judgements import DIFFERENT, UNSURE
from crmcli.services.duplicates.primaries import primary_first
from crmcli.services.duplicates.reviewing import begin_review
from crmcli.services.merging.plans import MergeRecords, plan_merge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.cli.session import Session
    from crmcli.render.output import Span
    from crmcli.services.duplicates.finding import DuplicateGroup, Duplicates
    from crmcli.services.duplicates.reviewing import Review
    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written


class NoTerminal(CrmError):
    """A review without a terminal to show it and a keyboard to answer."""

    exit_code = ExitCode.USAGE

    def __init__(self, plural: str) -> None:
        super().__init__(
            "A review needs a terminal and a keyboard",
            f"In a script: crm dedupe {plural} --save plan.json, and crm apply plan.json; or --auto 0.999",
        )


def require_terminal(session: Session, plural: str) -> None:
    """Raise NoTerminal where a screen cannot be shown or answered."""
    shown = session.output.terminal and os.environ.get("TERM", "dumb") != "dumb"
    if not shown or not sys.stdin.isatty():
        raise NoTerminal(plural)


def review(session: Session, duplicates: Duplicates) -> None:
    """Go through what was found with the person at the terminal, and say in the end what was decided."""
    begun = begin_review(session.workspace, duplicates)
    if begun.groups:
        with Screen(session.output) as shown:
            Reviewer(session.workspace, begun).run(shown)
    write_reviewed(session.output, begun)


class Reviewer:
    """The group on the screen, what is asked about it, and what was chosen so far."""

    def __init__(self, workspace: Workspace, begun: Review) -> None:
        """Begin with the first group."""
        self._opened = workspace
        self._review = begun
        self._group: DuplicateGroup | None = None
        self._note: Span = ""
        self._modes: Mapping[str, Callable[[str], None]] = {
            "": self._decide,
            "primary": self._pick_primary,
            "split": self._mark_apart,
            "values": self._choose_value,
            "help": self._leave,
        }
        self._decisions: Mapping[str, Callable[[], None]] = {
            "y": self._merge,
            "n": lambda: self._judge(DIFFERENT),
            "u": lambda: self._judge(UNSURE),
            "b": self._back,
            "s": lambda: self._enter("split"),
            "p": lambda: self._enter("primary"),
            "e": lambda: self._enter("values"),
            "?": lambda: self._enter("help"),
            "space": lambda: self._turn_over(page=1),
            "tab": lambda: self._turn_over(across=1),
        }

    @property
    def _workspace(self) -> Workspace:
        """The workspace at this moment: a review lasts, and each decision is made when it is made."""
        return replace(self._opened, context=replace(self._opened.context, moment=now()))

    def run(self, shown: Screen) -> None:
        """Show group after group until all are decided or the person has enough."""
        while group := self._next():
            shown.draw(screen(self._view(group), *shown.size()))
            key = shown.key()
            if key == "end" or (key == "q" and not self._mode):
                return
            if key == "resized":
                continue
            self._note = ""
            try:
                self._modes[self._mode](key)
            except CrmError as refusal:
                self._note = (refusal.message.partition("\n")[0], "bad")

    def _next(self) -> DuplicateGroup | None:
        """Take up the group that is to be decided; None at the end."""
        group = self._review.group(self._workspace)
        if group is not None and group != self._group:
            (order,) = primary_first(self._workspace, [group.refs])
            self._group, self._because = group, self._review.because(group)
            self._arrange(order)
        return group

    def _arrange(self, order: Sequence[Ref]) -> None:
        """Put the records in this order; what was chosen of them is forgotten."""
        self._records = side_by_side(self._workspace, order)
        self._take: dict[str, Ref] = {}
        self._mode, self._apart, self._cursor, self._page, self._across = "", frozenset[int](), 0, 0, 0
        self._plan()

    def _plan(self) -> None:
        """Ask what a merge would make of the group: whose value of each property stays, or why it cannot be."""
        keep, *others = self._records.refs
        self._request = MergeRecords(keep, tuple(others), self._take)
        self._stays: Mapping[str, int] = {}
        places = {ref: place for place, ref in enumerate(self._records.refs)}
        try:
            plan = plan_merge(self._workspace, self._request)
        except CrmError as refusal:
            self._note = (refusal.message.partition("\n")[0], "bad")
            return
        self._stays = {each.property: places[each.source] for each in plan.choices if each.source in places}

    def _view(self, group: DuplicateGroup) -> View:
        done = self._review
        return View(
            f"{done.duplicates.plural} · {done.place + 1:,} of {len(done.groups):,}",
            f"{len(done.decisions):,} decided",
            group.probability,
            self._because,
            self._records,
            self._stays,
            self._note,
            self._mode,
            self._cursor,
            self._apart,
            self._page,
            self._across,
        )

    def _decide(self, key: str) -> None:
        if key in self._decisions:
            self._decisions[key]()

    def _merge(self) -> None:
        keep, others = self._records.refs[0], len(self._records.refs) - 1
        written = self._review.merge(self._workspace, self._request)
        self._told(written, f"{others} merged into {keep}")

    def _judge(self, verdict: str) -> None:
        refs = self._records.refs
        written = self._review.judge(self._workspace, refs, verdict)
        self._told(written, f"{', '.join(map(str, refs))}: {SAID[verdict][0]}")

    def _back(self) -> None:
        last = self._review.back(self._workspace)
        self._note = f"Taken back: {DECIDED[last.what]}" if last else "Nothing was decided before this"
        self._group = None

    def _told(self, written: Written, what: str) -> None:
        """Say what was done below the next group."""
        operation = f" · operation {written.short_id}" if written.short_id else ""
        self._note = (f"{what}{operation} · b takes it back", "good")

    def _enter(self, mode: str) -> None:
        """Ask for more before anything is done."""
        self._mode, self._apart = mode, frozenset()
        if mode == "values":
            self._cursor = -1
            self._move(1)

    def _leave(self, _key: str = "") -> None:
        self._mode, self._apart = "", frozenset()

    def _turn_over(self, *, page: int = 0, across: int = 0) -> None:
        self._page += page
        self._across += across

    def _pick_primary(self, key: str) -> None:
        place = self._place(key)
        if place is None:
            self._leave()
            return
        refs = list(self._records.refs)
        self._arrange([refs.pop(place), *refs])

    def _mark_apart(self, key: str) -> None:
        place, refs = self._place(key), self._records.refs
        if place is not None:
            self._apart ^= {place}
        elif key == "enter" and 0 < len(self._apart) < len(refs):
            parts = [[ref for n, ref in enumerate(refs) if (n in self._apart) is apart] for apart in (False, True)]
            written = self._review.split(self._workspace, *parts)
            self._told(written, f"split into {len(parts[0])} and {len(parts[1])}")
        else:
            self._leave()

    def _choose_value(self, key: str) -> None:
        place = self._place(key)
        line = self._records.lines[self._cursor]
        if key in ("up", "down"):
            self._move(1 if key == "down" else -1)
        elif place is not None and line.texts[place]:
            self._take[line.name] = self._records.refs[place]
            self._plan()
        elif key in ("enter", "escape", "e"):
            self._leave()

    def _move(self, step: int) -> None:
        """Move the cursor to the next property of which something can be chosen."""
        lines = self._records.lines
        places = [n for n, line in enumerate(lines) if len(set(line.texts)) > 1]
        further = [n for n in places[::step] if (n - self._cursor) * step > 0]
        if not places:
            self._mode, self._note = "", "There is nothing to choose: all values are the same"
        elif further:
            self._cursor = further[0]

    def _place(self, key: str) -> int | None:
        """Give the place of the record with a number, None where the key is none of theirs."""
        number = NUMBERS.find(key) if len(key) == 1 else -1
        return number if 0 <= number < len(self._records.refs) else None
