"""The account of an import while it runs: what became of how many rows, and on which lines records came from."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING

from crmcli.services.importing.result import RejectedRow, RowOutcome, Verdict
from crmcli.services.references import Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.formats.table import Fault
    from crmcli.services.importing.rejects import RepairFile
    from crmcli.services.importing.values import Refusal, Values
    from crmcli.types.base import Stored

_line = attrgetter("line")
_SHOWN = 1_000  # rejected rows that are kept in memory; all are in the repair file


class Tally:
    """Counts rows by verdict, keeps the first rejected ones, and passes each on to the repair file and the report."""

    def __init__(self, object_name: str, repair: RepairFile, report: Callable[[RowOutcome], None] | None) -> None:
        self.counts = dict.fromkeys(Verdict, 0)
        self.blank = 0
        self.rejected: list[RejectedRow] = []
        self.refused: Counter[str] = Counter()  # by heading: how many values cannot be read
        self.nothing: Counter[tuple[str, str]] = Counter()  # as `Values` counts them
        self.dumped: Counter[tuple[str, str]] = Counter()
        self.understood: Counter[tuple[str, str, str]] = Counter()
        self.without_key = 0  # rows that have no key, and say what a record holds already
        self.not_lowered = 0  # records whose lifecycle stage the file would have set back
        self.skipped: dict[str, list[tuple[int, Refusal]]] = {}  # by heading: values left out, with their lines
        self._object_name = object_name
        self._repair = repair
        self._report = report
        self._told: list[RowOutcome] = []  # of a block, until it is done
        self._lines: dict[int, int] = {}  # id of a record that was there → the line that is about it
        # Records by runs of ids: the first id of each run, and the lines that they came from or are said on.
        self._first_ids: list[int] = []
        self._runs: list[Sequence[int]] = []

    def created(self, ids: Sequence[int], lines: Sequence[int]) -> None:
        """Count records that were created, ids ascending, from these lines."""
        self.counts[Verdict.CREATE] += len(ids)
        self._remember(ids, lines)
        if self._report:
            for record_id, line in zip(ids, lines, strict=True):
                self._told.append(RowOutcome(line, Verdict.CREATE, Ref(self._object_name, record_id)))

    def kept(
        self, record_id: int, line: int, changes: Mapping[str, tuple[Stored | None, Stored | None]], *, linked: bool
    ) -> None:
        """Count a record that was there: updated where something changed or was linked, else unchanged."""
        verdict = Verdict.UPDATE if changes or linked else Verdict.UNCHANGED
        self.counts[verdict] += 1
        if self._report:
            self._told.append(RowOutcome(line, verdict, Ref(self._object_name, record_id), changes))

    def settled(self, found: Mapping[int, int], lines: Sequence[int]) -> dict[int, int]:
        """Count rows of a block that say what their records hold already, row → record.

        Give these less those of records that an earlier line is about.
        """
        first = {row: record_id for row, record_id in found.items() if self.line_of(record_id) is None}
        self._remember(list(first.values()), [lines[row] for row in first])
        self.counts[Verdict.UNCHANGED] += len(first)
        if self._report:
            for row, record_id in first.items():
                self._told.append(RowOutcome(lines[row], Verdict.UNCHANGED, Ref(self._object_name, record_id)))
        return first

    def rejected_row(self, line: int, cells: Sequence[str], refusals: Sequence[Refusal]) -> None:
        """Count a row that was rejected, and write it to the repair file."""
        reason = "; ".join(map(_sentence, refusals))
        first = refusals[0]
        row = RejectedRow(line, first.code, first.column, first.value, reason, first.remedy, first.earlier)
        self._reject(row, cells)

    def left_out(self, lines: Sequence[int], refused: Mapping[int, Sequence[Refusal]]) -> None:
        """Note the values that rows of a block are taken without, by the row's place."""
        for row in sorted(refused):
            for refusal in refused[row]:
                self.skipped.setdefault(refusal.column, []).append((lines[row], refusal))

    def words(self, values: Values) -> None:
        """Count the words for nothing, and those of others for options, of a block."""
        self.nothing.update(values.nothing)
        self.dumped.update(values.dumped)
        self.understood.update(values.understood)

    def faulty_row(self, fault: Fault) -> None:
        """Count a row that could not be read."""
        self._reject(RejectedRow(fault.line, fault.code, "", "", fault.reason), fault.cells)

    def claim(self, record_id: int, line: int) -> int | None:
        """Say that this line is about a record; give the line that said so before, or None."""
        earlier = self.line_of(record_id)
        if earlier is None:
            self._lines[record_id] = line
        return earlier

    def _remember(self, ids: Sequence[int], lines: Sequence[int]) -> None:
        """Keep which lines records are about: of ids that follow one another the lines alone."""
        if ids and ids[0] > (self._first_ids or [0])[-1] and list(ids) == list(range(ids[0], ids[0] + len(ids))):
            self._first_ids.append(ids[0])
            self._runs.append(lines if isinstance(lines, range) else array("q", lines))
        else:
            self._lines.update(zip(ids, lines, strict=True))

    def line_of(self, record_id: int) -> int | None:
        """Give the line that a record was created or claimed by in this import."""
        run = bisect_right(self._first_ids, record_id) - 1
        if run >= 0 and record_id - self._first_ids[run] < len(self._runs[run]):
            return self._runs[run][record_id - self._first_ids[run]]
        return self._lines.get(record_id)

    def tell(self) -> None:
        """Report what became of the rows of a block, in their order."""
        if self._report:
            for outcome in sorted(self._told, key=_line):
                self._report(outcome)
            self._told.clear()

    def _reject(self, row: RejectedRow, cells: Sequence[str]) -> None:
        verdict = Verdict.DUPLICATE if row.duplicate_of else Verdict.REJECTED
        self.counts[verdict] += 1
        if len(self.rejected) < _SHOWN:
            self.rejected.append(row)
        self._repair.add(cells, f"{row.code}: {row.reason}")
        if self._report:
            self._told.append(RowOutcome(row.line, verdict, rejection=row))


def _sentence(refusal: Refusal) -> str:
    remedy = refusal.remedy[:1].lower() + refusal.remedy[1:]
    said = f"{refusal.reason}; {remedy}" if remedy else refusal.reason
    return f"{refusal.column}: {said}" if refusal.column else said
