"""A person at a terminal, within this process: for tests of many commands, where starting each would take the time."""

from __future__ import annotations

import io
import sys
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
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
        words = [str(argument) for argument in arguments]
        out, err = io.StringIO(), io.StringIO()
        with ExitStack() as stack:
            stack.enter_context(mock.patch.dict("os.environ", self.terminal.environment, clear=True))
            stack.enter_context(chdir(self.folder))
            stack.enter_context(mock.patch.object(sys, "stdin", io.StringIO(stdin)))
            stack.enter_context(redirect_stdout(out))
            stack.enter_context(redirect_stderr(err))
            code = run(["-C", str(self.folder), *words])
        return Answer(" ".join(["crm", *words]), out.getvalue(), err.getvalue(), int(code))

    def done(self, *arguments: object, stdin: str = "") -> Answer:
        """Run a command that must succeed."""
        answer = self.crm(*arguments, stdin=stdin)
        assert answer.code == 0, answer.transcript()
        return answer
