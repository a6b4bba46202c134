"""The settings of a workspace: what crm.toml says."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen, said
from crmcli.model.cache import keep
from crmcli.model.settings_associations import AssociationSettings, packed, read_associations, unpacked
from crmcli.model.settings_rates import read_rates
from crmcli.types.base import User

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FILE = "crm.toml"
FORMAT = 1  # of the workspace; a greater number is a newer program's
_KEPT = 6  # edition of what is kept of it; raised when Settings or what is checked of them changes

KEEP = ("schemas", "all", "nothing")
SHARED = ("", "group")
# Key of [workspace] → what its value must be, as an expression and in words.
_WORKSPACE = {
    "id": (r"[\w.-]*", "letters, digits and signs such as -"),
    "name": (r"(?s).*", "a text"),
    "currency": (r"[A-Z]{3}", 'three capital letters of ISO 4217, such as "EUR"'),
    "time_zone": (r"[A-Za-z0-9_+\-/]+", 'a name of the time zone database, such as "Europe/Amsterdam"'),
    "country": (r"([A-Z]{2})?", 'two capital letters of ISO 3166, such as "NL"'),
    "keep": ("|".join(KEEP), " or ".join(f'"{word}"' for word in KEEP)),
    "fiscal_year_starts": (r"0[1-9]|1[0-2]", 'a month in two digits, such as "04" for April'),
    "shared": ("|".join(SHARED), '"group", or left out'),
}
_USER = {"name": "", "email": "", "admin": False, "team": ""}
_OBJECT = {"active": False, "singular": "", "plural": ""}


@frozen
class ObjectSettings:
    """What crm.toml says of an object: whether it is active and what it is called; None and "" leave it as it is."""

    name: str
    active: bool | None = None
    singular: str = ""
    plural: str = ""


@frozen
class Settings:
    """What crm.toml says; `path` is the file.

    `currency` is ISO 4217, `time_zone` an IANA name, `country` ISO 3166 alpha-2 or "". `keep` is what git shall
    keep: "schemas", "all" or "nothing"; `shared` is "group" where the folder is written by a group, else "".
    `fiscal_year_starts` is the month with which the fiscal year begins: "01" to "12". `rates` are what other currencies
    are worth: (currency, the day from which on, "" for ever, the rate).
    """

    path: str
    id: str
    name: str
    currency: str = "EUR"
    time_zone: str = "UTC"
    country: str = ""
    users: tuple[User, ...] = ()
    keep: str = "schemas"
    shared: str = ""
    fiscal_year_starts: str = "01"
    format: int = FORMAT
    objects: tuple[ObjectSettings, ...] = ()
    associations: AssociationSettings = AssociationSettings()
    rates: tuple[tuple[str, str, str], ...] = ()


class InvalidSettings(CrmError):
    """A crm.toml that cannot be used; `where` is the file and, where it can be known, the line."""

    def __init__(self, where: str, message: str, hint: str = "") -> None:
        self.where = where
        super().__init__(f"{where}: {message}", hint)


class NewerWorkspace(CrmError):
    """A workspace that a newer crm made; `format` is the number in its crm.toml."""

    exit_code = ExitCode.FAILURE

    def __init__(self, found: int) -> None:
        self.format = found
        super().__init__(
            f"this workspace has format {found}, and this crm knows formats up to {FORMAT}", "use a newer crm"
        )


def read_settings(root: str) -> Settings:
    """Read crm.toml in the folder `root`.

    Raises InvalidSettings, with the line, and NewerWorkspace.
    """
    path = os.path.join(root, FILE)
    return parse_settings(_text(path), path)


def load_settings(root: str, cache: str) -> Settings:
    """Read crm.toml as `read_settings` does; TOML is parsed and checked once, and kept in the folder `cache`."""
    path, kept = os.path.join(root, FILE), os.path.join(cache, "settings.json")
    text = _text(path)
    settings = _kept(kept, text, path)
    if settings is None:
        settings = parse_settings(text, path)
        users, objects = ([said(one) for one in several] for several in (settings.users, settings.objects))
        made_by_rule = packed(settings.associations)
        plain = {**said(settings), "users": users, "objects": objects, "associations": made_by_rule}
        del plain["path"]
        keep(kept, json.dumps({"format": _KEPT, "text": text, "settings": plain}).encode())
    return settings


def _kept(kept: str, text: str, path: str) -> Settings | None:
    """Give what was kept of this very text; None where it was not, or not by this edition."""
    try:
        with open(kept, "rb") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("format") != _KEPT or found.get("text") != text:
        return None
    plain = found["settings"]
    _check_zone(plain.get("time_zone", "UTC"), text)  # the zone may have gone from this machine since
    plain["users"] = tuple(User(**user) for user in plain["users"])
    plain["objects"] = tuple(ObjectSettings(**one) for one in plain["objects"])
    plain["associations"] = unpacked(plain["associations"])
    plain["rates"] = tuple(map(tuple, plain.get("rates", ())))
    return Settings(path, **plain)


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read().decode()
    except OSError as error:
        raise InvalidSettings(FILE, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidSettings(FILE, "is not UTF-8 text", "save the file as UTF-8") from None


def parse_settings(text: str, path: str) -> Settings:
    """Read the text of the crm.toml that is, or is to be, at `path`; raise as `read_settings` does."""
    import tomllib

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _broken(str(error), text) from None
    return _settings(path, tables, text)


def _broken(message: str, text: str) -> InvalidSettings:
    """Put the line that the parser names at its message's end where lines are looked for: behind the file."""
    at = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if at is None:  # something is left open at the end of the document
        last = text.rstrip().count("\n") + 1
        return InvalidSettings(f"{FILE}:{last}", f"is not TOML: {message.removesuffix(' (at end of document)')}", _OPEN)
    return InvalidSettings(f"{FILE}:{at[1]}", f"is not TOML at column {at[2]}: {message[: at.start()]}")


