"""Asking before much is changed or something goes; a script says `--yes` instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode

if TYPE_CHECKING:
    from crmcli.cli.session import Session


class ConsentNeeded(CrmError):
    """What would be asked on a terminal cannot be asked here."""

    exit_code = ExitCode.USAGE

    def __init__(self, question: str) -> None:
        super().__init__(
            f"{question.rstrip('?')}: this needs your consent", "Say --yes, or see first what would be done: --dry-run"
        )


class Declined(CrmError):
    """The answer was no."""

    def __init__(self) -> None:
        super().__init__("Nothing was changed: you said no", "")


def agree(session: Session, question: str, *, given: bool) -> None:
    """Go on only if consent is `given` or comes now. Raises ConsentNeeded or Declined."""
    if given:
        return
    if not session.interactive:
        raise ConsentNeeded(question)
    from crmcli.render.asking import confirm

    if not confirm(session.output, question):
        raise Declined


def agree_by_typing(session: Session, question: str, answer: str, *, given: bool) -> None:
    """Go on only if consent is `given`, or comes now by typing `answer`. Raises ConsentNeeded or Declined."""
    if given:
        return
    if not session.interactive:
        raise ConsentNeeded(question)
    from crmcli.render.asking import ask

    if ask(session.output, f"{question} Type {answer} to do it") != answer:
        raise Declined
