"""The workspace's own files in a transaction: what each held before, and what it is to hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crmcli.store.changes import FileWritten, LinesWritten
from crmcli.store.files import read_if_there, resolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ANY_BYTES = "surrogateescape"  # what is not UTF-8 in a file that is replaced comes back as it was


class FileEdits:
    """Files that are written, by their paths; `counts` says what was done."""

    def __init__(self, root: str, counts: Counter[str]) -> None:
        """Nothing is read or written yet."""
        self._root = root
        self._counts = counts
        self._lined: dict[str, LinesWritten] = {}
        self.contents: dict[str, tuple[bytes | None, bytes | None]] = {}

    def write(self, path: str, text: str | None) -> None:
        """Let a file hold a text, or go (None)."""
        self._counts["file written"] -= path in self.contents
        self._counts["file written"] += self._put(path, None if text is None else text.encode(errors=_ANY_BYTES))

    def write_lines(self, path: str, lines: Sequence[str]) -> None:
        """Let a file of members hold these lines, or go where there is none; the journal has which came and went."""
        before = self._before(path)
        old = [] if before is None else before.decode(errors=_ANY_BYTES).splitlines()
        if path in self._lined:
            self._counts.subtract(_counted(self._lined.pop(path)))
        content = "".join(f"{line}\n" for line in lines).encode(errors=_ANY_BYTES)
        if self._put(path, content or None):
            self._lined[path] = LinesWritten(path, *_moved(old, lines))
            self._counts.update(_counted(self._lined[path]))

    def lines(self, path: str) -> list[str]:
        """Give the lines of a file as this transaction has it; none where there is no such file."""
        content = self.contents[path][1] if path in self.contents else self._before(path)
        return (content or b"").decode(errors=_ANY_BYTES).splitlines()

    def changes(self) -> Iterator[FileWritten | LinesWritten]:
        """Give what the journal says of them."""
        for path, pair in self.contents.items():
            if path in self._lined:
                yield self._lined[path]
            else:
                yield FileWritten(path, *(None if each is None else each.decode(errors=_ANY_BYTES) for each in pair))

    def _before(self, path: str) -> bytes | None:
        return self.contents[path][0] if path in self.contents else read_if_there(resolved(self._root, path))

    def _put(self, path: str, after: bytes | None) -> bool:
        before = self._before(path)
        self.contents.pop(path, None)
        if before != after:
            self.contents[path] = (before, after)
        return before != after


def _moved(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    before, after = set(old), set(new)
    return [line for line in old if line not in after], [line for line in new if line not in before]


def _counted(done: LinesWritten) -> Counter[str]:
    """Say what the lines mean: members that came and went, or that it was remembered who they are."""
    if not done.path.endswith(".members"):
        return Counter({"membership remembered": 1})
    return Counter(_meaning(done.come, "added", "excluded")) + Counter(_meaning(done.gone, "removed", "readmitted"))


def _meaning(lines: Iterable[str], by_itself: str, with_minus: str) -> Iterator[str]:
    return (f"member {with_minus if line.startswith('-') else by_itself}" for line in lines)
