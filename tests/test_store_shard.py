"""The text of a data file: canonical, TinyDB's own, and strict about what is no data file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB

from crmcli.store.shard import DamagedFile, Shard, canonical, number_in, number_of, parse, parse_fast
from crmcli.store.tokens import NumberToken

PATH = "data/contact/00003.json"


def shard_of(records, links, tombstones, foreign):
    shard = Shard("contact", records, links, tombstones)
    shard.foreign = foreign
    return shard


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True) | texts
values = st.recursive(
    texts | st.booleans() | st.none() | st.integers(-(2**63), 2**64 - 1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=4,
)
ids = st.integers(3000, 3999)
tables = st.dictionaries(ids, st.dictionaries(names, values, max_size=4), max_size=5)
foreign_names = names.filter(lambda name: name not in {"contact", "associations", "tombstones"})
words = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
burials = st.dictionaries(ids, st.fixed_dictionaries({"kind": words, "operation": words}), max_size=2)
links = st.dictionaries(ids, st.dictionaries(texts, texts, max_size=2), max_size=3)
shards = st.builds(
    shard_of,
    tables,
    links,
    burials,
    st.dictionaries(foreign_names, st.dictionaries(st.just("1"), values, max_size=1), max_size=2),
)
typed = st.builds(  # what types store: texts, whole numbers of 53 bits, booleans, lists of texts
    Shard,
    st.just("contact"),
    st.dictionaries(
        ids,
        st.dictionaries(names, texts | st.booleans() | st.integers(-(2**53), 2**53) | st.lists(texts), max_size=4),
        max_size=5,
    ),
    links,
    burials,
)


def tables_of(shard):
    """All that a shard holds, with the types of its values."""
    return repr((shard.object_name, shard.records, shard.associations, shard.tombstones, shard.foreign))


def ordered(shard):
    """The same shard, its rows in order of id, as reading gives them."""
    known = (shard.records, shard.associations, shard.tombstones)
    return shard_of(*({i: table[i] for i in sorted(table)} for table in known), shard.foreign)


def plain(shard):
    """The shard as the tables that json.dumps would be given."""
    small = {"associations": shard.associations, "tombstones": shard.tombstones}
    known = {shard.object_name: shard.records} | {name: table for name, table in small.items() if table}
    ordered = {name: {str(i): table[i] for i in sorted(table)} for name, table in known.items()}
    return ordered | shard.foreign


@given(shards)
def test_the_text_is_what_json_dumps_gives(shard):
    assert shard.dumps().decode() == json.dumps(plain(shard), indent=2, ensure_ascii=False)


@given(shards)
def test_reading_gives_back_what_was_written(shard):
    assert tables_of(parse(shard.dumps(), "contact", PATH)) == tables_of(ordered(shard))


@given(shards)
def test_reading_fast_gives_what_reading_gives(shard):
    fast, strict = parse_fast(shard.dumps(), "contact", PATH), parse(shard.dumps(), "contact", PATH)

    assert tables_of(fast) == tables_of(strict)


@given(typed)
def test_writing_fast_gives_what_writing_gives(shard):
    assert shard.dumps_fast() == shard.dumps()


@given(shards)
def test_canonical_text_of_the_tables_is_the_shards(shard):
    assert canonical(plain(shard)) == shard.dumps()


@settings(deadline=None)
@given(shard=shards)
def test_tinydb_reads_a_data_file_and_writes_it_back_the_same(shard, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "00003.json"
    path.write_bytes(shard.dumps())

    with TinyDB(path, indent=2, ensure_ascii=False, encoding="utf-8") as database:
        assert {row.doc_id: dict(row) for row in database.table("contact")} == shard.records
        database.storage.write(database.storage.read())

    assert path.read_bytes() == shard.dumps()


@given(st.permutations([3001, 3002, 3003]), st.sampled_from([None, 1, 4]))
def test_any_tinydb_text_is_read_and_made_canonical(order, indent):
    rows = {i: {"firstname": f"Ada {i}"} for i in order}
    text = json.dumps({"_default": {}, "contact": {str(i): rows[i] for i in order}}, indent=indent)

    for read in (parse, parse_fast):
        shard = read(text.encode(), "contact", PATH)
        assert shard.records == rows
        assert shard.dumps().decode() == json.dumps(
            {"contact": {str(i): rows[i] for i in sorted(rows)}, "_default": {}}, indent=2
        )


KEPT = """{
  "contact": {
    "3001": {
      "a": 1.50,
      "b": 1E5,
      "c": -0,
      "d": "\\ud800",
      "e": 12345678901234567890123,
      "f": [
        0.1
      ],
      "g": [
        [
          2.50
        ]
      ],
      "h": {
        "i": 3.0
      }
    }
  },
  "notes": {
    "1": {
      "x": 1.0
    }
  }
}"""


def test_number_tokens_surrogates_and_foreign_tables_are_kept():
    for read in (parse, parse_fast):
        shard = read(KEPT.encode(), "contact", PATH)

        assert shard.records[3001]["a"] == NumberToken("1.50")
        assert shard.records[3001]["d"] == "\ud800"
        assert shard.foreign == {"notes": {"1": {"x": "1.0"}}}
        assert shard.dumps() == KEPT.encode()
        assert shard.dumps_fast() == KEPT.encode()


@pytest.mark.parametrize(
    "row",
    ['"a": 1.5', '"a": -0', '"a": [\n        1.5\n      ]', '"a": [\n        [\n          1.5\n        ]\n      ]',
     '"a": {\n        "b": 1.5\n      }', '"a": "\\u0041"', '"a": "\\ud800"', '"a": 18446744073709551616'],
)  # fmt: skip
def test_reading_fast_does_not_change_what_orjson_would(row):
    text = f'{{\n  "contact": {{\n    "3001": {{\n      {row}\n    }}\n  }}\n}}'.encode()

    fast, strict = parse_fast(text, "contact", PATH), parse(text, "contact", PATH)

    assert tables_of(fast) == tables_of(strict)
    assert type(fast.records[3001]["a"]) is type(strict.records[3001]["a"])


@pytest.mark.parametrize("row", [{"a": "\ud800"}, {"a": 2**70}])
def test_writing_fast_leaves_to_json_what_orjson_refuses(row):
    shard = Shard("contact", {3001: row})

    assert shard.dumps_fast() == shard.dumps()
    assert parse(shard.dumps(), "contact", PATH).dumps() == shard.dumps()


def test_an_empty_shard_is_its_empty_table():
    assert Shard("contact").dumps() == b'{\n  "contact": {}\n}'
    assert Shard("contact", {3000: {}}).dumps() == b'{\n  "contact": {\n    "3000": {}\n  }\n}'


DAMAGES = {
    b"": "it is empty",
    b" \n": "it is empty",
    b'{\n  "contact": {\n<<<<<<< HEAD\n': "it holds conflict markers of a merge (line 3)",
    b"<<<<<<< HEAD\n{}": "it holds conflict markers of a merge (line 1)",
    b'{"contact": {"3001": {"a": "\xff"}}}': "it is not UTF-8 (byte 28)",
    b'{"contact": {"3001": {"a": 1}': "line 1, column 30: Expecting ',' delimiter",
    b'{"contact": {"3001": {"a": NaN}}}': "NaN is not JSON",
    b'{"contact": {"3001": {"a": 1, "a": 2}}}': 'the key "a" stands twice in one object',
    b'{"contact": {"3001": {}, "3001": {}}}': 'the key "3001" stands twice in one object',
    b'{"contact": {}, "contact": {}}': 'the key "contact" stands twice in one object',
    b'{\n  "contact": {\n    "3001": {\n      "a": 1, "a": 2\n    }\n  }\n}': 'the key "a" stands twice in one object',
    b"[]": "it is not a JSON object of tables",
    b"[" * 200_000: "it is nested too deeply",
    b'{"contact": []}': 'table "contact" is not an object of objects',
    b'{"contact": {"3001": 1}}': 'table "contact" is not an object of objects',
    b'{"associations": {"3001": null}}': 'table "associations" is not an object of objects',
    b'{"contact": {"x": {}}}': '"x" in table "contact" is not a record id',
    b'{"contact": {"' + b"1" * 5000 + b'": {}}}': '"a long number" in table "contact" is not a record id',
    b'{"contact": {"3001": {}, "03001": {}}}': 'table "contact" has the same id in two spellings',
    b'{"contact": {"2999": {}}}': "record 2999 does not belong into this file (3000 to 3999)",
    **{
        f'{{"tombstones": {{"3001": {row}}}}}'.encode(): "the tombstone of record 3001 does not say what became of it"
        for row in (
            "{}",
            '{"kind": "deleted", "operation": 1}',
            '{"kind": "del\u00e9", "operation": "a"}',
            '{"kind": "undone", "operation": "a", "last": 3000}',
            '{"kind": "undone", "operation": "a", "last": 4000}',
            '{"kind": "undone", "operation": "a", "last": "3002"}',
            '{"kind": "merged", "operation": "a", "into": null}',
            '{"kind": "merged", "operation": "a", "into": 0}',
            '{"kind": "merged", "operation": "a", "into": 1000000000000000}',
            '{"kind": "merged", "operation": "a"}',
            '{"kind": "deleted", "operation": "a", "into": 1}',
            '{"kind": "merged", "operation": "a", "into": 1, "record": 5}',
            '{"kind": "merged", "operation": "a", "into": 1, "associations": []}',
            '{"kind": "merged", "operation": "a", "into": 1, "values": "x"}',
            '{"kind": "merged", "operation": "a", "into": 1, "links": null}',
        )
    },
    b'{"tombstones": {"4000": {}}}': "record 4000 does not belong into this file (3000 to 3999)",
}


@pytest.mark.parametrize("read", [parse, parse_fast])
@pytest.mark.parametrize("text", DAMAGES, ids=list(range(len(DAMAGES))))
def test_a_damaged_file_is_named_with_what_is_wrong_and_the_remedy(text, read):
    with pytest.raises(DamagedFile) as refusal:
        read(text, "contact", PATH)

    assert refusal.value.message == f'"{PATH}" is damaged: {DAMAGES[text]}'
    assert "crm doctor --fix" in refusal.value.hint
    assert (refusal.value.path, refusal.value.what) == (PATH, DAMAGES[text])


def test_the_first_file_begins_with_record_1():
    with pytest.raises(DamagedFile, match=r"record 0 does not belong into this file \(1 to 999\)"):
        parse(b'{"contact": {"0": {}}}', "contact", "data/contact/00000.json")


@pytest.mark.parametrize("path", ["data/contact/00042.json", "/tmp/x/42.json", "00042.json"])
def test_a_path_names_its_shard(path):
    assert number_in(path) == 42


@pytest.mark.parametrize(("record_id", "number"), [(1, 0), (999, 0), (1000, 1), (3_000_000_001, 3_000_000)])
def test_a_record_belongs_to_one_shard(record_id, number):
    assert number_of(record_id) == number


def test_what_is_nested_too_deeply_is_damaged_before_anything_fails_to_write_it():
    def nested(levels):
        return b'{"contact": {"1": {"note": ' + b"[" * levels + b"]" * levels + b"}}}"

    assert parse(nested(97), "contact", "data/contact/00000.json").dumps().count(b"[") == 97
    with pytest.raises(DamagedFile, match="nested too deeply"):
        parse(nested(500), "contact", "data/contact/00000.json")
