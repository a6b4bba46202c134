"""Logging activities: calls, notes, tasks and whatever else the schemas give a word for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.activity_words import came_in, find_word, task_object
from crmcli.services.assignments import AssignedTwice, Assignment, apply_edits, parse_edits, parse_text
from crmcli.services.due import what_and_when
from crmcli.services.filing import by_rule, file_activity
from crmcli.services.moments import stored_moment
from crmcli.services.stages import is_over
from crmcli.services.titles import titles
from crmcli.services.validation import check_settable
from crmcli.services.written import Account

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.activity_words import ActivityWord
    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.types.base import Stored


@frozen
class LogActivity:
    """An activity on records: `word` says what it is, `text` what was said, `at` when (now where it is "").

    `follow_up` makes a task in the same operation ("fri: send offer"); `only` leaves the records out that the schema's
    rules add. Texts are as typed.
    """

    word: str
    refs: tuple[Ref, ...]
    text: str = ""
    assignments: tuple[Assignment, ...] = ()
    at: str = ""
    follow_up: str = ""
    only: bool = False
    force: bool = False
    dry_run: bool = False


class OnNothing(CrmError):
    """An activity that is on no record: only tasks may stand alone."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__("No record is named that it is about", f'Name one or more: crm log {word} REF… -m "…"')


