"""A person at a terminal, within this process: for tests of many commands, where starting each would take the time."""

from __future__ import annotations

import io
import shlex
import sys
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

from crmcli.cli.main import run
from terminal import Answer, Terminal


@dataclass(frozen=True)
class Inside:
    """Runs commands in `folder`, in the surroundings of a terminal."""

    folder: Path
    terminal: Terminal

    def crm(self, *arguments: object, stdin: str = "") -> Answer:
        """Run `crm` with these arguments, as they are; a bug keeps its traceback."""
        return self._run(["-C", str(self.folder), *map(str, arguments)], " ".join(["crm", *map(str, arguments)]), stdin)

    def line(self, line: str) -> Answer:
        """Run a command line that needs no shell, its words in quotes or not."""
        answer = self._run(shlex.split(line)[1:], line, "")
        return replace(answer, stdout=self.terminal.shorten(answer.stdout), stderr=self.terminal.shorten(answer.stderr))

    def _run(self, words: list[str], line: str, stdin: str) -> Answer:
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True) for _ in range(2))
        with ExitStack() as stack:
            stack.enter_context(mock.patch.dict("os.environ", self.terminal.environment, clear=True))
            stack.enter_context(chdir(self.folder))
            stack.enter_context(mock.patch.object(sys, "stdin", io.StringIO(stdin)))
            stack.enter_context(redirect_stdout(out))
            stack.enter_context(redirect_stderr(err))
            code = run(words)
        said = (stream.buffer.getvalue().decode("utf-8", "backslashreplace") for stream in (out, err))
        return Answer(line, *said, int(code))

    def done(self, *arguments: object, stdin: str = "") -> Answer:
        """Run a command that must succeed."""
        answer = self.crm(*arguments, stdin=stdin)
        assert answer.code == 0, answer.transcript()
        return answer
