"""Editing a text in the user's editor, again where it is refused; what was typed is never lost."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from crmcli.cli.session import Session
    from crmcli.errors import Problem
    from crmcli.model.nodes import Node

    Result = TypeVar("Result")


class NoEditor(CrmError):
    """There is no terminal and no editor that does without one."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__("There is no terminal for an editor", "Set EDITOR, or give the edited text: --file FILE")


class EditorFailed(CrmError):
    """The editor could not be started, or ended with an error: nothing is applied."""

    def __init__(self, command: str, reason: str) -> None:
        super().__init__(f'The editor "{command}" {reason}', "Nothing was changed; EDITOR says which editor is used")


class InvalidText(CrmError):
    """An edited text that is not the YAML it should be; `problems` say where and why."""

    exit_code = ExitCode.USAGE

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("The edited text cannot be read")
        self.problems = tuple(problems)


class TextKept(CrmError):
    """An edited text that was refused and that the user does not mend now."""

    def __init__(self, path: str, exit_code: ExitCode, again: str = "--file") -> None:
        super().__init__("Nothing was changed", f"Your text is kept: {again} {path}")
        self.exit_code = exit_code


def edited(
    session: Session, text: str, apply: Callable[[str], Result], *, suffix: str = ".yaml", again: str = "--file"
) -> Result | None:
    """Let the user edit `text` and apply it; None where it was left as it was.

    What `apply` refuses can be mended in the editor on a terminal; else the refusal names the file that keeps it.
    `suffix` tells editors what kind of text it is, `again` is how a command takes the file later.
    """
    import tempfile

    handle, path = tempfile.mkstemp(prefix="crm-edit-", suffix=suffix)
    with open(handle, "w", encoding="utf-8") as file:
        file.write(text)
    while True:
        _open_editor(session, path)
        with open(path, encoding="utf-8") as file:
            changed = file.read()
        try:
            result = None if changed == text else apply(changed)
        except CrmError as refusal:
            if not session.interactive:
                refusal.hint = "\n".join(filter(None, (refusal.hint, f"Your text is kept: {again} {path}")))
                raise
            if not _wants_again(session, refusal):
                raise TextKept(path, refusal.exit_code, again) from refusal
        else:
            os.unlink(path)
            return result


def edited_values(text: str, name: str) -> dict[str, object]:
    """Read an edited text as reference → (property → text or texts). Raises InvalidText."""
    from crmcli.model.load import read_yaml

    block, problems = read_yaml(text.encode("utf-8", "surrogateescape"), name)
    if problems:
        raise InvalidText(problems)
    return {key: _plain(node) for key, node in block.entries.items()}


def _plain(node: Node) -> object:
    from crmcli.model.nodes import Block, Items

    if isinstance(node, Block):
        return {key: _plain(each) for key, each in node.entries.items()}
    if isinstance(node, Items):
        return [_plain(each) for each in node.items]
    return node.text


def _open_editor(session: Session, path: str) -> None:
    import shlex
    import subprocess

    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if not command and not session.interactive:
        raise NoEditor
    command = command or "vi"
    try:
        status = subprocess.run([*shlex.split(command), path], check=False).returncode  # noqa: S603 - the user's own editor
    except OSError as error:
        raise EditorFailed(command, f"could not be started: {error.strerror}") from None
    if status:
        raise EditorFailed(command, f"ended with status {status}")


def _wants_again(session: Session, refusal: CrmError) -> bool:
    from crmcli.render.asking import confirm
    from crmcli.render.problems import write_error

    write_error(session.output, refusal)
    return confirm(session.output, "Edit it again?")
