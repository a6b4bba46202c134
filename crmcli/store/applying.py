"""Keeping data/schema.json: what stands in it is what the data files follow.

What touches no value (a new property, a new option) is written there by the next write of any command, outside its
operation, since there is nothing to take back. Everything else waits for `crm schema apply`, whose operation holds
the file's new text. See `model.holding`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.model.applied import PATH, digest, parse_text, read_text, text_of, to_record
from crmcli.model.files import stamp_of
from crmcli.store.files import TEMPORARY, sync_folder, write_new

if TYPE_CHECKING:
    from crmcli.model.files import Stamp
    from crmcli.model.objects import Model
    from crmcli.store.files import Modes


class SchemaMeanwhile(CrmError):
    """Another command applied a schema to the data, or took one back, after this one had read it."""

    exit_code = ExitCode.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            "another command applied schema changes to the data meanwhile; nothing was written", "run the command again"
        )


def keep_schema(root: str, model: Model, seen: Stamp | None, modes: Modes) -> Stamp:
    """Let data/schema.json say what this model says, for the holder of the writers' lock; give its stamp.

    `seen` is the stamp that this gave before. Raises SchemaMeanwhile where the data follows another schema by now.
    """
    path = os.path.join(root, PATH)
    now = stamp_of(path)
    known = seen or (model.schema_stamp if model.recorded == model.applied else None)
    if now == known or not model.applied:  # "": a model that belongs to no workspace
        return now
    text = read_text(root)
    found = "" if text is None else digest(text)
    if found == model.applied:
        return now
    if found != model.recorded:
        raise SchemaMeanwhile
    parts = to_record(model.objects, model.pairs.values(), parse_text(text) if text else {}, model.pending)
    temporary = f"{path}.{os.urandom(8).hex()}{TEMPORARY}"
    write_new(temporary, text_of(parts).encode(), modes, like=path)
    os.rename(temporary, path)
    sync_folder(os.path.dirname(path))
    return stamp_of(path)
