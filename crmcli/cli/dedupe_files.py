"""The flags of `crm dedupe` that are about a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.arguments import screenful
from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import replace
from crmcli.render.progress import progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.cli.session import Session
    from crmcli.services.duplicates.files import FindInFile

File = Annotated[
    str, typer.Option("--file", metavar="FILE", help="Look in this file, and between it and the records; - is stdin.")
]
MapName = Annotated[str, typer.Option("--map", metavar="NAME", help="Go by a saved map of imports; with --file.")]
IdColumn = Annotated[
    str, typer.Option("--id-column", metavar="HEADING", help="What its rows are called, else their lines; with --file.")
]
Meanings = Annotated[
    list[str],
    typer.Option(
        "--meaning", metavar="HEADING=MEANING", help="What a column means: ssn=id, born=date; X= leaves it out."
    ),
]


Encoding = Annotated[
    str, typer.Option("--encoding", metavar="NAME", help="The file's encoding, if it is misread; with --file.")
]
Sheet = Annotated[
    str, typer.Option("--sheet", metavar="NAME", help="Its table, by name or number, if it has several; with --file.")
]


class NoMeaning(CrmError):
    """A `--meaning` that is not `HEADING=MEANING`."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(f'"{text}" does not say what a column means', "Write --meaning ssn=id")


class OnlyRecords(CrmError):
    """A flag that is about records, given with a file."""

    exit_code = ExitCode.USAGE

    def __init__(self, flag: str) -> None:
        super().__init__(f"{flag} is about records, not about the rows of a file", f"Leave {flag} out, or --file")


class OnlyFiles(CrmError):
    """A flag that is about a file, given without one."""

    exit_code = ExitCode.USAGE

    def __init__(self, flag: str) -> None:
        super().__init__(f"{flag} is about a file", "Name the file: --file leads.csv")


def check_flags(file: str, about_records: Mapping[str, object], about_files: Mapping[str, object]) -> None:
    """Refuse flags that do not go together; the mappings are flag → what was given. Raises OnlyRecords or OnlyFiles."""
    for flag, given in (about_records if file else about_files).items():
        if given:
            raise OnlyRecords(flag) if file else OnlyFiles(flag)


def meanings(texts: Sequence[str]) -> dict[str, str]:
    """Take `HEADING=MEANING` apart at the last `=`. Raises NoMeaning."""
    found = {}
    for text in texts:
        heading, equals, meaning = text.rpartition("=")
        if not equals or not heading.strip():
            raise NoMeaning(text)
        found[heading.strip()] = meaning.strip()
    return found


def look_in_file(session: Session, request: FindInFile, limit: int | None) -> None:
    """Find the duplicates of a file and write them."""
    from crmcli.render.file_duplicates import write_file_duplicates
    from crmcli.services.duplicates.file_groups import file_pages
    from crmcli.services.duplicates.files import find_in_file

    draw = progress(session.output, "Comparing", paced=False) if sys.stderr.isatty() and not session.quiet else None
    if request.path == "-":
        request = replace(request, stream=sys.stdin.buffer)
    found = find_in_file(session.workspace, request, draw)
    shown = screenful(limit, session.output)
    write_file_duplicates(session.output, found, file_pages(found, shown), shown)
