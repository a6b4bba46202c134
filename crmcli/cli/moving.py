"""`crm move`: telling the stage from the references, and asking for what the stage requires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import replace
from crmcli.services.assignments import Assignment
from crmcli.services.moving import asked_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session
    from crmcli.services.moving import MoveRecords


class NoGoal(CrmError):
    """A move that names records and no stage."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__("Where to is not said", "Name the stage last: crm move REF… STAGE")


def divided_goal(words: Sequence[str], pipeline: str) -> tuple[list[str], str]:
    """Divide words into references and the stage, which comes last; "" where only a pipeline is named.

    Raises NoGoal.
    """
    named = list(words)
    if pipeline and named and (len(named) == 1 or ":" in named[-1]):
        return named, ""
    if len(named) < 2:  # a record and a stage
        raise NoGoal
    return named[:-1], named[-1]


def with_answers(session: Session, request: MoveRecords) -> MoveRecords:
    """Ask on a terminal for what the stage requires and for the reason, where they are not there yet."""
    if not session.interactive or request.dry_run:
        return request
    from crmcli.render.asking import ask

    given = list(request.assignments)
    for prop in asked_for(session.workspace, request):
        answer = ask(session.output, f"{prop.label} (Enter leaves it out)")
        if answer:
            given.append(Assignment(prop.name, "=", answer))
    return replace(request, assignments=tuple(given))
