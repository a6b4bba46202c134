"""Exporting everything, and taking it back: a table of each object for others, and all that this CRM is for crm.

export.json            what there is, with checksums
contact.csv …          records, in the form that was asked for
workspace/             crm.toml, schemas, records, associations, tombstones, history: a workspace as it stands
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.described import described
from crmcli.services.exporting.exports import ExportFailed, ExportRequest, export, with_records
from crmcli.services.manifest import (
    WORKSPACE,
    NotAsItWas,
    manifest,
    manifest_text,
    own_files,
    read_manifest,
)
from crmcli.services.new_folders import new_folder, written
from crmcli.store.arrival import arriving
from crmcli.store.files import Modes, resolved, write_new
from crmcli.store.keeping import FILES, kept_files, steady

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.services.described import File
    from crmcli.services.exporting.exports import Form, Style
    from crmcli.services.manifest import Manifest
    from crmcli.services.workspace import Workspace

_MANIFEST = "export.json"
_MODES = Modes("")


@frozen
class ExportedAll:
    """A whole export that was written, or read: its folder, what it holds, and what there is to say of it."""

    folder: str
    manifest: Manifest
    notes: tuple[str, ...] = ()
    dry_run: bool = False


class NotEmpty(CrmError):
    """A workspace that is to become what an export holds, and holds something already."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, path: str) -> None:
        super().__init__(
            f"This workspace is not empty: it has {path}",
            "An export of everything takes the place of all: make a new workspace with crm init, and import it there",
        )


def export_all(workspace: Workspace, folder: str, form: Form, style: Style) -> ExportedAll:
    """Write everything into a new folder, while nobody else writes. Raises FolderNotEmpty and ExportFailed."""
    with steady(workspace.store, "crm export"), new_folder(folder) as partial:
        files: dict[str, File] = {}
        notes: list[str] = []
        for name in with_records(workspace, form):
            table = f"{name}{form.endings[0] if form.endings else '.json'}"
            notes += _export(workspace, ExportRequest((name,), form, style=style), os.path.join(partial, table))
            with open(os.path.join(partial, table), "rb") as file:
                files[table] = described(file)
        for path in kept_files(workspace.root):
            with open(resolved(workspace.root, path), "rb") as source:
                inner = f"{WORKSPACE}/{path}"
                files[inner] = written(source, f"{partial}/{inner}", _MODES)
        found = manifest(workspace, files)
        write_new(os.path.join(partial, _MANIFEST), manifest_text(found), _MODES)
    return ExportedAll(folder, found, tuple(notes))


def import_all(workspace: Workspace, folder: str, *, dry_run: bool = False) -> ExportedAll:
    """Make an empty workspace what an export of everything holds: records, history, schemas and settings.

    Everything is proved against the checksums before anything takes its place. Raises NotAsItWas and NotEmpty.
    """
    found = _read(folder)
    with steady(workspace.store, "crm import"):
        taken = next((path for path in kept_files(workspace.root) if path not in FILES), None)
        if taken:
            raise NotEmpty(taken)
        if not dry_run:
            _take_over(workspace, folder, own_files(found))
    return ExportedAll(folder, found, dry_run=dry_run)


def _export(workspace: Workspace, request: ExportRequest, path: str) -> tuple[str, ...]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    binary = request.form.binary
    with open(descriptor, "wb") if binary else open(descriptor, "w", encoding="utf-8", newline="") as sink:
        return export(workspace, request, sink).notes


def _read(folder: str) -> Manifest:
    """Read an export's list of files, and prove those of the workspace."""
    try:
        with open(os.path.join(folder, _MANIFEST), "rb") as file:
            found = read_manifest(file, folder)
        for path, expected in own_files(found).items():
            with open(resolved(folder, f"{WORKSPACE}/{path}"), "rb") as file:
                if described(file) != expected:
                    raise NotAsItWas(folder, f"{WORKSPACE}/{path} was changed")
    except FileNotFoundError as error:
        raise NotAsItWas(folder, f"it has no {os.path.relpath(error.filename, folder)}") from None
    return found


def _take_over(workspace: Workspace, folder: str, files: Mapping[str, File]) -> None:
    """Copy the files, prove them again, and let them take their places, all or none."""
    try:
        with arriving(workspace.store) as partial:
            for path, expected in files.items():
                with open(resolved(folder, f"{WORKSPACE}/{path}"), "rb") as source:
                    if written(source, f"{partial}/{path}", workspace.store.modes) != expected:
                        raise NotAsItWas(folder, f"{WORKSPACE}/{path} was changed")
    except OSError as error:
        raise ExportFailed(workspace.root, error) from None
