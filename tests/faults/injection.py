"""Faults on purpose, with strace: a command is killed, or the kernel refuses it, at any of its file-system calls."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from inside import Inside
from terminal import Answer, Terminal

# Every call by which a command sees files, and by which it changes them.
READING = (
    "read pread64 openat newfstatat statx stat lstat fstat lseek getdents64 access faccessat readlink close flock fcntl"
)
CHANGING = (
    "write pwrite64 writev fsync fdatasync rename renameat renameat2 unlink unlinkat mkdir mkdirat rmdir"
    " ftruncate truncate chmod fchmod fchmodat link linkat utimensat"
)
# What a full disk refuses; opening stands apart: only a file that is made anew finds no room.
NEED_ROOM = "write pwrite64 writev fsync fdatasync rename renameat renameat2 mkdir mkdirat ftruncate link linkat"
# What a failing disk refuses. Closing is left out: Linux has closed the file whatever it answers.
NEED_DISK = "read pread64 openat getdents64 " + CHANGING
TOUCHED = re.compile(r'<(/[^<>]+)>|"(/[^"]+)"')
KIND = re.compile(r"(?:\d+ +)?(\w+)\(")
KILLED = -9
strace = pytest.mark.skipif(
    not shutil.which("strace") and "CI" not in os.environ, reason="strace is not installed; .ci/run installs it"
)


@dataclass(frozen=True)
class Fault:
    """What happens at one call of a command, or at all calls from there on.

    strace counts the calls of each kind apart, so a place among all calls is a number for each kind; and those of
    each thread, so that a fault may come later than where it was seen, or not at all.
    """

    what: str  # signal=SIGKILL, error=ENOSPC, error=EIO
    numbers: Mapping[str, int]
    call: str  # as strace writes it
    for_ever: bool = False

    @property
    def injection(self) -> str:
        """The fault in strace's words."""
        after = "+" if self.for_ever else ""
        injections = [f"-e inject={kind}:{self.what}:when={number}{after}" for kind, number in self.numbers.items()]
        return f"-e trace={','.join(self.numbers)} {' '.join(injections)}"


def faults(what: str, calls: Sequence[str], *, for_ever: bool = False) -> Iterator[Fault]:
    """Give a fault for each of these calls, in order."""
    kinds = [KIND.match(call)[1] for call in calls]
    passed: Counter[str] = Counter()
    for kind, call in zip(kinds, calls, strict=True):
        struck = sorted(set(kinds)) if for_ever else [kind]
        yield Fault(what, {each: passed[each] + 1 for each in struck}, call, for_ever)
        passed[kind] += 1


def some(points: Iterator[Fault], few: int | None) -> list[Fault]:
    """All of them, or a few, evenly spread from the first to the last."""
    every = list(points)
    if few is None or few >= len(every):
        return every
    return [every[n * (len(every) - 1) // (few - 1)] for n in range(few)]


def told(answer: Answer, fault: Fault) -> str:
    """The story of a fault, for the message of a failure."""
    return f"{fault.what}{' for ever' if fault.for_ever else ''} at {fault.call}\n{answer.transcript()}"


def _successful(answer: Answer) -> Answer:
    assert answer.code == 0, answer.transcript()
    return answer


@dataclass(frozen=True)
class Machine:
    """A terminal whose files can be put back to how they were, and whose commands can be made to fail."""

    terminal: Terminal
    state: str = "prepared"  # what the kept files are called
    touched: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict)

    @property
    def _kept(self) -> Path:
        return self.terminal.home.parent / self.state

    def keep(self) -> None:
        """Remember all files as they are."""
        shutil.rmtree(self._kept, ignore_errors=True)
        shutil.copytree(self.terminal.home, self._kept, symlinks=True)

    def put_back(self) -> None:
        """Restore the files that were kept; one reading command makes the index know them again."""
        shutil.rmtree(self.terminal.home)
        shutil.copytree(self._kept, self.terminal.home, symlinks=True)
        self.undisturbed("list", "contacts", "--limit", "1")

    def undisturbed(self, *words: str) -> Answer:
        """Run a command that must succeed, with nothing in its way: that needs no process of its own."""
        inside = Inside(self.terminal.folder, self.terminal)
        answer = inside.crm(*words)
        # What settles a schema that was being applied has read the former one: it asks to be said again.
        return inside.done(*words) if "Run the command again" in answer.stderr else _successful(answer)

    def calls(self, words: Sequence[str], kinds: str) -> list[str]:
        """Give a command's calls on files in its home, the workspace's among them, in order, as strace writes them."""
        paths = self._paths(words)
        self.put_back()
        return self._watch(words, kinds, paths)

    def suffer(self, words: Sequence[str], fault: Fault) -> Answer:
        """Run a command that meets a fault."""
        return self._strace(words, f"-o /dev/null {fault.injection}", self._paths(words))

    def _paths(self, words: Sequence[str]) -> frozenset[str]:
        """The paths that a command touches: strace watches these alone, not the files of Python and the terminal."""
        if tuple(words) not in self.touched:
            self.put_back()
            found = TOUCHED.findall("\n".join(self._watch(words, f"{READING} {CHANGING}", ())))
            ours = str(self.terminal.home)
            paths = {(opened or named).removesuffix(" (deleted)").rstrip("/") for opened, named in found}
            self.touched[tuple(words)] = frozenset(path for path in paths if path.startswith(ours))
        return self.touched[tuple(words)]

    def _watch(self, words: Sequence[str], kinds: str, paths: Iterable[str]) -> list[str]:
        log = self._kept.with_name("strace.log")
        answer = self._strace(words, f"-y -o {log} -e trace={','.join(f'?{kind}' for kind in kinds.split())}", paths)
        assert answer.code == 0, answer.transcript()
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if "(" in line and "resumed>" not in line]

    def _strace(self, words: Sequence[str], options: str, paths: Iterable[str]) -> Answer:
        only = " ".join(f"-P {shlex.quote(path)}" for path in sorted(paths))
        return self.terminal.shell(f"exec strace -f -qqq {options} {only} crm {shlex.join(words)}")
