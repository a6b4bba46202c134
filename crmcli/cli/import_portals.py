"""`crm import --from`: another system's whole export, taken over as it is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.errors import ExitCode

if TYPE_CHECKING:
    from crmcli.cli.session import Session

From = Annotated[
    str,
    typer.Option(
        "--from", metavar="hubspot", help="Take a portal's whole export over: a folder or a zip of its files."
    ),
]


def take_over(session: Session, path: str, portal: str, *, dry_run: bool) -> int:
    """Import a portal and say what became of each file; give the exit code."""
    from crmcli.render.portals import write_portal
    from crmcli.render.progress import progress
    from crmcli.render.schema_text import with_entry
    from crmcli.services.portal.takeover import PortalRequest, import_portal

    bar = progress(session.output, path) if sys.stderr.isatty() and not session.quiet else None
    made = import_portal(session.workspace, PortalRequest(path, portal, with_entry, dry_run), progress=bar)
    write_portal(session.output, session.workspace, made)
    return ExitCode.PARTIAL if any(each.rejected for each in made.imported) else ExitCode.DONE
