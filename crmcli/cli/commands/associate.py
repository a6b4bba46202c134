"""crm associate."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, ObjectName, Where
from crmcli.cli.session import Session
from crmcli.render.writes import write_written
from crmcli.services import associate as service

Other = Annotated[str, typer.Argument(metavar="[OTHER]", help="With which object, for --on.")]
ByDomain = Annotated[bool, typer.Option("--by-domain", help="People with the company of their e-mail's domain.")]
On = Annotated[str, typer.Option("--on", metavar="NAME=NAME", help="Where a property equals one of the other object.")]
Create = Annotated[bool, typer.Option("--create", help="Make the companies that are missing.")]
Subdomains = Annotated[
    bool | None,
    typer.Option("--subdomains/--no-subdomains", help="Whether mail.acme.com may count as acme.com."),
]


def associate(
    ctx: typer.Context,
    object_name: ObjectName,
    other: Other = "",
    by_domain: ByDomain = False,
    on: On = "",
    where: Where = "",
    create: Create = False,
    subdomains: Subdomains = None,
    dry_run: DryRun = False,
) -> None:
    """Associate records by rule: people with companies by domain, or two objects where properties are equal.

    Who has a company keeps it. The domains of mail providers mean no company, nor do those that crm.toml excludes;
    then the person's website counts. crm.toml has the same rules for records as they come: [associations].

    Example:
      crm associate contacts --by-domain --dry-run
      crm associate deals companies --on description=description --dry-run
    """
    session = ctx.ensure_object(Session)
    if by_domain == bool(on) or (by_domain and other):
        raise service.NotHow
    request = service.Associate(object_name, other, on, where, create, subdomains, dry_run)
    write_written(session.output, session.workspace, service.associate(session.workspace, request))
