"""crm doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.session import Session
from crmcli.errors import ExitCode
from crmcli.render.workspaces import write_diagnosis
from crmcli.services import doctor as service

Fix = Annotated[bool, typer.Option("--fix", help="Put right what can be put right without guessing.")]


def doctor(ctx: typer.Context, fix: Fix = False) -> int:
    """Prove that data files, keys, associations, journal, index and schema are in order; exit 7 if not.

    Example:
      crm doctor
    """
    session = ctx.ensure_object(Session)
    diagnosis = service.mend(session.workspace) if fix else service.examine(session.workspace)
    write_diagnosis(session.output, diagnosis)
    return ExitCode.CHECK_FAILED if diagnosis.problems else ExitCode.DONE
