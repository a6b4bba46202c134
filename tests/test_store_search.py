"""Full-text search and finding by phone: any part of a word, any spelling, kept up to date."""

from __future__ import annotations

import shutil
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.query.fragments import Fragment
from crmcli.store.search import query_words
from crmcli.store.text_index import fold
from crmcli.store.values import Hit, KeyHit
from folder import make_folder, write_elsewhere


@pytest.fixture
def folder(tmp_path):
    made = make_folder(tmp_path)
    made.create("contact", firstname="Zoë", lastname="Müller", email="zoe@example.com", phone="+31612345678")
    made.create("contact", firstname="Ada", lastname="Lovelace", hs_additional_emails=["king@engines.co.uk"])
    made.create("contact", firstname="Li", lastname="Wu", company='Says "hi" & co', phone="+17019164104 ext 37915")
    made.create("company", name="Analytical Engines", domain="engines.com")
    return made


def found(folder, text, names=("contact", "company"), limit=10):
    with folder.opened() as store:
        return [f"{hit.object_name}:{hit.id}" for hit in store.search(text, names, limit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zoe", ["contact:1"]),
        ("MÜLL", ["contact:1"]),
        ("muller zoë", ["contact:1"]),
        ("zoe lovelace", []),
        ("ovelac", ["contact:2"]),
        ("king@eng", ["contact:2"]),
        ("Li", ["contact:3"]),
        ("wu li", ["contact:3"]),
        ('"hi"', ["contact:3"]),
        ("engines", ["company:1", "contact:2"]),
        ("06 12 34 56 78", ["contact:1"]),
        ("+31 (0)6", []),
        ("(701) 916-4104", ["contact:3"]),
        ("00000", []),
        ("*", []),
        ("nobody", []),
        ("", []),
        (" ", []),
    ],
)
def test_records_are_found_by_any_part_of_their_words(folder, text, expected):
    assert sorted(found(folder, text)) == sorted(expected)


def test_a_match_in_the_name_comes_first_and_the_limit_holds(folder):
    folder.create("contact", firstname="Bob", email="ada@example.com")

    assert found(folder, "ada") == ["contact:2", "contact:4"]
    assert found(folder, "ada", limit=1) == ["contact:2"]
    assert found(folder, "engines", names=("contact",)) == ["contact:2"]


def test_what_changes_after_the_first_search_is_searched(folder):
    assert found(folder, "babbage") == []
    folder.set("contact", 2, lastname="Babbage")
    assert found(folder, "babbage") == ["contact:2"]
    assert found(folder, "lovelace") == []
    with folder.writing() as change:
        change.delete("contact", 2)
        change.create("contact", {"firstname": "Charles", "lastname": "Babbage"})
    assert found(folder, "babbage") == ["contact:4"]
    write_elsewhere(folder.shard(), folder.shard().read_text().replace("Babbage", "Darwin"))
    assert found(folder, "babbage") == []
    assert found(folder, "darwin") == ["contact:4"]
    shutil.rmtree(folder.cache)
    assert found(folder, "darwin") == ["contact:4"]


def test_a_search_beside_a_long_write_answers_from_what_was_there(folder):
    assert found(folder, "zoe") == ["contact:1"]
    folder.set("contact", 1, firstname="Chloe")
    with folder.opened() as store:
        store.index.connection.execute("PRAGMA busy_timeout = 10")
        other = sqlite3.connect(folder.cache / "index.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert store.search("zoe", ["contact"], 5) == [Hit("contact", 1)]
        assert store.warnings == ["another command is writing; the newest changes are not searched yet"]
        other.execute("ROLLBACK")
        other.close()
        assert store.search("chloe", ["contact"], 5) == [Hit("contact", 1)]


def test_objects_without_records_cost_a_search_nothing(folder):
    """Neither a table of their text, whose opening each later command would pay, nor the reading of their schema."""
    made = "SELECT name FROM sqlite_master WHERE name LIKE '\\_text\\_%' ESCAPE '\\' AND sql LIKE '%fts5%'"
    with folder.opened() as store:
        store.search("zoe", list(store.model.objects), 5)
        assert {name for (name,) in store.index.connection.execute(made)} == {
            "_text_contact",
            "_text_company",
        }
    folder.create("deal", dealname="Zoe buys")
    assert found(folder, "zoe", ("contact", "deal")) == ["contact:1", "deal:1"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("Ada  KING", ["ada", "king"]), ("+31 6 1234", ["3161234"]), ("0612", ["0612"]), ("Ĝis É", ["gis", "e"])],
)
def test_a_query_is_its_folded_words_or_a_phones_digits(text, words):
    assert query_words(text) == words


