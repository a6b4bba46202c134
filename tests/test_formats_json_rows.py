"""JSON and JSON lines as tables."""

from __future__ import annotations

import json
import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crmcli.errors import CrmError
from crmcli.formats.json_rows import NoObjects, TooManyHeadings, flattened
from crmcli.formats.json_text import UnreadableJson
from crmcli.formats.opening import Reading, opened
from crmcli.formats.table import EmptyFile
from reading import only, tables

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"


@pytest.fixture
def file(tmp_path):
    def write(content, name="people.json"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_an_array_of_objects(file):
    found = only(file('[{"name": "Ada", "city": "Oxford"},\n {"name": "Ben", "age": 41}]'))
    assert found.typed
    assert found.header == ["name", "city", "age"]
    assert found.rows == [{"name": "Ada", "city": "Oxford"}, {"name": "Ben", "age": "41"}]
    assert found.lines == [1, 2]


def test_an_object_a_line(file):
    found = only(file('{"name": "Ada"}\n\n{"name": "Ben", "age": 41}\r\n', "people.jsonl"))
    assert found.rows == [{"name": "Ada"}, {"name": "Ben", "age": "41"}]
    assert found.lines == [1, 3]


def test_lines_are_known_without_the_ending(file):
    assert only(file('{"name": "Ada"}\n{"name": "Ben"}\n', "people.txt")).lines == [1, 2]


def test_objects_one_after_another(file):
    assert only(file('{\n  "name": "Ada"\n}\n{\n  "name": "Ben"\n}\n')).lines == [1, 4]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("xx", "expecting value (column 1)"),
        ('{"a": 1', "expecting ',' delimiter (column 8)"),
        ('{"a": 1} {"a": 2}', "text follows its end"),
        ('{"a": NaN}', "NaN is no number that JSON has"),
        ('{"a": -Infinity}', "-Infinity is no number that JSON has"),
        ('{"a": 1, "a": 2}', 'the name "a" stands twice in an object'),
        ("[1]", "it is no object with names and values"),
        ('{"a": 1e999999999}', "the number 1e999999999 is out of all bounds"),
        ('{"a": "\\ud800"}', "it holds bytes that are no UTF-8, or half a character"),
        ('{"a": ' + "[" * 100_000, "its lists or objects are nested too deeply"),
        ('{"a": ' + '{"a": ' * 40 + "1" + "}" * 41, "its objects are nested deeper than 32 levels"),
    ],
)
def test_a_line_that_cannot_be_taken_costs_no_other(file, line, reason):
    found = only(file(f'{{"a": 1}}\n{line}\n{{"a": 3}}\n', "people.jsonl"))
    assert found.rows == [{"a": "1"}, {"a": "3"}]
    assert [(fault.line, fault.reason) for fault in found.faults] == [(2, reason)]


def test_bytes_that_are_no_utf8_cost_their_line(file):
    found = only(file(b'{"a": "\xe9"}\n{"a": "\xc3\xa9"}\n', "people.jsonl"))
    assert (found.rows, [fault.line for fault in found.faults]) == ([{"a": "é"}], [1])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[{"a": 1},\n{"a": }]', 2),
        ('[{"a": 1},\n\n{"a": 1, "a": 2}]', 3),
        ('[{"a": 1}\n{"a": 2}]', 2),
        ('[{"a": 1}]\nx', 2),
        ('[{"a": 1},', 1),
        ('[{"a": "1', 1),
        ('[{"a": NaN}]', 1),
    ],
)
def test_a_document_that_is_wrong_is_refused_with_its_line(file, text, line):
    with pytest.raises(UnreadableJson) as caught:
        tables(file(text))
    assert caught.value.line == line


@pytest.mark.parametrize("word", ["results", "records", "data", "contacts"])
def test_a_list_within_an_object(file, word):
    found = only(file(json.dumps({"total": 1, word: [{"name": "Ada"}], "paging": {"next": {"after": "2"}}})))
    assert found.rows == [{"name": "Ada"}]


def test_several_lists_are_several_tables(file):
    path = file('{"contacts": [{"name": "Ada"}], "companies": [{"name": "Acme"}, {"name": "Zeta"}]}')
    assert [(table.name, len(table.rows)) for table in tables(path)] == [
        (f"{path}[contacts]", 1),
        (f"{path}[companies]", 2),
    ]
    assert only(path, Reading(sheet="companies")).rows[0] == {"name": "Acme"}


def test_one_object_is_one_row(file):
    assert only(file('{"name": "Ada", "city": "Oxford", "tags": ["a", "b"]}')).rows == [
        {"name": "Ada", "city": "Oxford", "tags": "a;b"}
    ]


