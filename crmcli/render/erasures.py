"""The receipt of an erasure: what went where, what stays, and what is left to do; nothing of what was erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.erasing.erase import Erasure
    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace
    from crmcli.store.cleansed import Cleansed
    from crmcli.store.cleansing import Mention

_NAMED = 8  # records that are named one by one
_SHOWN = 25  # lines of what went, or is named
_WIDEST = 44  # characters of a name that others are aligned with
_ANEW = """\
git checkout --orphan anew && git add -A && git commit -m "Begin anew"
git branch -D {branch} && git branch -m {branch}
git reflog expire --expire=now --all && git gc --prune=now
git push --force"""


def write_erasure(output: Output, workspace: Workspace, erasure: Erasure) -> None:
    """Write what was erased, or what a dry run would erase."""

    def sheet() -> Sheet:
        if output.format == "ids":
            return Sheet((), [(str(ref), ()) for ref in erasure.person.refs], reference="Record")
        rows: list[Row] = [("", (each.path, _what(each))) for each in (*erasure.files, *erasure.beside)]
        return Sheet((Column("path", "File"), Column("counts", "Went")), rows)

    def text(out: Output) -> None:
        _write(out, workspace, erasure)

    write_document(output, Document(_value(erasure), text, sheet))


def _value(erasure: Erasure) -> dict[str, object]:
    """Give the JSON shape `erased`."""
    return {
        "operation": erasure.operation.id if erasure.operation else None,
        "dry_run": erasure.dry_run,
        "redacted": erasure.redact,
        "records": [str(ref) for ref in erasure.person.refs],
        "shared": [str(ref) for ref in erasure.person.shared],
        "files": [
            {"path": each.path, "gone": each.gone, "counts": dict(each.counts)}
            for each in (*erasure.files, *erasure.beside)
        ],
        "mentions": [
            {"where": m.where, "property": m.property_name or None, "times": times, "text": m.is_text}
            for m, times in _sorted(erasure.mentions)
        ],
        "left": [{"path": each.path, "unread": each.unread} for each in erasure.left],
    }


def _sorted(mentions: Mapping[Mention, int]) -> list[tuple[Mention, int]]:
    return sorted(mentions.items(), key=lambda item: (item[0].where, item[0].property_name))


def _what(each: Cleansed) -> str:
    """Say how much of what went out of a file."""
    return "the whole file" if each.gone else ", ".join(_counted(count, what) for what, count in each.counts.items())


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _write(out: Output, workspace: Workspace, erasure: Erasure) -> None:
    _write_person(out, erasure)
    rows = [(each.path, _what(each)) for each in (*erasure.files, *erasure.beside)]
    _write_rows(out, "Would go:" if erasure.dry_run else "Gone:", [*rows, ("the index", "made anew of what is left")])
    _write_mentions(out, workspace, erasure)
    _write_shared(out, erasure)
    _write_left(out, erasure)
    _write_unreached(out, erasure)
    from crmcli.services.history import counted
    from crmcli.services.written import split_count

    done = ", ".join(counted(workspace, *split_count(what), count) for what, count in erasure.person.counts.items())
    out.line("")
    if erasure.dry_run:
        out.line("Would be: ", done, (" · nothing is changed yet", "dim"))
    else:
        out.line((done, "good"), (f" · operation {erasure.short_id} · nothing undoes it", "dim"))


def _write_person(out: Output, erasure: Erasure) -> None:
    """Say whose records these are; by name only before they are erased."""
    who = erasure.person
    out.line((str(who.ref), "ref"), *(("  ", (who.title, "title")) if erasure.dry_run else ()))
    for refs, what in ((who.absorbed, "merged into it"), (who.own, "on nothing else")):
        if refs:
            out.line("  with ", _named(refs), f", {what}")


def _named(refs: Sequence[Ref]) -> str:
    """Name the first records, and how many more there are."""
    more = f" and {len(refs) - _NAMED:,} more" if refs[_NAMED:] else ""
    return ", ".join(map(str, refs[:_NAMED])) + more


def _write_rows(out: Output, heading: str, rows: Sequence[tuple[str, str]]) -> None:
    """Write names with what is to be said of each, below one another, under a heading."""
    column = min(max((len(name) for name, _ in rows), default=0), _WIDEST)
    _head(out, heading)
    for name, said in rows[:_SHOWN]:
        out.line("  ", (name.ljust(column), "ref"), "  ", said)
    if rows[_SHOWN:]:
        out.line("  ", (f"and {len(rows) - _SHOWN:,} more; all of them: -o json", "dim"))


def _head(out: Output, heading: str) -> None:
    out.line("")
    out.line((heading, "heading"))


def _write_mentions(out: Output, workspace: Workspace, erasure: Erasure) -> None:
    """Say what of others names the person; files that stay are said by themselves."""
    values = {m: times for m, times in _sorted(erasure.mentions) if m.property_name or m.is_text}
    for is_text, heading in ((True, _heading(erasure)), (False, "In values of other records, which stay:")):
        rows = [(m.where, f"{_label(workspace, m)}, {n:,} ×") for m, n in values.items() if m.is_text == is_text]
        if rows:
            _write_rows(out, heading, rows)


def _write_shared(out: Output, erasure: Erasure) -> None:
    """Say which activities of the person stay, since they are on others, too."""
    if erasure.person.shared:
        _head(out, "Activities on others too, which stay; crm erase takes each by itself:")
        out.line("  ", _named(erasure.person.shared))


def _heading(erasure: Erasure) -> str:
    if not erasure.redact:
        return "Named in texts of others, and their history (--redact takes it out):"
    would = "Would be redacted" if erasure.dry_run else "Redacted"
    return f"{would} in texts of others, and their history:"


def _label(workspace: Workspace, mention: Mention) -> str:
    found = workspace.model.objects.get(mention.where.partition(":")[0])
    prop = found.properties.get(mention.property_name) if found else None
    return prop.label if prop else mention.property_name or "the file"


def _write_left(out: Output, erasure: Erasure) -> None:
    """Name the files in the folder that stay as they are."""
    rows = [
        (each.path, "no text, nobody looked into it" if each.unread else "names the person") for each in erasure.left
    ]
    if rows:
        _write_rows(out, "Files here that stay; delete them if they are not needed (rm FILE):", rows)


def _write_unreached(out: Output, erasure: Erasure) -> None:
    """Say what crm does not touch, and what to do about it."""
    if erasure.dry_run:
        return
    _head(out, "Not touched, for you to do:")
    for line in _unreached(erasure):
        out.line("  ", line)


def _unreached(erasure: Erasure) -> Iterator[str]:
    if erasure.branch:
        yield "git's history, if data/ or journal/ were ever committed; it begins anew with:"
        yield from (f"  {line}" for line in _ANEW.format(branch=erasure.branch).splitlines())
    yield f"other clones of this CRM: crm erase {erasure.person.ref} in each"
    yield "backups and exports elsewhere: make new ones (crm backup), delete the old ones"
    yield "the history of your shell, if you typed a name or an address"
