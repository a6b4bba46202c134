"""Saying why two records may be one: each piece of evidence in words and in bits."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.duplicates.finding import FindDuplicates, search_records
from crmcli.services.duplicates.wording import Wording
from crmcli.services.references import Ref, resolve
from crmcli.services.titles import titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmcli.dedupe.explain import Explanation
    from crmcli.services.duplicates.finding import Search
    from crmcli.services.workspace import Workspace


_AT_ONCE = 50_000  # pairs that are explained together


class NotTwoOfOne(CrmError):
    """Two records that cannot be compared: one and the same, or not of the object."""

    exit_code = ExitCode.USAGE

    def __init__(self, object_name: str, texts: tuple[str, str], a: Ref, b: Ref) -> None:
        same = f"{texts[0]} and {texts[1]} are one record"
        super().__init__(
            f"{same}: {a}" if a == b else f"{a} and {b} are not two records of {object_name}",
            f"Name two: {object_name}:1 {object_name}:2",
        )


class NotSearched(CrmError):
    """A record that the condition leaves out."""

    exit_code = ExitCode.USAGE

    def __init__(self, ref: Ref) -> None:
        super().__init__(f"{ref} does not meet the condition", "Leave --where out, or name another")


@frozen
class Evidence:
    """What some columns say: `words` for people, `bits` for it or, below 0, against it; the two values."""

    columns: tuple[str, ...]
    level: str
    words: str
    bits: float
    a: str
    b: str


@frozen
class Comparison:
    """Two records side by side, with what makes them one record or two.

    `bits` is the sum of those of the evidence and of `prior`, how rare it is that any two records are one.
    """

    refs: tuple[Ref, Ref]
    titles: tuple[str, str]
    bits: float
    probability: float
    evidence: tuple[Evidence, ...]
    prior: float


class Explaining:
    """Says why records of a search that is done belong together, or do not."""

    def __init__(self, done: Search) -> None:
        self._done = done
        self._wording = Wording(done.feed)

    def evidence(self, a: Ref, b: Ref) -> tuple[Evidence, ...]:
        """Give what was found of two records, the most telling first. Raises NotSearched."""
        return self.comparison(a, b).evidence

    def evidence_of(self, pairs: Iterable[tuple[Ref, Ref]]) -> Iterator[tuple[Evidence, ...]]:
        """Give what was found of each two records, in their order: many at once cost little more than two."""
        from crmcli.dedupe.explain import explain_all

        rest = iter(pairs)
        while some := list(islice(rest, _AT_ONCE)):
            rows = [(self._row(a), self._row(b)) for a, b in some]
            assert self._done.found.scorer is not None  # noqa: S101 - where there are groups, rows were scored
            for each, explained in zip(rows, explain_all(self._done.found.scorer, rows), strict=True):
                yield self._told(each, explained)

    def comparison(self, a: Ref, b: Ref, titles: tuple[str, str] = ("", "")) -> Comparison:
        """Compare two records. Raises NotSearched."""
        rows = (self._row(a), self._row(b))
        explained = self._done.found.explain(*rows)
        told = self._told(rows, explained)
        return Comparison((a, b), titles, explained.bits, explained.probability, told, explained.prior)

    def _told(self, rows: tuple[int, int], explained: Explanation) -> tuple[Evidence, ...]:
        found = []
        for reason in explained.reasons:
            made = (reason.b, reason.a) if rows[0] > rows[1] else (reason.a, reason.b)
            first, second = (self._wording.values(reason, row) for row in rows)
            values = made if first is None or second is None else (first, second)
            found.append(Evidence(reason.columns, reason.level, self._wording.words(reason), reason.bits, *values))
        return tuple(found)

    def _row(self, ref: Ref) -> int:
        row = self._done.row(ref)
        if row is None:
            raise NotSearched(ref)
        return row


def compare(workspace: Workspace, request: FindDuplicates, texts: tuple[str, str]) -> Comparison:
    """Compare two records as a search among all does, whether or not it proposes them.

    Raises NotTwoOfOne, NotSearched, and the errors of references and of `find`.
    """
    found = workspace.object(request.object_name)
    a, b = resolve(workspace, texts[0]), resolve(workspace, texts[1])
    if a == b or {a.object_name, b.object_name} != {found.name}:
        raise NotTwoOfOne(found.name, texts, a, b)
    named = titles(workspace, (a, b))
    return Explaining(search_records(workspace, request)).comparison(a, b, (named[a], named[b]))
