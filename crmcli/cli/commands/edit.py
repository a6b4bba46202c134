"""crm edit."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import AllowErased, DryRun, Force, References, with_input
from crmcli.cli.assigning import read_text
from crmcli.cli.editing import edited, edited_values
from crmcli.cli.picking import resolve_all
from crmcli.cli.session import Session
from crmcli.render.edit_text import edit_text
from crmcli.render.writes import write_unchanged, write_written
from crmcli.services import edit as service
from crmcli.services.written import Written

File = Annotated[str, typer.Option("--file", metavar="FILE", help="Apply this text instead of opening an editor.")]


def edit(
    ctx: typer.Context,
    references: References,
    file: File = "",
    force: Force = False,
    allow_erased: AllowErased = False,
    dry_run: DryRun = False,
) -> None:
    """Edit one record or many as YAML in your editor, applied as one operation.

    VISUAL or EDITOR names the editor. A text that is refused can be mended; what was typed is kept.

    Example:
      EDITOR='sed -i s/London/Paris/' crm edit contact:1
    """
    session = ctx.ensure_object(Session)
    workspace = session.workspace
    sheet = service.records_for_edit(workspace, resolve_all(session, with_input(references)))

    def apply(text: str) -> Written:
        request = service.ApplyEdit(sheet, edited_values(text, file or "edit"), force, allow_erased)
        return service.apply_edit(workspace, request, dry_run=dry_run)

    written = apply(read_text(file)) if file else edited(session, edit_text(sheet), apply)
    if written is None:
        write_unchanged(session.output)
    else:
        write_written(session.output, workspace, written)
