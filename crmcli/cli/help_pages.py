"""The help of a command, laid out for 80 columns: what it does, an example, its arguments and options."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from typer.core import TyperArgument, TyperCommand, TyperOption

from crmcli.cli.own_words import in_own_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from typer._click.core import Context  # for the type checker only: Typer gives it no public name

_WIDTH = 80
_INDENT = "  "
_FIRST_COLUMN = 26


class HelpfulCommand(TyperCommand):
    """A command whose help is one of our pages."""

    universal: Sequence[TyperOption] = ()

    def get_help(self, ctx: Context) -> str:
        """Give the help page, without a line break at its end."""
        own = [p for p in self.params if p not in self.universal]
        sections = [f"Usage: {ctx.command_path} {usage(own)}".rstrip(), *doc_sections(self.help or "")]
        sections += _parameters("Arguments", [p for p in own if isinstance(p, TyperArgument)])
        sections += _parameters("Options", [p for p in own if isinstance(p, TyperOption)])
        sections = [in_own_words(part, ctx.obj) if part.startswith("Example:") else part for part in sections]
        sections.append("Every command takes -o, --json, -C, --actor, -q, --no-color: see crm --help.")
        return "\n\n".join(sections)


def usage(params: Iterable[object]) -> str:
    """Say how arguments and options follow a command's name: `REF… [NAME=VALUE…] [OPTIONS]`."""
    pieces = []
    for param in params:
        if isinstance(param, TyperArgument):
            name = param.metavar or str(param.name).upper()
            pieces.append(name if param.required else f"[{name}]")
    return " ".join([*pieces, "[OPTIONS]"])


def doc_sections(doc: str) -> list[str]:
    """Lay a docstring out: its paragraphs filled, what is indented below `Example:` as it stands."""
    sections = []
    for paragraph in doc.strip().split("\n\n"):
        if paragraph.startswith("Example:"):
            sections.append(paragraph.rstrip())
        elif paragraph.startswith(" "):
            sections.append(paragraph)
        else:
            sections.append(textwrap.fill(" ".join(paragraph.split()), _WIDTH))
    return sections


def first_sentence(doc: str) -> str:
    """Give the first sentence of a docstring, on one line."""
    paragraph = " ".join(doc.strip().partition("\n\n")[0].split())
    sentence, dot, _ = paragraph.partition(". ")
    return sentence + dot.rstrip()


def definitions(heading: str, rows: Mapping[str, str]) -> str:
    """Lay out names and what they mean in two columns below a heading."""
    column = min(max(map(len, rows), default=0) + 2, _FIRST_COLUMN)
    lines = [f"{heading}:"]
    for name, text in rows.items():
        wrapped = textwrap.wrap(text, _WIDTH - column - len(_INDENT)) or [""]
        if len(name) + 2 > column:
            lines.append(_INDENT + name)
        else:
            lines.append((_INDENT + name.ljust(column) + wrapped.pop(0)).rstrip())
        lines += [_INDENT + " " * column + line for line in wrapped]
    return "\n".join(lines)


def option_name(option: TyperOption) -> str:
    """Write an option as it is typed: `-n, --dry-run`, `--limit N`."""
    short = sorted(option.opts, key=len)
    metavar = "" if option.is_flag else f" {option.metavar or str(option.type.name).upper()}"
    return ", ".join(short) + metavar


def _parameters(heading: str, params: Sequence[TyperArgument | TyperOption]) -> list[str]:
    rows = {}
    for param in params:
        if param.hidden:
            continue
        name = option_name(param) if isinstance(param, TyperOption) else param.metavar or str(param.name).upper()
        rows[name] = param.help or ""
    if heading == "Options":
        rows["--help"] = "Show this."
    return [definitions(heading, rows)] if rows else []