_OPEN = "a quote or bracket is still open at the end of the file"


def _settings(path: str, tables: Mapping[str, Any], text: str) -> Settings:
    number = tables.get("format", FORMAT)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise InvalidSettings(_where(text, "format"), f'"format" cannot be {number!r}', f"format = {FORMAT}")
    if number > FORMAT:
        raise NewerWorkspace(number)
    workspace = _table(tables, "workspace", text)
    for key, value in workspace.items():
        _check(key, value, text)
    _check_zone(workspace.get("time_zone", "UTC"), text)
    users = _table(tables, "users", text)
    people = tuple(User(key, **{**_USER, **_entries(users, "users", key, _USER, text)}) for key in users)
    named = _table(tables, "objects", text)
    objects = tuple(ObjectSettings(key, **_entries(named, "objects", key, _OBJECT, text)) for key in named)
    return Settings(
        path,
        users=people,
        objects=objects,
        associations=read_associations(
            _table(tables, "associations", text), lambda key, *said: InvalidSettings(_where(text, key), *said)
        ),
        rates=read_rates(_table(tables, "rates", text), lambda key, *said: InvalidSettings(_where(text, key), *said)),
        format=number,
        **{"id": "", "name": "", **workspace},
    )


def _table(tables: Mapping[str, Any], name: str, text: str) -> Mapping[str, Any]:
    found = tables.get(name, {})
    if not isinstance(found, dict):
        raise InvalidSettings(_where(text, name), f'"{name}" needs a table', f"write [{name}] and its keys below it")
    return found


def _check(key: str, value: object, text: str) -> None:
    if key not in _WORKSPACE:
        raise _unknown(key, _WORKSPACE, "workspace", text)
    pattern, words = _WORKSPACE[key]
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise InvalidSettings(_where(text, key), f'"{key}" cannot be {_quoted(value)}', f"it needs {words}")


def _check_zone(name: str, text: str) -> None:
    if name == "UTC":  # the usual case costs no import
        return
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = f'"time_zone" cannot be "{name}": there is no such time zone'
        raise InvalidSettings(_where(text, "time_zone"), message, _WORKSPACE["time_zone"][1]) from None


def _entries(
    tables: Mapping[str, Any], table: str, name: str, known: Mapping[str, object], text: str
) -> Mapping[str, Any]:
    """Give the entries of a table such as [users.ada]; `known` are its keys, with a value of the kind of each."""
    entries = _table(tables, name, text)
    for key, value in entries.items():
        if key not in known:
            raise _unknown(key, known, f"{table}.{name}", text)
        if not isinstance(value, type(known[key])):
            needs = "true or false" if isinstance(known[key], bool) else "a text"
            raise InvalidSettings(_where(text, key), f'"{key}" cannot be {_quoted(value)}', f"it needs {needs}")
    return entries


def _unknown(key: str, known: Iterable[str], table: str, text: str) -> InvalidSettings:
    from crmcli.types.nearest import suggestion

    return InvalidSettings(_where(text, key), f'"{key}" is no key of [{table}]', suggestion(key, known))


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _where(text: str, key: str) -> str:
    """Give the file and the first line that begins with a key or a table of this name, or the file alone."""
    found = re.search(rf"(?m)^\s*\[?\s*\"?{re.escape(key)}\b", text)
    return f"{FILE}:{text.count(chr(10), 0, found.end()) + 1}" if found else FILE
