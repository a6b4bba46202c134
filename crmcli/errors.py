"""What can go wrong: errors that are raised, problems that are returned, and the exit codes of both."""

from __future__ import annotations

from enum import IntEnum

from crmcli.frozen import frozen


class ExitCode(IntEnum):
    """What a command's exit status means; the one list of them."""

    DONE = 0
    FAILURE = 1
    USAGE = 2
    PARTIAL = 3
    NOT_FOUND = 4
    CONFLICT = 5
    LOCKED = 6
    CHECK_FAILED = 7
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """One phrase that says when a command ends with this code."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.DONE: "done; an empty answer too",
    ExitCode.FAILURE: "failure: the machine or a file would not do it",
    ExitCode.USAGE: "usage: a command, option or value is not valid",
    ExitCode.PARTIAL: "part done: rejected rows are in the named file",
    ExitCode.NOT_FOUND: "not found: nothing matches the reference",
    ExitCode.CONFLICT: "ambiguous or in conflict with what is there",
    ExitCode.LOCKED: "locked: another command is writing",
    ExitCode.CHECK_FAILED: "a check failed",
    ExitCode.INTERRUPTED: "interrupted",
}


class CrmError(Exception):
    """A refusal with a message for people: what is wrong, and what to do about it.

    A subclass per behaviour stands beside the code that raises it and takes data in its constructor.
    The first line quotes what the user typed; the hint, where there is one, is the way out.
    """

    exit_code = ExitCode.FAILURE

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@frozen
class Problem:
    """A finding in a file: returned, never raised, so that all of them are reported at once.

    `where` is `leads.csv:42`, `schemas/deal.yaml:7` or `data/contact/00000.json`.
    """

    where: str
    message: str
    hint: str = ""
