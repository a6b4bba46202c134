"""What one command runs in: its global options, its streams, and the workspace, opened when first asked for."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from crmcli.cli import place
from crmcli.errors import CrmError, ExitCode
from crmcli.render.output import Output

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crmcli.services.workspace import Circumstances, Workspace

# The journal keeps the command line; a pasted page in it would be kept for ever.
_LONGEST_COMMAND = 1000
_UNAPPLIED = "the schema files have changes that are not applied to the data: crm schema plan"


class UnreadableClock(CrmError):
    """CRM_NOW, which stands for the clock in tests and reproducible runs, is not a moment."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(f'CRM_NOW="{text}" is not a date-time', "Write 2026-12-01T09:30:00Z, or unset it")


class Session:
    """One command's surroundings; the root command makes it, global options fill it, commands read it."""

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        self.arguments = arguments
        self.folder = ""
        self.actor = ""
        self.format = ""  # "" until -o says one
        self.as_of = ""  # the moment at which the workspace is looked at, "" for now
        self.quiet = False
        self.no_color = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        self.about_schema = False  # whether the command itself says what of the schema is not applied
        self._output: Output | None = None
        self._workspace: Workspace | None = None

    @property
    def output(self) -> Output:
        """Where results go; made from the options when first asked for. Raises UnknownFormat."""
        if self._output is None:
            terminal = sys.stdout.isatty()
            self._output = Output(
                sys.stdout,
                sys.stderr,
                format=self.format or "table",
                terminal=terminal,
                width=_width() if terminal else 80,
                colour=terminal and not self.no_color,
                talk_colour=sys.stderr.isatty() and not self.no_color,
                quiet=self.quiet,
            )
        return self._output

    @property
    def interactive(self) -> bool:
        """Whether there is a person who can be asked: both the keyboard and the talk are a terminal's."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def workspace(self) -> Workspace:
        """The workspace, opened when first asked for; what the store has to say is said then."""
        if self._workspace is None:
            from crmcli.services.workspace import open_workspace

            root = place.find_root(self.folder)
            self._workspace = open_workspace(root, place.cache_folder(root), self.circumstances())
            seed = os.environ.get("CRM_SEED")
            if seed:
                self._workspace.store.new_id = lambda sequence: _seeded(f"{seed}:{sequence}")
            if self.as_of:
                self._workspace = self._past(self._workspace)
        return self._workspace

    def _past(self, workspace: Workspace) -> Workspace:
        """Give the workspace as it was, and say so."""
        from crmcli.services.as_of import as_of
        from crmcli.services.moments import shown_moment

        past = as_of(workspace, self.as_of)
        past.store.warnings[:0] = workspace.store.warnings
        self.output.say(f"As it was on {shown_moment(past.context, past.context.moment)}")
        return past

    def read(self) -> None:
        """Say that all is read: a workspace as it was keeps nobody waiting while its pages are looked at."""
        if self.as_of and self._workspace:
            self._workspace.store.close()

    @property
    def opened(self) -> bool:
        """Whether the workspace has been opened."""
        return self._workspace is not None

    def circumstances(self) -> Circumstances:
        """Say when, who and by which command: what only the edge of the program knows."""
        from crmcli.services.workspace import Circumstances

        return Circumstances(
            moment=now(), actor=place.who(self.actor), command=self.command, config=place.config_folder()
        )

    @property
    def command(self) -> str:
        """The command line as it would be typed again, for the journal."""
        line = " ".join(["crm", *map(_quoted, self.arguments)])
        return line if len(line) <= _LONGEST_COMMAND else line[: _LONGEST_COMMAND - 1] + "…"

    def close(self) -> None:
        """Say what the store has left to say."""
        self.read()
        for warning in self.warnings:
            self.output.warn(("Warning: ", "warn"), warning)
        if self._workspace and self._workspace.model.pending and not self.about_schema:
            self.output.say(("Note: ", "warn"), _UNAPPLIED)

    @property
    def committed(self) -> str:
        """The id of the operation that the command has done, "" for none."""
        return self._workspace.store.committed if self._workspace else ""

    @property
    def warnings(self) -> Sequence[str]:
        """What the store has to say besides results."""
        return self._workspace.store.warnings if self._workspace else ()


def now() -> datetime:
    """Give the moment: the clock's, or what CRM_NOW says (UTC where it names no zone). Raises UnreadableClock."""
    from datetime import UTC, datetime

    given = os.environ.get("CRM_NOW")
    if not given:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise UnreadableClock(given) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def workspace_id() -> str:
    """Draw what tells a new workspace from any other: 64 random bits, or what CRM_SEED says."""
    seed = os.environ.get("CRM_SEED")
    return _seeded(seed) if seed else os.urandom(8).hex()


def _seeded(text: str) -> str:
    """Give an id that is the same in every run: CRM_SEED is for tests and reproducible runs."""
    import random

    return f"{random.Random(text).getrandbits(64):016x}"  # noqa: S311 - no secret


def _width() -> int:
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except OSError:  # a terminal that does not know its size
        return 80


def _quoted(argument: str) -> str:
    """Quote an argument for a shell, as shlex.quote does without loading regular expressions."""
    if argument and all(c.isalnum() or c in "_@%+=:,./-" for c in argument):
        return argument
    return "'" + argument.replace("'", "'\"'\"'") + "'"
