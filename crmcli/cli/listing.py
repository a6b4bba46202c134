"""The layouts of `crm list`: a table, or a board of the stages of a pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode

if TYPE_CHECKING:
    from crmcli.render.output import Output

LAYOUTS = ("table", "board")
_CARDS = 5  # of a stage on a terminal, when nobody says how many


class UnknownLayout(CrmError):
    """A word that is no layout of a list."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'"{word}" is no layout of a list', f"There are {', '.join(LAYOUTS)}")


class OnlyBoards(CrmError):
    """A pipeline that is to be listed as a table."""

    exit_code = ExitCode.USAGE

    def __init__(self, pipeline: str) -> None:
        super().__init__(
            f'--pipeline "{pipeline}" chooses what a board shows',
            f"Add --layout board, or say --where \"pipeline = '{pipeline}'\"",
        )


def is_board(layout: str, pipeline: str) -> bool:
    """Say whether a board is wanted. Raises UnknownLayout or OnlyBoards."""
    if layout not in LAYOUTS:
        raise UnknownLayout(layout)
    if pipeline and layout != "board":
        raise OnlyBoards(pipeline)
    return layout == "board"


def cards(limit: int | None, output: Output) -> int | None:
    """Give how many cards of each stage are wanted: on a terminal five when nobody says; None for all."""
    if limit is None and output.terminal and output.format == "table":
        return _CARDS
    from crmcli.cli.arguments import row_limit

    return row_limit(limit)
