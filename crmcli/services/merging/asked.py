"""What a person asks of a merge, as typed: which records, which values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.model.names import find_property
from crmcli.services import validation
from crmcli.services.assignments import apply_edits, parse_assignments, parse_edits
from crmcli.services.merging.refusals import MergedAlready, MergedWithItself
from crmcli.services.references import Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored


class TakeSyntax(CrmError):
    """A `--take` that is not a property and a record."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(f'"{text}" does not say what is taken from whom', "Write --take jobtitle=contact:2")


def merge_refs(texts: Sequence[str], find: Callable[[str], Ref]) -> tuple[Ref, ...]:
    """Give the records that are to be merged, the kept one first; raise MergedWithItself or MergedAlready."""
    refs: list[Ref] = []
    for text in texts:
        ref = find(text)
        if ref in refs:
            number = text.rpartition(":")[2].strip()
            if number.isdecimal() and int(number) != ref.id:
                raise MergedAlready(Ref(ref.object_name, int(number)), ref)
            raise MergedWithItself(ref)
        refs.append(ref)
    return tuple(refs)


def taken_from(found: ObjectType, texts: Sequence[str], find: Callable[[str], Ref]) -> dict[str, Ref]:
    """Read `property=REF`: internal name → record. Raises TakeSyntax, UnknownProperty, and what finding raises."""
    taken: dict[str, Ref] = {}
    for text in texts:
        word, equals, reference = text.partition("=")
        if not equals or not word.strip() or not reference.strip():
            raise TakeSyntax(text)
        taken[find_property(found, word.strip()).name] = find(reference.strip())
    return taken


def asked_values(workspace: Workspace, found: ObjectType, texts: Sequence[str]) -> dict[str, Stored]:
    """Read `property=value`; raise what setting values raises."""
    edits = parse_edits(workspace, found, parse_assignments(texts))
    validation.check_settable(edit.property for edit in edits)
    return {name: value for name, value in apply_edits(edits, {}).items() if value is not None}
