"""Changing the schema files of a workspace: an operation like any other, and never to a schema that is not sound."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import replace
from crmcli.services.schema import check
from crmcli.services.written import Account

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crmcli.errors import Problem
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written
    from crmcli.store.transaction import Transaction


class SchemaRefused(CrmError):
    """A change to the schema that would leave it with problems; `problems` are all of them, as they would be."""

    exit_code = ExitCode.USAGE

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = problems[0]
        if len(problems) > 1:
            super().__init__(f"This would leave the schema with {len(problems)} problems", "Nothing was changed")
        else:
            super().__init__(f"{first.where}: {first.message}", first.hint or "Nothing was changed")


def edit_schemas(
    workspace: Workspace,
    edits: Mapping[str, Callable[[str], str]],
    *,
    notes: Sequence[str] = (),
    also: Callable[[Transaction, Account], None] | None = None,
    dry_run: bool = False,
) -> Written:
    """Change the workspace's schema files of these objects, as one operation.

    An edit gets the text of the object's file, "" where there is none, and gives the new one. `also` writes what goes
    with that. Raises SchemaRefused, with nothing written, where the schema would have new
    problems.
    """
    account = Account(workspace, notes=list(notes))
    with workspace.store.write(workspace.intent(), dry_run=dry_run) as change:
        for name, text in draft(workspace, edits).items():
            change.write_file(schema_path(name), text)
        if also:
            also(change, account)
        return account.finish(change, dry_run=dry_run)


def draft(workspace: Workspace, edits: Mapping[str, Callable[[str], str]]) -> dict[str, str]:
    """Give the texts that the schema files of these objects would have. Raises SchemaRefused for new problems."""
    drafts = {name: edit(_text(workspace.root, name)) for name, edit in edits.items()}
    problems = check(workspace.root, drafts)
    known = {problem.message for problem in check(workspace.root)} if problems else ()
    new = [problem for problem in problems if problem.message not in known]
    if new:
        raise SchemaRefused(new)
    return drafts


def drafted(workspace: Workspace, drafts: Mapping[str, str], *, dry_run: bool) -> Workspace:
    """Give the workspace as if its schema files had these texts already, to write records of them with the texts.

    A dry run leaves the store as it is: nothing of new properties is in it.
    """
    from crmcli.model.compiled import drafted_model
    from crmcli.model.personal import personalised

    model = personalised(drafted_model(workspace.root, drafts), workspace.settings.objects)
    store = workspace.store if dry_run else workspace.store.remodelled(model)
    return replace(workspace, model=model, store=store)


def schema_path(name: str) -> str:
    """Give the file of an object in a workspace, relative to its folder."""
    return f"schemas/{name}.yaml"


def object_of(path: str) -> str:
    """Give the object whose file this is."""
    return os.path.basename(path).removesuffix(".yaml")


def _text(root: str, name: str) -> str:
    path = os.path.join(root, schema_path(name))
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()
