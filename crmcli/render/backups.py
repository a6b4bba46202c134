"""What a backup, or an export of everything, holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.backups import Backup
    from crmcli.services.exporting.whole import ExportedAll
    from crmcli.services.manifest import Manifest

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def write_backup(output: Output, backup: Backup) -> None:
    """Write that a backup was made."""
    words = f"{_counts(backup.manifest)} in {_size(backup.size)}, read back and proved"

    def text(out: Output) -> None:
        out.line(words)
        out.line("  ", (backup.path, "ref"), ("  bring it back: crm restore-backup FILE FOLDER", "dim"))

    value = {"file": backup.path, "bytes": backup.size, **_value(backup.manifest)}
    write_document(output, Document(value, text, lambda: _sheet(backup.manifest)))


def write_restored(output: Output, backup: Backup, folder: str) -> None:
    """Write that a backup was restored."""
    found = backup.manifest

    def text(out: Output) -> None:
        out.line(f"{found.name} as it was on {found.made[:10]} at {found.made[11:16]} UTC: {_counts(found)}")
        out.line("  ", (folder, "ref"), (f"  use it: crm -C {folder}", "dim"))

    value = {"folder": folder, **_value(found)}
    write_document(output, Document(value, text, lambda: _sheet(found)))


def write_exported_all(output: Output, exported: ExportedAll) -> None:
    """Say as talk that everything was exported: the form that was asked for is that of the tables."""
    output.say(f"{_counts(exported.manifest)}, with history, schemas and settings")
    output.say("  ", (exported.folder, "ref"), ("  take it back: crm import --from-export FOLDER", "dim"))
    for note in exported.notes:
        output.say((note, "dim"))


def write_imported_all(output: Output, imported: ExportedAll) -> None:
    """Write that an export of everything was taken back, or would be."""
    found = imported.manifest
    becomes = "would become" if imported.dry_run else "is"

    def text(out: Output) -> None:
        out.line(f"{_counts(found)}, with history, schemas and settings")
        out.line(f"This workspace {becomes} {found.name} as exported on {found.made[:10]} at {found.made[11:16]} UTC")

    value = {"folder": imported.folder, "dry_run": imported.dry_run, **_value(found)}
    write_document(output, Document(value, text, lambda: _sheet(found)))


def _value(found: Manifest) -> Mapping[str, object]:
    return {"name": found.name, "made": found.made, "records": dict(found.records), "files": len(found.files)}


def _sheet(found: Manifest) -> Sheet:
    rows: list[Row] = [("", item) for item in found.records.items()]
    return Sheet((Column("object", "Object"), Column("records", "Records", right=True)), rows)


def _counts(found: Manifest) -> str:
    records = f"{found.count:,} record{'' if found.count == 1 else 's'}"
    objects = len(found.records)
    return f"{records} of {objects} object{'' if objects == 1 else 's'}" if objects else records


def _size(size: int) -> str:
    amount, unit = float(size), 0
    while amount >= 1024 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{amount:.1f} {_UNITS[unit]}" if unit else f"{size} bytes"
