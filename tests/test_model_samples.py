"""The sample data fit the built-in schemas: headings, values, references and unique keys."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from crmcli.model.compiled import load_model
from crmcli.model.files import built_in_folder
from crmcli.model.names import find_object_name, find_property
from declared import CONTEXT

SAMPLES = Path(built_in_folder("sample-data"))
REFERENCE = re.compile(r"(\w+):(\d+)(\*?)(?:\[(.*)\])?")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model("", str(tmp_path_factory.mktemp("cache")))


def rows(name):
    with (SAMPLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def links(cell):
    return [REFERENCE.fullmatch(item.strip()).groups() for item in cell.split(";") if item.strip()]


def is_link(rows, heading):
    return heading != "ID" and any(REFERENCE.match(row[heading]) for row in rows)


NAMES = sorted(path.stem for path in SAMPLES.glob("*.csv"))


def test_the_four_that_every_crm_has_come_with_thirty_rows_or_more_and_what_goes_with_them_with_a_few(model):
    assert set(NAMES) <= set(model.objects)
    for name in NAMES:
        basic = name in ("company", "contact", "deal", "ticket")
        assert (30 if basic else 2) <= len(rows(name)) <= 60


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_is_a_value_of_the_property_that_its_heading_means(model, name):
    sample = rows(name)
    for heading in sample[0]:
        if heading == "ID" or is_link(sample, heading):
            continue
        prop = find_property(model.objects[name], heading)
        assert not prop.read_only or prop == model.objects[name].role("created"), heading
        for row in sample:
            if row[heading]:
                prop.value_type.parse(row[heading], CONTEXT)


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_numbered(name):
    assert [row["ID"] for row in rows(name)] == [f"{name}:{n}" for n in range(1, len(rows(name)) + 1)]


@pytest.mark.parametrize("name", NAMES)
def test_references_point_at_rows_and_labels_are_declared(model, name):
    sample = rows(name)
    for heading in (h for h in sample[0] if is_link(sample, h)):
        other = find_object_name(model, heading)
        labels = {word for label in model.pair(name, other).labels for word in (label.name, label.inverse)}
        for number, row in enumerate(sample, start=1):
            for thing, record, _, label in links(row[heading]):
                assert thing == other
                assert 1 <= int(record) <= len(rows(other))
                assert (thing, int(record)) != (name, number)
                assert label is None or label in labels


@pytest.mark.parametrize("name", NAMES)
def test_keys_are_unique_but_near_duplicates_are_there(model, name):
    for prop in model.objects[name].unique_properties():
        heading = next((h for h in rows(name)[0] if h.casefold() == prop.label.casefold()), None)
        values = [row[heading] for row in rows(name) if heading and row[heading]]
        assert len(values) == len(set(values))
    phones = [row["Mobile phone"] for row in rows("contact") if row["Mobile phone"]]
    assert len(phones) > len(set(phones))


def test_people_are_invented_and_belong_to_their_company_by_their_address():
    domains = [row["Domain"] for row in rows("company")]
    assert all(domain.endswith(".example") for domain in domains)
    for row in rows("contact"):
        assert row["Email"].endswith(".example")
        for _, number, _, _ in links(row["Companies"]):
            assert row["Email"].split("@")[1] == domains[int(number) - 1]
