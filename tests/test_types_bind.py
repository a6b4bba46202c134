"""Which type a declaration has, and what binding one costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from crmcli import types
from crmcli.types import TYPES, UnknownType, bind
from crmcli.types.base import ValueType
from declared import Choice, Declared


@pytest.mark.parametrize(
    ("type_", "field_type", "format_", "name"),
    [
        ("string", "text", "", "string"),
        ("string", "calculation_equation", "", "string"),
        ("string", "file", "", "string"),
        ("string", "textarea", "", "text"),
        ("string", "html", "", "text"),
        ("string", "phonenumber", "", "phone"),
        ("phone_number", "phonenumber", "", "phone"),
        ("number", "number", "", "number"),
        ("number", "calculation_rollup", "", "number"),
        ("number", "number", "money", "money"),
        ("number", "number", "percent", "percent"),
        ("number", "number", "duration", "duration"),
        ("string", "text", "interval", "interval"),
        ("date", "date", "", "date"),
        ("datetime", "date", "", "datetime"),
        ("bool", "booleancheckbox", "", "bool"),
        ("enumeration", "select", "", "option"),
        ("enumeration", "booleancheckbox", "", "option"),
        ("enumeration", "checkbox", "", "options"),
        ("enumeration", "select", "user", "user"),
        ("string", "text", "email", "email"),
        ("string", "text", "url", "url"),
        ("string", "text", "domain", "domain"),
        ("string", "text", "reference", "reference"),
        ("json", "text", "", "json"),
        ("object_coordinates", "text", "", "string"),
    ],
)
def test_declaration_gives_the_type(type_, field_type, format_, name):
    assert bind(Declared(type_, field_type, format_)).name == name


@pytest.mark.parametrize("item", ["email", "domain", "user"])
def test_checkbox_with_a_format_holds_several_of_it(item):
    bound = bind(Declared("enumeration", "checkbox", item))
    assert (bound.several, bound.item.name) == (True, item)


def test_equal_declarations_share_their_type_and_different_ones_do_not():
    options = (Choice("a", "A"),)
    assert bind(Declared("enumeration", "select", "", options)) is bind(Declared("enumeration", "radio", "", options))
    assert bind(Declared("number", scale=2)) is not bind(Declared("number", scale=3))
    assert bind(Declared("number", scale=2)).scale == 2
    assert bind(Declared("string", scale=2)) is bind(Declared("string", scale=3))


@pytest.mark.parametrize(("type_", "format_", "key"), [("strnig", "", "type"), ("string", "mail", "format")])
def test_unknown_word_is_refused_by_name(type_, format_, key):
    with pytest.raises(UnknownType) as caught:
        bind(Declared(type_, "text", format_))
    assert (caught.value.key, caught.value.word) == (key, format_ or type_)
    assert "string" in caught.value.hint


def test_several_is_no_format():
    with pytest.raises(UnknownType):
        bind(Declared("string", "text", "options"))


@pytest.mark.parametrize("name", TYPES)
def test_every_type_of_the_table_is_made_and_documented(name):
    declared = Declared("enumeration", "checkbox") if name == "options" else Declared("string", "text", name)
    bound = bind(declared)
    assert isinstance(bound, ValueType)
    assert bound.name == name
    assert bound.doc.endswith(".")
    assert bound.sql in {"TEXT", "INTEGER"}
    assert bound.several == (name == "options")


def test_binding_every_type_loads_no_library():
    heavy = ["phonenumbers", "publicsuffixlist", "idna", "decimal", "zoneinfo", "calendar", "difflib", "pathlib"]
    program = f"""
import sys
from types import SimpleNamespace
from crmcli.types import TYPES, bind
for name in TYPES:
    if name != "options":
        bind(SimpleNamespace(type="string", field_type="text", format=name, options=(), scale=6))
print([name for name in {heavy} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


ROOT = types.__file__.rsplit("/", 3)[0]