def test_folding_takes_case_and_accents_away():
    assert fold("STRASSE Straße ÅÉñ ﬁ") == "strasse strasse aen fi"


def test_a_phone_is_found_with_and_without_its_extension(folder):
    folder.create("company", name="Loom", phone="+17019164104")
    for _ in range(2):
        with folder.opened() as store:
            assert store.find_key("phone", "+17019164104") == [
                KeyHit("company", 2, "phone", primary=True),
                KeyHit("contact", 3, "phone", primary=True),
            ]
            assert store.find_key("phone", "+1701916410") == []


def test_names_come_first_then_their_beginnings_then_other_text(folder):
    folder.create("contact", firstname="Adam", lastname="Smit")
    folder.create("contact", firstname="Nevada", lastname="Jones")
    folder.create("contact", firstname="Bob", jobtitle="Ada programmer", email="bob@example.com")
    folder.create("company", name="Ada")
    folder.create("note", hs_note_body="Spoke with ADA of engines", hs_timestamp="2026-11-23T09:00:00Z")
    folder.create("contact", firstname="Ada", lastname="Byron")

    names = ("contact", "company", "note")
    exact, begun, within, other = ["contact:7", "contact:2", "company:2"], ["contact:4"], ["contact:5"], ["note:1"]
    assert found(folder, "ada", names) == [*exact, *begun, *within, *other, "contact:6"]
    assert found(folder, "ada engines", names) == ["note:1", "contact:2"]
    assert found(folder, "ada", names, limit=3) == exact


def test_an_address_comes_before_those_who_mention_it(folder):
    folder.create("note", hs_note_body="Wrote to zoe@example.com", hs_timestamp="2026-11-23T09:00:00Z")
    names = ("contact", "note")
    for spelled in ("zoe@example.com", "<ZOE@Example.com>", "mailto:zoe@example.com", "Zoë@example.com,"):
        assert found(folder, spelled, names) == ["contact:1", "note:1"], spelled
    folder.create("contact", firstname="Kai", email="kai@xn--bcher-kva.example")
    assert found(folder, "kai@bücher.example") == ["contact:4"]
    assert found(folder, "kai@bücher..") == []


def test_the_later_of_two_activities_comes_first(folder):
    for day, body in ((3, "offer one"), (9, "offer two"), (6, "offer three")):
        folder.create("note", hs_note_body=body, hs_timestamp=f"2026-11-{day:02}T09:00:00Z")
    assert found(folder, "offer", ("note",)) == ["note:2", "note:3", "note:1"]


def test_a_condition_narrows_what_is_found(folder):
    only = {"contact": Fragment("t.id > ?", (2,))}
    with folder.opened() as store:
        assert store.search("li", ["contact"], 10, only) == [Hit("contact", 3)]
        assert store.search("zoe", ["contact"], 10, only) == []


def test_tables_of_an_older_edition_are_made_anew(folder):
    assert found(folder, "zoe") == ["contact:1"]
    with folder.opened() as store:
        store.index.connection.execute("DROP TABLE _name_contact")
        store.index.connection.execute("UPDATE _meta SET value = 1 WHERE name = 'text contact'")
        assert store.search("zoe", ["contact"], 5) == [Hit("contact", 1)]


words = st.text(st.sampled_from("abAé. -王"), min_size=1, max_size=4)


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(words, min_size=1, max_size=3), min_size=1, max_size=6), st.lists(words, max_size=3))
def test_it_finds_all_who_hold_every_word_and_nobody_else(tmp_path_factory, records, asked):
    """By the definition: each folded word stands somewhere in the folded text of the record."""
    folder = make_folder(tmp_path_factory.mktemp("any"))
    texts = {}
    with folder.writing() as change:
        for parts in records:
            values = dict(zip(("firstname", "lastname", "jobtitle"), (part.strip() for part in parts), strict=False))
            values = {name: value for name, value in values.items() if value}
            if values:
                texts[change.create("contact", values)] = " ".join(fold(" ".join(values.values())).split())
    text = " ".join(asked)
    wanted = query_words(text)
    expected = {f"contact:{i}" for i, held in texts.items() if wanted and all(word in held for word in wanted)}
    assert set(found(folder, text, ("contact",), limit=100)) == expected
