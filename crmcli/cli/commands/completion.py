"""crm completion."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.session import Session
from crmcli.cli.shells import script

Shell = Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")]


def completion(ctx: typer.Context, shell: Shell) -> None:
    """Print the completion script for a shell: commands, objects, properties, options, records.

    For bash: echo 'source <(crm completion bash)' >> ~/.bashrc
    For zsh: crm completion zsh > "${fpath[1]}/_crm"
    For fish: crm completion fish > ~/.config/fish/completions/crm.fish

    Example:
      crm completion bash
    """
    ctx.ensure_object(Session).output.data(script(shell))
