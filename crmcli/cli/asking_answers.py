"""What `crm init` needs to know: from flags, else asked on a terminal, else sensible."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.services.init import Answers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.cli.session import Session

_QUESTIONS = {
    "name": "Name of this CRM",
    "currency": "Currency (ISO code)",
    "time_zone": "Time zone",
    "country": "Country of phone numbers without a country code (ISO code)",
    "user_name": "Your name",
    "user_email": "Your e-mail",
    "keep": "What git keeps: schemas, all or nothing",
}


def answers(session: Session, root: str, given: Mapping[str, str | None]) -> Answers:
    """Give the answers to all questions; asks on a terminal those that no flag answers."""
    zone = _machine_zone()
    usual = {"name": os.path.basename(root), "currency": "EUR", "time_zone": zone, "keep": "schemas"}
    found = {}
    for key, question in _QUESTIONS.items():
        answer = given.get(key)
        if answer is None and session.interactive:
            from crmcli.render.asking import ask

            answer = ask(session.output, question, usual.get(key, ""))
        found[key] = usual.get(key, "") if answer is None else answer
    return Answers(**found)


def _machine_zone() -> str:
    """Give the machine's time zone by its IANA name; UTC where that cannot be known."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if named:
        return named
    target = os.path.realpath("/etc/localtime")
    _, found, name = target.partition("/zoneinfo/")
    return name if found else "UTC"