@pytest.mark.parametrize("text", ["[]", "[1, 2]", '"Ada"', "12", '{"results": []}'])
def test_without_an_object_there_is_no_table(file, text):
    with pytest.raises(NoObjects):
        tables(file(text))


def test_an_empty_file_is_empty(file):
    with pytest.raises(EmptyFile):
        tables(file(" \n"))


def test_numbers_keep_their_digits(file):
    text = '[{"big": 12345678901234567890123, "price": 1.10, "small": 1e-7, "no": -0, "yes": true, "none": null}]'
    assert only(file(text)).rows == [
        {"big": "12345678901234567890123", "price": "1.10", "small": "0.0000001", "no": "0", "yes": "true"}
    ]


@given(some.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_a_number_is_what_it_was(tmp_path_factory, number):
    path = tmp_path_factory.mktemp("json") / "n.json"
    path.write_text(f'[{{"n": {str(number).lower().replace("e+", "e")}, "x": "y"}}]')
    assert Decimal(only(path).rows[0]["n"]) == number


def test_what_is_within_an_object_is_a_column_with_a_dot(file):
    found = only(file('[{"name": {"first": "Ada", "last": "King"}, "tags": ["a", "b;c"], "no": {}, "lists": [[1]]}]'))
    assert found.rows == [{"name.first": "Ada", "name.last": "King", "tags": '["a", "b;c"]', "lists": '[["1"]]'}]


def test_a_record_of_hubspots_interface_has_its_properties_at_hand(file):
    record = {
        "id": "101",
        "properties": {"email": "ada@king.example", "firstname": "Ada", "id": "x"},
        "archived": False,
        "associations": {"companies": {"results": [{"id": "7", "type": "a"}, {"id": "8", "type": "b"}]}},
    }
    assert only(file(json.dumps({"results": [record]}))).rows == [
        {
            "id": "101",
            "email": "ada@king.example",
            "firstname": "Ada",
            "properties.id": "x",
            "archived": "false",
            "associations.companies.results.id": "7;8",
            "associations.companies.results.type": "a;b",
        }
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_encodings(file, encoding):
    assert only(file('[{"name": "Zoë"}]'.encode(encoding)), Reading(format="json")).rows == [{"name": "Zoë"}]


def test_objects_that_make_no_table_are_refused(file):
    with pytest.raises(TooManyHeadings):
        tables(file(json.dumps([{f"key{n}": n} for n in range(6000)])))


def test_a_row_may_be_long_and_cut_anywhere(file):
    rows = [{"text": "x" * n, "n": n} for n in range(0, 200_000, 40_000)]
    assert [row["n"] for row in only(file(json.dumps(rows, indent=1))).rows] == [str(row["n"]) for row in rows]


@given(some.lists(some.dictionaries(some.text(min_size=1), some.text()), min_size=1))
def test_texts_come_back_by_either_way(tmp_path_factory, objects):
    path = tmp_path_factory.mktemp("json") / "texts.json"
    wanted = [{key: text for key, text in one.items() if text} for one in objects if any(one.values())]
    for text, word in ((json.dumps(objects), "json"), ("\n".join(map(json.dumps, objects)), "jsonl")):
        path.write_text(text)
        assert only(path, Reading(format=word)).rows == wanted


def test_memory_does_not_grow_with_an_array(tmp_path):
    path = tmp_path / "big.json"
    with path.open("w") as sink:
        sink.write("[" + ",\n".join(json.dumps({"name": f"p{n}", "note": "x" * 100}) for n in range(30_000)) + "]")
    tracemalloc.start()
    with opened(str(path)) as (table,):
        rows = sum(len(block.lines) for block in table.blocks())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 30_000
    assert peak < path.stat().st_size


def test_flattening_takes_objects_alone():
    assert flattened({"a": "b"}) == {"a": "b"}


@pytest.mark.skipif(not SHARED.exists(), reason="the data is not here")
@pytest.mark.parametrize("name", ["contacts", "brokers", "properties"])
def test_trees_of_salesforce(name):
    found = only(SHARED / "dreamhouse" / f"{name}-data.json")
    assert {row["attributes.type"] for row in found.rows} <= {"Contact", "Broker__c", "Property__c"}
    assert len(found.rows) == {"contacts": 5, "brokers": 8, "properties": 12}[name]


@pytest.mark.skipif(not SHARED.exists(), reason="the data is not here")
def test_hostile_documents_are_refused_or_read():
    for path in sorted((SHARED / "json-testsuite").rglob("*.json")):
        try:
            found = tables(path, Reading(format="json"))
        except CrmError as error:
            assert error.hint, path  # noqa: PT017
        else:
            assert found
