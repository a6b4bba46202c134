"""Two clones that both change and create records: one changed line per change, and a merge without conflict."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench import Bench
from timing import Figure, run


def figures(bench: Bench) -> Iterator[Figure]:
    """Lines that a set changes in data, and conflicts of a plain `git merge`."""
    first = bench.empty("merge", "--keep", "all")
    bench.imports(first, bench.small)
    git(first, "init", "--quiet", "--initial-branch", "main")
    commit(first, "Start")
    run(bench.crm(first, "set", f"contact:{bench.small // 2}", "jobtitle=Changed"))
    changed = git(first, "diff", "--numstat", "--", "data").split()
    yield Figure("lines added by a set", int(changed[0]), 1, "lines", f"{len(changed) // 3} data file")
    commit(first, "Change one")

    second = bench.scratch / "merge-clone"
    for path in (second, *bench.scratch.glob("merge-clone.c*")):
        shutil.rmtree(path, ignore_errors=True)
    git(bench.scratch, "clone", "--quiet", first, second)
    for folder, n in ((first, 10), (second, bench.small - 10)):
        run(bench.crm(folder, "set", f"contact:{n}", "jobtitle=Changed too"))
        run(bench.crm(folder, "create", "contact", f"email=made-in-{folder.name}@example.com"))
        commit(folder, "Change and create")
    git(first, "fetch", "--quiet", second, "main")
    git(first, "merge", "--quiet", "--no-edit", "FETCH_HEAD", may_fail=True)
    conflicts = git(first, "diff", "--name-only", "--diff-filter=U").split()
    yield Figure("files in conflict after a merge", len(conflicts), 0, "files", " ".join(conflicts))
    run(bench.crm(first, "doctor"))


def commit(folder: Path, message: str) -> None:
    """Commit everything."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def git(folder: Path, *words: object, may_fail: bool = False) -> str:
    """Run git in a folder and give its output."""
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    done = subprocess.run(
        ["git", *identity, *map(str, words)], cwd=folder, capture_output=True, text=True, check=not may_fail
    )
    return done.stdout
