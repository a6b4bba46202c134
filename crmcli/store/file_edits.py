"""The workspace's own files in a transaction: what each held before, and what it is to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.changes import FileWritten, LinesWritten
from crmcli.store.files import read_if_there, resolved

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Sequence

_ANY_BYTES = "surrogateescape"  # what is not UTF-8 in a file that is replaced comes back as it was


class FileEdits:
    """Files that are written as a whole, by their paths; `counts` says how many."""

    def __init__(self, root: str, counts: Counter[str]) -> None:
        """Nothing is read or written yet."""
        self._root = root
        self._counts = counts
        self._lined: set[str] = set()  # those of which lines are journalled
        self.contents: dict[str, tuple[bytes | None, bytes | None]] = {}

    def write(self, path: str, text: str | None) -> None:
        """Let a file hold a text, or go (None)."""
        before = self.contents[path][0] if path in self.contents else read_if_there(resolved(self._root, path))
        after = None if text is None else text.encode(errors=_ANY_BYTES)
        if self.contents.pop(path, (before, before))[1] != before:
            self._counts["file written"] -= 1
        if before != after:
            self.contents[path] = (before, after)
            self._counts["file written"] += 1

    def write_lines(self, path: str, lines: Iterable[str]) -> None:
        """Let a file hold these lines, or go where there is none; the journal keeps which came and which went."""
        self._lined.add(path)
        self.write(path, "".join(f"{line}\n" for line in lines) or None)

    def lines(self, path: str) -> list[str]:
        """Give the lines of a file as this transaction has it."""
        content = self.contents[path][1] if path in self.contents else read_if_there(resolved(self._root, path))
        return (content or b"").decode(errors=_ANY_BYTES).splitlines()

    def changes(self) -> Iterator[FileWritten | LinesWritten]:
        """Give what the journal says of them."""
        for path, pair in self.contents.items():
            old, new = (None if content is None else content.decode(errors=_ANY_BYTES) for content in pair)
            if path in self._lined:
                yield LinesWritten(path, *_moved((old or "").splitlines(), (new or "").splitlines()))
            else:
                yield FileWritten(path, old, new)


def _moved(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    before, after = set(old), set(new)
    return [line for line in old if line not in after], [line for line in new if line not in before]
