"""What `crm help expressions` promises is so, on the built-in objects."""

from __future__ import annotations

import subprocess
import sys

import pytest

import crmcli.query
from crmcli.frozen import replace
from crmcli.model.compiled import load_model
from crmcli.query import HELP, compile_condition, parse
from querying import CONTEXT


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    root = tmp_path_factory.mktemp("named")
    (root / "segments").mkdir()
    for name, of in {"Big deals": "deal", "Key accounts": "company", "Hot leads": "contact"}.items():
        (root / "segments" / f"{name}.yaml").write_text(f"object: {of}\nstatic: true\n")
    return replace(load_model("", str(tmp_path_factory.mktemp("cache"))), root=str(root))


@pytest.mark.parametrize("example", [text for topic in HELP for text, _ in topic.examples])
def test_examples_work_on_deals(model, example):
    assert parse(example).source == example
    assert compile_condition(example, model.objects["deal"], model, CONTEXT).sql.endswith(" IS TRUE")


def test_topics_are_for_a_terminal():
    assert all(len(topic.title) < 40 and topic.text.endswith(".") for topic in HELP)


def test_every_public_name_is_there():
    assert {name: getattr(crmcli.query, name) for name in crmcli.query.__all__}.keys() == set(crmcli.query.__all__)
    with pytest.raises(AttributeError, match="no attribute 'parsed'"):
        crmcli.query.parsed  # noqa: B018


def test_importing_the_package_loads_nothing_of_it():
    script = "import sys, crmcli.query; print([m for m in sys.modules if m.startswith('crmcli.query.')])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"
