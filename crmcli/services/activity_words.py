"""The words of `crm log`, out of the schemas: `sms` is a communication by text message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.types.nearest import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crmcli.model.objects import Model, ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored


@frozen
class ActivityWord:
    """What a word of `crm log` makes: a record of an object, with these values (by property or role, as typed)."""

    word: str
    object_name: str
    values: tuple[tuple[str, str], ...] = ()


class UnknownActivity(CrmError):
    """A word that means no kind of activity."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str, known: Iterable[str]) -> None:
        self.word = word
        words = tuple(known)
        near = suggestion(word, words)
        listed = f"the kinds of activity are {', '.join(words)}"
        super().__init__(f'There is no activity "{word}"', near if near.startswith("did") else listed)


class NoTasks(CrmError):
    """A follow-up where no object has the role of tasks."""

    def __init__(self) -> None:
        super().__init__("This CRM has no tasks", "Give an object that role: object_roles: [activity, task]")


def activity_words(model: Model) -> tuple[ActivityWord, ...]:
    """Give the words for all kinds of activity, in their alphabetical order."""
    words = [
        ActivityWord(word, name, tuple(values.items()))
        for name in activity_objects(model)
        if model.words[name].active
        for word, values in model.objects[name].log.items()
    ]
    return tuple(sorted(words, key=lambda known: known.word))


def came_in(found: ObjectType, values: Mapping[str, Stored]) -> bool:
    """Whether an activity is somebody else's: its direction is none that a word of `crm log` stands for.

    Only of what says whom it is from: a call that came in was taken by the one who logs it.
    """
    direction = found.role("direction")
    if direction is None or found.role("from") is None:
        return False
    names = ("direction", direction.name)
    ours = {text for said in found.log.values() for name, text in said.items() if name in names}
    return bool(ours) and values.get(direction.name) not in {*ours, None}


def activity_objects(model: Model) -> tuple[str, ...]:
    """Give the objects whose records stand on timelines: activities, and the messages of conversations."""
    return tuple(dict.fromkeys((*model.objects_with("activity"), *model.objects_with("thread"))))


def find_word(workspace: Workspace, word: str) -> ActivityWord:
    """Give what a word means: one of the schemas' words, or an object that is an activity. Raises UnknownActivity."""
    words = activity_words(workspace.model)
    folded = word.casefold()
    for known in words:
        if known.word.casefold() == folded:
            return known
    try:
        found = workspace.object(word)
    except CrmError:
        found = None
    if found is None or found.name not in activity_objects(workspace.model):
        raise UnknownActivity(word, [known.word for known in words])
    return ActivityWord(found.name, found.name)


def task_object(workspace: Workspace) -> ObjectType:
    """Give the object whose records are tasks. Raises NoTasks."""
    names = workspace.model.objects_with("task")
    if not names:
        raise NoTasks
    return workspace.model.objects[names[0]]
