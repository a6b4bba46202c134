"""Bare `crm`: what is in this CRM, or how to begin where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.cli.place import NoWorkspace, find_root

if TYPE_CHECKING:
    from crmcli.cli.session import Session


def overview(session: Session) -> None:
    """Show the overview of the workspace, or how to begin outside of one that was not asked for by name."""
    from crmcli.render import workspaces
    from crmcli.services import overview as service

    if not _inside(session):
        workspaces.write_beginning(session.output)
        return
    workspaces.write_overview(session.output, service.overview(session.workspace), session.workspace)


def _inside(session: Session) -> bool:
    try:
        find_root(session.folder)
    except NoWorkspace:
        if session.folder:
            raise
        return False
    return True
