"""Exports as mail (mbox): objects whose records have a sender, by the roles of their properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.formats.mail_cells import HEADINGS
from crmcli.formats.mail_writing import message
from crmcli.services.exporting.exports import DoesNotFit
from crmcli.services.exporting.parts import identity, moment, needed, of_role, parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from crmcli.model.objects import ObjectType
    from crmcli.services.exporting.contents import Contents
    from crmcli.services.exporting.exports import Style

_SENDER = "from"


def properties(found: ObjectType) -> tuple[str, ...]:
    """Give the properties that a mail takes. Raises DoesNotFit for what nobody sends."""
    if found.role(_SENDER) is None:
        raise DoesNotFit(found.plural, "mail", "what has a sender, such as e-mails")
    return needed(found, HEADINGS, (_SENDER, "at", "text", "name"))


def write_mbox(parts: Sequence[Contents], sink: BinaryIO, style: Style) -> int:  # noqa: ARG001
    """Write a message for each record; give their number."""
    count = 0
    for contents in parts:
        found = contents.found
        for one in parts_of(contents, HEADINGS):
            by_role = {"From": _SENDER, "Subject": "name", "Text": "text"}
            cells = {heading: str(of_role(found, one.record, role) or "") for heading, role in by_role.items()}
            name = identity(contents.workspace, one.record)
            sink.write(message({**one.cells, **cells}, moment(found, one.record, "at"), name))
            count += 1
    return count
