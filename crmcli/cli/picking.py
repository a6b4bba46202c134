"""References as a command takes them: on a terminal, an ambiguous one is settled by a pick list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services import references

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.cli.session import Session
    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace


def resolve(session: Session, text: str, find: Callable[[Workspace, str], Ref] = references.resolve) -> Ref:
    """Give the record that a reference means, asking which one where a person can be asked."""
    try:
        return find(session.workspace, text)
    except references.AmbiguousReference as several:
        if not session.interactive:
            raise
        return _picked(session, several)


def resolve_all(session: Session, texts: Sequence[str]) -> tuple[Ref, ...]:
    """Give the records that references mean, in order and each once."""
    return tuple(dict.fromkeys(resolve(session, text) for text in texts))


def resolve_link(session: Session, text: str) -> tuple[Ref, str | None]:
    """Give the record and the label that `REF` or `REF:Label` means."""
    try:
        return references.resolve_link(session.workspace, text)
    except references.AmbiguousReference as several:
        if not session.interactive:
            raise
        return _picked(session, several), None


def _picked(session: Session, several: references.AmbiguousReference) -> Ref:
    from crmcli.render.asking import pick

    choices = [(str(ref), title) for ref, title in zip(several.candidates, several.titles, strict=True)]
    number = pick(session.output, several.message, choices)
    if number is None:
        raise several
    return several.candidates[number]
