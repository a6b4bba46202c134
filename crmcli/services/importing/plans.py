"""Plans of imports: what a dry run said, kept in a file, to be done later exactly so or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError, ExitCode
from crmcli.formats.opening import STANDARD_INPUT, Reading
from crmcli.frozen import frozen, replace, said
from crmcli.services.described import described
from crmcli.services.importing.formats import WHOLE, Formats
from crmcli.services.importing.imports import ImportRequest
from crmcli.services.importing.objects import import_all
from crmcli.services.plans import BadPlan, PlanOutdated, changed_since, check_place, write_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.services.importing.result import Imported, RowOutcome
    from crmcli.services.plans import PlanFile
    from crmcli.services.workspace import Workspace

KIND = "import"
# What a plan does not keep of a request: who could be asked, and that it was a dry run.
_NOT_KEPT = ("stream", "choose", "choose_column", "choose_object", "confirm", "dry_run")
_NESTED: Mapping[str, type] = {"reading": Reading, "formats": Formats}


class NotPlannable(CrmError):
    """An import that can only be done at once."""

    exit_code = ExitCode.USAGE

    def __init__(self, what: str) -> None:
        super().__init__(f"A plan cannot keep {what}", "Import it without --save")


class FileChanged(CrmError):
    """A planned file that is another one now."""

    exit_code = ExitCode.CONFLICT

    def __init__(self, path: str) -> None:
        super().__init__(f'"{path}" is not the file that was planned', "Plan it anew, and look at what it says")


@frozen
class SavedPlan:
    """A plan as read from its file.

    `after` is the id of the last operation before it, "" where there was none; `digest` stands for what becomes of
    every row; `files` are path → (bytes, SHA-256).
    """

    path: str
    requests: tuple[ImportRequest, ...]
    files: Mapping[str, tuple[int, str]]
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


def plannable(request: ImportRequest) -> ImportRequest:
    """Give a request as the dry run that makes a plan: nobody is asked about columns. Raises NotPlannable."""
    if request.path == STANDARD_INPUT:
        raise NotPlannable("what came from standard input")
    if request.save_map or request.files:
        raise NotPlannable("a new map or new properties")
    return replace(request, dry_run=True, choose_column=None, choose_object=None)


def plan_import(
    workspace: Workspace,
    requests: Sequence[ImportRequest],
    *,
    path: str,
    progress: Callable[[int, int], None] | None = None,
    report: Callable[[RowOutcome], None] | None = None,
) -> tuple[Imported, ...]:
    """Do a dry run and keep what it says in the file `path`; raise NotPlannable or PlanExists."""
    check_place(path)  # before the work
    digest = Digest()

    def take(outcome: RowOutcome) -> None:
        digest.take(outcome)
        if report:
            report(outcome)

    asked = [plannable(request) for request in requests]
    imported = import_all(workspace, asked, progress=progress, report=take)
    content = {
        "files": {request.path: list(_fingerprint(request.path)) for request in asked},
        "rows": [_counts(each) for each in imported],
        "digest": digest.text(),
        "requests": [_packed(_settled(request, imported)) for request in asked],
    }
    write_plan(workspace, path, KIND, content)
    return imported


def _counts(imported: Imported) -> dict[str, object]:
    names = ("created", "updated", "unchanged", "rejected")
    return {"object": imported.object_name} | {name: getattr(imported, name) for name in names}


def import_plan(plan: PlanFile) -> SavedPlan:
    """Give what the plan of an import says; raise BadPlan."""
    content = plan.content
    if plan.kind != KIND:
        raise BadPlan(plan.path, "it is of a kind that is not known")
    try:
        return SavedPlan(
            path=plan.path,
            requests=tuple(map(_unpacked, content["requests"])),
            files={name: (int(size), str(digest)) for name, (size, digest) in content["files"].items()},
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
    for path, fingerprint in plan.files.items():
        if _fingerprint(path) != fingerprint:
            raise FileChanged(path)
    digest = Digest()

    def take(outcome: RowOutcome) -> None:
        digest.take(outcome)
        if report:
            report(outcome)

    def confirm() -> None:
        if digest.text() != plan.digest:
            raise PlanOutdated(plan.path, changed_since(workspace, plan.after))

    requests = [replace(request, dry_run=dry_run, confirm=confirm) for request in plan.requests]
    return import_all(workspace, requests, progress=progress, report=take)


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
