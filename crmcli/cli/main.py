"""The entry point: runs a command and turns whatever comes of it into a message and an exit status."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session


# Between two searches for cycles. A command is short and a million rows make none: by default they cost it 5 to 10 %.
_ALLOCATIONS = 200_000


class Unsupported(CrmError):
    """The system has no POSIX file locks and renames, on which the store's guarantees rest."""

    def __init__(self, system: str) -> None:
        super().__init__(f"crm runs on Linux and macOS, not on {system}", "On Windows it runs inside WSL")


class SystemRefusal(CrmError):
    """The system would not read or write: a full disk, a missing permission, a file that is not there."""

    def __init__(self, error: OSError) -> None:
        place = f": {os.fsdecode(error.filename)}" if isinstance(error.filename, str | bytes) else ""
        super().__init__(f"{error.strerror or error}{place}", "Nothing was changed unless an operation is named above")


class UnreadableIndex(CrmError):
    """The disk that the index is on fails while it is read."""

    def __init__(self, error: Exception) -> None:
        super().__init__(
            f"The index cannot be read: {error}",
            "Run the command again: it is made anew from the data files, in memory where its disk fails",
        )


def main() -> None:
    """Run `crm` with the process's arguments, and end the process."""
    for stream in (sys.stdout, sys.stderr):
        # What UTF-8 cannot hold (a lone surrogate) is written as \udXXX, which JSON reads back.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    gc.set_threshold(_ALLOCATIONS)
    status = run(sys.argv[1:])
    if "coverage" in sys.modules or sys.gettrace() is not None or sys.getprofile() is not None:
        sys.exit(status)
    os._exit(status)  # saves the milliseconds of tearing the interpreter down; everything is flushed


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit status; a bug keeps its traceback."""
    from crmcli.cli.session import Session

    session = Session(arguments)
    try:
        try:
            status = _run(session)
        except CrmError as refusal:
            session = _mended(session, refusal)
            status = _run(session)
        session.close()
        sys.stdout.flush()
    except CrmError as error:
        status = _fail(session, error)
    except BrokenPipeError:
        status = _end_quietly()
    except OSError as error:
        status = _fail(session, SystemRefusal(error))
    except KeyboardInterrupt:
        status = _fail(session, None)
    except Exception as error:
        if type(error).__module__ != "sqlite3":
            raise
        status = _done_unseen(session) if session.committed else _fail(session, UnreadableIndex(error))
    return status


def _run(session: Session) -> int:
    if sys.platform == "win32":
        raise Unsupported("Windows")
    if session.arguments[:1] == ["complete"] and len(session.arguments) == 3:
        from crmcli.cli.completing import complete

        complete(session, *session.arguments[1:])
        return ExitCode.DONE
    from crmcli.cli.quick import run_quickly

    status = run_quickly(session)
    if status is None:
        from crmcli.cli.root import run_command

        status = run_command(session)
    return status


def _mended(session: Session, refusal: CrmError) -> Session:
    """Give the command's session anew where a person lets us do what was missing; else raise the refusal."""
    if not session.interactive or not hasattr(refusal, "object_name"):
        raise refusal
    from crmcli.cli.activating import activated

    if not activated(session, refusal):
        raise refusal
    return type(session)(session.arguments)


def _fail(session: Session, error: CrmError | None) -> int:
    """Say the error, or nothing but a line break for Ctrl-C, after whatever has been written."""
    from crmcli.render.output import Output
    from crmcli.render.problems import write_error

    colour = sys.stderr.isatty() and not session.no_color
    output = Output(sys.stdout, sys.stderr, talk_colour=colour)
    try:
        if error is None:
            if sys.stderr.isatty():
                output.err.write("\r\x1b[K")  # over a bar that shows progress
            after = f" after operation {session.committed} was done" if session.committed else "; nothing was changed"
            output.warn(f"Interrupted{after}")
            return ExitCode.INTERRUPTED
        for warning in session.warnings:
            output.warn(("Warning: ", "warn"), warning)
        write_error(output, error)
    except OSError:  # standard output or error itself is what fails
        _discard(sys.stdout)
    return error.exit_code if error else ExitCode.INTERRUPTED


def _done_unseen(session: Session) -> int:
    """Say that the operation is done where the index cannot be read to tell of it: it is never denied."""
    for warning in session.warnings:
        session.output.warn(("Warning: ", "warn"), warning)
    session.output.line(f"Done · operation {session.committed} · undo: crm undo {session.committed}")
    return ExitCode.DONE


def _end_quietly() -> int:
    """End well: whoever read our output (`head -1`) has enough of it."""
    _discard(sys.stdout)
    return ExitCode.DONE


def _discard(stream: object) -> None:
    """Point a stream that cannot be written at nothing, so that what is buffered in it cannot fail again."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())  # type: ignore[attr-defined]
