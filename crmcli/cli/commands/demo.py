"""crm demo."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from crmcli.cli.place import cache_folder
from crmcli.cli.session import Session, workspace_id
from crmcli.render.workspaces import write_demo
from crmcli.services.demo import create_demo

Folder = Annotated[str, typer.Argument(metavar="FOLDER", help="The folder; it is made.")]


def demo(ctx: typer.Context, folder: Folder = "demo-crm") -> None:
    """Make a CRM with sample data, invented people only, to look around in.

    Example:
      crm demo my-demo
      crm -C my-demo
    """
    session = ctx.ensure_object(Session)
    root = os.path.realpath(os.path.join(session.folder, folder))
    made = create_demo(root, cache_folder(root), session.circumstances(), workspace_id=workspace_id())
    write_demo(session.output, made, os.path.join(session.folder, folder))
