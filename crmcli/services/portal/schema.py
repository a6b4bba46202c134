"""The schema and the users that a portal's records need, as drafts of files that are written with the records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.services.pipeline_edits import stage_entry
from crmcli.services.property_import import compare
from crmcli.services.schema_edit import draft, drafted, schema_path
from crmcli.services.users import SETTINGS, settings_text
from crmcli.services.workspace import match_user

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Pipeline
    from crmcli.services.property_definitions import PropertyDefinition
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import User

    Entry = tuple[tuple[str, ...], object]


@frozen
class Drafts:
    """What is to be written: new users, and entries of schema files by object; later entries go over earlier ones."""

    users: tuple[User, ...] = ()
    entries: Mapping[str, tuple[Entry, ...]] = {}
    active: tuple[str, ...] = ()  # objects that are to be active

    def with_users(self, workspace: Workspace, people: Iterable[User]) -> Drafts:
        """Add the people who are no users yet; one whose address another has gets none."""
        users = {user.id: user for user in (*workspace.settings.users, *self.users)}
        added = list(self.users)
        for user in people:
            if user.id in users:
                continue
            taken = bool(user.email) and match_user(tuple(users.values()), user.email) is not None
            users[user.id] = replace(user, email="") if taken else user
            added.append(users[user.id])
        return replace(self, users=tuple(added))

    def with_entries(self, name: str, entries: Iterable[Entry]) -> Drafts:
        """Add entries of one object's schema file."""
        return replace(self, entries={**self.entries, name: (*self.entries.get(name, ()), *entries)})

    def with_pipelines(self, workspace: Workspace, found: ObjectType, wanted: Sequence[Pipeline]) -> Drafts:
        """Have an object's pipelines be these, beside those of this CRM that records stand in."""
        keep = workspace.store.count(found.name) > 0
        known = {pipeline.id: pipeline for pipeline in found.pipelines}
        home = {stage.id: pipeline.id for pipeline in found.pipelines for stage in pipeline.stages} if keep else {}
        entries: list[Entry] = []
        for pipeline in wanted:
            there = known.get(pipeline.id)
            own = [stage for stage in pipeline.stages if home.get(stage.id, pipeline.id) == pipeline.id]
            rest = [stage for stage in there.stages if stage.id not in {s.id for s in own}] if there and keep else []
            stages = {stage.id: stage_entry(stage) for stage in (*own, *rest)}
            if not stages:
                continue
            if there is None:
                entries.append((("pipelines", pipeline.id), {"label": pipeline.label, "stages": stages}))
            else:
                entries += [
                    (("pipelines", pipeline.id, "label"), pipeline.label),
                    (("pipelines", pipeline.id, "stages"), stages),
                ]
        return self.with_entries(found.name, entries)

    def with_options(self, found: ObjectType, name: str, texts: Iterable[str]) -> Drafts:
        """Add options to a property that has some."""
        group = found.properties[name].group
        place = ("groups", group, "properties", name) if group else ("properties", name)
        return self.with_entries(found.name, [((*place, "options", text), text) for text in texts])

    def with_labels(self, workspace: Workspace, ends: tuple[str, str], names: Iterable[str]) -> Drafts:
        """Declare labels of the associations of two objects, as read from the first; those that are there stay."""
        pair = workspace.model.pair(*ends)
        if pair is None:
            return self
        known = {word.casefold() for label in pair.labels for word in (label.name, label.inverse)}
        value = {} if ends[0] == pair.owner else {"from": ends[0]}
        new = {name.casefold(): name for name in names if name.casefold() not in known}
        entries: list[Entry] = [(("associations", pair.other, "labels", name), value) for name in new.values()]
        return self.with_entries(pair.owner, entries)

    def with_definitions(
        self, workspace: Workspace, definitions: Sequence[PropertyDefinition], object_name: str
    ) -> tuple[Drafts, tuple[str, ...]]:
        """Add properties and options that another system defines; give what is to be said of them, too."""
        made = compare(workspace, definitions, object_name)
        drafts = self
        for name, entries in made.entries.items():
            drafts = drafts.with_entries(name, [(entry.path, entry.value) for entry in entries])
        return drafts, made.told

    def files(self, workspace: Workspace, put: Callable[..., str]) -> dict[str, str]:
        """Give the texts of the files that change, by path. Raises SchemaRefused."""
        from crmcli.model.settings_edit import add_user, with_object

        edits = {name: _edit(put, entries) for name, entries in self.entries.items() if entries}
        texts = {schema_path(name): text for name, text in draft(workspace, edits).items()} if edits else {}
        if self.users or self.active:
            text = settings_text(workspace)
            for user in self.users:
                text = add_user(text, user)
            for name in self.active:
                text = with_object(text, name, {"active": True})
            texts[SETTINGS] = text
        return texts

    def applied(self, workspace: Workspace, put: Callable[..., str], *, dry_run: bool) -> Workspace:
        """Give the workspace as if all of it were written. Raises SchemaRefused."""
        from crmcli.model.settings import ObjectSettings

        settings = workspace.settings
        users = (*settings.users, *self.users)
        said = {each.name: each for each in settings.objects}
        active = [replace(said.get(name, ObjectSettings(name)), active=True) for name in self.active]
        kept = tuple(each for each in settings.objects if each.name not in self.active)
        changed = replace(
            workspace,
            settings=replace(settings, users=users, objects=(*kept, *active)),
            context=replace(workspace.context, users=users),
        )
        edits = {name: _edit(put, entries) for name, entries in self.entries.items() if entries}
        return drafted(changed, draft(workspace, edits), dry_run=dry_run)


def _edit(put: Callable[..., str], entries: Sequence[Entry]) -> Callable[[str], str]:
    def edit(text: str) -> str:
        for path, value in entries:
            text = put(text, path, value)
        return text

    return edit
