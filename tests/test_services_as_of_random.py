"""The workspace as it was, after random operations, against what each of them left."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crmcli.errors import CrmError
from crmcli.services.as_of import as_of
from crmcli.services.associations import LinkRequest, label, link, unlink
from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.merging.merging import merge
from crmcli.services.merging.plans import MergeRecords
from crmcli.services.merging.unmerging import Unmerge, unmerge
from crmcli.services.records import Targets, delete, restore
from crmcli.services.references import Ref
from crmcli.services.undo import undo
from office import MOMENT, changed, later, made, make_office, reopened

OBJECTS = ("contact", "company", "deal")
NAMES = {"contact": "firstname", "company": "name", "deal": "dealname"}
MAILS = [f"{word}@example.com" for word in "abc"]
LINKS = {"label": label, "link": link, "unlink": unlink}

refs = st.builds(Ref, st.sampled_from(OBJECTS), st.integers(1, 4))
words = st.sampled_from(["Ada", "Ben", "Ĉapelo", "12.50"])
contacts = st.builds(Ref, st.just("contact"), st.integers(1, 4))
steps = st.one_of(
    st.tuples(st.just("create"), st.sampled_from(OBJECTS), words, st.sampled_from([*MAILS, ""])),
    st.tuples(st.just("create"), st.sampled_from(OBJECTS), words, st.sampled_from([*MAILS, ""])),
    st.tuples(st.just("set"), refs, words, st.sampled_from([*MAILS, ""])),
    st.tuples(st.sampled_from(["delete", "restore"]), refs),
    st.tuples(st.sampled_from(["link", "unlink"]), refs, refs, st.none()),
    st.tuples(st.just("label"), contacts, contacts, st.sampled_from(["Manager", "Colleague"])),
    st.tuples(st.just("merge"), refs, st.integers(1, 4)),
    st.tuples(st.just("unmerge"), refs),
    st.tuples(st.just("import"), st.lists(st.tuples(words, st.sampled_from([*MAILS, ""])), min_size=1, max_size=4)),
    st.tuples(st.just("undo"), st.integers(0, 5), st.booleans()),
)


def do(workspace, folder, step):  # noqa: C901 - one case a verb
    """Do one step, if it can be done."""
    match step:
        case ("create", name, word, mail):
            more = [f"email={mail}"] if mail and name == "contact" else []
            made(workspace, name, f"{NAMES[name]}={word}", *more)
        case ("set", ref, word, mail):
            more = [f"email={mail}"] if mail and ref.object_name == "contact" else []
            changed(workspace, ref, f"{NAMES[ref.object_name]}={word}", *more)
        case ("delete", ref):
            delete(workspace, Targets((ref,)), force=True)
        case ("restore", ref):
            restore(workspace, [str(ref)])
        case ("merge", ref, other):
            merge(workspace, MergeRecords(ref, (Ref(ref.object_name, other),)))
        case ("unmerge", ref):
            unmerge(workspace, Unmerge(ref))
        case ("import", rows):
            path = folder / "people.csv"
            path.write_text("First name,Email\n" + "".join(f"{word},{mail}\n" for word, mail in rows))
            import_file(workspace, ImportRequest("contact", str(path)))
        case ("undo", back, force):
            operations = workspace.store.log.operations()
            undo(workspace, operations[min(back, len(operations) - 1)].id, force=force)
        case (verb, a, b, word):
            LINKS[verb](workspace, LinkRequest(a, b, label=word))


def state(workspace):
    """All that can be read of records, associations and keys."""
    store = workspace.store
    found = {name: {r.id: (dict(r.values), dict(r.extra)) for r in store.stream(name)} for name in OBJECTS}
    links = {
        f"{name}:{i}": sorted(
            (a.other_object, a.other_id, sorted(a.labels), a.primary) for a in store.associations(name, i)
        )
        for name in OBJECTS
        for i in found[name]
    }
    keys = {mail: sorted(hit.id for hit in store.find_key("email", mail)) for mail in MAILS}
    return found, links, keys, {name: store.count(name) for name in OBJECTS}


def undone_later(workspace, last):
    """The operations of the first moments that are undone now, and were not then; the last one first."""
    operations = {one.id: one for one in workspace.store.log.operations()}
    at = {one.id: (one.at - MOMENT) // timedelta(minutes=1) for one in operations.values()}
    return [one.id for one in operations.values() if at[one.id] <= last and one.undone_by and at[one.undone_by] > last]


@pytest.fixture(autouse=True)
def own_cache(monkeypatch):
    """A cache that goes with the test."""
    with tempfile.TemporaryDirectory() as cache:
        monkeypatch.setenv("XDG_CACHE_HOME", cache)
        yield


@given(st.lists(steps, min_size=2, max_size=12))
@settings(
    max_examples=int(os.environ.get("EXAMPLES", "12")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # each example is a hundred commands
)
def test_it_is_what_was_there_then_less_what_was_undone_since(done):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = make_office(folder)
        made(workspace, "contact", "firstname=Zoë")
        for minute, step in enumerate(done):
            with suppress(CrmError):
                do(later(workspace, minutes=minute), folder, step)
            shutil.copytree(folder / "office", folder / str(minute) / "office")
        for minute in range(len(done)):
            base = folder / str(minute)
            then = reopened(base, moment=MOMENT + timedelta(minutes=minute))
            for operation in undone_later(workspace, minute):
                undo(then, operation, force=True)
            now = reopened(folder, moment=MOMENT + timedelta(hours=1))
            past = as_of(now, (MOMENT + timedelta(minutes=minute)).isoformat())
            assert state(past) == state(then), (minute, done[minute])
            assert past.store.warnings == []
            past.store.close()
            then.store.close()
        assert state(reopened(folder)) == state(workspace)
