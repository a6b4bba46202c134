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


# So many records are named one by one in a question.
_NAMED = 3


class OneObject(CrmError):
    """`--where` beside references, or beside several objects or none."""

    exit_code = ExitCode.USAGE

    def __init__(self, words: Sequence[str]) -> None:
        given = f"not {', '.join(words)}" if words else "and none is given"
        super().__init__(f"--where chooses among the records of one object, {given}", "As in: crm set deals --where …")


def targets(session: Session, references: Sequence[str], where: str) -> Targets:
    """Give what references, or an object and a condition, mean. Raises OneObject."""
    if not where:
        return Targets(refs=resolve_all(session, with_input(references)))
    if len(references) != 1:
        raise OneObject(references)
    return Targets(object_name=session.workspace.object(references[0]).name, where=where)


def agree_to(session: Session, verb: str, chosen: Targets, *, given: bool) -> None:
    """Ask whether to do something to records, naming up to three of them. Raises ConsentNeeded or Declined."""
    if chosen.where:
        found = session.workspace.object(chosen.object_name)
        count = count_records(session.workspace, found.name, chosen.where)
        named = f"{count:,} {(found.label if count == 1 else found.plural).lower()}"
    else:
        count = len(chosen.refs)
        named = ", ".join(map(str, chosen.refs)) if count <= _NAMED else f"{count:,} records"
    if count:
        agree(session, f"{verb} {named}?", given=given)
