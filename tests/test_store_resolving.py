"""Associations with what was merged: very many of them are resolved by the command that comes next."""

from __future__ import annotations

import pytest

from crmcli.services.merging.merging import merge
from crmcli.services.merging.plans import MergeRecords
from crmcli.services.references import Ref
from crmcli.services.undo import undo
from crmcli.store.freshness import UNRESOLVED
from office import made, make_office, reopened

MANY = 20_001
TABLES = ("_association", "_dangling", "_tombstone", "_key")


@pytest.fixture
def office(tmp_path):
    """Two companies, of which the second has very many contacts; the first ten are the first one's, too."""
    workspace = make_office(tmp_path)
    made(workspace, "company", "name=Acme")
    made(workspace, "company", "name=Acme Ltd")
    pair = workspace.model.pair("contact", "company")
    with workspace.store.write(workspace.intent()) as change:
        change.create_many("contact", ["firstname"], [[f"Ada {n}" for n in range(MANY)]])
        change.link_many(pair, [(n, 2) for n in range(1, MANY + 1)])
        change.link_many(pair, [(n, 1) for n in range(1, 11)], "Billing Contact")
        change.commit()
    return workspace


def index(workspace):
    execute = workspace.store.index.connection.execute
    return {table: sorted(map(repr, execute(f"SELECT * FROM {table}"))) for table in TABLES}


def contacts(workspace):
    """How many contacts each of the two companies has."""
    execute = workspace.store.index.connection.execute
    query = "SELECT other, count(*) FROM _association WHERE pair = ? GROUP BY 1"
    return dict(execute(query, (workspace.model.pair("contact", "company").code,)))


def test_they_wait_for_the_next_command_which_has_them_all(office, tmp_path):
    before = index(office)
    written = merge(office, MergeRecords(Ref("company", 1), (Ref("company", 2),)))
    assert office.store.index.meta(UNRESOLVED)
    assert contacts(office) == {1: 10, 2: MANY}
    office = reopened(tmp_path)
    assert not office.store.index.meta(UNRESOLVED)
    assert contacts(office) == {1: MANY}
    assert office.store.associations("contact", 3)[0].labels == ("Billing Contact",)
    now = index(office)
    office.store.rebuild()
    assert index(office) == now
    undo(office, written.short_id)
    assert index(reopened(tmp_path)) == before


def test_they_do_not_wait_for_a_write_of_the_same_command(office):
    merge(office, MergeRecords(Ref("company", 1), (Ref("company", 2),)))
    with office.store.write(office.intent()) as change:
        change.set("company", 1, {"city": "Delft"})
        change.commit()
    assert contacts(office) == {1: MANY}
