"""Plans of imports: what a dry run said, kept in a file, to be done later exactly so or not at all."""

from __future__ import annotations

import io
import os
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError, ExitCode
from crmcli.formats.opening import STANDARD_INPUT, Reading
from crmcli.frozen import frozen, replace, said
from crmcli.services.described import described
from crmcli.services.importing.formats import WHOLE, Formats
from crmcli.services.importing.imports import ImportRequest
from crmcli.services.importing.objects import import_all
from crmcli.services.plans import BadPlan, PlanExists, PlanOutdated, changed_since, check_place, write_plan
from crmcli.services.schema_edit import draft, drafted, object_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.services.importing.result import Imported, RowOutcome
    from crmcli.services.mapping.maps import MapKeeper
    from crmcli.services.plans import PlanFile
    from crmcli.services.workspace import Workspace

KIND = "import"
INPUT = ".input"  # behind a plan's name: what came from standard input
# What a plan does not keep of a request: who could be asked, and that it was a dry run; of a map its name alone.
_NOT_KEPT = ("stream", "choose", "choose_column", "choose_object", "confirm", "dry_run", "save_map")
_NESTED: Mapping[str, type] = {"reading": Reading, "formats": Formats}


class FileChanged(CrmError):
    """A planned file that is another one now."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, path: str) -> None:
        super().__init__(f'"{path}" is not the file that was planned', "Plan it anew, and look at what it says")


@frozen
class SavedPlan:
    """A plan as read from its file.

    `after` is the id of the last operation before it, "" where there was none; `digest` stands for what becomes of
    every row; `files` are path → (bytes, SHA-256), `schemas` likewise the files of the workspace, by their place in it,
    that it writes anew.
    """

    path: str
    requests: tuple[ImportRequest, ...]
    files: Mapping[str, tuple[int, str]]
    schemas: Mapping[str, tuple[int, str]]
    digest: str
    after: str


class Digest:
    """What becomes of all rows, in one number; the ids of records that are yet to be made are no part of it."""

    def __init__(self) -> None:
        """Begin without rows."""
        import hashlib

        self._hash = hashlib.sha256()

    def take(self, outcome: RowOutcome) -> None:
        """Add a row."""
        code = outcome.rejection.code if outcome.rejection else ""
        record = str(outcome.ref) if outcome.changes else ""
        parts = outcome.line, outcome.verdict.value, code, record, sorted(outcome.changes.items())
        self._hash.update(repr(parts).encode("utf-8", "surrogatepass"))

    def text(self) -> str:
        """Give it in hexadecimal figures."""
        return self._hash.hexdigest()


def plan_import(
    workspace: Workspace,
    requests: Sequence[ImportRequest],
    *,
    path: str,
    progress: Callable[[int, int], None] | None = None,
    report: Callable[[RowOutcome], None] | None = None,
) -> tuple[Imported, ...]:
    """Do a dry run and keep what it says in the file `path`, and what came from standard input in a copy beside it.

    Nobody is asked about columns. Raises PlanExists, and what importing raises.
    """
    check_place(path)  # before the work
    kept = _kept_input(path, requests)
    digest = Digest()

    def take(outcome: RowOutcome) -> None:
        digest.take(outcome)
        if report:
            report(outcome)

    asked = [_unasked(request, kept) for request in requests]
    imported = import_all(workspace, asked, progress=progress, report=take)
    keeper = requests[0].save_map
    content = {
        "files": {name: list(_fingerprint(_place(name, path))) for name in (request.path for request in asked)},
        "schemas": {name: list(_fingerprint(_within(workspace, name))) for name in requests[0].files},
        "save_map": keeper.name if keeper else "",
        "rows": [_counts(each) for each in imported],
        "digest": digest.text(),
        "requests": [_packed(_settled(request, imported)) for request in asked],
    }
    write_plan(workspace, path, KIND, content)
    return imported


def _kept_input(path: str, requests: Sequence[ImportRequest]) -> bytes:
    """Keep what comes from standard input beside a plan; give it. Raises PlanExists."""
    stream = next((request.stream for request in requests if request.path == STANDARD_INPUT), None)
    if stream is None:
        return b""
    place = path + INPUT
    if os.path.lexists(place) and not os.path.lexists(path):
        raise PlanExists(place)
    content = stream.read()
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)
    return content


def _unasked(request: ImportRequest, content: bytes) -> ImportRequest:
    """Give a request as the dry run that makes a plan."""
    stream = io.BytesIO(content) if request.path == STANDARD_INPUT else None
    return replace(request, dry_run=True, choose_column=None, choose_object=None, stream=stream)


def _place(name: str, plan: str) -> str:
    """Give where a file stands that a plan names: what came from standard input beside the plan."""
    return plan + INPUT if name == STANDARD_INPUT else name


def _within(workspace: Workspace, name: str) -> str:
    return os.path.join(workspace.root, name)


def _counts(imported: Imported) -> dict[str, object]:
    names = ("created", "updated", "unchanged", "rejected")
    return {"object": imported.object_name} | {name: getattr(imported, name) for name in names}


def import_plan(plan: PlanFile, keeper: Callable[[str], MapKeeper | None]) -> SavedPlan:
    """Give what the plan of an import says; `keeper` gives what keeps a map under a name. Raises BadPlan."""
    content = plan.content
    if plan.kind != KIND:
        raise BadPlan(plan.path, "it is of a kind that is not known")
    try:
        first, *others = map(_unpacked, content["requests"])
        return SavedPlan(
            path=plan.path,
            requests=(replace(first, save_map=keeper(str(content["save_map"]))), *others),
            files={name: (int(size), str(digest)) for name, (size, digest) in content["files"].items()},
            schemas={name: (int(size), str(digest)) for name, (size, digest) in content["schemas"].items()},
            digest=str(content["digest"]),
            after=plan.after,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadPlan(plan.path, "it does not read as the plan of an import") from None


def apply_plan(
    workspace: Workspace,
    plan: SavedPlan,
    *,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
    report: Callable[[RowOutcome], None] | None = None,
) -> tuple[Imported, ...]:
    """Do what a plan says, as one operation; raise FileChanged or PlanOutdated where that cannot be."""
    for name, fingerprint in plan.files.items():
        if _fingerprint(_place(name, plan.path)) != fingerprint:
            raise FileChanged(_place(name, plan.path))
    workspace = _with_schemas(workspace, plan, dry_run=dry_run)
    digest = Digest()

    def take(outcome: RowOutcome) -> None:
        digest.take(outcome)
        if report:
            report(outcome)

    def confirm() -> None:
        if digest.text() != plan.digest:
            raise PlanOutdated(plan.path, changed_since(workspace, plan.after))

    with ExitStack() as held:
        piped = STANDARD_INPUT in plan.files
        stream = held.enter_context(open(plan.path + INPUT, "rb")) if piped else None
        requests = [replace(request, dry_run=dry_run, confirm=confirm, stream=stream) for request in plan.requests]
        return import_all(workspace, requests, progress=progress, report=take)


def _with_schemas(workspace: Workspace, plan: SavedPlan, *, dry_run: bool) -> Workspace:
    """Give the workspace as the new properties of a plan make it. Raises PlanOutdated and SchemaRefused."""
    if not plan.schemas:
        return workspace
    for name, fingerprint in plan.schemas.items():
        if _fingerprint(_within(workspace, name)) != fingerprint:
            raise PlanOutdated(plan.path, f"{name} has changed")
    texts = {object_of(name): text for name, text in plan.requests[0].files.items()}
    return drafted(
        workspace, draft(workspace, {name: partial(_as_planned, text) for name, text in texts.items()}), dry_run=dry_run
    )


def _as_planned(text: str, _: str) -> str:
    return text


def _fingerprint(path: str) -> tuple[int, str]:
    try:
        with open(path, "rb") as file:
            found = described(file)
    except OSError:
        return 0, ""
    return found.size, found.sha256


def _settled(request: ImportRequest, imported: Sequence[Imported]) -> ImportRequest:
    """Give a request with the formats that were found or answered, so that nobody is asked again."""
    told = [each for each in imported if each.path == request.path]
    known = told[0].formats if len(told) == 1 and told[0].formats.numbers != WHOLE else request.formats
    return replace(request, formats=known)


def _packed(request: ImportRequest) -> dict[str, Any]:
    kept = {name: value for name, value in said(request).items() if name not in _NOT_KEPT}
    return {name: said(value) if name in _NESTED else value for name, value in kept.items()}


def _unpacked(packed: Mapping[str, Any]) -> ImportRequest:
    nested = {name: kind(**packed[name]) for name, kind in _NESTED.items() if name in packed}
    return ImportRequest(**{name: value for name, value in packed.items() if name not in _NOT_KEPT} | nested)
