"""Segments: named groups of an object's records, each a file segments/NAME.yaml, read when one is first asked for.

An active segment is an expression; a static one is a list of members, in a file of lines beside it, that may have been
taken from an expression once (`snapshot`).
"""

from __future__ import annotations

import os
import re
from functools import cached_property

from crmcli.errors import Problem
from crmcli.frozen import frozen
from crmcli.model.files import SchemaFile, yaml_files
from crmcli.model.members import SUFFIX, Members, read_members
from crmcli.model.nodes import Block

FOLDER = "segments"
SEEN = ".seen"  # the file of those who were in it at the last look


@frozen
class Segment:
    """What a segment's file says; `stem` is the file's name, `places` the lines of its keys, as file:line.

    `where` is the expression of an active one, `snapshot` that of which a static one was taken, "" for by hand.
    `follow_up` is how often its members want to be heard of, as it is written: "30d".
    """

    name: str
    stem: str
    object_name: str
    where: str = ""
    snapshot: str = ""
    description: str = ""
    follow_up: str = ""
    places: tuple[tuple[str, str], ...] = ()

    @property
    def active(self) -> bool:
        """Whether its expression decides at every look."""
        return bool(self.where)

    @property
    def expression(self) -> str:
        """What it is defined by: "" where by its members alone."""
        return self.where or self.snapshot

    @property
    def path(self) -> str:
        """The file in the workspace."""
        return f"{FOLDER}/{self.stem}.yaml"

    @property
    def members_path(self) -> str:
        """The file of its members, and of whom was put in or kept out by hand."""
        return f"{FOLDER}/{self.stem}{SUFFIX}"

    @property
    def seen_path(self) -> str:
        """The file of its members at the last look."""
        return f"{FOLDER}/{self.stem}{SEEN}"

    def place(self, key: str) -> str:
        """The file and line of a key."""
        return dict(self.places).get(key, f"{self.path}:1")


class Segments:
    """The segments of the workspace in the folder `root`; none with "". What is wrong with their files is kept."""

    def __init__(self, root: str = "") -> None:
        """Nothing is read yet."""
        self._root = root
        self._members: dict[str, tuple[Members, list[Problem]]] = {}

    def __eq__(self, other: object) -> bool:
        """As the folder says."""
        return isinstance(other, Segments) and other._root == self._root

    def __hash__(self) -> int:
        """As the folder says."""
        return hash(self._root)

    @cached_property
    def _read(self) -> tuple[tuple[Segment, ...], tuple[Problem, ...]]:
        found, problems = [], []
        for path in self._paths():
            segment, wrong = _read(path)
            problems += wrong
            found += [segment] if segment else []
        problems += _twice(found)
        return tuple(sorted(found, key=lambda each: each.name.casefold())), tuple(problems)

    def _paths(self) -> list[str]:
        return yaml_files(os.path.join(self._root, FOLDER)) if self._root else []

    def all(self) -> tuple[Segment, ...]:
        """Give those whose files can be read, by name."""
        return self._read[0]

    def followed_up(self) -> tuple[Segment, ...]:
        """Give those whose members want to be heard of, by name; only files that may say so are parsed."""
        read = [_read(path)[0] for path in self._paths() if b"follow_up" in SchemaFile(path, built_in=False).read()[0]]
        found = [segment for segment in read if segment and segment.follow_up]
        return tuple(sorted(found, key=lambda each: each.name.casefold()))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the form of the files."""
        return self._read[1]

    def find(self, word: str) -> Segment | None:
        """Give the segment of a name, in any case, or of a file's name; None where there is none."""
        folded = word.strip().casefold()
        named = [each for each in self.all() if each.name.casefold() == folded]
        return next(iter(named or [each for each in self.all() if each.stem.casefold() == folded]), None)

    def members(self, segment: Segment) -> tuple[Members, list[Problem]]:
        """Give who is in it by hand, or kept out, and what is wrong with that file."""
        if segment.stem not in self._members:
            text = _text(os.path.join(self._root, segment.members_path))
            self._members[segment.stem] = read_members(text, segment.object_name, segment.members_path)
        return self._members[segment.stem]


def stem_of(name: str) -> str:
    """Give the file name of a segment: "Hot leads" stands in hot-leads.yaml."""
    return re.sub(r"[^\w]+", "-", name.casefold()).strip("-")


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def _twice(segments: list[Segment]) -> list[Problem]:
    """Find segments of one name: an expression could mean either."""
    first: dict[str, Segment] = {}
    found = []
    for each in segments:
        before = first.setdefault(each.name.casefold(), each)
        if before is not each:
            hint = f"give one of them another name: {before.place('name')}"
            found.append(Problem(each.place("name"), f'a second segment is called "{each.name}"', hint))
    return found


def _read(path: str) -> tuple[Segment | None, list[Problem]]:
    """Read a file of a segment; None where it says too little to be one."""
    from crmcli.model.load import read_yaml
    from crmcli.model.shape import Fields, Text

    stem = os.path.basename(path).removesuffix(".yaml")
    where = f"{FOLDER}/{stem}.yaml"
    content, unread = SchemaFile(path, built_in=False).read()
    if unread:
        return None, [Problem(f"{where}:1", each.message, each.hint) for each in unread]
    top, problems = read_yaml(content, where)
    keys = {key: Text() for key in ("name", "object", "description", "where", "snapshot", "follow_up")}
    fitting = Fields({**keys, "static": Text(("true", "false"))}).fit(top, "segment", problems)
    if not isinstance(fitting, Block) or problems:
        return None, problems
    problems += _contradictions(fitting)
    segment = Segment(
        name=fitting.text("name", stem),
        stem=stem,
        object_name=fitting.text("object"),
        where=fitting.text("where"),
        snapshot=fitting.text("snapshot"),
        description=fitting.text("description"),
        follow_up=fitting.text("follow_up"),
        places=tuple((key, node.where) for key, node in fitting.entries.items()),
    )
    return (None if problems else segment), problems


def _contradictions(block: Block) -> list[Problem]:
    """Find what a file must say, and what it may not say at once."""
    found = []
    if not block.text("object"):
        found.append(Problem(block.where, "a segment needs `object`", "such as `object: contact`"))
    if block.flag("static") == bool(block.text("where")):
        said = "says both `where` and `static`" if block.text("where") else "says neither `where` nor `static: true`"
        found.append(Problem(block.place("static"), f"it {said}", "an active one has `where`, one by hand `static`"))
    if block.text("snapshot") and not block.flag("static"):
        found.append(Problem(block.place("snapshot"), "`snapshot` is of a static segment", "say `static: true`"))
    return found
