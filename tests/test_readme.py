"""The README tells the truth: its blocks marked `console` are played in order, in one folder, and must come out so."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

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


PEOPLE = "Name,E-mail,Phone,Notes,Shoe size\nAda King,ada@king.example,06 12345678,Likes blue,38\n"
SOURCES = {
    "google.csv": "First Name,Last Name,E-mail 1 - Label,E-mail 1 - Value\nAda,King,Work,ada@king.example\n",
    "leads.csv": PEOPLE,
    "sales.csv": "Email,Company name,Deal name\nada@king.example,King,Loom\n",
    "more.csv": PEOPLE.replace("Ada", "Eva").replace("ada@", "eva@"),
    "Account.csv": "Id,Name,Website\n001A,Halden & Co,halden.example\n",
    "Contact.csv": "Id,AccountId,FirstName,LastName,Email\n003A,001A,Nick,Halden,nick@halden.example\n",
    "Deal.csv": "Id,AccountId,Name,StageName,Amount\n006A,001A,Spring,Closed Won,1200.50\n",
    "inbox.mbox": "From ada@king.example Mon Mar  2 09:00:00 2026\nFrom: ada@king.example\nTo: me@here.example\n"
    "Date: Mon, 02 Mar 2026 09:00:00 +0000\nMessage-ID: <1@king.example>\nSubject: Blue engines\n\nWhen?\n",
    "team.ics": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//here//EN\r\nBEGIN:VEVENT\r\nUID:1@here\r\n"
    "DTSTAMP:20260302T090000Z\r\nDTSTART:20260303T090000Z\r\nDTEND:20260303T100000Z\r\nSUMMARY:Engines\r\n"
    "ATTENDEE:mailto:ada@king.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "portal/deals.csv": "Record ID,Deal Name,Pipeline,Deal Stage\n7,Loom,Mills,Spinning\n",
}


def lines_of(heading: str) -> list[str]:
    """Give the command lines of a section that are printed for themselves."""
    section = README.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^ {4}(crm .*)$", section, re.MULTILINE)


def test_each_line_that_brings_or_takes_data_works_as_printed(workspace):
    lines = lines_of("Bring your data")
    for path, content in SOURCES.items():
        target = workspace.folder / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content.encode())
    with ZipFile(workspace.folder / "portal.zip", "w") as portal:
        portal.write(workspace.folder / "portal" / "deals.csv", "deals.csv")
    answers = [workspace.shell(line) for line in lines]
    assert len(answers) == 15
    assert [answer.transcript() for answer in answers if answer.code] == []
    assert workspace.shell("crm doctor").code == 0
    columns = "firstname,company.name,count(emails),count(meetings)"
    listed = workspace.shell(f"crm list contacts --columns '{columns}' -o csv").stdout
    assert [line.partition(",")[2] for line in listed.splitlines()[1:]] == [
        "Ada,King,1,1",
        "Nick,Halden & Co,0,0",
        "Eva,,0,0",
    ]


def test_each_line_that_shows_what_is_there_works_as_printed(terminal):
    terminal = replace(terminal, now="2026-11-23T09:00:00Z")
    assert terminal.shell("crm demo demo").code == 0
    terminal = replace(terminal, folder=terminal.folder / "demo")
    lines = lines_of("See what is there")
    answers = [terminal.shell(line) for line in lines]
    assert len(answers) == 18
    assert [answer.transcript() for answer in answers if answer.code] == []
    assert "Windmolen" in terminal.shell('crm segment members "Dutch customers"').stdout
    assert "<svg" in (terminal.folder / "won.html").read_text("utf-8")


def test_the_lines_for_cron_end_as_they_say(terminal):
    terminal = replace(terminal, now="2026-11-23T09:00:00Z")
    assert terminal.shell("crm demo crm").code == 0
    entries = re.findall(r"^    (?:\S+ ){5} +cd ~/crm && (crm .*)$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(entries) == 2
    terminal = replace(terminal, folder=terminal.folder / "crm")
    hygiene, page = (line.replace("~/public_html/", "") for line in entries)
    checked = hygiene.partition(" > ")[0]
    assert terminal.shell(checked).code == 7
    assert terminal.shell(checked.replace("10", "100")).code == 0
    assert "Deals without next step" in terminal.shell(hygiene).stdout
    assert terminal.shell(page).code == 0
    assert (terminal.folder / "monday.html").read_text("utf-8").startswith("<!DOCTYPE html>")


ADDRESSES = """\
First name,Last name,Email,Phone,Company,City,Birthday
Nick,Halden,nick@halden.example,212-555-0142,Halden & Co,New York,1977-05-14
Nicholas,Haldne,,(212) 555-0142,Halden and Co.,New York,1977-05-14
Eva,Perez,eva@museum.example,617-555-0101,Burke Museum,Boston,1981-02-03
Nick,Halden,,212-555-0142,,New York,2004-09-30
N.,Halden,halden@old.example,,,Chicago,
Eva,Peres,eva.perez@mail.example,617-555-0101,Burke Museum,Boston,
Tara,Wells,tara@wells.example,303-555-0199,Wells Tea,Denver,1990-12-12
"""


def test_each_line_that_cleans_up_an_address_book_works_as_printed(workspace):
    (workspace.folder / "addresses.csv").write_text(ADDRESSES)
    lines = lines_of("Clean up a messy address book")
    answers = [workspace.shell(line) for line in lines]
    assert len(answers) == 10
    assert [answer.transcript() for answer in answers if answer.code] == []
    assert workspace.shell("crm doctor").code == 0
    listed = workspace.shell("crm list contacts --columns firstname,email,hs_additional_emails -o csv").stdout
    assert listed.splitlines()[1:] == [
        "contact:1,Nick,nick@halden.example,",
        "contact:3,Eva,eva@museum.example,eva.perez@mail.example",
        "contact:4,Nick,,",
        "contact:5,N.,halden@old.example,",
        "contact:7,Tara,tara@wells.example,",
    ]
    assert workspace.shell("crm dedupe contacts -o ids").stdout == ""
