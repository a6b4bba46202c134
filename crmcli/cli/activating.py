"""Offering to activate an object where a command on a terminal needs one that is not active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.activation import InactiveObject, set_active

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.errors import CrmError


def activated(session: Session, refusal: CrmError) -> bool:
    """Ask whether to activate the object that a command was refused for, and do it; say whether it was done.

    Raises AdminNeeded.
    """
    if not isinstance(refusal, InactiveObject):
        return False
    from crmcli.render.asking import confirm
    from crmcli.render.problems import sentence
    from crmcli.render.writes import write_summary

    session.output.warn(sentence(refusal.message))
    if not confirm(session.output, f"Activate {refusal.plural.lower()} now?"):
        return False
    written = set_active(session.workspace, refusal.object_name, active=True)
    write_summary(session.output, session.workspace, written)
    return True
