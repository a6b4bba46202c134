"""Associations within a transaction: found at the end that owns them, labelled, primary or not."""

from __future__ import annotations

from itertools import chain, groupby
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.model.matrix import cell, possible
from crmcli.store.changes import Linked, LinkedMany
from crmcli.store.indexing import labels_text, read_labels
from crmcli.store.shard import number_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.matrix import Cell
    from crmcli.model.objects import Label, Model, Pair
    from crmcli.store.transaction import End, Transaction


class NoAssociation(CrmError):
    """Two objects whose records do not associate; `why` says how sure that is, and so whether it can be allowed."""

    exit_code = ExitCode.USAGE

    def __init__(self, a: str, b: str, why: Cell, possible: Sequence[str]) -> None:
        self.allowed_by = "" if why.final else f"crm schema association allow {a} {b}"
        if why.value == "configurable":
            message = f'associations of "{a}" and "{b}" must be configured first'
        else:
            reason = f": {why.note}" if why.note else ""
            message = f'records of "{a}" and "{b}" do not associate{reason}'
        associates = f"{a} associates with: {', '.join(possible)}" if possible else f"{a} associates with nothing"
        super().__init__(message, f"Allow it: {self.allowed_by}\n{associates}" if self.allowed_by else associates)


class UnknownLabel(CrmError):
    """A label that two objects' associations do not have."""

    exit_code = ExitCode.USAGE

    def __init__(self, label: str, ends: tuple[str, str], known: Sequence[str]) -> None:
        a, b = ends
        make = f'crm schema label add {a} {b} "{label}"'
        super().__init__(
            f'there is no label "{label}" from {a} to {b}',
            f"there are: {', '.join(known)}; make it: {make}" if known else f"none is declared; make it: {make}",
        )


class WithItself(CrmError):
    """A record cannot be associated with itself."""

    exit_code = ExitCode.USAGE

    def __init__(self, end: End) -> None:
        super().__init__(f'"{end[0]}:{end[1]}" cannot be associated with itself', "name two records")


