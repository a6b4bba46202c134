"""Every object goes through every command, by what its YAML says alone: those that are shipped, and unseen ones.

Nothing here knows an object. Values are invented from the types of its properties, associations from its pairs.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from crmcli.model.compiled import load_model
from crmcli.model.files import built_in_folder
from crmcli.types import type_name
from declared import CONTEXT
from inside import Inside
from terminal import Terminal

SHIPPED = sorted(path.stem for path in Path(built_in_folder("schemas")).glob("[a-z]*.yaml"))
# Dropped into a workspace: one with all that an object may have, one with as little as there can be.
UNSEEN = {
    "roast_batch": """
label: Roast batch
plural: Roast batches
aliases: [roast, roasts]
based_on: _custom
keys: [hs_object_id, lot]
display: [lot]
secondary: [quality]
columns: [lot, roasted_on, quality, value, hs_pipeline_stage]
required: [lot]
search: [lot, tasting]
roles: {name: lot, amount: value, status: hs_pipeline_stage}
pipelines:
  roasting:
    label: Roasting
    stages: {green: Green, roasting: {label: In the drum, color: orange}, done: {label: Done, closed: true}}
associations:
  contact: {limit: 3, labels: {Taster: {limit: 2}, Buyer: {inverse: Bought}}}
  deal: {}
  roast_batch: {labels: {Parent batch: {inverse: Child batch, inverse_limit: 1, acyclic: true}}}
groups:
  batch:
    label: Batch
    properties:
      lot: {label: "Green lot #", type: string, unique: true, rules: {min_length: 2}}
      roasted_on: {label: Roast date, type: date, aliases: [Roasted]}
      quality: {label: Quality score, type: number, rules: {min: 0, max: 1000}}
      value: {label: Value, type: number, format: money}
      loss: {label: Loss, type: number, format: percent}
      lasted: {label: Lasted, type: number, format: duration}
      origin: {label: Origin, type: enumeration, fieldType: select, options: {ET: Ethiopia, NO: Norway}}
      notes: {label: Flavours, type: enumeration, fieldType: checkbox, options: {nutty: Nutty, floral: Floral}}
      organic: {label: Organic, type: bool}
      tasting: {label: Tasting, type: string, fieldType: textarea}
      roaster: {label: Roaster, type: enumeration, fieldType: select, format: user}
      shop: {label: Shop, type: string, format: url}
