"""The store against a plain dict, step by step: commands, edits by TinyDB, a lost index, a new process."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tinydb import TinyDB

from crmcli.store.changes import RangeRemoved, Removed
from crmcli.store.keys import DuplicateKey
from crmcli.store.transaction import NoRecord
from folder import index_tables, make_folder

OBJECTS = ("contact", "company", "deal")
NAME = {"contact": "firstname", "company": "name", "deal": "dealname"}
PRIMARY = {("contact", "company"), ("deal", "company")}
INVERSE = {"Manager": "Employee", "Employee": "Manager", "Parent Company": "Child Company"}

objects = st.sampled_from(OBJECTS)
ids = st.integers(1, 6)
ends = st.tuples(objects, ids)
words = st.sampled_from(["Ada", "Ben", "Ĉapelo ✓", "x" * 50])
emails = st.sampled_from([f"{name}@example.com" for name in "abc"])
emails_lists = st.lists(emails, min_size=1, max_size=2, unique=True)
contact_values = st.fixed_dictionaries(
    {},
    optional={
        "firstname": words,
        "email": emails,
        "hs_additional_emails": emails_lists,
        "phone": st.just("+31612345678"),
    },
)


class StoreBesideDict(RuleBasedStateMachine):
    """`records`, `links` (owner → other → (labels, primary)), `tombs` are what the store must say."""

    def __init__(self):
        super().__init__()
        self.base = Path(tempfile.mkdtemp())
        self.folder = make_folder(self.base)
        self.store = self.folder.open()
        self.records = {name: {} for name in OBJECTS}
        self.links = {}
        self.tombs = {name: {} for name in OBJECTS}
        self.removed = {}  # (object, id) → values and links
        self.next = dict.fromkeys(OBJECTS, 1)
        self.ranges = []  # operations that removed a range

    def teardown(self):
        self.compare_with_an_index_made_anew()
        self.store.close()
        shutil.rmtree(self.base)

    @initialize()
    def begin(self):
        for name in OBJECTS:
            self.create(name, {NAME[name]: "first"})

    # What commands do.

    def write(self):
        return self.store.write(self.folder.intent())

    def holders(self, values, but=None):
        keys = {values.get("email"), *values.get("hs_additional_emails", ())} - {None}
        return {i for i, row in self.records["contact"].items() if i != but and keys & self.keys(row)}

    @staticmethod
    def keys(row):
        return {row.get("email"), *row.get("hs_additional_emails", ())} - {None}

    def create(self, name, values):
        with self.write() as change:
            made = change.create(name, values)
            change.commit()
        assert made == self.next[name]
        self.next[name] += 1
        self.records[name][made] = dict(values)

    @rule(values=contact_values.filter(bool))
    def create_contact(self, values):
        if self.holders(values):
            with self.write() as change, pytest.raises(DuplicateKey):
                change.create("contact", values)
        else:
            self.create("contact", values)

    @rule(name=st.sampled_from(["company", "deal"]), word=words)
    def create_another(self, name, word):
        self.create(name, {NAME[name]: word})

    @rule(name=objects, count=st.sampled_from([1, 3, 1100]))
    def create_many(self, name, count):
        column = [f"{name} {i}" for i in range(count)]
        with self.write() as change:
            made = change.create_many(name, [NAME[name]], [column])
            change.commit()
        assert list(made) == list(range(self.next[name], self.next[name] + count))
        self.next[name] += count
        self.records[name] |= {i: {NAME[name]: text} for i, text in zip(made, column, strict=True)}

    @rule(record_id=ids, values=contact_values, clears=st.sets(st.sampled_from(["firstname", "email", "phone"])))
    def set_contact(self, record_id, values, clears):
        row = self.records["contact"].get(record_id)
        new = values | dict.fromkeys(clears)
        with self.write() as change:
            if row is None:
                with pytest.raises(NoRecord):
                    change.set("contact", record_id, new)
                return
            changing = {k: v for k, v in new.items() if v is not None and row.get(k) != v}
            if self.holders(changing, but=record_id):
                with pytest.raises(DuplicateKey):
                    change.set("contact", record_id, new)
                return
            after = {k: v for k, v in (row | new).items() if v is not None}
            assert change.set("contact", record_id, new) is (after != row)
            change.commit()
        self.records["contact"][record_id] = after

    @rule(end=ends)
    def delete(self, end):
        name, record_id = end
        with self.write() as change:
            if record_id not in self.records[name]:
                with pytest.raises(NoRecord):
                    change.delete(name, record_id)
                return
            change.delete(name, record_id)
            change.commit()
        self.take_out(end, "deleted")

    def take_out(self, end, kind):
        name, record_id = end
        self.removed[end] = (self.records[name].pop(record_id), self.links.pop(end, {}))
        self.tombs[name][record_id] = kind

    def bring_back(self, end):
        name, record_id = end
        self.records[name][record_id], links = self.removed.pop(end)
        del self.tombs[name][record_id]
        if links:
            self.links[end] = links

    @rule(end=ends)
    def restore(self, end):
        name, record_id = end
        with self.write() as change:
            if record_id not in self.tombs[name]:
                with pytest.raises(NoRecord):
                    change.restore(name, record_id)
                return
            if name == "contact" and self.holders(self.removed[end][0]):
                with pytest.raises(DuplicateKey):
                    change.restore(name, record_id)
                return
            change.restore(name, record_id)
            change.commit()
        self.bring_back(end)

    @rule(name=objects, first=ids, length=st.sampled_from([0, 2, 1200, 2500]))
    def remove_range(self, name, first, length):
        gone = [i for i in sorted(self.records[name]) if first <= i <= first + length]
        with self.write() as change:
            change.remove_range(name, first, first + length)
            operation = change.commit()
        assert (operation is None) == (not gone)
        for record_id in gone:
            self.take_out((name, record_id), "undone")
        if operation:
            self.ranges.append(operation)

    @precondition(lambda self: self.ranges)
    @rule()
    def restore_range(self):
        operation = self.ranges.pop()
        done = list(self.store.log.changes(operation))
        back = [
            (change.object_name, i)
            for change in done
            for i in (range(change.first, change.last + 1) if isinstance(change, RangeRemoved) else (change.id,))
            if (change.object_name, i) in self.removed
        ]
        if any(self.tombs[name][i] != "undone" for name, i in back) or len(back) != sum(
            change.last - change.first + 1 if isinstance(change, RangeRemoved) else 1 for change in done
        ):
            return  # some came back or went otherwise meanwhile
        taken = [i for name, i in back if name == "contact" and self.holders(self.removed[name, i][0])]
        with self.write() as change:
            if taken:
                with pytest.raises(DuplicateKey):
                    self.bring_range_back(change, done, operation)
                return
            self.bring_range_back(change, done, operation)
            change.commit()
        for end in back:
            self.bring_back(end)

    @staticmethod
    def bring_range_back(change, done, operation):
        for each in reversed(done):
            if isinstance(each, Removed):
                change.restore(each.object_name, each.id)
            else:
                change.restore_range(each.object_name, each.first, each.last, operation.id)

    @rule(a=ends, b=ends, primary=st.sampled_from([None, True, False]))
    def link(self, a, b, primary):
        self.link_labelled(a, b, None, primary=primary)

    @rule(a=ids, b=ids, label=st.sampled_from(["Manager", "employee"]))
    def link_people(self, a, b, label):
        self.link_labelled(("contact", a), ("contact", b), label, primary=None)

    def link_labelled(self, a, b, label, *, primary):
        if a == b or self.place(a, b) is None:
            return
        with self.write() as change:
            if a[1] not in self.records[a[0]] or b[1] not in self.records[b[0]]:
                with pytest.raises(NoRecord):
                    change.link(a, b, label=label, primary=primary)
                return
            changed = change.link(a, b, label=label, primary=primary)
            change.commit()
        owner, other, word = self.place(a, b, label)
        has_primary = (owner[0], other[0]) in PRIMARY
        mine = self.links.setdefault(owner, {})
        before = {key: (list(labels), first) for key, (labels, first) in mine.items()}
        labels, first = mine.get(other, ([], False))
        held = any(one for key, (_, one) in mine.items() if key[0] == other[0] and key != other)
        first = has_primary and (first or bool(primary) or (primary is None and not held))
        if first:
            mine |= {key: (labels, False) for key, (labels, _) in mine.items() if key[0] == other[0]}
        mine[other] = ([*labels, word] if word and word not in labels else labels, first)
        assert changed is (mine[other] != before.get(other))

    def place(self, a, b, label=None):
        """The owner, the other end and the label's name as the owner has it."""
        if a[0] != b[0]:
            if {a[0], b[0]} == {"contact", "company"}:
                return (a, b, None) if a[0] == "contact" else (b, a, None)
            return (a, b, None) if a[0] == "deal" else (b, a, None)
        if label:
            return (a, b, "Manager") if label == "Manager" else (b, a, "Manager")
        if a in self.links.get(b, {}):
            return b, a, None
        return (a, b, None) if b in self.links.get(a, {}) or a[1] < b[1] else (b, a, None)

    @rule(a=ends, b=ends)
    def unlink(self, a, b):
        if a == b:
            return
        owner, other, _ = self.place(a, b)
        with self.write() as change:
            assert change.unlink(a, b) is (other in self.links.get(owner, {}))
            change.commit()
        self.links.get(owner, {}).pop(other, None)

    @rule(a=ids, b=ids)
    def unlabel(self, a, b):
        if a == b:
            return
        owner, other = ("contact", a), ("contact", b)
        labels, first = self.links.get(owner, {}).get(other, ([], False))
        with self.write() as change:
            assert change.unlink(owner, other, label="Manager") is ("Manager" in labels)
            change.commit()
        if "Manager" in labels:
            self.links[owner][other] = ([one for one in labels if one != "Manager"], first)

    @rule(values=contact_values)
    def leave_without_commit(self, values):
        before = self.folder.everything()
        with self.write() as change:
            if values and not self.holders(values):
                change.create("contact", values)
            for end in (("contact", 1), ("company", 1)):
                if end[1] in self.records[end[0]]:
                    change.delete(*end)
        assert self.folder.everything() == before

    # What else happens.

    @rule()
    def new_process(self):
        self.store.close()
        self.store = self.folder.open()

    @rule(end=ends, word=words)
    def edit_by_tinydb(self, end, word):
        name, record_id = end
        if record_id not in self.records[name]:
            return
        path = self.folder.shard(name, 0)
        with TinyDB(path, indent=2, ensure_ascii=False, encoding="utf-8") as database:
            database.table(name).update({NAME[name]: word, "colour": 1.5}, doc_ids=[record_id])
        self.records[name][record_id] |= {NAME[name]: word, "colour": "1.5"}
        self.new_process()

    @rule()
    def lose_the_index(self):
        self.store.close()
        shutil.rmtree(self.folder.cache)
        self.store = self.folder.open()

    # What must hold.

    @invariant()
    def records_are_the_same(self):
        for name in OBJECTS:
            read = {record.id: dict(record.values) | dict(record.extra) for record in self.store.stream(name)}
            assert read == self.records[name]
            assert self.store.count(name) == len(read)

    @invariant()
    def associations_are_the_same_from_both_ends(self):
        expected = {}
        for owner, others in self.links.items():
            for other, (labels, first) in others.items():
                if other[1] in self.records[other[0]]:
                    expected.setdefault(owner, []).append((other, tuple(labels), first))
                    inverse = tuple(INVERSE.get(label, label) for label in labels)
                    expected.setdefault(other, []).append((owner, inverse, first))
        for name in OBJECTS:
            for record_id in range(1, 8):
                read = self.store.associations(name, record_id)
                found = [((one.other_object, one.other_id), one.labels, one.primary) for one in read]
                assert sorted(found) == sorted(expected.get((name, record_id), []))

    @invariant()
    def keys_are_the_same(self):
        for email in (f"{name}@example.com" for name in "abc"):
            hits = [(hit.id, hit.property_name) for hit in self.store.find_key("email", email)]
            held = [(i, "email") for i, row in self.records["contact"].items() if row.get("email") == email]
            more = [i for i, row in self.records["contact"].items() if email in row.get("hs_additional_emails", ())]
            assert sorted(hits) == sorted(held + [(i, "hs_additional_emails") for i in more])

    @invariant()
    def tombstones_are_the_same(self):
        for name in OBJECTS:
            for record_id in range(1, 8):
                tomb = self.store.tombstone(name, record_id)
                assert (tomb and tomb.kind) == self.tombs[name].get(record_id)

    def compare_with_an_index_made_anew(self):
        kept = index_tables(self.store)
        self.lose_the_index()
        anew = index_tables(self.store)
        for table, rows in kept.items():
            assert rows == anew[table], table


TestStoreBesideDict = StoreBesideDict.TestCase
TestStoreBesideDict.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
