"""What objects are called in a CRM: `crm object rename company --singular Account --plural Accounts`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.names import called, fold
from crmcli.services.users import SETTINGS, settings_text
from crmcli.services.written import Account

if TYPE_CHECKING:
    from collections.abc import Collection

    from crmcli.model.objects import Model
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written

# What stands in references, conditions and assignments would make a name that cannot be typed.
_NAME = re.compile(r"[^\W\d_][\w &'’-]*")


@frozen
class Names:
    """What an object is to be called; "" leaves a name as it is, `reset` gives both back."""

    singular: str = ""
    plural: str = ""
    reset: bool = False


class NothingToRename(CrmError):
    """A rename that says no name, or names together with `--reset`."""

    exit_code = ExitCode.USAGE

    def __init__(self, object_name: str) -> None:
        super().__init__(
            "Say the new names, or --reset for the former ones",
            f"As in: crm object rename {object_name} --singular Account --plural Accounts",
        )


class UnusableName(CrmError):
    """A name for an object that could not be typed on a command line."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            f'"{name}" cannot be the name of an object',
            "It begins with a letter; letters, digits, blanks, - and & may follow",
        )


class NameTaken(CrmError):
    """A name for an object that means something else; `meaning` says what."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, name: str, meaning: str) -> None:
        self.meaning = meaning
        super().__init__(f'"{name}" means {meaning} already', "Use another word")


def rename(
    workspace: Workspace, word: str, names: Names, *, commands: Collection[str], dry_run: bool = False
) -> Written:
    """Call an object something else in this CRM, as an operation on crm.toml; all former names go on working.

    `commands` are the words of the command line, which no object may have. Raises UnknownObject, InactiveObject,
    NothingToRename, UnusableName and NameTaken.
    """
    from crmcli.model.settings_edit import with_object

    found = workspace.object(word)
    chosen = [name for name in (names.singular, names.plural) if name]
    if names.reset == bool(chosen):
        raise NothingToRename(found.name)
    for name in chosen:
        check_name(workspace.model, name, commands=commands, own=found.name)
    entries: dict[str, str | bool | None] = {"singular": names.singular, "plural": names.plural}
    kept = {key: None if names.reset else name for key, name in entries.items() if names.reset or name}
    called_now = f"is called {names.singular or found.label}, {names.plural or found.plural} in this CRM"
    account = Account(workspace, notes=[f"{found.name} {called_now if chosen else 'has its own names again'}"])
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        change.write_file(SETTINGS, with_object(settings_text(workspace), found.name, kept))
        return account.finish(change, dry_run=dry_run)


def check_name(model: Model, name: str, *, commands: Collection[str], own: str = "") -> None:
    """Refuse a name that another object has (but `own`, "" for a new one) or a command, or that cannot be typed.

    Raises UnusableName and NameTaken.
    """
    from crmcli.model.check import RESERVED_OBJECTS

    if not _NAME.fullmatch(name) or not fold(name):
        raise UnusableName(name)
    if name.casefold() in RESERVED_OBJECTS:
        raise NameTaken(name, "something in expressions")
    if name.casefold() in commands:
        raise NameTaken(name, "a command")
    for words in model.words.values():
        # To an object of the CRM's own the mere other words for a shipped one give way.
        shipped = not own and not model.objects[words.name].own
        taken = (words.name, words.label, words.plural) if shipped else called(words)
        if words.name != own and fold(name) in map(fold, taken):
            raise NameTaken(name, f"the object {words.name}")