""",
    "bare_thing": "label: Bare thing\nplural: Bare things\nproperties:\n  a: {label: A, type: string}\n",
}
INIT = [
    *("init", "--name", "Acme", "--currency", "EUR", "--time-zone", "Europe/Amsterdam"),
    *("--country", "NL", "--user", "Ada"),
]


@pytest.fixture(scope="module")
def crm(tmp_path_factory):
    """A workspace where all objects are active, with two of its own."""
    folder, home = tmp_path_factory.mktemp("crm"), tmp_path_factory.mktemp("home")
    inside = Inside(folder, Terminal(folder, home))
    made = inside.crm(*INIT)
    assert made.code == 0, made.transcript()
    for name, text in UNSEEN.items():
        (folder / "schemas").mkdir(exist_ok=True)
        (folder / "schemas" / f"{name}.yaml").write_text(text, encoding="utf-8")
    for name, words in model_of(folder).words.items():
        if not words.active:
            inside.done("object", "activate", name)
    return inside


def model_of(folder):
    return load_model(str(folder), "")


@pytest.fixture(scope="module")
def model(crm):
    return model_of(crm.folder)


INVENTED = {
    "string": "{label} {n}",
    "text": "{label} {n}, with more to say",
    "number": "{n}",
    "percent": "{n}%",
    "money": "{n}.50",
    "duration": "{n}h",
    "date": "2026-05-{day:02}",
    "datetime": "2026-05-{day:02} 09:30",
    "bool": "yes",
    "email": "{name}.{n}@example.com",
    "url": "https://example.com/{n}",
    "domain": "{name}{n}.example.com",
    "phone": "+31612345{n:03}",
    "user": "ada",
    "json": '{{"n": {n}}}',
    "interval": "weekly",
}


def invented(thing, prop, n):
    """A value of a property, as a person types it; another one for another n."""
    if prop.options:
        offered = [option.value for option in prop.options if not option.hidden]
        return offered[n % len(offered)]
    form = INVENTED.get(type_name(prop), INVENTED["string"])
    return form.format(label=prop.label, name=f"{thing.name}-{prop.name}".replace("_", "-"), n=n, day=n % 28 + 1)


def fillable(thing):
    """The properties that a person fills; a pipeline and a stage fill themselves."""
    piped = {thing.roles.get("pipeline"), thing.roles.get("stage")}
    return [
        prop
        for prop in thing.properties.values()
        if not (prop.system or prop.read_only or prop.formula or prop.name in piped or prop.format == "reference")
    ]


def values(thing, n):
    return {prop.name: invented(thing, prop, n) for prop in fillable(thing)}


def assignments(given):
    return [f"{name}={value}" for name, value in given.items()]


def needed(model, name):
    """The objects that a record of this one cannot be without."""
    thing = model.objects[name]
    own = [pair for pair in model.pairs.values() if pair.owner == name]
    required = [pair.other for pair in own if pair.required]
    return [*required, *[pair.other for pair in own if pair.required_any][:1], *thing.parents[:1]]


class Office:
    """Makes records, with those that they need."""

    def __init__(self, crm, model):
        self.crm, self.model = crm, model
        self._count = 0

    def next(self):
        """A number that no record was made with."""
        self._count += 1
        return self._count

    def create(self, name):
        """Create a record with all its properties and what it needs; give its reference and its values."""
        thing = self.model.objects[name]
        given = values(thing, self.next())
        links = [word for other in needed(self.model, name) for word in ("--link", self.create(other)[0])]
        answer = self.crm.done("create", name, *assignments(given), *links)
        return answer.stdout.split()[0], given


@pytest.fixture(scope="module")
def office(crm, model):
    return Office(crm, model)


def shown(crm, ref):
    return crm.done("show", ref, "--json").json


def as_stored(prop, text):
    return prop.value_type.parse(text, CONTEXT)


@pytest.mark.parametrize("name", [*SHIPPED, *UNSEEN])
def test_an_object_goes_through_every_command(office, name, tmp_path):
    crm, thing = office.crm, office.model.objects[name]
    ref, given = office.create(name)
    _is_shown_and_listed(crm, thing, ref, given)
    _is_set(office, thing, ref)
    _goes_out_and_comes_in(office, thing, ref, tmp_path)
    _is_associated(office, thing, ref)
    _is_logged_on(office, thing, ref)
    assert ref in crm.done("graph", ref).stdout
    before = shown(crm, ref)
    crm.done("delete", ref, "--yes")
    assert crm.crm("show", ref).code == 4
    crm.done("restore", ref)
    after = shown(crm, ref)
    assert after["properties"] == before["properties"]
    assert after["associations"] == before["associations"]
    crm.done("doctor")


def _is_shown_and_listed(crm, thing, ref, given):
    held = shown(crm, ref)["properties"]
    for name, text in given.items():
        prop = thing.properties[name]
        assert held[name] == _plain(as_stored(prop, text)), name
    (row,) = [row for row in crm.done("list", thing.plural, "--json").json if row["id"] == ref]
    assert list(row) == ["id", *thing.columns] or not thing.columns
    assert ref in crm.done("list", thing.name, "-o", "ids").stdout.split()


def _plain(value):
    return list(value) if isinstance(value, tuple) else value


def _is_set(office, thing, ref):
    prop = next(prop for prop in fillable(thing) if not prop.unique)
    text = invented(thing, prop, office.next())
    office.crm.done("set", ref, f"{prop.name}={text}")
    assert shown(office.crm, ref)["properties"][prop.name] == _plain(as_stored(prop, text))


def _goes_out_and_comes_in(office, thing, ref, folder):
    given = values(thing, office.next())
    row = {thing.properties[name].label: text for name, text in given.items()}
    row |= {f"associations.{other}": office.create(other)[0] for other in needed(office.model, thing.name)}
    path = folder / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    answer = office.crm.done("import", thing.plural, path)
    assert f"1 {thing.label.lower()} created" in answer.stdout + answer.stderr
    out = office.crm.done("export", thing.name)
    rows = list(csv.DictReader(io.StringIO(out.stdout)))
    assert ref in [row["id"] for row in rows]
    again = folder / "again.csv"
    again.write_text(out.stdout, encoding="utf-8")
    answer = office.crm.done("import", thing.name, again)
    assert "created" not in answer.stdout + answer.stderr


def _is_associated(office, thing, ref):
    """Link it with an object that may have any number of it; where there is none, the refusal says what to do."""
    crm, model = office.crm, office.model
    free = [
        pair
        for pair in model.pairs_of(thing.name)
        if not (pair.needed or pair.other in model.objects[pair.owner].parents)
    ]
    if not free:
        refused = crm.crm("link", ref, office.create("contact")[0])
        assert refused.code == 2
        assert "line item" in refused.stderr or "crm schema association allow" in refused.stderr
        return
    pair = free[0]
    other, _ = office.create(pair.other if pair.owner == thing.name else pair.owner)
    crm.done("link", ref, other)
    kind = other.partition(":")[0]
    assert other in [record["id"] for record in shown(crm, ref)["associations"][kind]["records"]]


def _is_logged_on(office, thing, ref):
    """Log what can be logged on it; the timeline tells it."""
    crm, model = office.crm, office.model
    words = {
        word: activity
        for activity in model.objects_with("activity")
        for word in model.objects[activity].log
        if model.pair(activity, thing.name) and "activity" not in thing.object_roles
    }
    if not words:
        assert crm.crm("log", "note", ref, "-m", "Heard").code == 2
        crm.done("timeline", ref)
        return
    for word in words:
        due = ["due=2026-05-01"] if "task" in model.objects[words[word]].object_roles else []
        crm.done("log", word, ref, "-m", f"Heard by {word}", *due)
    told = crm.done("timeline", ref).stdout
    for word in words:
        assert f"Heard by {word}" in told
