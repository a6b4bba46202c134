"""Undo as a law: whatever was done, undoing it backwards gives back what was there, and again forwards."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.errors import CrmError
from crmcli.services.associations import LinkRequest, link, unlink
from crmcli.services.records import Targets, delete, restore
from crmcli.services.references import Ref
from crmcli.services.undo import undo
from office import changed, made, make_office

IDS = st.integers(1, 4)
CONTACTS = IDS.map(lambda number: Ref("contact", number))
COMPANIES = st.integers(1, 2).map(lambda number: Ref("company", number))
WORDS = st.sampled_from(["Ada", "Bea", "Cas"])
LABELS = st.sampled_from([None, "Manager", "Employee"])
DOINGS = st.one_of(
    st.builds(lambda word: lambda w: made(w, "contact", f"firstname={word}", f"email={word}@example.com"), WORDS),
    st.builds(lambda ref, word: lambda w: changed(w, ref, f"jobtitle={word}"), CONTACTS, WORDS),
    st.builds(lambda ref, word: lambda w: changed(w, ref, f"email={word}@example.com"), CONTACTS, WORDS),
    st.builds(lambda a, b, label: lambda w: link(w, LinkRequest(a, b, label)), CONTACTS, CONTACTS, LABELS),
    st.builds(
        lambda a, b, first: lambda w: link(w, LinkRequest(a, b, primary=first)), CONTACTS, COMPANIES, st.booleans()
    ),
    st.builds(lambda a, b: lambda w: unlink(w, LinkRequest(a, b)), CONTACTS, st.one_of(CONTACTS, COMPANIES)),
    st.builds(lambda ref: lambda w: delete(w, Targets((ref,))), st.one_of(CONTACTS, COMPANIES)),
    st.builds(lambda ref: lambda w: restore(w, [str(ref)]), CONTACTS),
)


def snapshot(workspace):
    """All that the data files say of records and associations."""
    return {
        (name, record.id): (dict(record.values), workspace.store.associations(name, record.id))
        for name in ("contact", "company")
        for record in workspace.store.stream(name)
    }


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(doings=st.lists(DOINGS, min_size=1, max_size=8))
def test_undoing_backwards_gives_back_each_state(doings):
    with tempfile.TemporaryDirectory() as folder:
        office = make_office(Path(folder))
        for name in ("Acme", "Zeta"):
            made(office, "company", f"name={name}")
        begun = len(office.store.log.operations())
        states = [snapshot(office)]
        for do in doings:
            try:
                do(office)
            except CrmError:  # a refusal is no operation
                assert snapshot(office) == states[-1]
            if len(office.store.log.operations()) == begun + len(states):
                states.append(snapshot(office))
        done = [operation.id for operation in reversed(office.store.log.operations())][begun:]
        undone = []
        for operation, before in zip(reversed(done), reversed(states[:-1]), strict=True):
            undone.append(undo(office, operation).operation.id)
            assert snapshot(office) == before
        for operation, after in zip(reversed(undone), states[1:], strict=True):
            undo(office, operation)
            assert snapshot(office) == after
