"""The README tells the truth: its blocks marked `console` are played in order, in one folder, and must come out so."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from crmcli.model.compiled import declared_model
from crmcli.services.matrix import in_order

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_sessions_in_the_readme_are_what_happens(terminal):
    blocks = BLOCK.findall(README.read_text(encoding="utf-8"))
    assert len(blocks) == README.read_text(encoding="utf-8").count("```console")
    for block in blocks:
        session = []
        for line in (line[2:] for line in block.splitlines() if line.startswith("$ ")):
            if line.startswith("cd "):
                terminal = replace(terminal, folder=terminal.folder / line[3:])
                session.append(f"$ {line}\n")
            else:
                answer = terminal.shell(line)
                session.append(f"$ {line}\n{answer.stdout}{answer.stderr}")
        assert "".join(session) == block


def test_every_command_in_the_readme_exists():
    from crmcli.cli.root import ALIASES, COMMANDS

    named = re.findall(r"^(?:\$ | {4})crm (?:-C \S+ )?([a-z][a-z-]*)", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert named
    assert set(named) <= COMMANDS.keys() | ALIASES.keys()


OWN_OBJECT = re.compile(r"`(schemas/\w+\.yaml)`.*?^```yaml\n(.*?)^```\n\n((?: {4}[^\n]*\n)+)", re.MULTILINE | re.DOTALL)


def test_the_object_in_the_readme_works_as_soon_as_its_file_is_there(workspace):
    path, content, commands = OWN_OBJECT.search(README.read_text(encoding="utf-8")).groups()
    (workspace.folder / path).write_text(content, encoding="utf-8")
    lines = ["crm schema check", *commands.split("\n")[:-1], "crm doctor"]
    answers = [workspace.shell(line.strip()) for line in lines]
    assert [answer.transcript() for answer in answers if answer.code or answer.stderr] == []
    assert "specialty" in answers[4].stdout


def test_the_rules_in_the_readme_are_good(workspace):
    section = README.read_text(encoding="utf-8").partition("## Pipelines and rules")[2]
    (content,) = re.findall(r"^```yaml\n(.*?)^```$", section.partition("\n## ")[0], re.MULTILINE | re.DOTALL)
    (workspace.folder / "schemas" / "deal.yaml").write_text(content, encoding="utf-8")
    answers = [workspace.shell("crm user add Ada --id ada"), workspace.shell("crm schema check")]
    assert [answer.code for answer in answers] == [0, 0], answers[1].transcript()
    refused = workspace.shell("crm create deal name=X discount=30%")
    assert (refused.code, refused.stderr.splitlines()[0]) == (
        2,
        "Error: Approved by (approved_by) is needed where discount > 20%",
    )


TABLE = re.compile(
    r"(?<=<!-- objects: made by pytest tests/test_readme.py --snapshot-update -->\n).*?(?=<!-- end)", re.DOTALL
)


def object_table():
    """The table of objects, as Markdown."""
    model = declared_model("")
    lines = ["| category | object | what it is | properties |", "| --- | --- | --- | ---: |"]
    before = ""
    for name in in_order(model):
        thing = model.objects[name]
        category = thing.categories[0]
        label = thing.label + ("" if thing.active else "°")
        count = len(thing.properties)
        lines.append(f"| {category if category != before else ''} | {label} | {thing.description} | {count} |")
        before = category
    return "\n".join(lines) + "\n"


def test_the_table_of_objects_is_that_of_the_model(request):
    text = README.read_text(encoding="utf-8")
    if request.config.option.snapshot_update:
        README.write_text(TABLE.sub(lambda _: object_table(), text), encoding="utf-8")
    elif TABLE.search(text).group() != object_table():
        pytest.fail("make it anew: pytest tests/test_readme.py --snapshot-update")


PICTURE = re.compile(r"!\[[^\]]+\]\((tests/pictures/(\w+)\.svg)\)")
DRAWN_BY = {"graph": "crm -C demo graph company:1 -o svg", "model": "crm -C demo model -o svg"}


def test_the_pictures_in_the_readme_are_what_the_commands_draw(terminal, snapshot):
    snapshot.snapshot_dir = README.parent / "tests" / "pictures"
    found = dict(reversed(each) for each in PICTURE.findall(README.read_text(encoding="utf-8")))
    assert found.keys() == DRAWN_BY.keys()
    assert terminal.shell("crm demo demo").code == 0
    for name, command in DRAWN_BY.items():
        snapshot.assert_match(terminal.shell(command).stdout, f"{name}.svg")
