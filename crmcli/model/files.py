"""The schema files: where they lie, what they are called, and whether they changed."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any, TypeAlias

from crmcli.errors import Problem
from crmcli.frozen import frozen, replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BUILT_IN = "built-in "
MAX_BYTES = 4_000_000  # of one schema file; the largest built-in one has 20,000

Stamp: TypeAlias = list[Any]  # [path, mtime_ns, ctime_ns, size], as JSON keeps it


@frozen
class SchemaFile:
    """One schema file; its name without `.yaml` is the object's."""

    path: str
    built_in: bool
    draft: bytes | None = None  # what the file is to hold, where that is to be checked

    @property
    def name(self) -> str:
        """The name of the object that it declares or changes."""
        return os.path.basename(self.path).removesuffix(".yaml")

    @property
    def where(self) -> str:
        """What messages call it: "schemas/deal.yaml", or "built-in schemas/deal.yaml"."""
        return f"{BUILT_IN if self.built_in else ''}schemas/{os.path.basename(self.path)}"

    def read(self) -> tuple[bytes, list[Problem]]:
        """Give the content; a file that cannot be read is empty and a problem.

        A folder that someone sent may hold pipes and devices, which are never opened, and any amount of text.
        """
        if self.draft is not None:
            return self.draft, []
        try:
            about = os.stat(self.path)
            if not stat.S_ISREG(about.st_mode):
                return b"", [Problem(self.where, "cannot be read: it is not a file")]
            if about.st_size > MAX_BYTES:
                return b"", [Problem(self.where, f"is larger than {MAX_BYTES:,} bytes", "no schema needs as much")]
            with open(self.path, "rb") as file:
                return file.read(MAX_BYTES), []
        except OSError as error:
            return b"", [Problem(self.where, f"cannot be read: {error.strerror}")]


def built_in_folder(name: str) -> str:
    """Give the folder of shipped data ("schemas", "sample-data"): in the package, or beside it in a checkout.

    By path and not by importlib.resources, whose import alone takes longer than reading the compiled schema;
    wheels are always unpacked.
    """
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, name)
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), name)


def schema_files(root: str, drafts: Mapping[str, str] | None = None) -> list[SchemaFile]:
    """List the built-in schema files, then the workspace's, each in the order of their names.

    Without a workspace (`root` is "") there are only the built-in ones. `drafts` are texts by the names of objects,
    in the place of the workspace's files or beside them.
    """
    drafts = drafts or {}
    found = [SchemaFile(path, built_in=True) for path in yaml_files(built_in_folder("schemas"))]
    if root:
        folder = os.path.join(root, "schemas")
        paths = {*yaml_files(folder), *(os.path.join(folder, f"{name}.yaml") for name in drafts)}
        own = [SchemaFile(path, built_in=False) for path in sorted(paths)]
        found += [replace(f, draft=drafts[f.name].encode()) if f.name in drafts else f for f in own]
    return found


def yaml_files(folder: str) -> list[str]:
    """List the paths of a folder's YAML files in the order of their names; none where there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.path for entry in entries if entry.name.endswith(".yaml"))
    except OSError:
        return []


def yaml_names(folder: str) -> list[str]:
    """List the names of a folder's YAML files, in order, without `.yaml`."""
    return [os.path.basename(path).removesuffix(".yaml") for path in yaml_files(folder)]


def misnamed(root: str) -> list[Problem]:
    """Name the files in the workspace's `schemas/` that are meant for us and would be passed over."""
    try:
        names = sorted(os.listdir(os.path.join(root, "schemas")))
    except OSError:
        return []
    return [
        Problem(f"schemas/{name}", "is not read: its name must end in .yaml", f"rename it to {name[:-4]}.yaml")
        for name in names
        if name.endswith(".yml")
    ]


def stamps(files: Sequence[SchemaFile]) -> list[Stamp]:
    """Give the stamp of each file."""
    return [stamp_of(file.path) for file in files]


def stamp_of(path: str) -> Stamp:
    """Give path, mtime, ctime (ns) and size of a file; one that is not there has zeros."""
    try:
        at = os.stat(path)
    except OSError:
        return [path, 0, 0, 0]
    return [path, at.st_mtime_ns, at.st_ctime_ns, at.st_size]
