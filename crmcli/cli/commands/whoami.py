"""crm whoami."""

from __future__ import annotations

import typer

from crmcli.cli.session import Session
from crmcli.render.workspaces import write_whoami
from crmcli.services import users


def whoami(ctx: typer.Context) -> None:
    """Say who acts, in which CRM, and what time it is there.

    Who acts is --actor, else CRM_ACTOR, else `actor` in the user's configuration, else the system user.

    Example:
      crm whoami
      crm whoami --actor grace
    """
    session = ctx.ensure_object(Session)
    write_whoami(session.output, users.whoami(session.workspace), session.workspace)
