"""What every writing service returns: what was done, by which operation, and what changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.services.references import Ref
    from crmcli.store import Operation


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One property of one record, before and after, as shown; "" where it is not set."""

    ref: Ref
    title: str
    property: str
    label: str
    old_text: str
    new_text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A write that was done, or that a dry run would do.

    `operation` is None when nothing changed, and in a dry run; `short_id` is "" then. `counts` is by
    (object's internal name, verb): verbs are created updated deleted restored linked unlinked files.
    `refs` are the records that the request was about, `changes` at most the first 1,000 of them.
    `notes` are sentences to be read by a person.
    """

    operation: Operation | None
    short_id: str
    counts: Mapping[tuple[str, str], int]
    refs: tuple[Ref, ...] = ()
    changes: tuple[ChangeLine, ...] = field(default=())
    notes: tuple[str, ...] = ()
    dry_run: bool = False
