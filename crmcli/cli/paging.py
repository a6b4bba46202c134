"""A pager for what is longer than the screen: $PAGER, else less."""

from __future__ import annotations

import io
import os
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, cast

from crmcli.frozen import replace

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from typing import TextIO

    from crmcli.render.output import Output

# For less, where LESS does not say otherwise: keep colours, end by itself where all fits, leave the text on the screen.
_LESS = "FRX"
_USUAL_LINES = 24


@contextmanager
def paged(output: Output, *, wanted: bool = True) -> Iterator[Output]:
    """Give an output whose tables go through a pager once they are longer than the screen; talk goes with them.

    In a pipe or file, in a form for programs, without a pager or where none is wanted, it is the output as it was.
    """
    people = wanted and output.terminal and output.format == "table"
    command = _command() if people else []
    if not command:
        yield output
        return
    pages = _Pages(output, command)
    stream = cast("TextIO", pages)
    talk = stream if output.err.isatty() else output.err
    try:
        yield replace(output, out=stream, err=talk)
    except BrokenPipeError:  # whoever reads has seen enough
        pass
    finally:
        pages.end()


def _command() -> list[str]:
    """Give the words of the pager's command; none where there shall be no pager."""
    import shlex

    said = os.environ.get("PAGER", "less")
    try:
        words = shlex.split(said)
    except ValueError:  # a quote that is not closed
        words = said.split()
    return [] if os.environ.get("TERM") == "dumb" or words == ["cat"] else words


def _screen_lines(output: Output) -> int:
    given = os.environ.get("LINES", "")
    if given.isdecimal() and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(output.out.fileno()).lines or _USUAL_LINES
    except OSError:
        return _USUAL_LINES


class _Pages(io.TextIOBase):
    """A stream that keeps what fits the screen, and starts the pager with the line that does not."""

    def __init__(self, output: Output, command: list[str]) -> None:
        self._output = output
        self._command = command
        self._room = _screen_lines(output) - 1  # the prompt's line
        self._kept: list[str] = []
        self._pager: subprocess.Popen[str] | None = None
        self._to: IO[str] | None = None

    def write(self, text: str) -> int:
        if self._to is None:
            self._kept.append(text)
            self._room -= text.count("\n")
            if self._room < 0:
                self._start()
        else:
            self._to.write(text)
        return len(text)

    def flush(self) -> None:
        """Do nothing: what is kept is not written yet, and a pager asks for no hurry."""

    def end(self) -> None:
        """Write what was kept, or wait until the reader leaves the pager."""
        if self._pager is None or self._to is None:
            self._output.out.writelines(self._kept)
            self._output.out.flush()
            return
        with suppress(BrokenPipeError):
            self._to.close()
        while self._pager.poll() is None:
            with suppress(KeyboardInterrupt):  # Ctrl-C is the pager's while it runs
                self._pager.wait()

    def _start(self) -> None:
        import subprocess

        self._output.out.flush()
        surroundings = {"LESS": _LESS, **os.environ}
        try:
            self._pager = subprocess.Popen(  # noqa: S603 - the pager that its user chose
                self._command,
                stdin=subprocess.PIPE,
                env=surroundings,
                encoding="utf-8",
                errors="backslashreplace",
            )
            self._to = self._pager.stdin
        except OSError:  # there is no such pager
            self._to = self._output.out
        assert self._to is not None  # noqa: S101 - it was asked for
        self._to.writelines(self._kept)
        self._kept = []
