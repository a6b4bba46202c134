"""crm backup."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from crmcli.cli.exporting import new_file
from crmcli.cli.session import Session
from crmcli.render.backups import write_backup
from crmcli.services import backups

File = Annotated[
    str, typer.Argument(metavar="FILE", help="A new file (.tar.gz, .tar.xz, .tar), or a folder for one named by date.")
]


def backup(ctx: typer.Context, file: File = ".") -> None:
    """Put the whole workspace into one file: records, history, schemas, settings, with checksums.

    It is read back and proved before it takes its name. Other commands wait while it is written.

    Example:
      crm backup
      crm backup acme.tar.xz
    """
    session = ctx.ensure_object(Session)
    path = os.path.join(file, backups.usual_name(session.workspace)) if os.path.isdir(file) else file
    word = backups.packing(path)
    with new_file(path, binary=True) as sink:
        backups.back_up(session.workspace, sink, word)  # type: ignore[arg-type]  # it is binary
        sink.flush()
        os.fsync(sink.fileno())
        found = backups.prove(sink.name)
    size = os.stat(path).st_size
    write_backup(session.output, backups.Backup(os.path.normpath(path), size, found))
