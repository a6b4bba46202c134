"""The model as commands get it: compiled once, kept as JSON in the cache folder, read a part at a time.

`model.json` holds a line of heads (what the files were, each object's words, where its line is and where those of the
pairs are that it owns), then a line for each object and each pair. It is one file so that one rename puts a new model
in place: a reader has the old or the new one.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.model import applied
from crmcli.model.cache import keep
from crmcli.model.files import misnamed, schema_files, stamp_of, stamps
from crmcli.model.objects import Model, Summary
from crmcli.model.packed import Lazy, pack_object, pack_pair, unpack_object, unpack_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from io import BufferedReader
    from typing import TypeAlias

    from crmcli.model.applied import Part
    from crmcli.model.declarations import Declarations
    from crmcli.model.differences import Difference
    from crmcli.model.files import SchemaFile, Stamp
    from crmcli.model.objects import ObjectType, Pair
    from crmcli.model.packed import Json

    # Picks the differences that touch data which is there.
    InUse: TypeAlias = Callable[[Sequence[Difference]], Sequence[Difference]]

FORMAT = 7  # of model.json; raised when what is in it changes
_RACY = 20_000_000  # ns: a file as young as the cache may have changed after it was read (git's rule)


def load_model(root: str, cache: str, in_use: InUse = list) -> Model:
    """Give the model of the workspace at `root`, compiled in the folder `cache` or compiled now.

    With `root` "" the built-in objects alone, which are compiled once for all workspaces whose caches stand in one
    folder. What the YAML changes and the data does not follow yet is held back, as far as it is `in_use`. Where the
    cache cannot be written the model is compiled in memory. Raises SchemaProblems, with all problems, when the schemas
    cannot be used, and DamagedSchema.
    """
    files = schema_files(root)
    path = os.path.join(cache, "model.json")
    kept = _kept(path)
    now = [*stamps(files), stamp_of(os.path.join(root, applied.PATH))] if root else stamps(files)
    if kept is not None and _fresh(kept, now):
        return _model(root, kept.head, kept.lines)
    recorded = applied.read_text(root) if root else None
    if kept is None or not _same_contents(kept, files, recorded):
        kept = None if _own_files(root, files) else _shipped(_shared(cache), files, recorded)
    if kept is not None:
        head, body = {**kept.head, "stamps": now, "recorded": _digest(recorded)}, kept.lines[:]
    else:
        head, body = _compiled(root, now, recorded, in_use)
    keep(path, json.dumps(head).encode() + b"\n" + body)
    return _model(root, head, body)


def declared_model(root: str) -> Model:
    """Give the model as the YAML declares it, whatever of it is applied. Raises SchemaProblems."""
    from crmcli.model.build import build_pairs

    declared = _declared(root)
    objects = _built(declared)
    pairs = {(pair.owner, pair.other): pair for pair in build_pairs(declared.objects)}
    return Model(objects, pairs, declared.fingerprint, root=root)


def drafted_model(root: str, drafts: Mapping[str, str]) -> Model:
    """Give the model that a workspace has once its schema files have these texts, by the names of objects.

    What needs to be applied to the data counts as applied: drafts are to declare what is new. Raises SchemaProblems.
    """
    recorded = applied.read_text(root)
    before = [*stamps(schema_files(root)), stamp_of(os.path.join(root, applied.PATH))]
    head, body = _compiled(root, before, recorded, lambda _: (), drafts)
    return _model(root, head, body)


class _Lines:
    """The lines of a cache on disk, of which only the pages that are asked for are read."""

    def __init__(self, file: BufferedReader) -> None:
        """Begin where the file is read so far."""
        from mmap import ACCESS_READ, mmap

        self._start = file.tell()
        self._map = mmap(file.fileno(), 0, access=ACCESS_READ)

    def __len__(self) -> int:
        return len(self._map) - self._start

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(len(self))
        return self._map[self._start + start : self._start + stop]


@frozen
class _Kept:
    """What the cache holds: its head, the lines, and when it was written (ns)."""

    head: Json
    lines: bytes | _Lines
    written: int


def _kept(path: str) -> _Kept | None:
    """Read the cache; None where there is none that can be used."""
    try:
        with open(path, "rb") as file:
            head = json.loads(file.readline())
            lines = _Lines(file)
            written = os.fstat(file.fileno()).st_mtime_ns
    except (OSError, ValueError):
        return None
    usable = isinstance(head, dict) and head.get("format") == FORMAT and head.get("length") == len(lines)
    return _Kept(head, lines, written) if usable else None


def _fresh(kept: _Kept, now: Sequence[Stamp]) -> bool:
    young = kept.written - _RACY
    return kept.head["stamps"] == now and all(stamp[1] < young and stamp[2] < young for stamp in now)


def _same_contents(kept: _Kept, files: Sequence[SchemaFile], recorded: str | None) -> bool:
    """Whether neither the YAML changed nor what is applied of it, but by our own record of it."""
    from crmcli.model.declarations import fingerprint

    if _digest(recorded) not in (kept.head["recorded"], kept.head["applied"]):
        return False
    return bool(kept.head["fingerprint"] == fingerprint(files))


def _own_files(root: str, files: Sequence[SchemaFile]) -> bool:
    """Whether the workspace has schema files, or some that are meant to be."""
    return not all(file.built_in for file in files) or bool(root and misnamed(root))


def _shared(cache: str) -> str:
    """Give the file of the built-in objects beside the workspaces' folders; theirs end in the user's number."""
    return os.path.join(os.path.dirname(cache), f"built-in.{os.getuid()}.json")


def _shipped(path: str, files: Sequence[SchemaFile], recorded: str | None) -> _Kept | None:
    """Give the built-in objects as this very program compiled them, compiled now if need be.

    None where the data was not written by this schema.
    """
    now = [*stamps(files), *_program()]
    kept = _kept(path)
    if kept is None or not _fresh(kept, now):
        head, body = _compiled("", now, None, list)
        keep(path, json.dumps(head).encode() + b"\n" + body)
        kept = _Kept(head, body, 0)
    return kept if recorded is None or _digest(recorded) == kept.head["applied"] else None


def _program() -> list[Stamp]:
    """Give the stamps of the modules that make the model."""
    folder = os.path.dirname(__file__)
    return [stamp_of(os.path.join(folder, name)) for name in sorted(os.listdir(folder)) if name.endswith(".py")]


def _digest(recorded: str | None) -> str:
    return "" if recorded is None else applied.digest(recorded)


def _declared(root: str, drafts: Mapping[str, str] | None = None) -> Declarations:
    """Read the YAML, or drafts of it, and check it; raise SchemaProblems."""
    from crmcli.model.check import SchemaProblems, in_order, semantic_problems
    from crmcli.model.declarations import declarations

    declared = declarations(root, drafts)
    problems = in_order([*declared.problems, *semantic_problems(declared.objects)])
    if problems:
        raise SchemaProblems(problems)
    return declared


def _built(declared: Declarations) -> dict[str, ObjectType]:
    from crmcli.model.build import build_object

    return {name: build_object(name, tree) for name, tree in declared.objects.items()}


def _compiled(
    root: str, before: Sequence[Stamp], recorded: str | None, in_use: InUse, drafts: Mapping[str, str] | None = None
) -> tuple[Json, bytes]:
    """Read the YAML, check it, hold back what is not applied, and give the head and the lines of the cache."""
    from crmcli.model.build import build_pairs
    from crmcli.model.holding import held_back

    declared = _declared(root, drafts)
    objects, pairs = _built(declared), list(build_pairs(declared.objects))
    known = applied.parse_text(recorded) if recorded is not None else {}
    pending = _pending(known, objects, pairs, in_use) if recorded is not None else ()
    if pending:
        objects, pairs = held_back(objects, pairs, pending, known)
    heads, body = _laid_out(objects, pairs)
    waiting = [[each.object_name, each.name if each.was else ""] for each in pending]
    head = {
        "format": FORMAT,
        "length": len(body),
        "stamps": before,
        "fingerprint": declared.fingerprint,
        "objects": heads,
        "layout": applied.digest(json.dumps(applied.layouts(objects, pairs), sort_keys=True)),
        "pending": waiting,
        "applied": applied.digest(applied.text_of(applied.to_record(objects, pairs, known, waiting))),
        "recorded": _digest(recorded),
    }
    return head, body


def _laid_out(objects: Mapping[str, ObjectType], pairs: Sequence[Pair]) -> tuple[Json, bytes]:
    """Give the heads of the objects, and the lines."""
    body = bytearray()

    def lines(packed: Json) -> list[int]:
        start = len(body)
        body.extend(json.dumps(packed).encode() + b"\n")
        return [start, len(body)]

    heads: Json = {
        name: {"summary": _summary(thing), "lines": lines(pack_object(thing)), "pairs": {}}
        for name, thing in objects.items()
    }
    for pair in pairs:
        heads[pair.owner]["pairs"][pair.other] = lines(pack_pair(pair))
    return heads, bytes(body)


def _pending(
    known: Mapping[str, Part], objects: Mapping[str, ObjectType], pairs: Sequence[Pair], in_use: InUse
) -> Sequence[Difference]:
    from crmcli.model.differences import differences, former_names

    found = differences(known, applied.data_part(objects, pairs), former_names(objects))
    return in_use([each for each in found if not each.what.free])


def _summary(thing: ObjectType) -> list[str | bool | list[str]]:
    return [thing.name, thing.label, thing.plural, list(thing.aliases), list(thing.object_roles), thing.active]


def _model(root: str, head: Json, body: bytes | _Lines) -> Model:
    def read(lines: Sequence[int]) -> Json:
        packed: Json = json.loads(body[slice(*lines)])
        return packed

    def summary(place: Json) -> Summary:
        name, label, plural, aliases, roles, active = place["summary"]
        return Summary(name, label, plural, tuple(aliases), tuple(roles), active)

    heads = head["objects"]
    pairs = {(owner, other): lines for owner, place in heads.items() for other, lines in place["pairs"].items()}
    return Model(
        objects=Lazy(heads, lambda place: unpack_object(read(place["lines"]))),
        pairs=Lazy(pairs, lambda lines: unpack_pair(read(lines))),
        fingerprint=head["fingerprint"],
        summaries=Lazy(heads, summary),
        layout=head["layout"],
        pending=tuple((name, renamed) for name, renamed in head["pending"]),
        applied=head["applied"],
        recorded=head["recorded"],
        schema_stamp=head["stamps"][-1],
        root=root,
    )
