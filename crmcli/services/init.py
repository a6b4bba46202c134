"""Making a workspace: a folder with settings, and what git shall keep of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.users import SETTINGS, NewUser, new_user

if TYPE_CHECKING:
    from crmcli.types.base import User

_FOLDERS = ("data", "journal", "schemas")
_IGNORED = {
    "schemas": "# Records and their history stay out of git; settings and schemas are kept.\n/data/\n/journal/\n",
    "all": "# Everything is kept in git; these are what a killed command may leave.\n*.tmp\n*.torn\n",
    "nothing": "# Nothing here is kept in git.\n*\n",
}
# A union merge would join two versions of a record into a file that is no JSON; git's own merge does not.
_ATTRIBUTES = "/data/** text eol=lf merge\n/journal/** text eol=lf merge\n"


@frozen
class Answers:
    """What `init` asks: ISO 4217 currency, IANA time zone, ISO 3166 country, and the first user, if any.

    `keep` is what git shall keep: "schemas", "all" or "nothing".
    """

    name: str
    currency: str = "EUR"
    time_zone: str = "UTC"
    country: str = ""
    user_name: str = ""
    user_email: str = ""
    keep: str = "schemas"


@frozen
class CreatedWorkspace:
    """A workspace that was made: its folder and the files in it, relative."""

    root: str
    files: tuple[str, ...]


class WorkspaceExists(CrmError):
    """A folder to make a workspace in that is one already."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, root: str) -> None:
        self.root = root
        super().__init__(f'"{root}" is a workspace already', f"Use it: crm -C {root}")


class InvalidAnswer(CrmError):
    """An answer to `init` that no workspace can be made with."""

    exit_code = ExitCode.USAGE


def create_workspace(root: str, answers: Answers, *, workspace_id: str) -> CreatedWorkspace:
    """Make a workspace in the folder `root`, which is made if need be; other files in it are left alone.

    `root` is absolute; `workspace_id` tells this workspace from any other, random and handed in. Raises
    WorkspaceExists and InvalidAnswer, before anything is made.
    """
    _check(root, answers)
    from crmcli.model.settings import InvalidSettings, Settings, parse_settings
    from crmcli.model.settings_edit import new_settings
    from crmcli.store.files import Modes, make_folder, write_new

    settings = Settings(
        path=os.path.join(root, SETTINGS),
        id=workspace_id,
        name=answers.name.strip(),
        currency=answers.currency.upper(),
        time_zone=answers.time_zone,
        country=answers.country.upper(),
        users=_users(answers),
        keep=answers.keep,
    )
    text = new_settings(settings)
    try:
        parse_settings(text, settings.path)  # what would not be read back is not written
    except InvalidSettings as refusal:
        raise InvalidAnswer(refusal.message.partition(": ")[2], refusal.hint) from None
    modes = Modes("")
    for folder in ("", *_FOLDERS):
        make_folder(os.path.join(root, folder).rstrip(os.sep), modes)
    texts = {".gitignore": _IGNORED[answers.keep], ".gitattributes": _ATTRIBUTES, SETTINGS: text}
    made = []
    for name, content in texts.items():  # the settings last: with them the folder is a workspace
        path = os.path.join(root, name)
        if name == SETTINGS or not os.path.exists(path):
            write_new(path, content.encode(), modes)
            made.append(name)
    return CreatedWorkspace(root, tuple(made))


def _check(root: str, answers: Answers) -> None:
    if os.path.exists(os.path.join(root, SETTINGS)):
        raise WorkspaceExists(root)
    if not answers.name.strip():
        raise InvalidAnswer("A workspace needs a name", 'Give one: --name "Acme"')
    if answers.keep not in _IGNORED:
        raise InvalidAnswer(f'git cannot keep "{answers.keep}"', f"Say one of {', '.join(_IGNORED)}")


def _users(answers: Answers) -> tuple[User, ...]:
    """Give the first user, who may do everything; none where no name was given."""
    if not answers.user_name.strip():
        return ()
    return (new_user(NewUser(answers.user_name, answers.user_email, admin=True)),)
