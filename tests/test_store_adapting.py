"""The index after a change of the schema is the one that would be made anew."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from changing import Changing, labelled
from crmcli.cli.place import cache_folder
from crmcli.services.associations import LinkRequest, link
from crmcli.store import adapting, refresh
from folder import COMPARED
from office import made

KINDS = {
    "text": {"type": "string"},
    "key": {"type": "string", "unique": "true"},
    "number": {"type": "number"},
    "phone": {"type": "phone_number"},
    "choice": {"type": "enumeration", "options": "{a: A}"},
    "wider": {"type": "enumeration", "options": "{a: A, b: B}"},
}
SCHEMAS = st.dictionaries(st.sampled_from(["p", "q", "r"]), st.sampled_from(sorted(KINDS)), max_size=3)
LINKED = "associations:\n  contact: {}\n"


def tables(store):
    """The index's rows: every object's with columns by name, and what stands beside them."""
    connection = store.index.connection
    found = {name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in COMPARED}
    for name in ("cake", "contact"):
        cursor = connection.execute(f'SELECT * FROM "{name}" ORDER BY id')
        names = [column[0] for column in cursor.description]
        found[name] = [sorted(zip(names, row, strict=True)) for row in cursor]
    found["_key_property"] = sorted(connection.execute("SELECT * FROM _key_property"))
    return found


def schema_of(kinds):
    return {name: labelled(name, **KINDS[kind]) for name, kind in kinds.items()}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(first=SCHEMAS, second=SCHEMAS, linked=st.tuples(st.booleans(), st.booleans()), most=st.sampled_from([0, 4]))
def test_an_adapted_index_is_the_one_made_anew(first, second, linked, most):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(adapting, "_MOST", most)  # 0: a table is never begun anew, but copied
        cakes = Changing(Path(folder))
        cakes.write(schema_of(first), more=LINKED if linked[0] else "")
        office = cakes.open()
        ada = made(office, "contact", "firstname=Ada")
        for word in ("1", "a", "+31612345678"):
            office = cakes.open()
            said = [f"{name}={word}" for name in first if _takes(office, name, word)]
            cake = made(office, "cake", "name=Tart", *said)
            if linked[0]:
                link(office, LinkRequest(cake, ada))
        (Path(cakes.root) / "data" / "schema.json").unlink()  # so that the schema files count as applied
        cakes.write(schema_of(second), more=LINKED if linked[1] else "")
        adapted = tables(cakes.open().store)
        for path in Path(cache_folder(str(cakes.root))).glob("index.sqlite*"):
            path.unlink()
        assert adapted == tables(cakes.open().store)


def _takes(office, name, word):
    from crmcli.types.base import InvalidValue

    try:
        office.object("cake").properties[name].value_type.parse(word, office.context)
    except InvalidValue:
        return False
    return True


@pytest.fixture
def cakes(tmp_path):
    changing = Changing(tmp_path)
    changing.write({"p": labelled("p", type="string")})
    made(changing.open(), "cake", "name=Tart", "p=1")
    return changing


def test_words_touch_nothing_in_the_index(cakes, monkeypatch):
    cakes.write({"p": "{label: Another word, type: string, description: More words}"})
    monkeypatch.setattr(adapting, "adapt", None)
    office = cakes.open()
    assert office.object("cake").properties["p"].label == "Another word"
    assert office.store.count("cake") == 1


def test_a_new_property_is_a_column_and_reads_no_file(cakes, monkeypatch):
    cakes.write({"p": labelled("p", type="string"), "q": labelled("q", type="number")})
    monkeypatch.setattr(refresh._ShardWriter, "put", None)
    assert cakes.open().store.count("cake") == 1


def test_what_an_undo_brought_back_is_found_by_the_next_search(cakes):
    assert [hit.id for hit in cakes.open().store.search("tart", ["cake"], 10)] == [1]
    head = "label: Cake\nplural: Cakes\ndisplay: [name]\nsearch: [p]\n"
    cakes.write({"p": labelled("p", type="string")}, head=head)
    made(cakes.open(), "cake", "name=Pie", "p=crumble")
    assert [hit.id for hit in cakes.open().store.search("crumble", ["cake"], 10)] == [2]
