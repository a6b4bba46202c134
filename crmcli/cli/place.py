"""Where things are on this machine: the workspace, its cache, the user's configuration; and who acts."""

from __future__ import annotations

import os
import sys

from crmcli.errors import CrmError, ExitCode

SETTINGS = "crm.toml"


class NoWorkspace(CrmError):
    """There is no crm.toml in the folder or above it."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, start: str) -> None:
        super().__init__(
            f'No CRM in "{start}" or in any folder above it',
            "Make one with `crm init`, look at one with `crm demo`, or say where yours is: -C DIR or CRM_DIR",
        )


class UnreadableConfiguration(CrmError):
    """The user's own configuration is not TOML."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}", "Mend or remove the file")


def find_root(folder: str) -> str:
    """Give the workspace: from `folder` (-C), else CRM_DIR, else the current folder, upwards to a crm.toml.

    The path is real and absolute. Raises NoWorkspace.
    """
    start = os.path.realpath(folder or os.environ.get("CRM_DIR") or ".")
    here = start
    while not os.path.isfile(os.path.join(here, SETTINGS)):
        above = os.path.dirname(here)
        if above == here:
            raise NoWorkspace(start)
        here = above
    return here


def cache_folder(root: str) -> str:
    """Give the folder of a workspace's index and compiled schema: one for each real path and user.

    The path stands readable in its name; a long one is shortened to its beginning and a digest.
    """
    name = root.strip("/").replace("%", "%25").replace("/", "%2F") or "%2F"
    if len(os.fsencode(name)) > 180:
        import hashlib

        name = f"{name[:40]}-{hashlib.sha256(os.fsencode(root)).hexdigest()[:32]}"
    return os.path.join(_platform("XDG_CACHE_HOME", ".cache", "Library/Caches"), "crm", f"{name}.{os.getuid()}")


def config_folder() -> str:
    """Give the folder of the user's own configuration."""
    return os.path.join(_platform("XDG_CONFIG_HOME", ".config", "Library/Application Support"), "crm")


def _platform(variable: str, linux: str, mac: str) -> str:
    given = os.environ.get(variable, "")
    if os.path.isabs(given):  # the XDG specification: a relative path is to be ignored
        return given
    return os.path.join(os.path.expanduser("~"), mac if sys.platform == "darwin" else linux)


def configuration() -> dict[str, object]:
    """Read the user's own configuration; empty where there is none. Raises UnreadableConfiguration."""
    path = os.path.join(config_folder(), "config.toml")
    if not os.path.exists(path):
        return {}
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableConfiguration(path, str(error)) from error


def who(given: str) -> str:
    """Say who acts: `given` (--actor), else CRM_ACTOR, else `actor` of the configuration, else the system user."""
    named = given or os.environ.get("CRM_ACTOR", "")
    return named or str(configuration().get("actor", "")) or _system_user()


def remember_actor(name: str) -> None:
    """Note in the user's own configuration who they are, unless it says so already.

    A configuration that cannot be written is left alone: the system user acts then.
    """
    if not name or "actor" in configuration():
        return
    import json
    from contextlib import suppress

    path = os.path.join(config_folder(), "config.toml")
    with suppress(OSError):
        os.makedirs(config_folder(), mode=0o700, exist_ok=True)
        with open(path, "a+", encoding="utf-8") as file:
            file.seek(0)
            rest = file.read()
            file.truncate(0)
            file.write(f"actor = {json.dumps(name, ensure_ascii=False)}\n{rest}")


def _system_user() -> str:
    named = os.environ.get("LOGNAME") or os.environ.get("USER")
    if named:
        return named
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user without an entry
        return str(os.getuid())
