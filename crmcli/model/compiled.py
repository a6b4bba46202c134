"""The model as commands get it: compiled once, kept as JSON in the cache folder, read a part at a time.

`model.json` holds a line of heads (what the files were, each object's words, where its line is, the pairs), then
one line an object. It is one file so that one rename puts a new model in place: a reader has the old or the new one.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model.cache import keep
from crmcli.model.files import schema_files, stamps
from crmcli.model.objects import Model, Summary
from crmcli.model.packed import Lazy, pack_object, pack_pair, unpack_object, unpack_pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.files import SchemaFile, Stamp
    from crmcli.model.objects import ObjectType
    from crmcli.model.packed import Json

FORMAT = 2  # of model.json; raised when what is in it changes
_RACY = 20_000_000  # ns: a file as young as the cache may have changed after it was read (git's rule)


def load_model(root: str, cache: str) -> Model:
    """Give the model of the workspace at `root`, compiled in the folder `cache` or compiled now.

    With `root` "" the built-in objects alone. Where the cache cannot be written the model is compiled in memory.
    Raises SchemaProblems, with all problems, when the schemas cannot be used.
    """
    files = schema_files(root)
    path = os.path.join(cache, "model.json")
    kept = _kept(path)
    now = stamps(files)
    if kept is not None and _fresh(kept, now):
        return _model(kept.head, kept.body)
    if kept is not None and _same_contents(kept, files):
        head, body = {**kept.head, "stamps": now}, kept.body
    else:
        head, body = _compiled(root, now)
    keep(path, json.dumps(head).encode() + b"\n" + body)
    return _model(head, body)


@frozen
class _Kept:
    """What the cache holds: its head, the objects' lines, and when it was written (ns)."""

    head: Json
    body: bytes
    written: int


def _kept(path: str) -> _Kept | None:
    """Read the cache; None where there is none that can be used."""
    try:
        with open(path, "rb") as file:
            first, _, body = file.read().partition(b"\n")
            written = os.fstat(file.fileno()).st_mtime_ns
        head = json.loads(first)
    except (OSError, ValueError):
        return None
    usable = isinstance(head, dict) and head.get("format") == FORMAT and head.get("length") == len(body)
    return _Kept(head, body, written) if usable else None


def _fresh(kept: _Kept, now: Sequence[Stamp]) -> bool:
    young = kept.written - _RACY
    return kept.head["stamps"] == now and all(stamp[1] < young and stamp[2] < young for stamp in now)


def _same_contents(kept: _Kept, files: Sequence[SchemaFile]) -> bool:
    from crmcli.model.declarations import fingerprint

    return bool(kept.head["fingerprint"] == fingerprint(files))


def _compiled(root: str, before: Sequence[Stamp]) -> tuple[Json, bytes]:
    """Read the YAML, check it, and give the head and the lines of the cache."""
    from crmcli.model.build import build_object, build_pairs
    from crmcli.model.check import SchemaProblems, in_order, semantic_problems
    from crmcli.model.declarations import declarations

    declared = declarations(root)
    problems = in_order([*declared.problems, *semantic_problems(declared.objects)])
    if problems:
        raise SchemaProblems(problems)
    objects = {name: build_object(name, tree) for name, tree in declared.objects.items()}
    lines = {name: json.dumps(pack_object(thing)).encode() for name, thing in objects.items()}
    heads, start = {}, 0
    for name, line in lines.items():
        heads[name] = {"summary": _summary(objects[name]), "start": start, "end": start + len(line)}
        start += len(line) + 1
    body = b"".join(line + b"\n" for line in lines.values())
    head = {
        "format": FORMAT,
        "length": len(body),
        "stamps": before,
        "fingerprint": declared.fingerprint,
        "objects": heads,
        "pairs": [pack_pair(pair) for pair in build_pairs(declared.objects)],
    }
    return head, body


def _summary(thing: ObjectType) -> list[str | bool | list[str]]:
    return [thing.name, thing.label, thing.plural, list(thing.aliases), list(thing.object_roles), thing.active]


def _model(head: Json, body: bytes) -> Model:
    def read(place: Json) -> ObjectType:
        return unpack_object(json.loads(body[place["start"] : place["end"]]))

    def summary(place: Json) -> Summary:
        name, label, plural, aliases, roles, active = place["summary"]
        return Summary(name, label, plural, tuple(aliases), tuple(roles), active)

    return Model(
        objects=Lazy(head["objects"], read),
        pairs=Lazy({(pair["owner"], pair["other"]): pair for pair in head["pairs"]}, unpack_pair),
        fingerprint=head["fingerprint"],
        summaries=Lazy(head["objects"], summary),
    )
