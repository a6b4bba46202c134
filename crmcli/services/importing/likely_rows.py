"""New rows that look like records which are there already: counted, rejected, or taken for these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode, Problem
from crmcli.model.names import typed
from crmcli.services.duplicates.likely import FAIL, SKIP, UPDATE, WARN, LikelyDuplicates
from crmcli.services.importing.matching import Match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.services.duplicates.likely import Likely
    from crmcli.services.importing.batch import Batch, Plan
    from crmcli.services.references import Ref

CODE = "LIKELY_DUPLICATE"
# Where they are only told of, the first so many new rows are looked at, and then one of so many: looking at a row takes
# about as long as importing it, and a warning shall cost a twentieth.
_ALL, _EACH = 2_000, 20
_VERBS = {WARN: ("looks like", "look like"), UPDATE: ("is taken for", "are taken for")}


class RowLooksLike(CrmError):
    """A row for which nothing is imported, since its record likely is there."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, line: int, ref: Ref, why: str, look: str) -> None:
        super().__init__(f"Line {line} looks like {ref}: {why}; nothing was imported", f"See all such rows: {look}")


class LikelyRows:
    """Looks at the rows of the file `path` whose records are to be created; `deed` is what is done about them."""

    def __init__(self, plan: Plan, deed: str, path: str) -> None:
        """Prepare; what is there is looked at with the first block, before anything is created."""
        self.count = 0
        self._looked_at = 0
        self._new = 0
        self._path = path
        self._plan = plan
        self._deed = deed
        self._first: tuple[int, Likely] | None = None
        self._looking: LikelyDuplicates | None = None

    def take(self, batch: Batch) -> list[tuple[int, int]]:
        """Look at a block whose rows have been matched by keys; give the rows that are taken for records now."""
        if self._looking is None:
            self._looking = LikelyDuplicates(self._plan.workspace, self._plan.found, batch.values.columns.keys())
        if self._looking.idle:
            return []
        known = batch.matches.keys() | batch.settled.keys() | batch.fresh.keys()
        rows = self._sample([row for row in batch.values.accepted() if row not in known])
        taken = []
        for row, likely in self._looking.find(batch.values.columns, rows).items():
            self.count += 1
            self._first = self._first or (batch.line(row), likely)
            if self._deed == FAIL:
                raise RowLooksLike(batch.line(row), likely.ref, likely.why, self._search())
            if self._deed == SKIP:
                batch.refuse(row, CODE, f"it looks like {likely.ref}: {likely.why}")
            elif self._deed == UPDATE:
                batch.matches[row] = Match(likely.ref.id, likely=True)
                taken.append((row, likely.ref.id))
        return taken

    def _sample(self, rows: Sequence[int]) -> Sequence[int]:
        """Give the rows to look at: all, unless they are many and nothing is done about them."""
        before, self._new = self._new, self._new + len(rows)
        sample = rows if self._deed != WARN or before < _ALL else rows[::_EACH]
        self._looked_at += len(sample)
        return sample

    def warnings(self, *, dry_run: bool) -> list[Problem]:
        """Say in one sentence how many rows look like records, and what shows them; nothing for none.

        Rejected ones are told one by one.
        """
        if self._first is None or self._deed == SKIP:
            return []
        line, likely = self._first
        words = self._plan.workspace.model.words[self._plan.found.name]
        alone, together = _VERBS[self._deed]
        among = "" if self._looked_at == self._new else f" of {self._looked_at:,} compared"
        if self.count == 1:
            message = f"Line {line}{among} {alone} a {words.label.lower()} that is there"
        else:
            message = (
                f"{self.count:,} rows{among} {together} {words.plural.lower()} that are there, such as line {line}"
            )
        look = f"crm dedupe {typed(words)} --new-since today" if self._deed == WARN else "crm diff"
        if dry_run:
            look = self._search() if self._deed == WARN else "--details"
        return [Problem(f"{self._path}:{line}", f"{message}: {likely.ref}, {likely.why}", f"To see more: {look}")]

    def _search(self) -> str:
        """Give the command that finds such rows in the file."""
        return f"crm dedupe {typed(self._plan.workspace.model.words[self._plan.found.name])} --file {self._path}"
