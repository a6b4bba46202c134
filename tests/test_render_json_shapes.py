"""What the commands print as JSON has the shapes that json_shapes.md promises."""

from __future__ import annotations

import json
import re
import shutil
from functools import reduce
from pathlib import Path

import pytest

import crmcli.render
from crmcli.render.values import VERSION
from inside import Inside
from terminal import Terminal

PAGE = (Path(crmcli.render.__file__).parent / "json_shapes.md").read_text(encoding="utf-8")
SHAPES = {
    name: json.loads(block)
    for name, block in re.findall(r"^## (\w+)\n.*?```json\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)
}

# Mappings whose keys are data: objects, properties, verbs, roles.
BY_DATA = {"amounts", "properties", "associations", "counts", "details", "meanings"}
BY_DATA |= {"records", "roles", "rules", "from", "to", "weights", "texts"}

COMMANDS = {
    "record": "crm show contact:1",
    "listing": "crm list contacts --columns firstname,company.name",
    "found": "crm search ada",
    "timeline": "crm timeline contact:1",
    "tasks": "crm next",
    "day": "crm today --all",
    "kinds": "crm log",
    "written": "crm set contact:1 jobtitle=Engineer",
    "imported": "crm import contacts people.csv --column Mail=email --dry-run",
    "explained": "crm import contacts people.csv --explain",
    "maps": "crm schema map list",
    "operations": "crm history",
    "events": "crm history contact:1",
    "difference": "crm diff",
    "counts": "crm report counts",
    "reports": "crm report",
    "report": "crm report deals --group-by stage",
    "dashboards": "crm dashboard",
    "dashboard": "crm dashboard monday",
    "objects": "crm schema list",
    "schema": "crm schema show deal",
    "property": "crm schema show deal.hs_priority",
    "usage": "crm schema usage contacts",
    "plan": "crm schema plan",
    "overview": "crm",
    "whoami": "crm whoami --actor ada",
    "users": "crm user list",
    "diagnosis": "crm doctor",
    "check": "crm schema check",
    "pipelines": "crm pipeline list deals",
    "pipeline": "crm pipeline show deals",
    "board": "crm list deals --layout board",
    "board_by": "crm list deals --layout board --by owner",
    "calendar": "crm list deals --layout calendar --by createdate",
    "gantt": "crm list deals --layout gantt --from createdate --to createdate",
    "cards": "crm list contacts --layout cards",
    "views": "crm view list",
    "view": "crm view show mine",
    "tools": "crm model matrix",
    "matrix": "crm model matrix --associations",
    "duplicates": "crm dedupe contacts",
    "file_duplicates": "crm dedupe contacts --file people.csv --min 0",
    "comparison": "crm dedupe contacts --explain contact:1 contact:3",
    "planned_merges": "crm dedupe contacts --save plan.json",
    "judgements": "crm judgements list",
    "segments": "crm segment list",
    "segment": "crm segment show Leads",
    "why": "crm segment why Leads contact:1",
    "members_changed": "crm segment changes",
    "merged": "crm merge contact:1 contact:3 --dry-run",
    "backup": "crm backup ../backup.tar",
    "restored": "crm restore-backup ../kept.tar ../restored",
    "erased": "crm erase contact:1 --dry-run",
    "subject_report": "crm subject-report contact:1",
    "taken_back": "crm -C ../empty import --from-export ../everything --dry-run",
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A workspace with something of everything."""
    made = Terminal(tmp_path_factory.mktemp("work") / "crm", tmp_path_factory.mktemp("home"))
    made.folder.mkdir()
    (made.folder / "people.csv").write_text("First name,Mail\nBen,ben@example.com\nNobody,not one\n")
    for line in (
        "crm init . --name Acme --currency EUR --country NL --user 'Ada Lovelace' --email ada@example.com",
        "crm create company name=Acme domain=acme.example",
        "crm create contact firstname=Ada lastname=Lovelace email=ada@acme.example --link company:1",
        "crm create deal name=Engines amount=12500 owner=ada@example.com closedate=today",
        "crm log call contact:1 -m Hello direction=out --follow-up 'fri: send offer'",
        "crm create contact firstname=Ada lastname=King && crm judgements add different contact:1 contact:2",
        "crm create contact firstname=Ada lastname=Lovelase && crm judgements add same contact:1 contact:3",
        "crm import contacts people.csv --column Mail= --mode update --save-map people || true",
        "mkdir dashboards && echo 'reports: [{report: counts}]' > dashboards/monday.yaml",
        "crm segment create Leads contacts --where 'lastname = \"Lovelace\" and firstname is known'",
        "crm segment changes && crm segment add Leads contact:2",
        "crm view save mine deals --where 'amount > 1' --columns name,amount --sort -amount --default",
        "crm backup ../kept.tar",
        "crm export all --output-dir ../everything",
        "crm init ../empty --name Empty --currency EUR --country NL",
    ):
        answer = made.shell(line)
        assert answer.code == 0, answer.transcript()
    return made


def shape(value, key=""):
    """The keys of a document, all the way down; of an array the shapes that occur in it."""
    if isinstance(value, dict) and key in BY_DATA:
        return "by data", merged(shape(each) for each in value.values())
    if isinstance(value, dict):
        return {name: shape(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [merged(shape(each) for each in value)]
    return "value"


def merged(shapes):
    """One shape for several; None for none."""
    return reduce(joined, shapes, None)


def joined(one, other):
    """The shape of both: what is empty in one is as in the other."""
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return {name: joined(one[name], other[name]) for name in one}
    if isinstance(one, list) and isinstance(other, list):
        return [joined(one[0], other[0])]
    return one if one == other else "value"


def agree(printed, promised):
    """Whether a printed shape is the promised one; what is empty or unset on either side agrees with all."""
    if printed is None or promised is None or "value" in (printed, promised):
        return True
    if isinstance(promised, dict):
        return (
            isinstance(printed, dict)
            and printed.keys() == promised.keys()
            and all(agree(printed[name], promised[name]) for name in promised)
        )
    if isinstance(promised, list | tuple):
        return type(printed) is type(promised) and all(map(agree, printed, promised))
    return printed == promised


def test_every_shape_has_its_command():
    assert SHAPES.keys() == COMMANDS.keys()


@pytest.fixture(autouse=True)
def _made_anew(filled):
    """What a command makes is not there yet."""
    (filled.folder.parent / "backup.tar").unlink(missing_ok=True)
    shutil.rmtree(filled.folder.parent / "restored", ignore_errors=True)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_shape_is_as_promised(name, filled):
    answer = filled.shell(COMMANDS[name] + " --json")
    printed = shape(answer.json)
    promised = shape(SHAPES[name])
    assert agree(printed, promised), (printed, promised)
    if isinstance(answer.json, dict):
        assert answer.json["version"] == VERSION


def test_a_missing_key_is_noticed():
    promised = shape(SHAPES["whoami"])
    assert not agree(shape({key: 1 for key in SHAPES["whoami"] if key != "root"}), promised)
    assert not agree(shape([{"value": 1}]), shape(SHAPES["counts"]))


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("form", ["jsonl", "csv", "tsv", "yaml", "markdown", "ids"])
def test_every_command_has_every_form(name, form, filled, monkeypatch):
    monkeypatch.chdir(filled.folder)
    answer = Inside(filled.folder, filled).crm(*COMMANDS[name].split()[1:], "-o", form)
    assert answer.code in (0, 3), answer.transcript()
    assert "Traceback" not in answer.stderr
