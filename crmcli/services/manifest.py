"""What a backup or a whole export holds: its files, with their sizes and checksums."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.frozen import frozen
from crmcli.services.described import File
from crmcli.services.users import SETTINGS
from crmcli.store.keeping import is_kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.services.workspace import Workspace

WORKSPACE = "workspace"  # the folder, in a backup or an export, of the workspace's own files
_VERSION = 1
_LONGEST = 64 << 20  # bytes of a manifest


class NotAsItWas(CrmError):
    """A backup or an export that is damaged, changed, or none."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f'"{path}" is not as crm wrote it: {what}', "Nothing was written. Use another copy of it")


@frozen
class Manifest:
    """What there is: of which workspace, from when, how many records of which object, and each file by its path."""

    name: str
    workspace: str
    made: str
    records: Mapping[str, int]
    files: Mapping[str, File]

    @property
    def count(self) -> int:
        """How many records there are."""
        return sum(self.records.values())


def manifest(workspace: Workspace, files: Mapping[str, File]) -> Manifest:
    """Describe a workspace as it stands; the caller keeps others from writing."""
    store = workspace.store
    damaged = store.damaged_objects()
    counts = {name: store.count(name) for name in workspace.model.words if name not in damaged}
    return Manifest(
        name=workspace.settings.name,
        workspace=workspace.settings.id,
        made=workspace.context.moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        records={name: count for name, count in sorted(counts.items()) if count},
        files=files,
    )


def manifest_text(found: Manifest) -> bytes:
    """Write a manifest, a line for each file."""
    value = {
        "version": _VERSION,
        "name": found.name,
        "workspace": found.workspace,
        "made": found.made,
        "records": dict(found.records),
        "files": {path: {"bytes": each.size, "sha256": each.sha256} for path, each in sorted(found.files.items())},
    }
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def read_manifest(file: IO[bytes], path: str) -> Manifest:
    """Read a manifest; `path` is what messages call what it is of. Raises NotAsItWas."""
    try:
        value = json.loads(file.read(_LONGEST))
        if value["version"] != _VERSION:
            raise NotAsItWas(path, "it was written by a newer crm")
        files = {name: File(int(each["bytes"]), str(each["sha256"])) for name, each in value["files"].items()}
        records = {str(name): int(count) for name, count in value["records"].items()}
        found = Manifest(str(value["name"]), str(value["workspace"]), str(value["made"]), records, files)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NotAsItWas(path, "its list of files cannot be read") from None
    own = own_files(found)
    wrong = next((name for name in own if not is_kept(name)), "")
    if wrong:
        raise NotAsItWas(path, f'it names "{wrong}", which is no file of a workspace')
    if SETTINGS not in own:
        raise NotAsItWas(path, f"it has no {SETTINGS}")
    return found


def own_files(found: Manifest) -> dict[str, File]:
    """Give the files of the workspace itself, by their paths within it."""
    prefix = f"{WORKSPACE}/"
    return {path.removeprefix(prefix): each for path, each in found.files.items() if path.startswith(prefix)}
