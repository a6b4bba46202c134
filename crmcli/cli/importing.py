"""An import as people see it: progress while it runs, what became of the rows, the exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from crmcli.errors import ExitCode
from crmcli.render.import_rows import Rows
from crmcli.render.imports import write_imports
from crmcli.render.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.cli.session import Session
    from crmcli.services.importing.result import Imported


def import_aloud(session: Session, name: str, run: Callable[..., Sequence[Imported]], *, details: bool) -> ExitCode:
    """Run an import and write its account; `run` takes `progress` and `report`, and `name` stands beside the bar."""
    rows = Rows(session.output) if details or session.output.format == "jsonl" else None
    imported = run(
        progress=progress(session.output, name) if sys.stderr.isatty() and not session.quiet else None,
        report=rows.take if rows else None,
    )
    write_imports(session.output, session.workspace, imported, rows)
    return _status(imported)


def _status(imported: Sequence[Imported]) -> ExitCode:
    """Give the exit code of imports: rows are rejected, or nothing was done for that."""
    if any(each.refused for each in imported):
        return ExitCode.FAILURE
    return ExitCode.PARTIAL if any(each.rejected for each in imported) else ExitCode.DONE
