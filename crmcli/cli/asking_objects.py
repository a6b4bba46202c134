"""What `crm schema new-object` needs to know: from its flags, and the rest asked on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import replace
from crmcli.services.new_objects import ObjectRequest
from crmcli.services.property_words import TYPE_WORDS, read_property

if TYPE_CHECKING:
    from crmcli.cli.session import Session


class LabelNeeded(CrmError):
    """A new object without a name, where nobody can be asked."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__("A new object needs a name", 'As in: crm schema new-object "Roast Batch"')


def completed(session: Session, request: ObjectRequest) -> ObjectRequest:
    """Ask on a terminal for what no flag says, where only the name or not even that is given. Raises LabelNeeded."""
    if not session.interactive:
        if not request.label.strip():
            raise LabelNeeded
        return request
    if request != ObjectRequest(request.label):
        return request
    from crmcli.render.asking import ask

    out = session.output
    label = request.label or ask(out, "What is one of them called, as in Roast Batch")
    if not label:
        raise LabelNeeded
    return replace(
        request,
        label=label,
        plural=ask(out, "And several of them"),
        description=ask(out, "What it is, in a sentence"),
        primary=ask(out, "The property that names a record", request.primary),
        properties=_properties(session),
        associate=tuple(ask(out, "Associated with, as in contact, deal").replace(",", " ").split()),
    )


def _properties(session: Session) -> tuple[str, ...]:
    """Ask for one property after another until an empty answer; what cannot be read is asked again."""
    from crmcli.render.asking import ask
    from crmcli.render.problems import write_error

    session.output.warn((f'Its properties, as in "Roast date:date"; types: {", ".join(TYPE_WORDS)}', "dim"))
    found: list[str] = []
    while text := ask(session.output, f"Property {len(found) + 2}, or nothing"):
        try:
            read_property(text)
        except CrmError as refusal:
            write_error(session.output, refusal)
        else:
            found.append(text)
    return tuple(found)
