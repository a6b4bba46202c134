"""Where an export goes: standard output, or a new file that is there only when it is whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import replace
from crmcli.services import exports

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.services.exports import Exported, ExportRequest


class FileExists(CrmError):
    """A file to export to that is there already."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, path: str) -> None:
        super().__init__(f'"{path}" exists already', "Name a new file, or remove that one")


class FolderNeeded(CrmError):
    """An export of all objects without a folder for the files."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__("An export of all objects makes a file for each", "Name a folder: crm export all backup")


def export_to(session: Session, request: ExportRequest, path: str) -> tuple[Exported, ...]:
    """Export to a file, or to standard output for `-`; the form is that of -o, else of the file's ending, else CSV."""
    ending = os.path.splitext(path)[1][1:].lower()
    form = session.format or (ending if ending in exports.FORMATS else "csv")
    request = replace(request, format=form)
    if path == "-":
        exports.export(session.workspace, request, session.output.sink())
        return ()
    if os.path.exists(path):
        raise FileExists(path)
    partial = f"{path}.part"
    # The records are people's data: nobody else may read them, whatever the umask.
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise exports.ExportFailed(path, error) from None
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as sink:
            exported = exports.export(session.workspace, request, sink)
        os.replace(partial, path)
    except OSError as error:
        os.unlink(partial)
        raise exports.ExportFailed(path, error) from None
    except BaseException:
        os.unlink(partial)
        raise
    return (replace(exported, path=path),)


def export_everything(session: Session, request: ExportRequest, folder: str) -> tuple[Exported, ...]:
    """Export every object that has records to a file of its own in a folder. Raises FolderNeeded."""
    if folder == "-":
        raise FolderNeeded
    return exports.export_all(session.workspace, folder, replace(request, format=session.format or "csv"))
