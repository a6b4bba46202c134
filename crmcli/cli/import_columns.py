"""The flags of `crm import` that are about columns, and the questions about what is doubtful of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.errors import CrmError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.cli.session import Session
    from crmcli.services.importing.result import MappedColumn
    from crmcli.services.mapping.columns import Choose
    from crmcli.services.mapping.maps import MapKeeper

Column = Annotated[
    list[str],
    typer.Option(
        "--column",
        metavar="HEADING=NAME",
        help='What a column is: "Mail=email", "#3=phone", "Name=firstname+lastname"; "X=" leaves it out.',
    ),
]
Fixed = Annotated[list[str], typer.Option("--fixed", metavar="NAME=VALUE", help="The same value for every row.")]
Explain = Annotated[bool, typer.Option("--explain", help="Only say what each column is taken for, and why.")]
MapName = Annotated[str, typer.Option("--map", metavar="NAME", help="Go by a saved map; flags beside it win.")]
SaveMap = Annotated[str, typer.Option("--save-map", metavar="NAME", help="Keep the mapping as imports/NAME.yaml.")]
CreateProperties = Annotated[
    bool, typer.Option("--create-properties", help="Declare a property for each column that none is known by.")
]
CreateOptions = Annotated[
    bool, typer.Option("--create-options", help="Add the options and stages that values name and nothing declares.")
]

_LEAVE_OUT = "leave it out"


class NoFixedValue(CrmError):
    """A `--fixed` that is not `NAME=VALUE`."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(f'"{text}" does not say a value', "Write --fixed lifecyclestage=lead")


def fixed_values(texts: Sequence[str]) -> dict[str, str]:
    """Take `NAME=VALUE` apart at the first `=`. Raises NoFixedValue."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise NoFixedValue(text)
        found[name.strip()] = value.strip()
    return found


def map_keeper(name: str) -> MapKeeper | None:
    """Give what keeps the mapping under this name, None for none. Raises UnusableMapName."""
    if not name:
        return None
    from crmcli.render.import_maps import map_text
    from crmcli.services.mapping.maps import MapKeeper, map_path

    map_path(name)
    return MapKeeper(name, map_text)


def column_chooser(session: Session) -> Choose | None:
    """Give what asks which property a doubtful column is; None where nobody can be asked."""
    if not session.interactive:
        return None

    def choose(column: MappedColumn, samples: Sequence[str]) -> str:
        from crmcli.render.asking import pick
        from crmcli.services.mapping.notes import named

        values = f" ({', '.join(samples)})" if samples else ""
        choices = [(guess, "") for guess in column.guesses] + [(_LEAVE_OUT, "")]
        number = pick(session.output, f"What is {named(column)}{values}? {column.evidence}", choices)
        return "" if number is None or number == len(column.guesses) else column.guesses[number]

    return choose


def object_chooser(session: Session) -> Callable[[Sequence[str]], str] | None:
    """Give what asks of which object a file's records are; None where nobody can be asked."""
    if not session.interactive:
        return None

    def choose(names: Sequence[str]) -> str:
        from crmcli.render.asking import pick

        words = session.workspace.model.words
        number = pick(session.output, "What are the records of this file?", [(n, words[n].plural) for n in names])
        return "" if number is None else names[number]

    return choose
