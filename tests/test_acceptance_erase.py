"""A person is erased: 40 words about them, planted wherever a workspace keeps any, are in no file afterwards."""

from __future__ import annotations

import base64
import json
from itertools import count
from pathlib import Path

import pytest

from crmcli.cli.place import cache_folder
from inside import Inside

WORDS = 40
NUMBER = "11223344"  # of the phone, as it stands in no other
# How texts name the person.
SPELLED = (
    "{first} {last}",
    "{last}, {FIRST}",
    "{FIRST}\n{last}",
    "<{EMAIL}>",
    "tel. 06 1122-3344",
    "+31 (0)6.11.22.33.44",
)


class Planted:
    """A workspace with a person, contact:1, and words about them in every place that there is."""

    def __init__(self, terminal):
        self.folder = terminal.folder
        self.words = []
        self._crm = Inside(terminal.folder, terminal)
        self._numbers = count(1)
        self._folders = terminal.folder, terminal.home, Path(cache_folder(str(terminal.folder)))
        self.first, self.last = self.word(), self.word()
        self.email, self.former_email = f"{self.word()}@example.com", f"{self.word()}@example.com"
        names = {"first": self.first, "last": self.last, "FIRST": self.first.upper(), "EMAIL": self.email.upper()}
        self.spelled = [text.format(**names) for text in SPELLED]

    def word(self) -> str:
        """A word that stands nowhere else; every third one is not ASCII."""
        number = next(self._numbers)
        self.words.append(f"zq{number:02}{'é' if number % 3 == 0 else 'x'}kv")
        return self.words[-1]

    def crm(self, *arguments, code=0):
        answer = self._crm.crm(*arguments)
        assert answer.code == code, answer.transcript()
        return answer

    def write(self, path: str, text: str, encoding: str = "utf-8") -> None:
        (self.folder / path).parent.mkdir(exist_ok=True)
        (self.folder / path).write_text(text, encoding)

    def change(self, path: Path, change) -> None:
        """Change a data file by hand."""
        tables = json.loads(path.read_text("utf-8"))
        change(tables)
        path.write_text(json.dumps(tables, indent=2, ensure_ascii=False), "utf-8")

    def found(self) -> dict[str, list[str]]:
        """The files of the workspace, the home and the cache that hold a word, in any encoding."""
        hits = {}
        for path in (path for folder in self._folders for path in folder.rglob("*") if path.is_file()):
            content = path.read_bytes().lower()
            words = [word for word in [*self.words, NUMBER] if any(form in content for form in encoded(word))]
            if words and ".git" not in path.parts:
                hits[str(path)] = words
        return hits

    def came_by_import(self) -> None:
        """An import that was taken back, and brought again: files that were put aside, another's text in one."""
        rows = [
            f"{self.first},{self.last},{self.former_email},{self.word()}",
            *(f"Person,Number{n}th,p{n}@company.example,clerk" for n in range(2, 1501)),
        ]
        self.write("many.csv", "\n".join(["First name,Last name,Email,Job title", *rows, ""]))
        self.crm("import", "contacts", "many.csv")
        (self.folder / "many.csv").unlink()
        self.crm("undo", "--yes")
        _, second = sorted((self.folder / "journal/removed").glob("*/contact/*.json"))
        self.change(second, lambda tables: tables["contact"]["1001"].update(company=f"{self.spelled[0]} & Co"))
        self.crm("undo", self.crm("history", "--limit", "1", "-o", "json").json[0]["operation"])

    def values(self) -> None:
        """Present and former values, further addresses, what was true before, what no schema knows."""
        self.crm("create", "company", "name=Acme", "domain=acme.example")
        self.crm("link", "contact:1", "company:1")
        self.crm("set", "contact:1", "phone=0611223344", f"jobtitle={self.word()}")
        self.crm("set", "contact:1", f"email={self.email}", f"hs_additional_emails+={self.word()}@example.com")
        self.crm("set", "contact:1", f"city={self.word()}", "--at", "2025-01-01")
        self.crm("set", "contact:1", "--clear", "city")
        shoe_size = {"of": [self.word()]}
        path = self.folder / "data/contact/00000.json"
        self.change(path, lambda tables: tables["contact"]["1"].update(shoe_size=shoe_size))

    def activities(self) -> None:
        """Activities on the person alone, changed and deleted ones among them."""
        self.crm("log", "note", "contact:1", "--only", "-m", f"Said {self.word()}")
        self.crm("log", "call", "contact:1", "--only", "-m", f"Asked {self.word()}")
        self.crm("set", "call:1", f"hs_call_body={self.word()}")
        self.crm("log", "note", "contact:1", "--only", "-m", f"Wrong: {self.word()}")
        self.crm("delete", "note:2", "--yes")
        self.crm("create", "task", f"name={self.word()}", "due=2026-04-01", "--link", "contact:1")

    def others(self) -> None:
        """Records of others that name the person, now and formerly; they stay."""
        name = f"dealname={self.spelled[0]}: engines"
        self.crm("create", "deal", name, "amount=100", "--link", "contact:1", "--link", "company:1")
        self.crm("log", "note", "company:1", "-m", f"Met {self.spelled[1]} there")
        self.crm("set", "note:3", f"hs_note_body=Met {self.spelled[2]} here")
        self.crm("log", "note", "company:1", "-m", f"Wrote to {self.spelled[3]}")
        self.crm("delete", "note:4", "--yes")
        self.crm("log", "call", "company:1", "-m", f"Called {self.spelled[4]} and {self.spelled[5]}")

    def merged(self) -> None:
        """A record that was merged into the person's, and what people said of the two before."""
        name = f"firstname={self.word()}"
        self.crm("create", "contact", name, f"email={self.word()}@example.com", f"jobtitle={self.word()}")
        self.crm("judgements", "add", "same", "contact:1", "contact:1501")
        self.crm("merge", "contact:1", "contact:1501", "--yes")

    def files(self) -> None:
        """Files of the folder: repair files, a plan, a map, a view, tables in other encodings, things to do."""
        self.write("leads.csv", f"First name,Email\n{self.first},{self.email}\nCy,cy\nDee,dee@dee.example\n")
        self.crm("import", "contacts", "leads.csv", "--mode", "create", code=3)
        self.crm("import", "contacts", "leads.csv", "--save", "plan.json", "--fixed", f"email={self.email}", code=3)
        said = f"message=of {self.spelled[0]}"
        self.crm("import", "contacts", "leads.csv", "--fixed", said, "--save-map", "hers", code=3)
        assert self.first in (self.folder / "imports/hers.yaml").read_text("utf-8")
        self.write("views/hers.yaml", f"object: contact\nwhere: email = '{self.email}'\n")
        self.write(
            "people.tsv", f'Name\tNote\n"{self.last}\t{self.first}"\t"{self.word()}\non two"\nBen\tx\n', "utf-16"
        )
        self.write("latin.csv", f"Email;Town\n{self.email};{self.word()}\nben@acme.example;Delft\n", "latin-1")
        self.write("todo.txt", f"Call {self.spelled[5]}\n")

    def copies(self) -> None:
        """What crashes and repairs copied aside."""
        self.write("journal/2026-02.1.jsonl.torn", f'{{"updated":"contact","id":1,"values":{{"city":["{self.word()}')
        self.write("data/contact/00000.json.damaged", self.word())


