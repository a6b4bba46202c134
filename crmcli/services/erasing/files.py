"""Files in a workspace's folder, beside the store's, that name a person: plans, members of segments, and others.

A plan that names them could not be done any more, and goes. Of members of segments, of repair files, and of tables
where that is wanted, the rows go that are theirs. What cannot be read as text, or rewritten without a guess, stays and
is named.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model.members import SUFFIX as MEMBERS
from crmcli.model.segments import FOLDER as SEGMENTS
from crmcli.model.segments import SEEN
from crmcli.model.settings import FILE as SETTINGS
from crmcli.services.plans import BadPlan, read_plan
from crmcli.store.cleansed import Cleansed, is_of_store
from crmcli.store.cleansing import Mention

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeAlias

    from crmcli.store.cleansing import Cleansing
    from crmcli.store.erasing import Erasing

    _Rewritten: TypeAlias = tuple[str | None, Mapping[str, int]]  # None: the file goes; how much of what

_REPAIR = re.compile(r"\.rejected(-\d+)?(\.[^./]{1,8})?$")
_TABLES = (".csv", ".tsv", ".tab")
_TEXTS = (".yaml", ".yml", ".md", ".txt")
_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BETWEEN_CELLS = re.compile(r"""[,;|\t"]+""")
_LONGEST_ROW = 100  # lines: a quote that is never closed does not make one row of a whole file
_LARGEST = 1 << 28  # bytes
_NO_TEXT = b"\0"


@frozen
class Left:
    """A file that stays as it is: it names the person, or is `unread`, as it is no text or may not be read."""

    path: str
    unread: bool = False


def cleanse_files(work: Erasing, cleansing: Cleansing) -> Iterator[Cleansed | Left]:
    """Put each file of the folder that names the person and may be rewritten; name those that stay."""
    for path in _files(work.root):
        text, encoding = _decoded(_read(work, path))
        if not encoding:
            yield Left(path, unread=True)
            continue
        if not _names(cleansing, text, text.encode("utf-8", "replace")):
            continue
        rewriting = _rewriting(work.root, path, redact=cleansing.redact)
        if rewriting is None:
            cleansing.mentions[Mention(path, "", is_text=False)] += max(cleansing.spellings.count(text), 1)
            yield Left(path)
            continue
        kept, counts = rewriting(cleansing, path, text)
        if kept is None:
            work.put(path, None)
            yield Cleansed(path, counts, gone=True)
        elif kept != text:
            work.put(path, kept.encode(encoding))
            yield Cleansed(path, counts)


def _files(root: str) -> Iterator[str]:
    """The files of the folder that are not the store's, nor git's, nor another workspace's."""
    for folder, folders, names in os.walk(root):
        inner = os.path.relpath(folder, root)
        if inner != "." and SETTINGS in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if name != ".git" and not name.startswith(".crm-"))
        for name in sorted(names):
            path = name if inner == "." else f"{inner}/{name}"
            whole = os.path.join(folder, name)
            if not is_of_store(path) and os.path.isfile(whole) and not os.path.islink(whole):
                yield path


def _read(work: Erasing, path: str) -> bytes:
    """Give a file's content, that of no text where it may not be read or would fill the memory."""
    try:
        return work.read(path) if os.path.getsize(os.path.join(work.root, path)) <= _LARGEST else _NO_TEXT
    except OSError:
        return _NO_TEXT


def _decoded(content: bytes) -> tuple[str, str]:
    """Give a file's text and its encoding; both are "" for a file that is no text."""
    encoding = next((name for mark, name in _ENCODINGS if content.startswith(mark)), "utf-8")
    if b"\0" in content and encoding == "utf-8":
        return "", ""
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError:
        return (content.decode("latin-1"), "latin-1") if encoding == "utf-8" and _is_latin(content) else ("", "")


def _is_latin(content: bytes) -> bool:
    """Whether bytes may be a text of one byte a letter: no control characters but those of lines and cells."""
    return not re.search(rb"[\x00-\x08\x0e-\x1f]", content)


def _names(cleansing: Cleansing, text: str, content: bytes) -> bool:
    """Whether a text names the person, by a reference of ours or by what they are known by."""
    if any(reference in text for reference in cleansing.references) and cleansing.reference.search(text):
        return True
    if not cleansing.spellings.near(content):
        return False
    return bool(cleansing.spellings.count(text) or cleansing.spellings.count(_BETWEEN_CELLS.sub(" ", text)))


def _rewriting(root: str, path: str, *, redact: bool) -> Callable[[Cleansing, str, str], _Rewritten] | None:
    """Give what rewrites a file, None where it is to stay as it is."""
    if path.startswith(f"{SEGMENTS}/") and path.endswith((MEMBERS, SEEN)):
        return _without_members
    if _is_plan(os.path.join(root, path)):
        return _without_plan
    if _REPAIR.search(path):
        return _without_rows
    if not redact or path == SETTINGS:
        return None
    return _without_rows if path.lower().endswith(_TABLES) else _redacted if path.lower().endswith(_TEXTS) else None


def _is_plan(path: str) -> bool:
    try:
        read_plan(path)
    except BadPlan:
        return False
    return True


def _without_plan(cleansing: Cleansing, path: str, text: str) -> _Rewritten:  # noqa: ARG001 - as the others
    return None, {"plan": 1}


def _without_members(cleansing: Cleansing, path: str, text: str) -> _Rewritten:  # noqa: ARG001 - as the others
    """A file of members less the person; one in which nobody is left goes."""
    lines = text.splitlines(keepends=True)
    kept = cleansing.members(lines)
    return "".join(kept) or None, {"member": len(lines) - len(kept)}


def _without_rows(cleansing: Cleansing, path: str, text: str) -> _Rewritten:
    """A table less the rows that name the person; a repair file in which nothing is left goes."""
    header, *rows = _rows(text)
    kept = [row for row in rows if not _names(cleansing, row, row.encode("utf-8", "replace"))]
    if not any(map(str.strip, kept)) and _REPAIR.search(path):
        return None, {"row": len(rows) - len(kept)}
    return header + "".join(kept), {"row": len(rows) - len(kept)}


def _rows(text: str) -> list[str]:
    """A table's rows as they stand, with their line ends; one whose cells hold line breaks is one."""
    rows: list[str] = []
    waiting: list[str] = []
    for line in text.splitlines(keepends=True):
        waiting.append(line)
        if "".join(waiting).count('"') % 2 == 0:
            rows.append("".join(waiting))
            waiting.clear()
        elif len(waiting) > _LONGEST_ROW:
            rows += waiting
            waiting.clear()
    return [*rows, *waiting] or [""]


def _redacted(cleansing: Cleansing, path: str, text: str) -> _Rewritten:
    kept = cleansing.file(path, text)
    return kept, {"text": cleansing.spellings.count(text)}
