"""The words of `crm import`: files, and the objects of their records where these are said."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.formats.opening import STANDARD_INPUT
from crmcli.services.importing.relations import object_of_path

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import typer

    from crmcli.services.workspace import Workspace

_SAID = re.compile(r"([a-z][a-z_ -]*)=(.+)", re.IGNORECASE | re.DOTALL)


class NotWith(CrmError):
    """A flag, or a further word, that another flag does not take."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str, flag: str) -> None:
        super().__init__(f"{word} does not go with {flag}", f"Leave {word} out, or import its files without {flag}")


def check_alone(ctx: typer.Context, flag: str, taken: Collection[str]) -> None:
    """Refuse what was given beside a flag that takes no more than `taken`, names of parameters, and what all take.

    Raises NotWith.
    """
    for param in ctx.command.params:
        name = param.name or ""
        source = ctx.get_parameter_source(name)
        if name in ctx.params.keys() - taken and source is not None and source.name == "COMMANDLINE":
            given = ctx.params[name]
            word = given[0] if isinstance(given, (list, tuple)) else given
            raise NotWith(param.opts[0] if param.param_type_name == "option" else f'"{word}"', flag)


def named_files(workspace: Workspace, words: Sequence[str]) -> list[tuple[str, str]]:
    """Give each file with the word for its object: `contacts a.csv b.csv`, `companies=customers.csv orders.csv`.

    Without a word for it, the object of one of several files is what the file's name says; that of a single file is ""
    then, to be guessed. Raises NoObjectNamed.
    """
    first, *rest = words
    if rest and not is_file(first):
        return [(first, path) for path in rest]
    if not rest and not _SAID.fullmatch(first):
        return [("", first)]
    return [_named(workspace, word) for word in words]


def _named(workspace: Workspace, word: str) -> tuple[str, str]:
    said = _SAID.fullmatch(word)
    if said and not os.path.exists(word):
        return said[1].strip(), said[2]
    return object_of_path(workspace, word).name, word


def is_file(word: str) -> bool:
    """Whether a word means a file: it is there, has an ending, says its object, or is standard input."""
    return bool(_SAID.fullmatch(word)) or os.path.exists(word) or "." in word or word == STANDARD_INPUT
