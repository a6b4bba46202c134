"""`crm complete SHELL LINE`: what may stand at the end of a command line. Loads no Typer unless options are asked for.

Completion never says an error: where nothing is known, nothing is offered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.cli.table import ALIASES, COMMANDS
from crmcli.errors import CrmError
from crmcli.render.output import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmcli.cli.session import Session
    from crmcli.model.objects import ObjectType

_STAGE_VERBS = ("add-stage", "move-stage", "remove-stage")
# Commands whose first argument is an object, and those whose arguments are records.
_OF_OBJECTS = {"create", "list", "import", "export", "schema show", "schema new-property"}
_OF_OBJECTS |= {"view list", "object activate", "object deactivate", "object rename", "dedupe", "judgements list"}
_OF_PIPELINES = {f"pipeline {verb}" for verb in ("list", "show", "add", "rename", *_STAGE_VERBS)}
_OF_RECORDS = {"show", "set", "move", "edit", "delete", "restore", "link", "unlink", "label", "history"}
_OF_RECORDS |= {"timeline", "done", "merge", "unmerge", "judgements add", "judgements forget"}
_ASSIGNING = {"create", "set"}
_NAMED = {"report", "view save"}  # whose object comes after a name
# Options whose values are properties of the command's object.
_OF_PROPERTIES = {"--columns", "--sort", "--by", "--key", "--clear", "--group-by", "--sum", "--from", "--to"}
_OF_PROPERTIES |= {"--columns-by", "--date"}
_VERBS = {
    "schema": (
        *("list", "show", "check", "plan", "apply", "usage", "import-properties"),
        *("new-object", "new-property", "association", "label", "map"),
    ),
    "object": ("list", "activate", "deactivate", "rename"),
    "pipeline": ("list", "show", "add", "rename", *_STAGE_VERBS),
    "model": ("draw", "use", "matrix"),
    "segment": (
        *("create", "list", "show", "members", "add", "remove"),
        *("refresh", "changes", "why", "export", "check", "delete"),
    ),
    "user": ("add", "list"),
    "dashboard": ("list", "show", "check"),
    "view": ("save", "list", "show", "check", "delete"),
    "judgements": ("list", "add", "forget"),
}
_WORDS = {
    "help": ("exit-codes", "references", "expressions", "reports", "output", "as-of", *COMMANDS),
    "completion": ("bash", "zsh", "fish"),
}
_VALUES = {
    "-o": FORMATS,
    "--output": FORMATS,
    "--mode": ("upsert", "create", "update"),
    "--keep": ("schemas", "all", "nothing"),
    "--chart": ("bar", "stacked", "line", "funnel", "none"),
    "--layout": ("table", "board", "calendar", "gantt", "cards"),
}
_KEYS = 20  # records offered at most
_TEXTS = {"string", "email", "domain"}  # types of keys that are completed from their beginning
# Where bash begins a new word: only what comes after may be offered.
_BREAKS = "=:"


def complete(session: Session, shell: str, line: str) -> None:
    """Write what may stand at the end of `line`, one a line, as the shell wants it."""
    words = _words(line)[1:]
    current = words.pop() if words else ""
    try:
        offers = [offer for offer in _offers(session, words, current) if offer.startswith(current)]
    except CrmError:
        offers = []
    kept = max(map(current.rfind, _BREAKS)) + 1 if shell == "bash" else 0
    session.output.data("".join(f"{offer[kept:]}\n" for offer in dict.fromkeys(offers)))


def _words(line: str) -> list[str]:
    """Divide a line into words as a shell does; the last one is "" after a blank."""
    import shlex

    for closing in ("", '"', "'"):  # the quote that is open at the cursor
        try:
            words = shlex.split(line + closing)
        except ValueError:
            continue
        return [*words, ""] if line[-1:].isspace() and not closing else words
    return []


def _offers(session: Session, words: Sequence[str], current: str) -> Iterable[str]:
    """Give what may follow these words; `current` is what is being typed."""
    words = _without_folder(session, words)
    previous = words[-1] if words else ""
    if previous in _VALUES:
        return _forms() if words[0] == "export" and _VALUES[previous] is FORMATS else _VALUES[previous]
    if not words:
        return [*COMMANDS, *ALIASES]
    if previous == "--view":
        return _views(session)
    command = ALIASES.get(words[0], words[0])
    if current.startswith("-") and previous not in _OF_PROPERTIES:
        return _options(command, words)
    if command in _VERBS and len(words) > 1:
        command, words = f"{command} {words[1]}", words[1:]
    fixed = _VERBS.get(command) or _WORDS.get(command) or ()
    more = () if fixed and command not in _SPECIAL else _arguments(session, command, words[1:], current)
    return [*fixed, *more]


def _arguments(session: Session, command: str, given: Sequence[str], current: str) -> Iterable[str]:
    if given and given[-1] in _OF_PROPERTIES:
        words = given[: 1 + (command in _NAMED)]
        found = next(filter(None, (_object(session, [word]) for word in words)), None)
        return _listed(found, current) if found else ()
    if command in _SPECIAL:
        return _SPECIAL[command](session, given, current)
    if command in _ASSIGNING and given:
        found = _object(session, given)
        if found and ":" not in current.partition("=")[0]:
            values = _assignments(found, current)
            return [*values, *(_references(session, current) if command == "set" else ())]
    if command in _OF_PIPELINES or (command == "move" and given):
        return _stages(session, command, given, current)
    if command in _OF_OBJECTS:
        return () if given else _objects(session, active=command != "object activate")
    return _references(session, current) if command in _OF_RECORDS else ()


def _stages(session: Session, command: str, given: Sequence[str], current: str) -> list[str]:
    """Offer objects that have pipelines, then the stages of one; after a record its stages, and what to set."""
    if not given:
        words = session.workspace.in_use()
        return [each.plural.lower() for each in words if session.workspace.model.objects[each.name].pipelines]
    found = _object(session, given)
    if found is None or command == "pipeline add":
        return []
    offered = [stage.id for pipeline in found.pipelines for stage in pipeline.stages]
    if command == "pipeline show":
        offered = [pipeline.id for pipeline in found.pipelines]
    return [*offered, *_assignments(found, current), *_references(session, current)] if command == "move" else offered


def _objects(session: Session, *, active: bool) -> list[str]:
    """Offer the objects that are active, or those that are not, by their plurals."""
    from crmcli.model.names import typed

    return [typed(words) for words in session.workspace.model.words.values() if words.active == active]


def _reporting(session: Session, given: Sequence[str], _current: str) -> list[str]:
    """Offer reports and objects, then the objects that a report may be about."""
    from crmcli.services.reporting.known import known_reports

    reports = () if given else (report.name for report in known_reports(session.workspace))
    return [*reports, *(_objects(session, active=True) if len(given) < 2 else ())]


def _viewing(session: Session, given: Sequence[str], _current: str) -> list[str]:
    """Offer views, then the objects that one may be saved for."""
    return _objects(session, active=True) if len(given) == 1 else [] if given else _views(session)


def _views(session: Session) -> list[str]:
    from crmcli.services.view_files import files

    return list(files(session.workspace.root))


def _segmenting(session: Session, given: Sequence[str], current: str) -> list[str]:
    """Offer segments, then records."""
    if given:
        return _references(session, current)
    return [each.name for each in session.workspace.model.segments.all()]


def _logging(session: Session, given: Sequence[str], current: str) -> list[str]:
    """Offer the kinds of activity, then records and the properties of that kind."""
    from crmcli.services.activity_words import activity_words, find_word

    model = session.workspace.model
    if not given:
        return [known.word for known in activity_words(model)]
    found = model.objects[find_word(session.workspace, given[0]).object_name]
    values = [] if ":" in current.partition("=")[0] else _assignments(found, current)
    return [*(f"{role}=" for role in found.roles), *values, *_references(session, current)]


def _dashboards(session: Session, given: Sequence[str], _current: str) -> list[str]:
    """Offer the names of dashboards."""
    from crmcli.model.dashboard_files import dashboard_names

    return [] if given else list(dashboard_names(session.workspace.root))


# Commands whose arguments are of more than one kind.
_SPECIAL = {"log": _logging, "report": _reporting, **dict.fromkeys(("view save", "view show", "view delete"), _viewing)}
_SPECIAL |= dict.fromkeys(("dashboard", "dashboard show", "dashboard check"), _dashboards)
_SPECIAL |= {f"segment {verb}": _segmenting for verb in _VERBS["segment"] if verb not in {"create", "list", "check"}}


def _forms() -> Iterable[str]:
    from crmcli.render.export_forms import FORMS

    return FORMS


def _without_folder(session: Session, words: Sequence[str]) -> list[str]:
    """Take `-C DIR` out of the words, and heed it."""
    rest = list(words)
    while "-C" in rest[:-1]:
        at = rest.index("-C")
        session.folder = rest[at + 1]
        del rest[at : at + 2]
    return rest


def _object(session: Session, given: Sequence[str]) -> ObjectType | None:
    """Give the object that the first words of a command are about."""
    workspace = session.workspace
    word, colon, _ = given[0].partition(":")
    if not colon and "@" in word:
        from crmcli.services.references import resolve

        word = resolve(workspace, word).object_name
    try:
        return workspace.object(word)
    except CrmError:
        return None


def _assignments(found: ObjectType, current: str) -> list[str]:
    """Offer `name=`, and after it the options of an enumeration and the stages of a pipeline."""
    name, equals, _ = current.partition("=")
    if not equals:
        return [f"{prop.name}=" for prop in found.properties.values() if not (prop.system or prop.read_only)]
    from crmcli.model.names import find_property

    prop = find_property(found, name.rstrip("+-"))
    values = [option.value for option in prop.options if not option.hidden]
    if found.roles.get("stage") == prop.name:
        values += [stage.id for pipeline in found.pipelines for stage in pipeline.stages]
    if found.roles.get("pipeline") == prop.name:
        values += [pipeline.id for pipeline in found.pipelines]
    return [f"{name}={value}" for value in values]


def _listed(found: ObjectType, current: str) -> list[str]:
    """Offer properties for the last name of a comma-separated list."""
    before = current[: max(current.rfind(mark) for mark in ",+-") + 1]
    return [before + prop.name for prop in found.properties.values() if not prop.system]


def _references(session: Session, current: str) -> list[str]:
    """Offer `object:`, and records whose key begins with what is being typed."""
    workspace = session.workspace
    word, colon, beginning = current.partition(":")
    if not colon:
        active = [name for name, words in workspace.model.words.items() if words.active]
        keys = (key for name in active for key in _keys(session, workspace.model.objects[name], current))
        return [*(f"{name}:" for name in active), *keys]
    found = workspace.object(word)
    if beginning.isdecimal() or not beginning:
        return [f"{word}:{number}" for number in _ids(session, found, beginning)]
    return [f"{word}:{key}" for key in _keys(session, found, beginning)]


def _keys(session: Session, found: ObjectType, beginning: str) -> list[str]:
    keys = [name for name in found.keys if found.properties[name].value_type.name in _TEXTS]
    if len(beginning) < 2 or not keys or '"' in beginning:
        return []
    from crmcli.services.lists import ListRequest, list_records

    key = keys[0]
    request = ListRequest(found.name, where=f'{key} starts with "{beginning}"', columns=(key,), limit=_KEYS)
    return [str(row[1]) for row in list_records(session.workspace, request).rows]


def _ids(session: Session, found: ObjectType, beginning: str) -> list[str]:
    from crmcli.services.lists import ListRequest, list_records

    listed = list_records(session.workspace, ListRequest(found.name, columns=found.display[:1], limit=1000))
    return [str(row[0]) for row in listed.rows if str(row[0]).startswith(beginning)][:_KEYS]


def _options(command: str, words: Sequence[str]) -> list[str]:
    from crmcli.cli.root import option_names

    return option_names(command, words[1] if command in _VERBS and len(words) > 1 else "")
