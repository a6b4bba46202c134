"""New options and stages for the values of files that no property takes, written in the operation of the import."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.services.importing.objects import opened_sources
from crmcli.services.importing.preparing import mapped_plan, unasked
from crmcli.services.mapping.new_properties import Prepared
from crmcli.services.portal.schema import Drafts
from crmcli.services.portal.values import Unknown, with_places
from crmcli.services.schema_edit import draft, drafted, object_of, schema_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.services.portal.schema import Entry
    from crmcli.services.workspace import Workspace


def with_new_options(prepared: Prepared, put: Callable[..., str]) -> Prepared:
    """Declare an option for each value that a property of choices does not know, and a stage for each of a pipeline's.

    `put` puts an entry into the text of a schema file. Nothing is written yet. Raises what opening the files and
    checking the schema raise.
    """
    workspace, requests = prepared.workspace, prepared.requests
    unknown = Unknown()
    with ExitStack() as held:
        for source in opened_sources(workspace, requests, held):
            unknown.look(source.table, mapped_plan(workspace, unasked(source))[0])
    for request in requests:
        if request.stream:
            request.stream.seek(0)
    drafts, notes = _drafts(workspace, unknown)
    first = requests[0]
    edits = {
        name: partial(_edited, entries=entries, before=first.files.get(schema_path(name), ""), put=put)
        for name, entries in drafts.entries.items()
        if entries
    }
    files = {**first.files, **{schema_path(name): text for name, text in draft(workspace, edits).items()}}
    texts = {object_of(path): text for path, text in files.items()}
    ready = drafted(workspace, texts, dry_run=first.dry_run) if edits else workspace
    return Prepared(ready, (replace(first, files=files, notes=[*first.notes, *notes]), *requests[1:]))


def _drafts(workspace: Workspace, unknown: Unknown) -> tuple[Drafts, list[str]]:
    """Give what is to be declared, and what is to be said of it."""
    drafts, notes = Drafts(), list[str]()
    for (name, prop), texts in unknown.options.items():
        found = workspace.model.objects[name]
        drafts = drafts.with_options(found, prop, texts)
        notes += [f"New options of {found.properties[prop].label}: {', '.join(texts)}"] if texts else []
    for name, places in unknown.places.items():
        found = workspace.model.objects[name]
        known = {stage.id for pipeline in found.pipelines for stage in pipeline.stages}
        wanted = with_places(found.pipelines, list(places))
        new = [stage.label for pipeline in wanted for stage in pipeline.stages if stage.id not in known]
        if new:
            drafts = drafts.with_pipelines(workspace, found, wanted)
            notes.append(f"New stages of {found.plural.lower()}: {', '.join(new)}")
    return drafts, notes


def _edited(text: str, *, entries: Sequence[Entry], before: str, put: Callable[..., str]) -> str:
    """Put entries into a file's text, or into what new properties made of it."""
    text = before or text
    for path, value in entries:
        text = put(text, path, value)
    return text
