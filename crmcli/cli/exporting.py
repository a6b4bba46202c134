"""Where an export goes: standard output, or a new file that is there only when it is whole."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import replace
from crmcli.services.exporting import exports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.cli.session import Session
    from crmcli.services.exporting.exports import Exported, ExportRequest


class FileExists(CrmError):
    """A file to write to that is there already."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, path: str) -> None:
        super().__init__(f'"{path}" exists already', "Name a new file, or remove that one")


class NotReadable(CrmError):
    """A form that no terminal can show, on a terminal."""

    exit_code = ExitCode.USAGE

    def __init__(self, form: str, ending: str) -> None:
        super().__init__(
            f"A file of {form} is nothing to read on a terminal", f"Name a file: crm export … FILE{ending}"
        )


def export_to(session: Session, request: ExportRequest, path: str) -> Exported:
    """Export to a new file, or to standard output for `-`. Raises FileExists, NotReadable and ExportFailed."""
    if path == "-":
        return exports.export(session.workspace, request, _standard_output(session, request))
    with new_file(path, binary=request.form.binary) as sink:
        exported = exports.export(session.workspace, request, sink)
    return replace(exported, path=path)


@contextmanager
def new_file(path: str, *, binary: bool) -> Iterator[IO[str] | IO[bytes]]:
    """Open a file that is there only when it is whole. Raises FileExists and ExportFailed."""
    if os.path.lexists(path):
        raise FileExists(path)
    partial = f"{path}.{os.getpid()}.part"
    try:
        sink = _open_new(partial, binary=binary)
    except OSError as error:
        raise exports.ExportFailed(path, error) from None
    try:
        with sink:
            yield sink
        os.rename(partial, path)
    except OSError as error:
        os.unlink(partial)
        raise exports.ExportFailed(path, error) from None
    except BaseException:
        os.unlink(partial)
        raise


def _open_new(path: str, *, binary: bool) -> IO[str] | IO[bytes]:
    def opener(name: str, flags: int) -> int:
        # The records are people's data: nobody else may read them, whatever the umask.
        return os.open(name, flags | os.O_NOFOLLOW, 0o600)

    if binary:
        return open(path, "xb", opener=opener)
    return open(path, "x", encoding="utf-8", newline="", opener=opener)


def _standard_output(session: Session, request: ExportRequest) -> IO[str] | IO[bytes]:
    form = request.form
    if not form.binary:
        return session.output.sink()
    if session.output.terminal:
        raise NotReadable(form.name, form.endings[0])
    return sys.stdout.buffer
