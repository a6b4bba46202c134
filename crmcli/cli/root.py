"""The root command: finds commands in the table and imports each when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias, cast

import typer
from typer.core import TyperGroup, TyperOption

from crmcli.cli import help_pages
from crmcli.cli.arguments import as_of_option, universal_options
from crmcli.cli.help_pages import HelpfulCommand
from crmcli.cli.table import ALIASES, COMMANDS, FAMILIES, OF_THE_PAST
from crmcli.errors import CrmError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typer._click.core import Command, Context  # for the type checker only: Typer gives these no public name

    from crmcli.cli.session import Session

    Verbs: TypeAlias = Mapping[str, "Callable[..., object] | tuple[str, str]"]


class UnknownCommand(CrmError):
    """A word where a command's name stands that is none."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: str, word: str, near: Sequence[str]) -> None:
        hint = f"Did you mean {' or '.join(f'{path} {name}' for name in near)}?" if near else f"See {path} --help"
        super().__init__(f'There is no command "{path} {word}"', hint)


class Usage(CrmError):
    """What Typer refuses: a missing argument, an unknown option, a number that is none."""

    exit_code = ExitCode.USAGE

    def __init__(self, error: typer.TyperException) -> None:
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "crm"
        super().__init__(error.format_message().rstrip("."), f"See {path} --help")


class Root(TyperGroup):
    """`crm`: global options, then a command out of the table."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 - the signature is Typer's
        """Give the names of all commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002 - the signature is Typer's
        """Import and build a command; None for a word that is none."""
        name = ALIASES.get(cmd_name, cmd_name)
        return _build(name) if name in COMMANDS else None

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Find the command that the first word names, or refuse with the nearest ones."""
        return _resolve(self, ctx, args)

    def get_help(self, ctx: Context) -> str:
        """Give the overview of all commands."""
        sections = [f"Usage: {ctx.command_path} COMMAND …", *help_pages.doc_sections(self.help or "")]
        for family, members in FAMILIES.items():
            sections.append(help_pages.definitions(family, {name: COMMANDS[name][1] for name in members}))
        options = [param for param in self.params if isinstance(param, TyperOption)]
        rows = {help_pages.option_name(option): option.help or "" for option in options}
        rows["--help"] = "Show this, or a command's help."
        sections.append(help_pages.definitions("Options of every command", rows))
        return "\n\n".join(sections)


class Noun(TyperGroup):
    """A command of several verbs, as `crm schema`.

    `bare` is the verb that is meant where none is said, `other` the one where the word is none: `crm dashboard NAME`.
    """

    bare = ""
    other = ""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Take the verb, or the one that is meant."""
        if self.bare and (not args or args[0].startswith("-")) and "--help" not in args:
            args = [self.bare, *args]
        elif self.other and args and not args[0].startswith("-") and args[0] not in self.commands:
            args = [self.other, *args]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Find the verb that the first word names, or refuse with the nearest ones."""
        return _resolve(self, ctx, args)

    def get_help(self, ctx: Context) -> str:
        """Give the list of the verbs."""
        verbs = {name: help_pages.first_sentence(command.help or "") for name, command in self.commands.items()}
        title = f"Usage: {ctx.command_path} VERB …"
        hint = f"See {ctx.command_path} VERB --help."
        return "\n\n".join([title, self.help or "", help_pages.definitions("Verbs", verbs), hint])


def run_command(session: Session) -> int:
    """Run the command that the session's arguments name and give its exit status. Raises CrmError."""
    app = typer.Typer(cls=Root, rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
    app.callback(invoke_without_command=True)(_crm)
    command = typer.main.get_command(app)
    command.params += [*universal_options(), _version_option()]
    try:
        # Not Typer's own `main`, which answers a closed pipe and Ctrl-C in its own way.
        with command.make_context("crm", list(session.arguments), obj=session) as context:
            status: int | None = command.invoke(context)
    except typer.TyperException as error:
        raise Usage(error) from error
    except typer.Exit as end:
        status = end.exit_code
    return status or ExitCode.DONE


def option_names(name: str, verb: str = "") -> list[str]:
    """Give all options of a command, or of a noun's verb, as they are typed; none for a word that is no command."""
    if name not in COMMANDS:
        return []
    command = _build(name)
    if isinstance(command, Noun):
        command = command.commands.get(verb, command)
    return [opt for param in command.params if isinstance(param, TyperOption) for opt in param.opts] + ["--help"]


def _build(name: str) -> Command:
    """Build a command out of the functions of its module."""
    path, line = COMMANDS[name]
    module = import_module(path)
    verbs: Verbs | None = getattr(module, "VERBS", None)
    if verbs is None:
        return _leaf(name, getattr(module, path.rpartition(".")[2]))
    noun = _group(name, line, verbs)
    noun.bare, noun.other = getattr(module, "BARE", ""), getattr(module, "OTHER", "")
    return noun


def _group(name: str, line: str, verbs: Verbs) -> Noun:
    """Build a noun; one of its verbs may be a noun itself, as `crm schema label add`: (module, its line)."""
    app = typer.Typer(cls=Noun, rich_markup_mode=None, add_completion=False)
    app.callback(help=line)(_noun)
    group = cast("Noun", typer.main.get_command(app))
    group.name = name
    for verb, of in verbs.items():
        command = (
            _group(verb, of[1], import_module(of[0]).VERBS)
            if isinstance(of, tuple)
            else _leaf(verb, of, called=f"{name} {verb}")
        )
        group.add_command(command, verb)
    return group


def _leaf(name: str, function: Callable[..., object], called: str = "") -> HelpfulCommand:
    """Build a command; `called` is its name with its noun's, where it is a verb."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(name, cls=HelpfulCommand)(function)
    command = cast("HelpfulCommand", typer.main.get_command(app))
    command.name = name
    command.universal = universal_options()
    command.params += command.universal
    command.params += [as_of_option()] if (called or name) in OF_THE_PAST else []
    return command


def _resolve(group: TyperGroup, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
    command = group.get_command(ctx, args[0])
    if command is None:
        from difflib import get_close_matches

        near = get_close_matches(args[0], group.list_commands(ctx), n=2, cutoff=0.5)
        raise UnknownCommand(ctx.command_path, args[0], near)
    return command.name, command, args[1:]


def _version_option() -> TyperOption:
    def show(context: typer.Context, _: object, value: bool | None) -> None:  # noqa: FBT001 - Typer calls it so
        if value:
            from importlib.metadata import version

            context.obj.output.line(f"crm {version('crmcli')}")
            raise typer.Exit

    return TyperOption(
        param_decls=["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help="Say which crm it is.",
    )


def _noun() -> None:
    pass


def _crm(ctx: typer.Context) -> None:
    """Keep contacts, companies, deals, tickets and two dozen more objects in a folder.

    Example:
      crm demo my-crm
      crm -C my-crm list contacts
    """
    if ctx.invoked_subcommand is None:
        from crmcli.cli.overview import overview

        overview(ctx.obj)
