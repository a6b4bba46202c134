"""Measure what issue and README promise and print it as a table; asserts nothing about time."""

from __future__ import annotations

import argparse
import platform
import sys
from pathlib import Path

import exports
import find
import formats
import graph
import imports
import indexed
import likely
import links
import lists
import merge
import merges
import past
import pipeline
import rebuild
import reports
import rollups
import segments
import show
import timing
import today
import writes
from bench import Bench

import schemas

# In this order: what changes a workspace stands last.
GROUPS = {
    "show": show.figures,
    "today": today.figures,
    "lists": lists.figures,
    "indexed": indexed.figures,
    "past": past.figures,
    "reports": reports.figures,
    "rollups": rollups.figures,
    "pipeline": pipeline.figures,
    "graph": graph.figures,
    "find": find.figures,
    "exports": exports.figures,
    "rebuild": rebuild.figures,
    "schemas": schemas.figures,
    "segments": segments.figures,
    "writes": writes.figures,
    "likely": likely.figures,
    "imports": imports.figures,
    "formats": formats.figures,
    "links": links.figures,
    "merge": merge.figures,
    "merges": merges.figures,
}


def main() -> None:
    """Run the groups that are asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)} (default: all)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="contacts of the large workspace (%(default)s)")
    parser.add_argument("--small", type=int, help="of the small one (a hundredth of the large one)")
    parser.add_argument("--runs", type=int, default=11, help="of each short command (%(default)s)")
    parser.add_argument(
        "--scratch", type=Path, default=Path(__file__).parent / ".scratch", help="where workspaces are kept"
    )
    parser.add_argument(
        "--busy", action="store_true", help="the machine has other work to do: measure processor time, not the clock's"
    )
    options = parser.parse_args()
    timing.busy = options.busy
    if unknown := set(options.groups) - GROUPS.keys():
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    scratch = options.scratch.resolve()
    scratch.mkdir(parents=True, exist_ok=True)
    bench = Bench(scratch, options.rows, options.small or options.rows // 100, options.runs)
    print(f"{options.rows:,} contacts, Python {platform.python_version()}, {platform.system()} {platform.machine()}\n")
    print("| what | measured | promised | kept | detail |\n| --- | --- | --- | --- | --- |")
    for name in options.groups or GROUPS:
        for figure in GROUPS[name](bench):
            print(figure.row())
            sys.stdout.flush()


if __name__ == "__main__":
    main()