def encoded(word: str) -> set[bytes]:
    """A word as files may hold it: UTF-8, UTF-16, Latin-1, escaped as in JSON, and in base64 at any place."""
    plain = word.encode()
    forms = [plain, word.encode("utf-16-le"), word.encode("utf-16-be"), word.encode("latin-1")]
    forms.append(json.dumps(word)[1:-1].encode())
    for shift in range(3):  # of a group of three bytes: those that the word shares with its neighbours are left out
        text = base64.b64encode(b"\0" * shift + plain)
        forms.append(text[4 if shift else 0 : len(text) - 4])
    return {form.lower() for form in forms}


@pytest.fixture
def planted(workspace):
    """A workspace with words about contact:1 wherever it can keep any."""
    planted = Planted(workspace)
    planted.came_by_import()
    planted.values()
    planted.activities()
    planted.others()
    planted.merged()
    planted.files()
    planted.copies()
    while len(planted.words) < WORDS:
        planted.crm("set", "contact:1", f"jobtitle={planted.word()}", f"city={planted.word()}")
    planted.crm("search", planted.first)
    return planted


def test_nothing_of_the_person_is_left(planted):
    before = planted.found()
    assert {word for words in before.values() for word in words} == {*planted.words, NUMBER}
    assert len(before) >= 20

    answer = planted.crm("erase", "contact:1", "--redact", "--yes")

    assert planted.found() == {}
    assert not [word for word in planted.words if word in answer.stdout + answer.stderr]
    assert planted.crm("doctor").stdout.startswith("Everything is in order")
    assert planted.crm("search", planted.first, "-o", "ids").stdout == ""
    assert planted.found() == {}
