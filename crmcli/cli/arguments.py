"""The arguments and options that commands share, and those that every command takes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer
from typer.core import TyperOption

from crmcli.cli.session import Session
from crmcli.errors import CrmError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.render.output import Output

ObjectName: TypeAlias = Annotated[
    str, typer.Argument(metavar="OBJECT", help="The object: contact, companies, d (any unambiguous beginning).")
]
Reference: TypeAlias = Annotated[
    str, typer.Argument(metavar="REF", help="The record: contact:42, an e-mail, domain or phone; crm help references.")
]
References: TypeAlias = Annotated[
    list[str],
    typer.Argument(metavar="REF…", help="The records: contact:42, an e-mail, domain, phone; - reads them from stdin."),
]
Where: TypeAlias = Annotated[
    str, typer.Option("--where", metavar="EXPRESSION", help="Only records that meet it; see crm help expressions.")
]
Columns: TypeAlias = Annotated[
    list[str],
    typer.Option("--columns", metavar="NAMES", help="Columns, by commas: name, email, company.name; +name adds one."),
]
Sort: TypeAlias = Annotated[
    list[str], typer.Option("--sort", metavar="NAMES", help="Sort by these, by commas; -name from high to low.")
]
View: TypeAlias = Annotated[
    str, typer.Option("--view", metavar="NAME", help="A saved view, views/NAME.yaml; what is said beside it wins.")
]
Limit: TypeAlias = Annotated[int | None, typer.Option("--limit", metavar="N", help="At most N; 0 is all.")]
Assignments: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="NAME=VALUE…", help="Values: email=ada@example.com; see above.")
]
First: TypeAlias = Annotated[str, typer.Argument(metavar="A", help="A record; crm help references.")]
Second: TypeAlias = Annotated[str, typer.Argument(metavar="B", help="Another.")]
AssociationLabel: TypeAlias = Annotated[
    str | None, typer.Option("--label", metavar="LABEL", help="A label of the schema: A is LABEL of B.")
]
Primary: TypeAlias = Annotated[bool, typer.Option("--primary", help="Make B the primary one of A.")]
Move: TypeAlias = Annotated[
    bool, typer.Option("--move", help="In place of the one that a limit of one leaves no room beside.")
]
Force: TypeAlias = Annotated[bool, typer.Option("--force", help="Do it in spite of rules that may be broken.")]
AllowErased: TypeAlias = Annotated[
    bool, typer.Option("--allow-erased", help="Take the e-mails and other keys of who was erased, too.")
]
OnDuplicate: TypeAlias = Annotated[
    str,
    typer.Option(
        "--on-duplicate", metavar="DEED", help="What likely is there already: warn (the default), skip, update, fail."
    ),
]
At: TypeAlias = Annotated[str, typer.Option("--at", metavar="MOMENT", help="When it changed, if that was before now.")]
DryRun: TypeAlias = Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be done, change nothing.")]
Yes: TypeAlias = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


# Rows of a table on a terminal when nobody says how many.
_SCREENFUL = 50


class NothingOnInput(CrmError):
    """`-` was to read references from standard input, which held none."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__(
            "There was no reference on standard input", "For example: crm list contacts -o ids | crm set - …"
        )


class NegativeLimit(CrmError):
    """A limit below 0."""

    exit_code = ExitCode.USAGE

    def __init__(self, limit: int) -> None:
        super().__init__(f'"{limit}" is no number of records', "Give 1 or more, or 0 for all")


class NoColumnMapping(CrmError):
    """A `--column` that is not `HEADING=NAME`."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(
            f'"{text}" does not say what a column is', 'Write --column "Mail=email", or "Mail=" to leave it out'
        )


def names(texts: Sequence[str]) -> tuple[str, ...]:
    """Take comma-separated names apart; the commas within brackets, as in `count(tasks, …)`, divide nothing."""
    found, depth, current = [], 0, ""
    for character in ",".join(texts) + ",":
        depth += (character in "([") - (character in ")]")
        if character == "," and depth <= 0:
            found.append(current.strip())
            current = ""
        else:
            current += character
    return tuple(name for name in found if name)


def with_input(references: Sequence[str]) -> list[str]:
    """Put the references on standard input, one a line, in the place of `-`. Raises NothingOnInput."""
    found: list[str] = []
    for reference in references:
        if reference != "-":
            found.append(reference)
            continue
        lines = [line.strip() for line in sys.stdin]
        found += filter(None, lines)
        if not any(lines):
            raise NothingOnInput
    return found


def chosen_columns(texts: Sequence[str], usual: Sequence[str]) -> tuple[str, ...]:
    """Give the columns that are asked for, each once; `+name` adds to the usual ones, none asks for the usual ones."""
    asked = names(texts)
    added = any(name.startswith("+") for name in asked)
    return tuple(dict.fromkeys((*(usual if added else ()), *(name.removeprefix("+") for name in asked))))


def row_limit(limit: int | None) -> int | None:
    """Give how many rows are wanted: None is all, and so is 0. Raises NegativeLimit."""
    if limit is not None and limit < 0:
        raise NegativeLimit(limit)
    return limit or None


def screenful(limit: int | None, output: Output) -> int | None:
    """Do as `row_limit`, but of a table on a terminal 50 rows are wanted when nobody says how many."""
    if limit is None and output.terminal and output.format == "table":
        return _SCREENFUL
    return row_limit(limit)


def column_mapping(texts: Sequence[str]) -> dict[str, str]:
    """Take `HEADING=NAME` apart; the last `=` divides, as headings may hold more. Raises NoColumnMapping."""
    mapping = {}
    for text in texts:
        heading, equals, name = text.rpartition("=")
        if not equals or not heading.strip():
            raise NoColumnMapping(text)
        mapping[heading.strip()] = name.strip()
    return mapping


def as_of_option() -> TyperOption:
    """Make the option of commands that can be asked of the workspace as it was."""
    return _option(["--as-of"], "as_of", "DATE", "As it was at the end of that day, or at that moment: crm help as-of.")


def universal_options() -> list[TyperOption]:
    """Make the options that every command takes, before or after its name."""
    return [
        _option(["-o", "--output"], "format", "FORMAT", "table json jsonl csv tsv yaml markdown ids"),
        _flag(["--json"], _json, "The same as -o json."),
        _option(["-C"], "folder", "DIR", "The CRM's folder, instead of the one you are in."),
        _option(["--actor"], "actor", "USER", "Who acts: a user of this CRM, or any name."),
        _flag(["-q", "--quiet"], _quiet, "No talk, only results and errors."),
        _flag(["--no-color"], _no_color, "No colours; so does NO_COLOR."),
    ]


def _option(declarations: list[str], attribute: str, metavar: str, text: str) -> TyperOption:
    def keep(context: typer.Context, _: object, value: str | None) -> None:
        if value is not None:
            setattr(context.ensure_object(Session), attribute, value)

    return TyperOption(param_decls=declarations, metavar=metavar, help=text, expose_value=False, callback=keep)


def _flag(declarations: list[str], effect: Callable[[Session], None], text: str) -> TyperOption:
    def apply(context: typer.Context, _: object, value: bool | None) -> None:  # noqa: FBT001 - Typer calls it so
        if value:
            effect(context.ensure_object(Session))

    return TyperOption(param_decls=declarations, is_flag=True, help=text, expose_value=False, callback=apply)


def _json(session: Session) -> None:
    session.format = "json"


def _quiet(session: Session) -> None:
    session.quiet = True


def _no_color(session: Session) -> None:
    session.no_color = True
