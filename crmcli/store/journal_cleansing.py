"""The journal without what it holds of a person: each operation stays, with who and when, sound and in its place.

What an operation did to the person becomes a line that says so and nothing more. Command lines that could hold a value
of theirs keep the command alone.
"""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING, Any

from crmcli.store import journal, tokens
from crmcli.store.brought import Brought
from crmcli.store.changes import Erased
from crmcli.store.files import JOURNAL
from crmcli.store.spellings import ERASED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crmcli.store.cleansing import Cleansing, End
    from crmcli.store.journal import Entry

_Line = dict[str, Any]
_TAKING = ("-C", "--actor", "-o", "--output")  # options before a command that take a word
_WORDS = re.compile(r"[\s'\"=,;]+")
_NUMBERS = re.compile(rb"\d+")
_RANGES = (b'{"created"', b'{"range_removed"', b'{"range_restored"')


class JournalCleansing:
    """Rewrites journal files, one operation after the other."""

    def __init__(
        self, cleansing: Cleansing, stays: Callable[[str], bool], present: Callable[[End], Mapping[str, object]]
    ) -> None:
        """`stays` says of which notes no person's data can be part, but for their spellings; `present`: see Brought."""
        self._cleansing = cleansing
        self._stays = stays
        self._numbers = {str(record_id).encode() for _, record_id in cleansing.ends}
        self._brought = Brought(cleansing.ends, present)
        self._touched: set[End] = set()  # by the operation at hand

    def rewritten(self, root: str, name: str) -> bytes | None:
        """Give a journal file without the person, None where it stays as it is. Raises DamagedJournal.

        What follows its last commit line belongs to no operation, and goes.
        """
        path = os.path.join(root, JOURNAL, name)
        entries, _ = journal.read(path, name)
        with open(path, "rb") as file:
            content = file.read()
        parts = [self._entry(entry) or content[entry.start : entry.end] for entry in entries]
        cleansed = b"".join(parts)
        return cleansed if cleansed != content else None

    def _entry(self, entry: Entry) -> bytes | None:
        """Give an operation's bytes as they are to be; None where nothing of it changes."""
        self._touched.clear()
        lines = [new for line in entry.lines for new in self._line(line)]
        head = self._head(entry)
        if lines == list(entry.lines) and head == entry.head:
            return None
        return journal.rewritten(entry, head, lines)

    def _head(self, entry: Entry) -> dict[str, Any]:
        """The operation's first line: its command alone where the rest could be the person's."""
        head: dict[str, Any] = dict(entry.head)
        command, note = str(head.get("command", "")), str(head.get("note", ""))
        counts, spellings = self._cleansing.counts, self._cleansing.spellings
        if self._touched or spellings.count(command) or self._names(command):
            head["command"] = " ".join([*_verb(command), ERASED])
        if note and self._touched and not self._stays(note):
            del head["note"]
        elif note:
            head["note"] = spellings.without(note)
        counts["command line"] += head.get("command") != entry.head.get("command")
        counts["text"] += head.get("note") != entry.head.get("note")
        return head

    def _names(self, command: str) -> bool:
        """Whether a command line has a reference of the person's, other than to erase it."""
        words = _WORDS.split(command)
        return words[:2] != ["crm", "erase"] and not self._cleansing.references.isdisjoint(words)

    def _line(self, raw: bytes) -> Iterator[bytes]:
        """Give the lines that stand for one."""
        if raw.startswith(_RANGES):
            line = tokens.loads(raw)
            name = next(iter(line.values()))
            self._touched.update(end for end in self._cleansing.ends if end[0] == name and _within(line, end[1]))
            yield raw
        elif self._numbers.isdisjoint(_NUMBERS.findall(raw)) and not self._cleansing.spellings.near(raw):
            yield raw
        else:
            line = tokens.loads(raw)
            made = list(self._cleansed(line))
            yield from (raw,) if made == [line] else (tokens.compact(one).encode() + b"\n" for one in made)

    def _cleansed(self, line: _Line) -> Iterator[_Line]:
        verb, name = next(iter(line.items()))
        if verb == "merged" and (into := self._brought.take_up(line)):
            self._numbers.add(str(into[1]).encode())
        gone = self._gone(verb, name, line)
        if gone:
            self._touched.update(gone)
            self._cleansing.counts["change"] += 1
        if not gone or verb == "linked_many":
            rest = self._less(verb, name, line)
            if rest is not None:
                yield rest
        was = {} if verb == "erased" else {"was": verb}
        yield from ({**Erased(*end).line(), **was} for end in sorted(gone))

    def _gone(self, verb: str, name: str, line: _Line) -> frozenset[End]:
        """The ends of the person that a change is about: nothing of it is anybody else's but of many associations."""
        if verb in ("erased", "file", "lines"):
            return frozenset()
        if verb == "linked_many":
            pairs = ((name, owner) for owner, _ in line["ends"]), ((line["other"], other) for _, other in line["ends"])
            return self._cleansing.ends & {end for ends in pairs for end in ends}
        ids = [
            line.get("id"),
            *line.get("pair", ()),
            *(tomb.get("into") for tomb in _listed(line.get("tombstone", ()))),
        ]
        found = {(name, record_id) for record_id in ids if isinstance(record_id, int)}
        other = line.get("other")
        if isinstance(other, str) and other in self._cleansing.references:
            found.add(_end(other))
        return self._cleansing.ends & found

    def _less(self, verb: str, name: str, line: _Line) -> _Line | None:
        """What stays of a change: of many associations the others', of another record or a file its texts' rest."""
        if verb == "linked_many":
            ends = self._cleansing.ends
            stay = [[a, b] for a, b in line["ends"] if (name, a) not in ends and (line["other"], b) not in ends]
            return {**line, "ends": stay} if stay else None
        if verb == "file":
            return {**line, "text": [text and self._cleansing.file(name, text) for text in line["text"]]}
        if verb == "lines":
            return {**line, **{key: self._cleansing.members(line[key]) for key in ("gone", "come")}}
        rest = self._brought.less(line) if verb == "updated" else line
        self._cleansing.counts["change"] += rest != line
        return None if rest is None else {key: self._part(name, rest, key) for key in rest}

    def _part(self, name: str, line: _Line, key: str) -> object:
        """One of a change's values, of somebody else."""
        value = line[key]
        if key == "links":
            return self._cleansing.links(value)
        if key == "tombstone":
            tombs = [self._cleansing.tombstone(name, line["id"], tomb) for tomb in _listed(value)]
            return tombs if isinstance(value, list) else tombs[0]
        if key != "values":
            return value
        if isinstance(value, dict):
            return self._cleansing.row(name, line["id"], value)
        return self._cleansing.value(self._cleansing.mention(name, line["id"], line["property"]), value)


def _verb(command: str) -> list[str]:
    """A command line's first word and that of the command, without the options between them and what follows."""
    try:
        first, *words = shlex.split(command)
    except ValueError:  # it was cut within quotes
        return ["crm"]
    while words and words[0].startswith("-"):
        del words[: 2 if words[0] in _TAKING else 1]
    return [first, *words[:1]]


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - as the journal has it
    return [value] if isinstance(value, dict) else list(value)


def _within(line: _Line, record_id: int) -> bool:
    return bool(line["first"] <= record_id <= line["last"])


def _end(reference: str) -> End:
    name, _, record_id = reference.rpartition(":")
    return name, int(record_id)
