"""Showing record pages: what `crm show` does, with Typer or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.cli.picking import resolve
from crmcli.render.pages import write_pages
from crmcli.services.show import show, with_timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session


def show_records(
    session: Session, references: Sequence[str], *, all_properties: bool = False, history: bool = False
) -> None:
    """Show the records that references mean, each once."""
    workspace = session.workspace
    refs = dict.fromkeys(resolve(session, text) for text in references)
    # Who reads a page on a terminal wants the beginning of a long list; a program wants all of it.
    read = session.output.format == "table"
    most = 10 if read else 1_000_000
    pages = [show(workspace, ref, all_properties=all_properties, history=history, associations=most) for ref in refs]
    if read:
        pages = [with_timeline(workspace, page) for page in pages]
    write_pages(session.output, pages, workspace.context.zone)
