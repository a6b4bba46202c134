"""A person at a terminal, for tests: runs command lines as a shell does, in one folder, with nothing left to chance."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

BIN = Path(sys.executable).parent
OUTSIDE = dict(
    os.environ
)  # of whoever runs the tests, before fixtures change it: for pip, which has its settings there
ENOUGH = 60  # seconds; a command that takes longer hangs


@dataclass(frozen=True)
class Answer:
    """What came back from one command line."""

    line: str
    stdout: str
    stderr: str
    code: int

    @property
    def json(self):
        """The data on stdout."""
        return json.loads(self.stdout)

    def transcript(self) -> str:
        """The session as a person sees it: stderr marked with `!`, the exit code where it is not 0."""
        parts = [f"$ {self.line}\n", self.stdout]
        if self.stdout and not self.stdout.endswith("\n"):
            parts.append("\n[no newline at the end]\n")
        parts += [f"! {line}".rstrip(" ") + "\n" for line in self.stderr.splitlines()]
        if self.code:
            parts.append(f"[exit {self.code}]\n")
        return "".join(parts)


@dataclass(frozen=True)
class Terminal:
    """A shell in `folder` for Ada, whose home is `home`; the clock stands and ids are drawn from a seed."""

    folder: Path
    home: Path
    now: str = "2026-03-02T09:00:00Z"
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Everything that a command can learn from its surroundings."""
        # Compiled modules are kept: without them each of a thousand commands would compile all it imports.
        ours = ("CRM_", "XDG_", "LC_", "LANG", "PYTHONDONTWRITEBYTECODE")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return (
            inherited
            | {
                "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(self.home),
                # One for all tests: workspaces' parts of it stand apart, what they share is compiled once.
                "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"],
                "XDG_CONFIG_HOME": str(self.home / ".config"),
                "LC_ALL": "C.UTF-8",
                "TZ": "UTC",
                "TERM": "dumb",
                "COLUMNS": "80",
                "LINES": "24",
                "NO_COLOR": "1",
                "USER": "ada",
                "LOGNAME": "ada",
                "CRM_NOW": self.now,
                "CRM_SEED": "1",
            }
            | self.variables
        )

    def shell(self, line: str, stdin: str = "") -> Answer:
        """Run one line as bash would; pipes, redirections and `NAME=value` in front work."""
        return self._run(["bash", "-o", "pipefail", "-c", line], line, stdin)

    def crm(self, *arguments: object, stdin: str = "") -> Answer:
        """Run `crm` with these arguments, as they are."""
        words = [str(argument) for argument in arguments]
        return self._run([str(BIN / "crm"), *words], " ".join(["crm", *words]), stdin)

    def _run(self, command: list[str], line: str, stdin: str) -> Answer:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            input=stdin.encode(),
            capture_output=True,
            timeout=ENOUGH,
            check=False,
        )
        out, err = (self.shorten(stream.decode("utf-8", "backslashreplace")) for stream in (done.stdout, done.stderr))
        return Answer(line, out, err, done.returncode)

    def shorten(self, text: str) -> str:
        """Say the throw-away folders by names that are the same in every run."""
        return text.replace(str(self.home), "/home/ada").replace(str(self.folder), "/home/ada/crm")
