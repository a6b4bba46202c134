"""A full screen on a terminal: drawn as a whole, answered by single keys, and left as it was found."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
from contextlib import suppress
from typing import TYPE_CHECKING

from crmcli.render.output import styled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType, TracebackType
    from typing import Self

    from crmcli.render.output import Output, Span

# What a terminal sends for the keys that are no character; one that is not known here is passed over.
_KEYS = {
    "\x1b[A": "up",
    "\x1b[B": "down",
    "\x1b[C": "right",
    "\x1b[D": "left",
    "\x1bOA": "up",
    "\x1bOB": "down",
    "\x1bOC": "right",
    "\x1bOD": "left",
    "\x1b": "escape",
    "\r": "enter",
    "\n": "enter",
    "\t": "tab",
    " ": "space",
    "\x04": "end",
}
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
_HOME, _REST_OF_LINE, _REST_OF_SCREEN = "\x1b[H", "\x1b[K", "\x1b[J"
_LEAST = (40, 12)  # columns and lines below which nothing would be seen
_ENDING = (signal.SIGTERM, signal.SIGHUP)


class Screen:
    """The terminal of a command while it shows a screen; a context, which gives the terminal back on every exit.

    Ctrl-C interrupts as ever; Ctrl-Z does nothing meanwhile, since it would leave the terminal as it is.
    """

    def __init__(self, output: Output) -> None:
        self._output = output
        self._input = sys.stdin.fileno()
        self._pending = ""

    def __enter__(self) -> Self:
        self._before = termios.tcgetattr(self._input)
        self._wakeup, self._told = os.pipe()
        os.set_blocking(self._told, False)
        self._handlers = {each: signal.signal(each, _end) for each in _ENDING}
        self._handlers[signal.SIGWINCH] = signal.signal(signal.SIGWINCH, _woken)
        self._waker = signal.set_wakeup_fd(self._told, warn_on_full_buffer=False)
        mode = termios.tcgetattr(self._input)
        mode[3] &= ~(termios.ICANON | termios.ECHO)
        mode[6][termios.VSUSP] = bytes([os.fpathconf(self._input, "PC_VDISABLE")])
        termios.tcsetattr(self._input, termios.TCSADRAIN, mode)
        self._write(_ENTER)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError, termios.error):  # the terminal may be gone
            self._write(_LEAVE)
            termios.tcsetattr(self._input, termios.TCSADRAIN, self._before)
        signal.set_wakeup_fd(self._waker)
        for each, handler in self._handlers.items():
            signal.signal(each, handler)
        os.close(self._wakeup)
        os.close(self._told)

    def size(self) -> tuple[int, int]:
        """Give columns and lines as they are now."""
        try:
            columns, lines = os.get_terminal_size(self._output.out.fileno())
        except OSError:
            columns, lines = 0, 0
        return max(columns or 80, _LEAST[0]), max(lines or 24, _LEAST[1])

    def draw(self, lines: Sequence[Sequence[Span]]) -> None:
        """Draw lines of spans from the top, in place of what was there."""
        texts = (styled(spans, colour=self._output.colour).rstrip("\n") for spans in lines)
        self._write(_HOME + f"{_REST_OF_LINE}\r\n".join(texts) + _REST_OF_LINE + _REST_OF_SCREEN)

    def key(self) -> str:
        """Wait for a key: a character, the name of another key, "resized" for the window, "end" where no more come."""
        while not self._pending:
            ready, _, _ = select.select([self._input, self._wakeup], [], [])
            if self._wakeup in ready and signal.SIGWINCH in os.read(self._wakeup, 1024):
                return "resized"
            if self._input in ready:
                read = os.read(self._input, 1024)
                if not read:
                    return "end"
                self._pending = read.decode("utf-8", "replace")
        return self._next()

    def _next(self) -> str:
        """Take the first key off what was read: an escape sequence as a whole."""
        text = self._pending
        length = 1
        if text[:2] in ("\x1b[", "\x1bO"):
            length = next((at for at, each in enumerate(text[2:], 3) if "@" <= each <= "~"), len(text))
        self._pending = text[length:]
        return _KEYS.get(text[:length], text[:length])

    def _write(self, text: str) -> None:
        self._output.out.write(text)
        self._output.out.flush()


def _end(number: int, _frame: FrameType | None) -> None:
    """Leave by an exception, so that the terminal is given back."""
    raise SystemExit(128 + number)


def _woken(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: that the signal came is written to where `key` waits."""
