"""The words of other programs and languages: what stands in the tables is what the schema has, and is kept."""

from __future__ import annotations

import json
import os

import pytest

from crmcli.model import headings
from crmcli.model.compiled import load_model
from crmcli.model.files import built_in_folder
from crmcli.model.headings import WHOLE, fold_heading, heading_words
from crmcli.model.load import read_yaml
from crmcli.model.shape import OBJECT_ROLES, ROLES

FOLDER = os.path.join(built_in_folder("schemas"), "headings")
FILES = sorted(os.listdir(FOLDER))


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    return heading_words(str(tmp_path_factory.mktemp("cache") / "office"))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model("", str(tmp_path_factory.mktemp("cache") / "model"))


@pytest.mark.parametrize("file", FILES)
def test_a_table_is_sound_yaml_of_properties_that_there_are(file, model):
    with open(os.path.join(FOLDER, file), "rb") as opened:
        block, problems = read_yaml(opened.read(), file)
    assert problems == []
    assert block.entries.keys() <= {"source", "marks", "objects", "roles", "other", "neutral", "hosts", "options"}
    assert block.text("source")
    for key in ("objects", "hosts"):
        for name, targets in block.blocks(key).items():
            parts = {part for target in targets.entries for part in target.split(WHOLE)}
            assert parts <= model.objects[name].properties.keys(), name
    assert {part for target in block.block("roles").entries for part in target.split(WHOLE)} <= set(ROLES)
    assert block.block("neutral").entries.keys() <= {"all", *OBJECT_ROLES}


def test_no_heading_is_both_a_property_and_none(words):
    for source in words.sources:
        held = {heading for found in source.objects.values() for heading in found}
        assert held.isdisjoint(source.other), source.name


def test_words_of_options_mean_options_that_there_are_and_none_that_they_are(words, model):
    said = [
        (prop, {fold_heading(option.label): option.value for option in prop.options})
        for found in model.objects.values()
        for prop in found.properties.values()
        if prop.options
    ]
    labels = {label for _, own in said for label in own} | {"won", "lost"}  # these many pipelines have
    assert {label for meant in words.options.values() for label in meant} <= labels
    for word, meant in words.options.items():
        assert word not in meant, word
        for prop, own in said:
            assert len({own[label] for label in meant if label in own}) <= 1, (word, prop.name)


def test_folding_leaves_letters_and_figures():
    assert fold_heading(" Straße (Nr. 2) ") == fold_heading("STRASSE_NR-2") == "strassenr2"
    assert fold_heading("Téléphone") == "telephone"
    assert fold_heading("Discount %") != fold_heading("Discount")
    assert fold_heading("☎ #") == ""


@pytest.mark.parametrize(
    ("header", "origin"),
    [
        (["First Name", "Business Street", "E-mail Address"], "Outlook"),
        (["Given Name", "E-mail 1 - Value"], "Google"),
        (["First Name", "URL", "Connected On"], "LinkedIn"),
        (["OwnerId", "SystemModstamp", "Name"], "Salesforce"),
        (["Person - Name", "Person - Email"], "Pipedrive"),
        (["First Name", "Last Name", "Email"], None),
    ],
)
def test_a_file_is_known_by_its_marks(words, header, origin):
    found = words.origin(map(fold_heading, header), "contact")
    assert (found.name if found else None) == origin


def test_the_words_are_kept_beside_the_workspaces_and_read_from_there(tmp_path, monkeypatch):
    first = heading_words(str(tmp_path / "office"))
    (kept,) = tmp_path.glob("headings.*.json")
    monkeypatch.setattr(headings, "_read", lambda _: pytest.fail("the YAML is read again"))
    assert heading_words(str(tmp_path / "other")) == first
    monkeypatch.undo()
    kept.write_text(json.dumps({"format": 0}), encoding="utf-8")
    assert heading_words(str(tmp_path / "office")) == first
    kept.write_text("no JSON", encoding="utf-8")
    assert heading_words(str(tmp_path / "office")) == first
