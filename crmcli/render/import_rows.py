"""What becomes of each row of an import: a line for people, a JSON object for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.values import as_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.render.output import Output
    from crmcli.services.importing.result import RejectedRow, RowOutcome


class Rows:
    """Writes what becomes of rows as they come; of a JSON or YAML document they are `told`, to stand in it."""

    def __init__(self, output: Output) -> None:
        """Prepare for the form that was asked for."""
        self.told: list[dict[str, object]] = []
        self._output = output
        self._write = _WRITERS.get(output.format)

    def take(self, outcome: RowOutcome) -> None:
        """Write one row, or keep it for the document."""
        if self._write:
            self._write(self._output, outcome)
        elif self._output.format in ("json", "yaml"):
            self.told.append(row_value(outcome))
        else:
            self._output.say(outcome_line(outcome))


def outcome_line(outcome: RowOutcome) -> str:
    """Say what becomes of one row: `line 7: update contact:3 (jobtitle: Analyst → Engineer)`."""
    about = f" {outcome.ref}" if outcome.ref else ""
    if outcome.rejection:
        about = f" {outcome.rejection.reason}"
    elif outcome.changes:
        changes = (f"{name}: {_shown(old)} → {_shown(new)}" for name, (old, new) in outcome.changes.items())
        about += f" ({', '.join(changes)})"
    file = f"{outcome.file} " if outcome.file else ""
    return f"{file}line {outcome.line}: {outcome.verdict.value}{about}"


def row_value(outcome: RowOutcome) -> dict[str, object]:
    """Give the JSON shape `row`."""
    file = {"file": outcome.file} if outcome.file else {}
    value: dict[str, object] = {**file, "line": outcome.line, "verdict": outcome.verdict.value}
    if outcome.rejection:
        return {**value, **rejection_value(outcome.rejection)}
    changes = {name: {"old": old, "new": new} for name, (old, new) in outcome.changes.items()}
    return {**value, "id": str(outcome.ref), "changes": changes}


def rejection_value(row: RejectedRow) -> dict[str, object]:
    """Give what a rejected row has in JSON beside its line."""
    return {
        "code": row.code,
        "column": row.column or None,
        "value": row.value or None,
        "reason": row.reason,
        "remedy": row.remedy or None,
        "duplicate_of": row.duplicate_of or None,
    }


def _shown(value: object) -> str:
    return "–" if value is None else "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _line(output: Output, outcome: RowOutcome) -> None:
    output.line(outcome_line(outcome))


def _json_line(output: Output, outcome: RowOutcome) -> None:
    output.data(as_json(row_value(outcome)) + "\n")


_WRITERS: dict[str, Callable[[Output, RowOutcome], None]] = {"table": _line, "jsonl": _json_line}
