"""What came to the survivor of a merge since, and is the returning record's: what is named, or came by its e-mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.references import Ref
from crmcli.store.keys import key_properties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction
    from crmcli.store.values import Association

_EMAIL = "email"
_BETWEEN = re.compile(r"[\s;,<>\"]+")  # what stands between the addresses of one text


class NotGivenBack(CrmError):
    """A record to be given back that the survivor is not associated with."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, survivor: Ref, ref: Ref) -> None:
        super().__init__(
            f"{survivor} is not associated with {ref}", f"See what it is associated with: crm show {survivor}"
        )


class GivingBack:
    """Lets associations that a survivor got since the merge be those of the record that returns."""

    def __init__(self, workspace: Workspace, change: Transaction, ref: Ref, survivor: Ref) -> None:
        """Let `ref` return out of `survivor`: its own again when the associations are asked for."""
        self._workspace = workspace
        self._change = change
        self._ref = ref
        self._survivor = survivor
        self._links = workspace.store.associations(survivor.object_name, survivor.id)

    def named(self, refs: Sequence[Ref]) -> Iterator[str]:
        """Give back what is named, and say so. Raises NotGivenBack."""
        for other in refs:
            link = next((each for each in self._links if _end(each) == other), None)
            if link is None:
                raise NotGivenBack(self._survivor, other)
            yield self._move(link)

    def by_address(self, operation: str, own: Mapping[str, object], named: Sequence[Ref]) -> Iterator[str]:
        """Give back the activities since this operation that have an e-mail among `own`, the record's values.

        One that has an e-mail of the survivor, too, is both's. Those that were `named` are given back already.
        """
        found = self._workspace.model.objects[self._ref.object_name]
        mine = _addresses(found, own)
        theirs = _addresses(found, self._change.row((self._survivor.object_name, self._survivor.id))) - mine
        if not mine:
            return
        merged = self._workspace.store.log.operation(operation).sequence
        for link, said in self._activities():
            if said & mine and _end(link) not in named and self._is_since(_end(link), merged):
                yield self._move(link, stays=bool(said & theirs))

    def _activities(self) -> Iterator[tuple[Association, set[str]]]:
        """Give the associations with activities, and the addresses in those: who sent it and to whom, not its text."""
        for name in self._workspace.model.objects_with("activity"):
            links = {link.other_id: link for link in self._links if link.other_object == name}
            if not links:
                continue
            lines = _lines(self._workspace.model.objects[name])
            for record in self._workspace.store.records(name, list(links), lines):
                parts = (part for value in record.values.values() for part in _BETWEEN.split(str(value)))
                yield links[record.id], {part.casefold() for part in parts if "@" in part}

    def _is_since(self, ref: Ref, merged: int) -> bool:
        """Whether a record was created, or associated with the survivor, after an operation."""
        log = self._workspace.store.log
        for entry in log.history(ref.object_name, ref.id):
            if entry.event in ("created", "linked") and log.operation(entry.operation).sequence > merged:
                return True
        return False

    def _move(self, link: Association, *, stays: bool = False) -> str:
        here, back, there = ((ref.object_name, ref.id) for ref in (self._survivor, self._ref, _end(link)))
        if not stays:
            self._change.unlink(here, there)
        for label in link.labels or (None,):
            self._change.link(back, there, label=label, primary=link.primary or None)
        return f"{_end(link)} belongs to {self._ref} {'too' if stays else 'again'}"


def _end(link: Association) -> Ref:
    return Ref(link.other_object, link.other_id)


def _addresses(found: ObjectType, row: Mapping[str, object]) -> set[str]:
    """Give the e-mails of a record, as keys are written."""
    keys = [key for key in key_properties(found) if key.kind == _EMAIL]
    return {value for key in keys for value in key.values(row.get(key.property.name))}  # type: ignore[arg-type]


def _lines(found: ObjectType) -> list[str]:
    """Give the properties that hold one line and are not a record's name."""
    stored = [prop for prop in found.properties.values() if prop.value_type.name == "string" and not prop.formula]
    return [prop.name for prop in stored if prop.name not in found.display]
