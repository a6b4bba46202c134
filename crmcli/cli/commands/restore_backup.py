"""crm restore-backup."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.session import Session
from crmcli.render.backups import write_restored
from crmcli.services.backups import restore

File = Annotated[str, typer.Argument(metavar="FILE", help="A file that crm backup wrote.")]
Folder = Annotated[str, typer.Argument(metavar="FOLDER", help="A new folder, or an empty one.")]


def restore_backup(ctx: typer.Context, file: File, folder: Folder) -> None:
    """Make a folder the workspace that a backup holds.

    The whole file is proved first; where anything in it is damaged, or is not what may be in it, nothing is written.

    Example:
      crm backup acme.tar.gz
      crm restore-backup acme.tar.gz copy-of-acme
    """
    session = ctx.ensure_object(Session)
    write_restored(session.output, restore(file, folder), folder)
