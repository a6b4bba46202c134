"""The records that a bulk verb is about, and asking before it changes many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.cli.arguments import with_input
from crmcli.cli.consent import agree
from crmcli.cli.picking import resolve_all
from crmcli.errors import CrmError, ExitCode
from crmcli.services.lists import count_records
from crmcli.services.records import Targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session


class OneObject(CrmError):
    """`--where` beside references, or beside several objects or none."""

    exit_code = ExitCode.USAGE

    def __init__(self, words: Sequence[str]) -> None:
        given = f"not {', '.join(words)}" if words else "and none is given"
        super().__init__(f"--where chooses among the records of one object, {given}", "As in: crm set deals --where …")


def targets(
    session: Session, references: Sequence[str], where: str, *, verb: str, consent: bool, always: bool = False
) -> Targets:
    """Give what references, or an object and a condition, mean; ask first where a condition meets several.

    `always` asks before touching even one named record. Raises OneObject, ConsentNeeded, Declined.
    """
    workspace = session.workspace
    if not where:
        refs = resolve_all(session, with_input(references))
        if always:
            named = ", ".join(map(str, refs)) if len(refs) <= 3 else f"{len(refs):,} records"
            agree(session, f"{verb} {named}?", given=consent)
        return Targets(refs=refs)
    if len(references) != 1:
        raise OneObject(references)
    found = workspace.object(references[0])
    count = count_records(workspace, found.name, where)
    if count > 1 or (count and always):
        noun = (found.label if count == 1 else found.plural).lower()
        agree(session, f"{verb} {count:,} {noun}?", given=consent)
    return Targets(object_name=found.name, where=where)