class Linking:
    """Changes associations of one transaction."""

    def __init__(self, change: Transaction, model: Model) -> None:
        self._change = change
        self._model = model

    def link(self, a: End, b: End, label: str | None, *, primary: bool | None) -> bool:
        """Associate two records, "a is LABEL of b"; say whether anything changed."""
        if a == b:
            raise WithItself(a)
        pair, owner, other, name = self._ends(a, b, label)
        for end in (a, b):
            self._change.require(end)
        return self._add(owner, other, pair, name, primary=primary)

    def link_many(self, pair: Pair, links: Sequence[tuple[int, int]], label: str | None) -> None:
        """Associate (owner, other) records in bulk; those that are associated already get the label at most."""
        text = labels_text([label] if label else [], primary=pair.primary)
        for _, some in groupby(links, key=lambda link: number_of(link[0])):
            block = list(some)
            edit = self._change.edits.of(pair.owner, block[0][0])
            table = edit.shard.associations
            owners = [owner_id for owner_id, _ in block]
            new = self._change.creating.made(pair.owner, min(owners), max(owners))
            first = []
            for owner_id, other_id in block:
                key = f"{pair.other}:{other_id}"
                if owner_id in table:
                    self._add((pair.owner, owner_id), (pair.other, other_id), pair, label)
                    continue
                table[owner_id] = {key: text}
                first.append((owner_id, other_id))
                if pair.ruled:
                    self._change.ends.put((pair.owner, owner_id), key, None, text)
            if first and not new:
                self._change.changes.append(LinkedMany(pair.owner, pair.other, text, first))
            self._change.counts["association linked"] += len(first)
            if new and not label:
                self._change.commitment.index_links(pair, first)
            else:
                edit.linked.update(owners)

    def _add(self, owner: End, other: End, pair: Pair, name: str | None, *, primary: bool | None = None) -> bool:
        """Write one association with one label more; say whether that is a change."""
        links, key = self._links(owner), _key(other)
        there = self._all_keys(links, other)
        if there and name in (None, *chain.from_iterable(read_labels(str(links[each]))[0] for each in there)):
            key = there[0]  # nothing new is said of it: what is known by a merged record's name stays so
        labels, was_primary = read_labels(str(links.get(key, "")))
        wanted = dict.fromkeys([*labels, name] if name and name not in labels else labels)
        holder = self._primary_of(owner, pair)
        is_primary = was_primary or bool(primary) or (primary is None and pair.primary and not self._there(holder))
        if is_primary and holder not in (None, key):
            demoted, _ = read_labels(str(links[str(holder)]))
            self.put(owner, str(holder), labels_text(demoted, primary=False))
        return self.put(owner, key, labels_text(wanted, primary=is_primary and pair.primary))

    def _all_keys(self, links: Mapping[str, object], other: End) -> list[str]:
        """The keys under which an association stands: the record's own, and those of records merged into it."""
        found = [key for key in (_key(other),) if key in links]
        if not self._change.merging.any(other[0]):
            return found
        ends = [(key, key.rpartition(":")) for key in links if key not in found]
        return found + [
            key for key, (name, _, record_id) in ends
            if name == other[0] and record_id.isdecimal()
            and self._change.merging.standing((name, int(record_id))) == other[1]
        ]  # fmt: skip

    def _there(self, holder: str | None) -> bool:
        """Whether there is a primary one: one that was deleted waits in the file, and another may take its place."""
        if holder is None:
            return False
        object_name, _, record_id = holder.rpartition(":")
        end = object_name, int(record_id)
        return self._change.there(end) or self._change.merging.standing(end) not in (None, end[1])

    def unlink(self, a: End, b: End, label: str | None) -> bool:
        """Take an association, or one label of it, away; say whether there was any."""
        pair, owner, other, name = self._ends(a, b, label)
        if label is None:
            gone = self._take(owner, other)
            # Labels of two records of one object may begin at either, and each stands where it begins.
            return (self._take(other, owner) if pair.owner == pair.other else False) or gone
        changed = False
        for key in self._all_keys(self._links(owner), other):
            labels, primary = read_labels(str(self._links(owner)[key]))
            left = labels_text([one for one in labels if one != name], primary=primary)
            changed = self.put(owner, key, left) or changed
        return changed

    def _take(self, owner: End, other: End) -> bool:
        keys = self._all_keys(self._links(owner), other)
        for key in keys:
            self.put(owner, key, None)
        return bool(keys)

    def put(self, owner: End, key: str, text: str | None) -> bool:
        """Write one association at its owner, labels as the file has them, None for none; say if that is a change."""
        object_name, record_id = owner
        edit = self._change.edits.of(object_name, record_id)
        links = edit.shard.associations.setdefault(record_id, {})
        old = links.get(key)
        if text is None:
            links.pop(key, None)
        else:
            links[key] = text
            if old is None and len(links) > 1:  # by object and id, so that a file says nothing of who came first
                edit.shard.associations[record_id] = dict(sorted(links.items(), key=_place))
        if not links:
            del edit.shard.associations[record_id]
        if old == text:
            return False
        edit.linked.add(record_id)
        self._change.ends.put(owner, key, old, text)  # type: ignore[arg-type]
        self._note(owner, key, old, text)
        return True

    def _note(self, owner: End, key: str, old: object, new: str | None) -> None:
        verb = "linked" if old is None else "unlinked" if new is None else "relabelled"
        self._change.counts[f"association {verb}"] += 1
        if not self._change.creating.made(owner[0], owner[1], owner[1]):
            self._change.changes.append(Linked(*owner, key, old, new))  # type: ignore[arg-type]

    def _links(self, owner: End) -> dict[str, object]:
        return self._change.edits.of(*owner).shard.associations.get(owner[1], {})

    def _labels(self, owner: End, other: End) -> list[str] | None:
        """The labels of an association as one end has them; None where that end has none."""
        links = self._links(owner)
        keys = self._all_keys(links, other)
        return [label for key in keys for label in read_labels(str(links[key]))[0]] if keys else None

    def _primary_of(self, owner: End, pair: Pair) -> str | None:
        prefix = f"{pair.other}:"
        return next(
            (k for k, text in self._links(owner).items() if k.startswith(prefix) and read_labels(str(text))[1]), None
        )

    def _ends(self, a: End, b: End, label: str | None) -> tuple[Pair, End, End, str | None]:
        """The pair, the owner, the other end and the label's first name."""
        pair, forward, name = self.direction(a[0], b[0], label)
        if pair.owner == pair.other and (name is None or self._label(pair, a[0], b[0], str(label))[0].paired is False):
            here, there = self._labels(a, b), self._labels(b, a)
            if here is None or (there is not None and name in there):
                forward = there is None and (name is not None or a[1] < b[1])
        return (pair, a, b, name) if forward else (pair, b, a, name)

    def direction(self, a: str, b: str, label: str | None) -> tuple[Pair, bool, str | None]:
        """The pair of two objects, whether "a is LABEL of b" is written at a, and the label's first name.

        Raises NoAssociation or UnknownLabel.
        """
        pair = self._model.pair(a, b)
        if pair is None:
            raise NoAssociation(a, b, cell(self._model, a, b), possible(self._model, a))
        found = self._label(pair, a, b, label) if label else None
        name = found[0].name if found else None
        if pair.owner != pair.other:
            return pair, a == pair.owner, name
        return pair, found is None or found[1], name

    def _label(self, pair: Pair, a: str, b: str, word: str) -> tuple[Label, bool]:
        """The label that reads "a is WORD of b", and whether that is its declared direction."""
        folded = word.casefold()
        for label in pair.labels:
            if (label.from_object, label.to_object, label.name.casefold()) == (a, b, folded):
                return label, True
            if (label.to_object, label.from_object, label.inverse.casefold()) == (a, b, folded):
                return label, False
        known = [label.name for label in pair.labels if label.from_object == a]
        known += [label.inverse for label in pair.labels if label.to_object == a]
        raise UnknownLabel(word, (a, b), list(dict.fromkeys(known)))


def _key(end: End) -> str:
    return f"{end[0]}:{end[1]}"


def _place(link: tuple[str, object]) -> tuple[str, int]:
    """Where an association stands among a record's own."""
    other, _, record_id = link[0].rpartition(":")
    return other, int(record_id) if record_id.isdecimal() else 0
