"""A small CRM in memory, with the index tables that the store makes, for the tests of query."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crmcli.model.objects import Label, Model, ObjectType, Option, Pair, Pipeline, Property, Stage
from crmcli.query import FUNCTIONS, Selection, compile_condition, compile_value, select
from crmcli.query.mistakes import QueryError
from crmcli.types.base import Context, User

CONTEXT = Context(
    datetime(2026, 11, 23, 10, 0, tzinfo=UTC),  # a Monday, 11:00 in Amsterdam
    ZoneInfo("Europe/Amsterdam"),
    "NL",
    "EUR",
    (User("ada", "Ada Lovelace", "ada@example.com"), User("ben", "Ben Nevis", "ben@example.com")),
    "ada",
)


def prop(name, type_="string", field_type="text", **more):
    more.setdefault("label", name.capitalize())
    return Property(name=name, type=type_, field_type=field_type, **more)


def enumeration(name, *options, field_type="select", **more):
    return prop(name, "enumeration", field_type, options=tuple(Option(v, label) for v, label in options), **more)


def thing(name, plural, *properties, **more):
    return ObjectType(name, name.capitalize(), plural, {p.name: p for p in properties}, **more)


STAGES = (Stage("new", "New"), Stage("closedwon", "Closed Won", 1.0, closed=True))
SERVICE = (Stage("fresh", "New"), Stage("done", "Closed Won", closed=True))
PIPELINES = (Pipeline("sales", "Sales", STAGES), Pipeline("service", "Service", SERVICE))

PERSON = thing(
    "person",
    "People",
    prop("firstname", label="First name", aliases=("given",)),
    prop("email", format="email"),
    prop("phone", format="phone"),
    enumeration("phase", ("lead", "Lead"), ("customer", "Paying customer"), label="Phase"),
    enumeration("topics", ("a", "Apples"), ("b", "Big pears"), ("c", "Cherries"), field_type="checkbox"),
    enumeration("optout", ("true", "Yes"), ("false", "No"), field_type="booleancheckbox"),
    prop("active", "bool", "booleancheckbox"),
    prop("score", "number", "number"),
    prop("visits", "number", "number", scale=0),
    prop("share", "number", "number", format="percent"),
    prop("birthday", "date", "date"),
    prop("joined", "datetime", "date"),
    prop("owner_id", format="user", label="Owner"),
    prop("calls", "number", "number", format="duration"),
    prop("extra", "json", "text"),
    prop("changed", "datetime", "date", read_only=True, system=True),
    prop("double", "number", "number", formula="score * 2"),
    prop("fourfold", "number", "number", formula="double * 2", scale=2),
    prop("fine", "number", "number", formula="visits + 1", scale=3),
    prop("circle", "number", "number", formula="spiral + 1"),
    prop("spiral", "number", "number", formula="circle + 1"),
    prop("mistyped", "number", "number", formula="firstname"),
    prop("greeting", formula="concat('Hi ', firstname)"),
    prop("joinday", "date", "date", formula="joined"),
    prop("broken", "number", "number", formula="scor + 1"),
    roles={"owner": "owner_id", "created": "joined", "modified": "changed", "name": "firstname"},
    aliases=("folks",),
)
FIRM = thing("firm", "Firms", prop("name"), prop("city"), prop("size", "number", "number"), roles={"name": "name"})
SALE = thing(
    "sale",
    "Sales",
    prop("title"),
    prop("amount", "number", "number", format="money"),
    prop("cost", "number", "number", format="money", scale=2),
    prop("currency"),
    enumeration("stage_id", *((s.id, s.label) for s in (*STAGES, *SERVICE)), label="Stage"),
    prop("closed", "date", "date"),
    prop("made", "datetime", "date"),
    roles={"stage": "stage_id", "currency": "currency", "created": "made", "amount": "amount"},
    pipelines=PIPELINES,
)
PAIRS = (
    Pair(
        "person",
        "firm",
        primary=True,
        labels=(
            Label("Informant", "Informant", "person", "firm"),
            Label("Head of", "Led by", "person", "firm"),
            Label("Supplier", "Buyer", "firm", "person"),
        ),
    ),
    Pair("sale", "person"),
    Pair("sale", "firm", primary=True),
    Pair(
        "person",
        "person",
        labels=(Label("Manager", "Employee", "person", "person"), Label("Friend", "Friend", "person", "person")),
    ),
)
MODEL = Model({t.name: t for t in (PERSON, FIRM, SALE)}, {(p.owner, p.other): p for p in PAIRS}, "made by hand")


def micros(text):
    return round(datetime.fromisoformat(text).timestamp()) * 1_000_000


def database(rows=(), links=(), history=(), creation=()):
    """Make the index of rows (object, id, stored values) and links (owner, id, other, id, primary, labels)."""
    connection = sqlite3.connect(":memory:")
    for name, (arity, function) in FUNCTIONS.items():
        connection.create_function(name, arity, function, deterministic=True)
    for made in MODEL.objects.values():
        columns = "".join(f', "{p.name}" {p.value_type.sql}' for p in made.properties.values())
        connection.execute(f'CREATE TABLE "{made.name}" (id INTEGER PRIMARY KEY, "_extra" TEXT{columns})')
    connection.executescript(
        """CREATE TABLE _association (pair INTEGER, owner INTEGER, other INTEGER, is_primary INTEGER, labels TEXT,
                                     PRIMARY KEY (pair, owner, other)) WITHOUT ROWID;
           CREATE TABLE _history (object TEXT, id INTEGER, property TEXT, at INTEGER, op TEXT, old TEXT, new TEXT,
                                 recorded INTEGER);
           CREATE TABLE _operation (id TEXT PRIMARY KEY, undoes TEXT);
           CREATE TABLE _creation (object TEXT, first INTEGER, last INTEGER, op TEXT, at INTEGER);
           CREATE TABLE _tombstone (object TEXT, first INTEGER, into_id INTEGER, PRIMARY KEY (object, first));"""
    )
    for name, record, values in rows:
        types = {p.name: p.value_type for p in MODEL.objects[name].properties.values()}
        names = "".join(f', "{key}"' for key in values)
        marks = ", ?" * len(values)
        cells = [types[key].column(value) for key, value in values.items()]
        connection.execute(f'INSERT INTO "{name}" (id{names}) VALUES (?{marks})', [record, *cells])
    for owner, a, other, b, primary, labels in links:
        code = MODEL.pairs[owner, other].code
        stored = json.dumps(labels) if labels else None
        connection.execute("INSERT INTO _association VALUES (?, ?, ?, ?, ?)", (code, a, b, primary, stored))
    for name, record, key, at, old, new in history:
        texts = [None if value is None else json.dumps(value) for value in (old, new)]
        connection.execute(
            "INSERT INTO _history VALUES (?, ?, ?, ?, 'op', ?, ?, ?)", (name, record, key, at, *texts, at)
        )
    connection.executemany("INSERT INTO _creation VALUES (?, ?, ?, 'op', ?)", creation)
    return connection


def matching(connection, name, text, context=CONTEXT):
    """The ids of the records that a filter selects."""
    found = compile_condition(text, MODEL.objects[name], MODEL, context)
    return [
        row[0]
        for row in connection.execute(f'SELECT t.id FROM "{name}" t WHERE {found.sql} ORDER BY 1', found.parameters)
    ]


def computed(connection, name, text, record=1, context=CONTEXT):
    """What an expression computes for one record, as its stored value; None where it is unset."""
    found = compile_value(text, MODEL.objects[name], MODEL, context)
    (value,) = connection.execute(
        f'SELECT {found.sql} FROM "{name}" t WHERE t.id = ?', (*found.parameters, record)
    ).fetchone()
    return None if value is None else found.value_type.stored(value)


def refused(name, text, context=CONTEXT):
    """The refusal of a filter: class, message with the caret, hint."""
    try:
        compile_condition(text, MODEL.objects[name], MODEL, context)
    except QueryError as error:
        return type(error).__name__, error.message, error.hint
    raise AssertionError(f"{text!r} was taken")


def rows(connection, name, where=None, **more):
    """The rows and headings of a selection."""
    found = select(Selection(MODEL.objects[name], where, **more), MODEL, CONTEXT)
    return connection.execute(found.sql, found.parameters).fetchall(), [c.heading for c in found.columns]
