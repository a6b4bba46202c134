"""Associating many pairs of records at once, out of a file or a list: one operation, all of them or none."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode, Problem
from crmcli.frozen import frozen
from crmcli.services.references import Ref, resolve
from crmcli.services.written import SHOWN, Account

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.transaction import Transaction

_PLAIN = re.compile(r"\s*([a-z][a-z0-9_]*):([1-9][0-9]{0,17})\s*")
_BLOCK = 10_000  # pairs that are resolved together
_NAMED = 10
_FROM, _TO, _LABEL = ("from", "a", "first"), ("to", "b", "second"), ("label", "association label")


@frozen
class PairLine:
    """Two records to associate, "a is LABEL of b", as they were typed; `place` is the file and line."""

    place: str
    a: str
    b: str
    label: str = ""


@frozen
class BulkLinks:
    """Pairs to associate; `label` is that of the pairs that name none."""

    pairs: Iterable[PairLine]
    label: str = ""
    force: bool = False
    dry_run: bool = False


class PairsRefused(CrmError):
    """Pairs of a list that cannot be associated; nothing was. `problems` are the first ten of `total`."""

    exit_code = ExitCode.USAGE

    def __init__(self, problems: Sequence[Problem], total: int) -> None:
        self.problems = tuple(problems)
        self.total = total
        first = self.problems[0]
        if total == 1:
            super().__init__(f"{first.where}: {first.message}", first.hint or "Nothing was changed")
        else:
            more = f" (the first {len(problems)} are named)" if total > len(problems) else ""
            super().__init__(f"{total:,} pairs cannot be associated{more}", "Nothing was changed")


class NoPairColumns(CrmError):
    """A file of pairs whose headings do not say which columns hold them."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str, headings: Sequence[str]) -> None:
        super().__init__(
            f'"{name}" has the columns {", ".join(headings)}', "Its first line should be: from,to or from,to,label"
        )


def link_pairs(workspace: Workspace, request: BulkLinks) -> Written:
    """Associate pairs as one operation; those that are associated already get their label at most.

    Raises PairsRefused, with nothing done, where a reference or a label means nothing or a rule would be broken.
    """
    account = Account(workspace)
    problems: list[Problem] = []
    total = 0
    with workspace.store.write(workspace.intent(force=request.force), dry_run=request.dry_run) as change:
        linker = _Linker(workspace, change)
        pairs = iter(request.pairs)
        while block := list(islice(pairs, _BLOCK)):
            wrong = list(linker.take(block, request.label))
            problems += wrong[: _NAMED - len(problems)]
            total += len(wrong)
        if total:
            raise PairsRefused(problems, total)
        linker.write()
        account.refs += linker.seen
        return account.finish(change, dry_run=request.dry_run)


def pairs_of_file(path: str, stream: BinaryIO | None) -> Iterator[PairLine]:
    """Read the pairs of a CSV file with the columns from, to and, if there is one, label.

    Raises NoPairColumns and the errors of reading files.
    """
    from crmcli.formats.opening import opened

    with opened(path, stream) as (table, *_):
        headings = [heading.strip().casefold() for heading in table.header]
        a, b, label = (next((i for i, h in enumerate(headings) if h in names), -1) for names in (_FROM, _TO, _LABEL))
        if a < 0 or b < 0:
            raise NoPairColumns(path, table.header)
        for block in table.blocks():
            if block.faults:
                faults = [Problem(f"{path}:{fault.line}", fault.reason) for fault in block.faults]
                raise PairsRefused(faults[:_NAMED], len(faults))
            labels = block.columns[label] if label >= 0 else [""] * len(block.lines)
            for line, one, other, word in zip(block.lines, block.columns[a], block.columns[b], labels, strict=True):
                yield PairLine(f"{path}:{line}", one, other, word.strip())


def pairs_of_lines(lines: Iterable[str]) -> Iterator[PairLine]:
    """Read pairs from lines of two references and maybe a label, divided by tabs, or by blanks where there are none."""
    for number, line in enumerate(lines, 1):
        parts = line.strip("\r\n").split("\t") if "\t" in line else line.split(None, 2)
        if line.strip():
            a, b, label, *_ = [part.strip() for part in (*parts, "", "", "")]
            yield PairLine(f"line {number}", a, b, label)


class _Linker:
    """Collects pairs by object and label, and writes each group at once, in the order of the owners."""

    def __init__(self, workspace: Workspace, change: Transaction) -> None:
        self._workspace = workspace
        self._change = change
        self._known: dict[str, Ref] = {}  # references that are no ids
        self._groups: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
        self.seen: list[Ref] = []

    def take(self, block: Sequence[PairLine], label: str) -> Iterator[Problem]:
        """Take pairs; give what is wrong with those that cannot be."""
        refs = self._refs([text for pair in block for text in (pair.a, pair.b)])
        for pair in block:
            try:
                a = refs.get(pair.a) or self._found(pair.a)
                b = refs.get(pair.b) or self._found(pair.b)
                self._put(a, b, pair.label or label)
            except CrmError as refusal:
                yield Problem(pair.place, refusal.message, refusal.hint)

    def _put(self, a: Ref, b: Ref, label: str) -> None:
        group = self._groups.get((a.object_name, b.object_name, label))
        if group is None:
            self._change.direction(a.object_name, b.object_name, label or None)
            group = self._groups[a.object_name, b.object_name, label] = []
        if a == b:
            from crmcli.store.linking import WithItself

            raise WithItself((a.object_name, a.id))
        group.append((a.id, b.id))
        if len(self.seen) < SHOWN:
            self.seen += [ref for ref in (a, b) if ref not in self.seen[-2:]]

    def write(self) -> None:
        """Write what was taken."""
        for (a, b, label), ends in self._groups.items():
            pair, forward, name = self._change.direction(a, b, label or None)
            if a == b and not any(known.name == name and known.paired for known in pair.labels):
                for one, other in ends:  # without a direction, which end keeps it depends on what there is
                    self._change.link((a, one), (b, other), label=label or None)
                continue
            links = ends if forward else [(other, one) for one, other in ends]
            self._change.link_many(pair, sorted(dict.fromkeys(links)), name)

    def _refs(self, texts: Iterable[str]) -> Mapping[str, Ref]:
        """Give the records of the references that are plain ones, looked up together; others are left out."""
        plain = {text: Ref(match[1], int(match[2])) for text in texts if (match := _PLAIN.fullmatch(text))}
        wanted: dict[str, set[int]] = {}
        for ref in plain.values():
            wanted.setdefault(ref.object_name, set()).add(ref.id)
        store, objects = self._workspace.store, self._workspace.model.words
        there = {name: store.present(name, sorted(ids)) for name, ids in wanted.items() if name in objects}
        return {text: ref for text, ref in plain.items() if ref.id in there.get(ref.object_name, ())}

    def _found(self, text: str) -> Ref:
        """Give the record that any other reference means."""
        if text not in self._known:
            self._known[text] = resolve(self._workspace, text)
        return self._known[text]
