"""A person is erased: 40 words about them, planted in every place where a workspace keeps any, are in no file after it."""

from __future__ import annotations

import base64
import json
from itertools import count
from pathlib import Path

import pytest

from crmcli.cli.place import cache_folder
from inside import Inside

WORDS = 40
# Where what may be redacted names the person: e-mail, phone and full name in many spellings.
SPELLED = (
    "{first} {last}",
    "{last}, {FIRST}",
    "{FIRST}\n{last}",
    "<{EMAIL}>",
    "tel. 06 1122-3344",
    "+31 (0)6.11.22.33.44",
)


class Planting:
    """Hands out the words, each once, and looks for them in files."""

    def __init__(self):
        self.words = []
        self._numbers = count(1)

    def word(self) -> str:
        """A word that stands nowhere else; every third one is not ASCII."""
        number = next(self._numbers)
        self.words.append(f"zq{number:02}{'é' if number % 3 == 0 else 'x'}kv")
        return self.words[-1]

    def found(self, *folders: Path) -> dict[str, list[str]]:
        """The files below these folders that hold a word, in any encoding."""
        hits = {}
        for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
            if ".git" in path.parts:
                continue
            content = path.read_bytes().lower()
            words = [word for word in [*self.words, "11223344"] if any(each in content for each in encoded(word))]
            if words:
                hits[str(path)] = words
        return hits


def encoded(word: str) -> set[bytes]:
    """A word as files may hold it: UTF-8, UTF-16, Latin-1, escaped as in JSON, and in base64 at any place."""
    plain = word.encode()
    shifted = [base64.b64encode(b" " * shift + plain + b"  ").decode() for shift in range(3)]
    inner = [text[4:-4] if shift else text[:-4] for shift, text in enumerate(shifted)]
    forms = [plain, word.encode("utf-16-le"), word.encode("utf-16-be"), word.encode("latin-1")]
    forms += [json.dumps(word)[1:-1].encode(), *(text.encode() for text in inner if len(text) >= 8)]
    return {form.lower() for form in forms}


