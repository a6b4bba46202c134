"""Whatever is merged, in whatever chains, unmerging it all in any order gives the store that there was."""

from __future__ import annotations

import json
import os
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.services.merging.merging import merge
from crmcli.services.merging.plans import MergeRecords
from crmcli.services.merging.refusals import MergeRefused
from crmcli.services.merging.unmerging import Unmerge, unmerge
from crmcli.services.references import Ref, resolve
from crmcli.services.undo import undo
from crmcli.store.doctor import examine
from random_stores import office

NAMES = st.sampled_from(["Ann", "Anna", "Bob", "Bo"])
CITIES = st.sampled_from(["Ghent", "Bruges", "Lier"])
CONTACTS = st.fixed_dictionaries(
    {},
    optional={
        "firstname": NAMES,
        "lastname": NAMES,
        "city": CITIES,
        "zip": st.sampled_from(["9000", "8000"]),
        "lifecyclestage": st.sampled_from(["lead", "customer"]),
        "num_conversion_events": st.integers(1, 5),
        "hs_buying_role": st.lists(st.sampled_from(["CHAMPION", "BLOCKER"]), min_size=1, unique=True),
    },
)
COMPANIES = st.fixed_dictionaries({"name": NAMES}, optional={"city": CITIES})
LABELS = st.sampled_from([None, "Manager"])
SETTINGS = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def fill(workspace, data):
    """Make contacts and companies, with e-mails of their own, and associate them."""
    with workspace.store.write(workspace.intent()) as change:
        people = data.draw(st.lists(CONTACTS, min_size=3, max_size=6))
        firms = data.draw(st.lists(COMPANIES, min_size=2, max_size=4))
        for place, values in enumerate(people):
            more = {"email": f"p{place}@x.example"} if data.draw(st.booleans()) else {}
            change.create("contact", values | more)
        for place, values in enumerate(firms):
            more = {"domain": f"f{place}.example"} if data.draw(st.booleans()) else {}
            change.create("company", values | more)
        deal = change.create("deal", {"dealname": "D"})
        persons = st.integers(1, len(people))
        for _ in range(data.draw(st.integers(0, 8))):
            kind = data.draw(st.sampled_from(["company", "contact", "deal"]))
            one = ("contact", data.draw(persons))
            other = {
                "company": ("company", data.draw(st.integers(1, len(firms)))),
                "contact": ("contact", data.draw(persons)),
                "deal": ("deal", deal),
            }[kind]
            label = data.draw(LABELS) if kind == "contact" else None
            if one != other:
                change.link(one, other, label=label)
        change.commit()
    return len(people), len(firms)


def files(workspace):
    """Every data file's tables, empty ones left out."""
    found = {}
    for folder, _, names in os.walk(os.path.join(workspace.root, "data")):
        for name in sorted(names):
            if name[0].isdigit():
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    tables = json.load(file)
                found[os.path.basename(folder), name] = {key: table for key, table in tables.items() if table}
    return found


def index(workspace):
    """What the index holds that is made of data files."""
    execute = workspace.store.index.connection.execute
    tables = ("contact", "company", "deal", "_association", "_dangling", "_tombstone", "_key")
    return {table: sorted(map(repr, execute(f"SELECT * FROM {table}"))) for table in tables}


def check(workspace):
    """The index is what a new one would be, and doctor finds nothing."""
    now = index(workspace)
    workspace.store.close()
    workspace.store.rebuild()
    assert now == index(workspace)
    assert examine(workspace.store) == []


def merge_some(workspace, data, counts):
    """Merge two or three records that are there; give what was merged into what."""
    name = data.draw(st.sampled_from(["contact", "company"]))
    there = [i for i in range(1, counts[name] + 1) if workspace.store.exists(name, i)]
    if len(there) < 2:
        return ()
    chosen = data.draw(st.permutations(there))[: data.draw(st.integers(2, 3))]
    keep, *others = (Ref(name, i) for i in chosen)
    take = {"city": others[0]} if data.draw(st.booleans()) else {}
    try:
        merge(workspace, MergeRecords(keep, tuple(others), take))
    except MergeRefused:
        return ()
    return others


def change_elsewhere(workspace, data, expected):
    """Set something on a record that no merge has to do with."""
    tombs = {(name, i) for name in ("contact", "company") for i in range(1, 9) if workspace.store.tombstone(name, i)}
    into = {(name, workspace.store.tombstone(name, i).into) for name, i in tombs}
    free = [i for i in range(1, 7) if workspace.store.exists("contact", i) and ("contact", i) not in into]
    if free:
        target, value = data.draw(st.sampled_from(free)), data.draw(st.sampled_from(["CEO", "CTO"]))
        with workspace.store.write(workspace.intent()) as change:
            change.set("contact", target, {"jobtitle": value})
            change.commit()
        expected["contact", "00000.json"]["contact"][str(target)]["jobtitle"] = value


@SETTINGS
@given(st.data())
def test_merges_in_chains_are_unmerged_in_any_order(tmp_path_factory, data):
    workspace = office(tmp_path_factory.mktemp("merging") / "one")
    counts = dict(zip(("contact", "company"), fill(workspace, data), strict=True))
    before, expected = index(workspace)["_association"], files(workspace)
    merged = []
    for _ in range(data.draw(st.integers(1, 4))):
        merged += merge_some(workspace, data, counts)
        check(workspace)
    for ref in merged:
        resolve(workspace, str(ref))
    for ref in data.draw(st.permutations(merged)):
        if data.draw(st.booleans()):
            change_elsewhere(workspace, data, expected)
        unmerge(workspace, Unmerge(ref))
        check(workspace)
    assert files(workspace) == expected
    assert index(workspace)["_association"] == before


@SETTINGS
@given(st.data())
def test_merges_are_undone_and_unmerges_too(tmp_path_factory, data):
    workspace = office(tmp_path_factory.mktemp("merging") / "one")
    counts = dict(zip(("contact", "company"), fill(workspace, data), strict=True))
    states, done = [files(workspace)], []
    merged = []
    for _ in range(data.draw(st.integers(1, 3))):
        with suppress(IndexError):
            merged += merge_some(workspace, data, counts)
            if workspace.store.committed not in done:
                done.append(workspace.store.committed)
                states.append(files(workspace))
        if merged and data.draw(st.booleans()):
            unmerge(workspace, Unmerge(merged.pop(data.draw(st.integers(0, len(merged) - 1)))))
            done.append(workspace.store.committed)
            states.append(files(workspace))
    if states[1:] and len(done) > len(states) - 1:
        done = done[1:]  # the operation that filled it
    for operation in reversed(done):
        assert files(workspace) == states.pop()
        undo(workspace, operation, force=True)
        check(workspace)
    assert files(workspace) == states[0]
