"""Cleansing: the data files of a workspace without what they hold of a person.

Their records go, with their associations at either end; texts of others that name the person stay as they are, or get
"[erased]" in that place.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.store.shard import number_in, number_of, parse
from crmcli.store.spellings import ERASED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from crmcli.store.shard import Row, Shard
    from crmcli.store.spellings import Spellings

SETTINGS = "crm.toml"  # says who uses the CRM: no text of a record
_YAML_MARK = "(erased)"  # "[erased]" would be a list there
End = tuple[str, int]  # an object's name and a record's id


@frozen
class Mention:
    """Where somebody else's record, or a file, names the person: `where` is its reference or path.

    `property_name` is "" for a file. `is_text` says that it may be redacted: it is no address, number or name of
    another record's own.
    """

    where: str
    property_name: str
    is_text: bool = True


class Cleansing:
    """Who is to go, and what was found of them: `counts` by what it is, in one file; `mentions`, how often in all.

    `is_text(object, property)` says whether a property holds free text.
    """

    def __init__(
        self, ends: Collection[End], spellings: Spellings, is_text: Callable[[str, str], bool], *, redact: bool
    ) -> None:
        """Know these records and spellings; `redact` others' texts, too."""
        self.ends = frozenset(ends)
        self.references = frozenset(f"{name}:{record_id}" for name, record_id in ends)
        self.spellings = spellings
        self.redact = redact
        self.counts: Counter[str] = Counter()
        self.mentions: Counter[Mention] = Counter()
        self._is_text = is_text
        self.reference = re.compile(rf"(?<![\w:])(?:{'|'.join(map(re.escape, sorted(self.references)))})(?!\d)")
        self._marks = [f'"{reference}"'.encode() for reference in sorted(self.references)]

    def shard(self, content: bytes, object_name: str, path: str, tomb: Mapping[str, object] | None) -> bytes | None:
        """Give a data file without the person, None where it stays as it is; raise DamagedFile.

        `tomb` is the tombstone that their records leave there; None for a file that an operation put aside.
        """
        number = number_in(path)
        own = {i for name, i in self.ends if name == object_name and number_of(i) == number}
        if not own and not self._near(content):
            return None
        shard = parse(content, object_name, path)
        before = Counter(self.counts)
        buried = [self._take(shard, record_id, tomb) for record_id in own]
        shard.associations = {owner: self.links(row) for owner, row in shard.associations.items()}
        shard.associations = {owner: row for owner, row in shard.associations.items() if row}
        shard.records = {i: self.row(object_name, i, row) for i, row in shard.records.items()}
        shard.tombstones = {i: self.tombstone(object_name, i, row) for i, row in shard.tombstones.items()}
        shard.foreign = {name: self._foreign(path, content) for name, content in shard.foreign.items()}
        return shard.dumps() if any(buried) or self.counts != before else None

    def _near(self, content: bytes) -> bool:
        return any(mark in content for mark in self._marks) or self.spellings.near(content)

    def _take(self, shard: Shard, record_id: int, tomb: Mapping[str, object] | None) -> bool:
        """Take a record out, or what its tombstone keeps of it; say whether it has another tombstone now."""
        self.counts["record"] += shard.records.pop(record_id, None) is not None
        self.counts["association"] += len(shard.associations.pop(record_id, {}))
        old = shard.tombstones.get(record_id, {})
        if tomb is None or old.get("kind") == "erased":
            return False
        last = old.get("last")
        if isinstance(last, int) and last > record_id:  # the others of a range that began with it
            shard.tombstones[record_id + 1] = dict(old)
        self.counts["record"] += "record" in old
        shard.tombstones[record_id] = dict(tomb)
        return True

    def links(self, row: Mapping[str, object]) -> Row:
        """Give a record's own associations less those with the person."""
        kept = {reference: labels for reference, labels in row.items() if reference not in self.references}
        self.counts["association"] += len(row) - len(kept)
        return kept

    def members(self, lines: Sequence[str]) -> list[str]:
        """Give the lines of a file of members less those with the person."""
        kept = [line for line in lines if line.strip().lstrip("+-") not in self.references]
        self.counts["member"] += len(lines) - len(kept)
        return kept

    def tombstone(self, object_name: str, record_id: int, row: Mapping[str, object]) -> Row:
        """Give another record's tombstone, with what that of a merged one keeps."""
        kept = dict(row)
        if isinstance(record := row.get("record"), dict):
            kept["record"] = self.row(object_name, record_id, record)
        if isinstance(links := row.get("associations"), dict):
            kept["associations"] = self.links(links)
        if isinstance(told := row.get("links"), dict):  # what merging it changed of its survivor
            kept["links"] = {reference: pair for reference, pair in told.items() if reference not in self.references}
        for key in ("values", "chosen"):
            if isinstance(told := row.get(key), dict):
                kept[key] = self.row(object_name, record_id, told)
        return kept

    def row(self, object_name: str, record_id: int, row: Mapping[str, object]) -> Row:
        """Give another record's values, its texts redacted where that is wanted."""
        return {name: self.value(self.mention(object_name, record_id, name), value) for name, value in row.items()}

    def mention(self, object_name: str, record_id: int, name: str) -> Mention:
        """Give the place of a property of another record."""
        return Mention(f"{object_name}:{record_id}", name, self._is_text(object_name, name))

    def value(self, mention: Mention, value: object) -> object:
        """Give a value as it is to stand: texts in it, at any depth, redacted where that is wanted."""
        match value:
            case str():
                return self.text(mention, value)
            case list():
                return [self.value(mention, one) for one in value]
            case dict():
                return {name: self.value(mention, one) for name, one in value.items()}
        return value

    def file(self, path: str, text: str) -> str:
        """Give the text of a file of the workspace as it is to stand, where it may be redacted."""
        mention = Mention(path, "", is_text=path != SETTINGS)
        return self.text(mention, text, _YAML_MARK if path.endswith((".yaml", ".yml")) else ERASED)

    def text(self, mention: Mention, text: str, mark: str = ERASED) -> str:
        """Give a text as it is to stand, and count it where it names the person."""
        times = self.spellings.count(text)
        if not times:
            return text
        self.mentions[mention] += times
        if not self.redact or not mention.is_text:
            return text
        self.counts["text"] += 1
        return self.spellings.without(text, mark)

    def _foreign(self, path: str, content: object) -> object:
        return self.value(Mention(path, ""), content)