@pytest.fixture
def planted(workspace):
    """A workspace with Ada (contact:1) and others, and words of hers wherever a workspace can keep any."""
    planting, crm = Planting(), Inside(workspace.folder, workspace)
    word = planting.word
    first, last, email, old_email = word(), word(), f"{word()}@example.com", f"{word()}@example.com"
    names = {"first": first, "last": last, "FIRST": first.upper(), "EMAIL": email.upper()}
    spelled = [text.format(**names) for text in SPELLED]
    # She came with an import that was taken back and brought again: files that were put aside.
    people = [
        f"{first},{last},{old_email},{word()}",
        *(f"Person,Number{n}th,p{n}@company.example,clerk" for n in range(2, 1501)),
    ]
    table = workspace.folder / "many.csv"
    table.write_text("\n".join(["First name,Last name,Email,Job title", *people, ""]), "utf-8")
    crm.done("import", "contacts", "many.csv")
    table.unlink()
    crm.done("undo", "--yes")
    shards = sorted((workspace.folder / "journal/removed").glob("*/contact/*.json"))
    aside = json.loads(shards[1].read_text("utf-8"))
    aside["contact"]["1001"]["company"] = f"{spelled[0]} & Co"
    shards[1].write_text(json.dumps(aside, indent=2, ensure_ascii=False), "utf-8")
    crm.done("undo", crm.done("history", "--limit", "1", "-o", "json").json[0]["operation"])
    # Herself: values, former values, further addresses, what no schema knows, what was true before.
    crm.done("create", "company", "name=Acme", "domain=acme.example")
    crm.done("link", "contact:1", "company:1")
    crm.done("set", "contact:1", "phone=0611223344")
    crm.done("set", "contact:1", f"email={email}", f"hs_additional_emails+={word()}@example.com")
    crm.done("set", "contact:1", f"jobtitle={word()}")
    crm.done("set", "contact:1", f"city={word()}", "--at", "2025-01-01")
    crm.done("set", "contact:1", "--clear", "city")
    path = workspace.folder / "data/contact/00000.json"
    tables = json.loads(path.read_text("utf-8"))
    tables["contact"]["1"]["shoe_size"] = {"of": [word()]}
    path.write_text(json.dumps(tables, indent=2, ensure_ascii=False), "utf-8")
    # Others, who stay.
    crm.done(
        "create", "deal", f"dealname={spelled[0]}: engines", "amount=100", "--link", "contact:1", "--link", "company:1"
    )
    # Activities on her alone, changed and deleted ones; and on others, who name her.
    crm.done("log", "note", "contact:1", "--only", "-m", f"Said {word()}")
    crm.done("log", "call", "contact:1", "--only", "-m", f"Asked {word()}")
    crm.done("set", "call:1", f"hs_call_body={word()}")
    crm.done("log", "note", "contact:1", "--only", "-m", f"Wrong: {word()}")
    crm.done("delete", "note:2", "--yes")
    crm.done("create", "task", f"name={word()}", "due=2026-04-01", "--link", "contact:1")
    crm.done("log", "note", "company:1", "-m", f"Met {spelled[1]} there")
    crm.done("set", "note:3", f"hs_note_body=Met {spelled[2]} here")
    crm.done("log", "note", "company:1", "-m", f"Wrote to {spelled[3]}")
    crm.done("delete", "note:4", "--yes")
    crm.done("log", "call", "company:1", "-m", f"Called {spelled[4]} and {spelled[5]}")
    # A record that was merged into hers, as its tombstone keeps it; and one that was deleted.
    crm.done("create", "contact", f"firstname={word()}", f"email={word()}@example.com", f"jobtitle={word()}")
    merged(workspace.folder / "data/contact/00001.json", 1501, into=1)
    # Files of the folder: a repair file, a plan, settings, tables in other encodings, notes.
    (workspace.folder / "leads.csv").write_text(
        f"First name,Email\n{first},{email}\nCy,cy\nDee,dee@dee.example\n", "utf-8"
    )
    assert crm.crm("import", "contacts", "leads.csv", "--mode", "create").code == 3
    assert crm.crm("import", "contacts", "leads.csv", "--save", "plan.json", "--fixed", f"email={email}").code == 3
    (workspace.folder / "views").mkdir(exist_ok=True)
    (workspace.folder / "views/hers.yaml").write_text(f"object: contact\nwhere: email = '{email}'\n", "utf-8")
    (workspace.folder / "people.tsv").write_text(
        f'Name\tNote\n"{last}\t{first}"\t"{word()}\non two lines"\nBen\tx\n', "utf-16"
    )
    (workspace.folder / "latin.csv").write_text(f"Email;Town\n{email};{word()}\nben@acme.example;Delft\n", "latin-1")
    (workspace.folder / "todo.txt").write_text(f"Call {spelled[5]}\n", "utf-8")
    # What crashes and repairs copied aside; the journal of another clone; the schema of the workspace.
    (workspace.folder / "journal/2026-02.1.jsonl.torn").write_text(
        f'{{"updated":"contact","id":1,"values":{{"x":["{word()}', "utf-8"
    )
    (workspace.folder / "data/contact/00000.json.damaged").write_text(word(), "utf-8")
    while len(planting.words) < WORDS:
        crm.done("set", "contact:1", f"jobtitle={word()}", f"city={word()}")
    crm.done("search", first)
    return planting, crm


def merged(path: Path, record_id: int, *, into: int) -> None:
    """Let a record be merged into another, as the data file keeps it."""
    tables = json.loads(path.read_text("utf-8"))
    row = tables["contact"].pop(str(record_id))
    tomb = {"kind": "merged", "into": into, "operation": "0123456789abcdef", "record": row, "associations": {}}
    tables.setdefault("tombstones", {})[str(record_id)] = tomb
    path.write_text(json.dumps(tables, indent=2, ensure_ascii=False), "utf-8")


def test_nothing_of_the_person_is_left(planted, workspace):
    planting, crm = planted
    everywhere = workspace.folder, workspace.home, Path(cache_folder(str(workspace.folder)))
    before = planting.found(*everywhere)
    assert {word for words in before.values() for word in words} == {*planting.words, "11223344"}
    assert len(before) >= 15

    answer = crm.done("erase", "contact:1", "--redact", "--yes")

    assert planting.found(*everywhere) == {}
    assert not [word for word in planting.words if word in answer.stdout + answer.stderr]
    crm.done("doctor")
    assert planting.found(*everywhere) == {}
