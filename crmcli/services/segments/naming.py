"""The records that lists of references mean: many plain ones are looked up at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.services.references import Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.services.workspace import Workspace

_PLAIN = re.compile(r"([a-z][a-z0-9_]*):(\d{1,18})")


def refs_of(workspace: Workspace, texts: Sequence[str], resolve: Callable[[str], Ref]) -> tuple[Ref, ...]:
    """Give what references mean, in order and each once; `resolve` settles what is not simply `contact:42`."""
    plain = {text: (match[1], int(match[2])) for text in texts if (match := _PLAIN.fullmatch(text))}
    by_object: dict[str, list[int]] = {}
    for name, record_id in plain.values():
        if name in workspace.model.words:
            by_object.setdefault(name, []).append(record_id)
    there = {name: workspace.store.present(name, ids) for name, ids in by_object.items()}

    def meant(text: str) -> Ref:
        name, record_id = plain.get(text, ("", 0))
        return Ref(name, record_id) if record_id in there.get(name, ()) else resolve(text)

    return tuple(dict.fromkeys(map(meant, texts)))
