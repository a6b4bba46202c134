"""Records that are likely the same as one that is to be created, by look-ups in the index alone.

Three things are looked at: a phone number of theirs, where their first names do not differ; the same name together with
the same company, city or day of birth; the same e-mail name at another domain of the company. What a search among all
would make of it says `crm dedupe`.
"""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from itertools import product
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.model.duplicates import duplicate_rules
from crmcli.services.duplicates.resemblance import Resemblance, several
from crmcli.services.references import Ref
from crmcli.store.keys import key_properties
from crmcli.store.segments import Segments
from crmcli.store.shard import DamagedFile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from crmcli.model.objects import ObjectType
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Record
    from crmcli.types.base import Stored

    Columns: TypeAlias = Mapping[str, Sequence[Stored | None]]

WARN, SKIP, UPDATE, FAIL = ON_DUPLICATE = ("warn", "skip", "update", "fail")
_MOST = 50  # records with one name or number: of a more frequent one nothing is told


class UnknownDeed(CrmError):
    """A word that is nothing that is done about likely duplicates."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'"{word}" is nothing to do about a likely duplicate', f"There are {', '.join(ON_DUPLICATE)}")


@frozen
class Likely:
    """A record that a new one is likely the same as, and why, in words."""

    ref: Ref
    why: str


def check_deed(word: str) -> str:
    """Give what is done about likely duplicates, or raise UnknownDeed."""
    if word not in ON_DUPLICATE:
        raise UnknownDeed(word)
    return word


class LikelyDuplicates:
    """Looks among the records of an object that are there when this is made."""

    def __init__(self, workspace: Workspace, found: ObjectType, given: Collection[str]) -> None:
        """Prepare for new records with these properties; SQLite's indexes for it are made where they are lacking."""
        rules = duplicate_rules(workspace.model, found)
        self._store, self._model = workspace.store, workspace.model
        self._found = found
        self._by_meaning: dict[str, list[str]] = {}
        for name, meaning in rules.meanings.items():
            if name in found.properties:
                self._by_meaning.setdefault(meaning, []).append(name)
        self._resemblance = Resemblance(found, rules.kind, self._by_meaning)
        self._naming = self._resemblance.naming
        phones = self._by_meaning.get("phone", ()) if self._naming else ()
        wanted = [self._naming] if self._naming and all(name in given for name in self._naming) else []
        wanted += [(name,) for name in phones] if any(name in given for name in phones) else []
        self._segments = {
            names: Segments(self._store.index, found.name, names, canonical=names != self._naming) for names in wanted
        }

    @property
    def idle(self) -> bool:
        """Whether there is nothing to find: nothing that new records will have tells, or nobody there has it."""
        empty = [segments.empty for segments in self._segments.values()]
        return not self._naming or (bool(empty) and all(empty))

    def find(self, columns: Columns, rows: Iterable[int]) -> dict[int, Likely]:
        """Give the rows, by their places in the columns, that are likely the same as a record that is there."""
        wanted: dict[int, set[int]] = {}  # row → ids
        for row, record_id in self._candidates(columns, list(rows)):
            wanted.setdefault(row, set()).add(record_id)
        if not wanted:
            return {}
        compared = [name for names in self._by_meaning.values() for name in names]
        records: Sequence[Record] = ()
        with suppress(DamagedFile):  # whoever writes there is told of it
            records = self._store.records(self._found.name, list(set().union(*wanted.values())), compared)
        held = {record.id: record.values for record in records}
        found: dict[int, Likely] = {}
        for row in sorted(wanted):
            values = {name: value for name in compared if name in columns and (value := columns[name][row]) is not None}
            reasons = (
                (each, self._resemblance.why(values, held[each])) for each in sorted(wanted[row]) if each in held
            )
            if first := next(((each, why) for each, why in reasons if why), None):
                found[row] = Likely(Ref(self._found.name, first[0]), first[1])
        return found

    def _candidates(self, columns: Columns, rows: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Give rows with records that have the same name, number, or e-mail name at another domain of the company."""
        yield from self._of_names(columns, rows)
        yield from self._of_phones(columns, rows)
        yield from self._of_addresses(columns, rows)

    def _of_names(self, columns: Columns, rows: Sequence[int]) -> Iterator[tuple[int, int]]:
        if self._naming not in self._segments or not all(name in columns for name in self._naming):
            return
        wanted: dict[tuple[str, ...], list[int]] = {}
        for row in rows:
            values = tuple(str(columns[name][row] or "") for name in self._naming)
            if all(values):
                for spelled in {values, tuple(map(_plain, values))}:
                    wanted.setdefault(spelled, []).append(row)
        yield from self._among(self._naming, wanted)

    def _of_phones(self, columns: Columns, rows: Sequence[int]) -> Iterator[tuple[int, int]]:
        names = self._by_meaning.get("phone", ())
        wanted: dict[tuple[str, ...], list[int]] = {}
        for name in names:
            for row in rows if name in columns else ():
                if number := columns[name][row]:
                    wanted.setdefault((str(number),), []).append(row)
        for name in names if wanted else ():
            if (name,) in self._segments and not self._segments[name,].empty:
                yield from self._among((name,), wanted)

    def _among(
        self, names: tuple[str, ...], wanted: Mapping[tuple[str, ...], Sequence[int]]
    ) -> Iterator[tuple[int, int]]:
        for values, ids in self._segments[names].find(list(wanted), _MOST).items():
            yield from ((row, record_id) for row in wanted[values] for record_id in ids)

    def _of_addresses(self, columns: Columns, rows: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Give rows with records that have their e-mail name at another domain of the same company."""
        addresses: dict[str, list[tuple[str, int]]] = {}  # domain → e-mail names, with their rows
        names = [name for name in self._by_meaning.get("email", ()) if name in columns] if self._naming else ()
        for name, row in product(names, rows):
            for address in several(columns[name][row]):
                local, _, host = address.rpartition("@")
                addresses.setdefault(host, []).append((local, row))
        asked: dict[str, list[int]] = {}
        for host, others in self._domains(list(addresses)).items():
            for local, row in addresses[host]:
                for other in others:
                    asked.setdefault(f"{local}@{other}", []).append(row)
        hits = self._store.find_keys("email", list(asked), self._found.name) if asked else {}
        for address, holders in hits.items():
            yield from ((row, holder.id) for row in asked[address] for holder in holders)

    def _domains(self, hosts: Sequence[str]) -> dict[str, set[str]]:
        """Give the other domains of the companies that have these."""
        found: dict[str, set[str]] = {}
        for name in self._model.objects_with("organisation") if hosts else ():
            hits = self._store.find_keys("domain", hosts, name)
            keys = [key for key in key_properties(self._model.objects[name]) if key.kind == "domain"]
            ids = [holder.id for holders in hits.values() for holder in holders]
            with suppress(DamagedFile):
                for record in self._store.records(name, ids, [key.property.name for key in keys]):
                    own = {value for key in keys for value in key.values(record.values.get(key.property.name))}
                    for host in own.intersection(hits):
                        found.setdefault(host, set()).update(own - {host})
        return found


def _plain(text: str) -> str:
    """Give a name without accents, as somebody else may have typed it."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(character for character in parts if not unicodedata.combining(character))
