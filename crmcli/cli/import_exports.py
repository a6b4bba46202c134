"""Taking back an export of everything: `crm import --from-export FOLDER`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.errors import ExitCode

if TYPE_CHECKING:
    from crmcli.cli.session import Session

FromExport = Annotated[
    str,
    typer.Option(
        "--from-export", metavar="FOLDER", help="Take back all that crm export all --output-dir wrote (no OBJECT)."
    ),
]


def take_back(session: Session, folder: str, *, dry_run: bool) -> int:
    """Make this empty workspace what the export holds. Raises NotAsItWas and NotEmpty."""
    from crmcli.render.backups import write_imported_all
    from crmcli.services.exporting.whole import import_all

    write_imported_all(session.output, import_all(session.workspace, folder, dry_run=dry_run))
    return ExitCode.DONE