class NotDated(CrmError):
    """A follow-up that does not say when."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(f'"{text}" does not say when', 'Write the day, a colon and what: "fri: send offer"')


def log_activity(workspace: Workspace, request: LogActivity) -> Written:
    """Make an activity, associate it, and make its follow-up; one operation.

    Raises UnknownActivity, OnNothing, NotDated, what reading values raises, RuleBroken and what linking raises.
    """
    word = find_word(workspace, request.word)
    found = workspace.model.objects[word.object_name]
    tasks = workspace.model.objects_with("task")
    if not request.refs and found.name not in tasks:
        raise OnNothing(request.word)
    given = _values(workspace, found, word, request)
    task = task_object(workspace) if request.follow_up else found
    follow_up = follow_up_values(workspace, request.follow_up) if request.follow_up else None
    account = Account(workspace)
    with workspace.store.write(workspace.intent(force=request.force), dry_run=request.dry_run) as change:
        added = [] if request.only else by_rule(workspace, found, request.refs)
        refs = [*request.refs, *added]
        _sign(workspace, found, given, refs)
        account.refs.append(file_activity(workspace, change, found, given, refs))
        account.notes += _told(workspace, request.refs, added)
        if follow_up is not None:
            made = file_activity(workspace, change, task, follow_up, _likewise(workspace, task, request))
            account.refs.append(made)
            account.notes.append(f"Follow-up {made}: {what_and_when(workspace.context, task, follow_up)}")
        return account.finish(change, dry_run=request.dry_run)


def follow_up_values(workspace: Workspace, text: str) -> dict[str, Stored]:
    """Read "fri: send offer" as the values of a task. Raises NotDated, NoTasks and InvalidValue."""
    day, colon, what = text.partition(": ")
    if not colon:
        day, _, what = text.partition(":")
    if not day.strip() or not what.strip():
        raise NotDated(text)
    found = task_object(workspace)
    request = LogActivity(found.name, (), what.strip(), at=day.strip())
    return _values(workspace, found, find_word(workspace, found.name), request)


def _values(workspace: Workspace, found: ObjectType, word: ActivityWord, request: LogActivity) -> dict[str, Stored]:
    """Give what an activity holds: as typed, then what its word stands for, then when and whose it is."""
    length, assignments = _length(found, request.assignments)
    edits = parse_edits(workspace, found, assignments)
    check_settable(edit.property for edit in edits)
    given = {name: value for name, value in apply_edits(edits, {}).items() if value is not None}
    _date(workspace, found, given, request.at)
    for name, text in word.values:
        prop = found.role(name) or found.properties[name]
        value = parse_text(workspace, prop, text)
        if not (_is_planned(workspace, found, given) and is_over(found, {prop.name: value})):
            given.setdefault(prop.name, value)
    owner = found.role("owner")
    if owner is not None and workspace.context.me:
        given.setdefault(owner.name, workspace.context.me)
    if length is not None:
        _end(workspace, found, given, length)
    _put_text(workspace, found, given, request.text)
    return given


def _length(found: ObjectType, assignments: Sequence[Assignment]) -> tuple[Assignment | None, Sequence[Assignment]]:
    """Take `duration=` out where the object says until when instead of how long."""
    if found.role("duration") or not found.role("until"):
        return None, assignments
    lengths = [each for each in assignments if each.name.casefold() == "duration"]
    return (lengths[0] if lengths else None), [each for each in assignments if each not in lengths]


def _date(workspace: Workspace, found: ObjectType, given: dict[str, Stored], typed: str) -> None:
    """Say when it was: as typed, else now; a task is due today."""
    prop = found.role("at")
    if prop is None:
        return
    if typed:
        if prop.name in given:
            raise AssignedTwice(prop)
        given[prop.name] = parse_text(workspace, prop, typed)
    elif prop.name not in given and "task" in found.object_roles:
        given[prop.name] = parse_text(workspace, prop, "today")
    else:
        given.setdefault(prop.name, stored_moment(workspace.context.moment))


def _is_planned(workspace: Workspace, found: ObjectType, given: Mapping[str, Stored]) -> bool:
    at = given.get(found.roles.get("at", ""))
    return at is not None and datetime.fromisoformat(str(at)) > workspace.context.moment


def _end(workspace: Workspace, found: ObjectType, given: dict[str, Stored], length: Assignment) -> None:
    """Say until when it is, of what lasts so long."""
    from datetime import timedelta

    from crmcli.types.duration import Duration

    at, until = found.properties[found.roles["at"]], found.properties[found.roles["until"]]
    if until.name in given:
        raise AssignedTwice(until)
    lasting = timedelta(milliseconds=int(str(Duration().parse(length.text, workspace.context))))
    given[until.name] = stored_moment(datetime.fromisoformat(str(given[at.name])) + lasting)


def _put_text(workspace: Workspace, found: ObjectType, given: dict[str, Stored], text: str) -> None:
    """Put the text where it belongs: into the body; the first line of a task is its name."""
    if not text.strip():
        return
    name, body = found.role("name"), found.role("text")
    if name is not None and name.name not in given and (body is None or "task" in found.object_roles):
        first, _, text = text.strip().partition("\n")
        given[name.name] = parse_text(workspace, name, first)
    if body is not None and text.strip():
        if body.name in given:
            raise AssignedTwice(body)
        given[body.name] = parse_text(workspace, body, text)


def _sign(workspace: Workspace, found: ObjectType, given: dict[str, Stored], refs: Sequence[Ref]) -> None:
    """Say whom it is from, of what came in and does not say so: the one person that it is on."""
    people = [ref for ref in refs if ref.object_name in workspace.model.objects_with("person")]
    sender = found.role("from")
    if sender is None or sender.name in given or len(people) != 1 or not came_in(found, given):
        return
    email = workspace.model.objects[people[0].object_name].role("email")
    (record,) = workspace.store.records(people[0].object_name, [people[0].id])
    address = record.values.get(email.name) if email is not None else None
    given[sender.name] = address or titles(workspace, people)[people[0]]


def _likewise(workspace: Workspace, task: ObjectType, request: LogActivity) -> list[Ref]:
    """Give the records that a follow-up is on: those of the activity, as far as tasks associate with them."""
    named = [ref for ref in request.refs if workspace.model.pair(task.name, ref.object_name) is not None]
    by_rules = [] if request.only and named else by_rule(workspace, task, request.refs)
    return [*named, *by_rules]


def _told(workspace: Workspace, refs: Sequence[Ref], added: Sequence[Ref]) -> Iterable[str]:
    """Say on which records it is, and which of them the rules have added."""
    named = titles(workspace, (*refs, *added))
    if refs:
        yield f"On {', '.join(f'{named[ref]} ({ref})' for ref in refs)}"
    if added:
        yield f"Also on {', '.join(f'{named[ref]} ({ref})' for ref in added)}; --only leaves these out"
