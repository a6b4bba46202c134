"""vCards as tables of people and organisations."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crmcli.formats.card_lines import divided, plain
from crmcli.formats.opening import Reading
from crmcli.formats.vcard import NoCards
from reading import only, tables

CARDS = Path(__file__).parent.parent.parent / "shared" / "data" / "vcard-khard" / "vcards"


@pytest.fixture
def file(tmp_path):
    def write(content, name="people.vcf"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.replace("\n", "\r\n").encode())
        return path

    return write


@pytest.fixture
def card(file):
    """The cells of a card with these lines."""

    def read(lines, version="3.0"):
        found = only(file(f"BEGIN:VCARD\nVERSION:{version}\n{lines}\nEND:VCARD\n"))
        return found.rows[0]

    return read


def test_a_card(file):
    found = only(
        file(
            "BEGIN:VCARD\nVERSION:3.0\nN:King;Ada;Augusta;Lady;\nFN:Lady Ada Augusta King\n"
            "EMAIL;TYPE=INTERNET,HOME:ada@king.example\nEMAIL;TYPE=work;PREF=1:ada@engines.example\n"
            "TEL;TYPE=CELL,VOICE:+44 7700 900123\nTEL;TYPE=work:+44 20 7946 0018\nTEL;TYPE=home:+44 20 7946 0999\n"
            "TEL;TYPE=work,fax:+44 20 7946 0019\nORG:Engines Ltd;Research;Analysis\nTITLE:Analyst\n"
            "ADR;TYPE=home:;;1 Lane;Bath;;BA1;UK\nADR;TYPE=work:;Floor 2;12 St James's Sq\\, East;London;;SW1Y;UK\n"
            "BDAY:1815-12-10\nURL:https://engines.example\nNOTE:Met in June\\nat the fair\nCATEGORIES:Science,Friends\n"
            "UID:42\nEND:VCARD\n"
        )
    )
    assert (found.kind, found.typed) == ("person", True)
    assert found.rows == [
        {
            "Salutation": "Lady",
            "First Name": "Ada",
            "Middle Name": "Augusta",
            "Last Name": "King",
            "Email": "ada@engines.example",
            "Additional emails": "ada@king.example",
            "Phone": "+44 20 7946 0018",
            "Mobile Phone": "+44 7700 900123",
            "Fax": "+44 20 7946 0019",
            "Other phones": "+44 20 7946 0999",
            "Company": "Engines Ltd",
            "Department": "Research / Analysis",
            "Job Title": "Analyst",
            "Street": "12 St James's Sq, East, Floor 2",
            "City": "London",
            "Postal Code": "SW1Y",
            "Country": "UK",
            "Other addresses": "1 Lane, Bath, BA1, UK",
            "Birthday": "1815-12-10",
            "Website": "https://engines.example",
            "Notes": "Met in June\nat the fair",
            "Categories": "Science;Friends",
            "UID": "42",
        }
    ]


@pytest.mark.parametrize(
    ("lines", "cells"),
    [
        # soft line breaks, in the middle of a character too
        ("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Schr=C3=\n=B6der;Mar=\nk;;;", {"Last Name": "Schröder"}),
        ("N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg", {"Last Name": "Müller"}),
        ("N:A;B\nNOTE;QUOTED-PRINTABLE:one=0D=0Atwo", {"Notes": "one\ntwo"}),
        ("N:A;B\nTEL;CELL;VOICE:+31 6", {"Mobile Phone": "+31 6"}),
        ("N:A;B\nEMAIL;INTERNET:x@y.example\nEMAIL;INTERNET;PREF:a@b.example", {"Email": "a@b.example"}),
        ("N:A;B\nPHOTO;JPEG;ENCODING=BASE64:\n iVBO\n Rw0=\n\nTEL:1", {"Phone": "1"}),
        ("N:A;B\nPHOTO;JPEG;ENCODING=BASE64:iVBO\nRw0=\n\nTEL:1", {"Phone": "1"}),
        ("N:A;B\nAGENT:\nBEGIN:VCARD\nN:Z;Y\nEND:VCARD\nTEL:1", {"Phone": "1", "Last Name": "A"}),
    ],
)  # fmt: skip
def test_version_2(card, lines, cells):
    found = card(lines, "2.1")
    assert {heading: found.get(heading) for heading in cells} == cells


@pytest.mark.parametrize(
    ("lines", "cells"),
    [
        ('TEL;VALUE=uri;TYPE="voice,cell";PREF=1:tel:+1-555-0100;ext=12', {"Mobile Phone": "+1-555-0100 ext. 12"}),
        (
            "EMAIL;PREF=2:b@x.example\nEMAIL;PREF=1:a@x.example",
            {"Additional emails": "b@x.example"},
        ),
        ("N;ALTID=1;LANGUAGE=jp:山田;太郎;;;\nN;ALTID=1;LANGUAGE=en:Yamada;Taro;;;", {"Last Name": "山田"}),
        ("BDAY:--0412", {"Birthday": "--04-12"}),
        ("BDAY:19530412T220000Z", {"Birthday": "1953-04-12"}),
        ("BDAY;VALUE=text:circa 1800", {"Birthday": "circa 1800"}),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12", {"Birthday": "--04-12"}),
        ("item1.TEL:+31 6\nitem1.X-ABLabel:_$!<Mobile>!$_", {"Mobile Phone": "+31 6"}),
        ("ROLE:Analyst", {"Job Title": "Analyst"}),
        (
            "X-SOCIALPROFILE;type=linkedin:https://www.linkedin.com/in/ada",
            {"LinkedIn": "https://www.linkedin.com/in/ada"},
        ),
        ("ADR:;;1 Lane,Flat 2;Bath;;;", {"Street": "1 Lane, Flat 2"}),
        ("NOTE:a fold\n ed line", {"Notes": "a folded line"}),
        ("TEL;TYPE=pager:1", {"Other phones": "1"}),
    ],
)
def test_versions_3_and_4(card, lines, cells):
    found = card(f"FN:Ada King\n{lines}", "4.0")
    assert {heading: found.get(heading) for heading in cells} == cells


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("FN:Jan van der Berg", ("Jan", "van der Berg", None)),
        ("FN:King\\, Ada", ("Ada", "King", None)),
        ("FN:Ada", ("Ada", None, None)),
        ("N:King;Ada;;;\nFN:Ada King", ("Ada", "King", None)),
        ("N:King;Ada;;;\nFN:The Countess", ("Ada", "King", "The Countess")),
        ("N:;;;;\nFN:Ada King", ("Ada", "King", None)),
    ],
)
def test_names(card, lines, names):
    found = card(lines)
    assert (found.get("First Name"), found.get("Last Name"), found.get("Full Name")) == names


def test_organisations_are_a_table_of_their_own_and_groups_stay_out(file):
    path = file(
        "BEGIN:VCARD\nVERSION:4.0\nFN:Ada King\nEND:VCARD\nBEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Acme\n"
        "URL:acme.example\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nX-ABShowAs:COMPANY\nORG:Zeta\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Friends\nEND:VCARD\n"
    )
    people, firms = tables(path)
    assert (people.kind, firms.kind) == ("person", "organisation")
    assert firms.rows == [{"Company": "Acme", "Website": "acme.example"}, {"Company": "Zeta"}]
    assert firms.lines == [5, 11]
    assert "left out: 1 group" in people.notes


def test_what_no_column_has_is_said(file):
    found = only(file("BEGIN:VCARD\nVERSION:4.0\nFN:Ada\nPHOTO:data:image/png,aaaa\nX-SHOE-SIZE:38\nEND:VCARD\n"))
    assert found.notes == ["vCard", "left out: 1 photo, X-SHOE-SIZE"]


def test_a_broken_card_costs_no_other(file):
    found = only(
        file(
            "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nBEGIN:VCARD\nVERSION:3.0\nFN:Ben\n"
            "NOTE:one\ntwo without a fold\nEND:VCARD\n"
            "BEGIN:VCARD\nVERSION:3.0\nFN:Cas"
        )
    )
    assert found.rows == [{"First Name": "Ben", "Notes": "one\ntwo without a fold"}]
    assert [(fault.line, fault.reason) for fault in found.faults] == [
        (1, "it does not end: END:VCARD is missing"),
        (10, "it does not end: END:VCARD is missing"),
    ]
    assert [remark.line for remark in found.remarks] == [8]


@pytest.mark.parametrize(
    "content",
    [
        "BEGIN:VCARD\nVERSION:3.0\nFN:Zoë King\nEND:VCARD\n".encode(),
        "BEGIN:VCARD\nVERSION:3.0\nFN:Zoë King\nEND:VCARD\n".encode("utf-8-sig"),
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoë King\r\nEND:VCARD\r\n".encode("utf-16"),
        "BEGIN:VCARD\rVERSION:3.0\rFN:Zoë King\rEND:VCARD\r".encode(),
        "begin:vcard\nversion:3.0\nfn:Zoë King\nend:vcard\n".encode("cp1252"),
        "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=cp1252:Zoë King\nEND:VCARD\n".encode("cp1252"),
        b"BEGIN:VCARD\nVERSION:3.0\nFN:Zo" + b"\xc3\n \xab King\nEND:VCARD\n",  # folded within a character
    ],
)
def test_encodings_and_ends_of_lines(file, content):
    assert only(file(content)).rows == [{"First Name": "Zoë", "Last Name": "King"}]


def test_without_a_card_there_is_no_table(file):
    with pytest.raises(NoCards):
        tables(file("hello\n"), Reading(format="vcard"))


@given(some.lists(some.text(), min_size=1))
def test_parts_come_back(parts):
    escaped = [part.replace("\\", "\\\\").replace(";", "\\;").replace("\n", "\\n") for part in parts]
    assert [plain(part) for part in divided(";".join(escaped), ";")] == parts


@given(some.text(alphabet=some.characters(codec="utf-8"), max_size=300))
def test_any_text_is_read_without_a_stumble(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("cards") / "any.vcf"
    path.write_text(f"BEGIN:VCARD\nFN:Ada\n{text}\nEND:VCARD\nBEGIN:VCARD\nFN:Ben\nEND:VCARD\n", newline="")
    assert sum(len(table.rows) + len(table.faults) for table in tables(path, Reading(format="vcard"))) >= 1


@pytest.mark.skipif(not CARDS.exists(), reason="the data is not here")
def test_cards_of_others():
    found = {path.name: tables(path)[0] for path in sorted(CARDS.glob("*.vcf"))}
    assert len(found) == 20
    assert {name for name, table in found.items() if table.faults} == {"unparsable.vcf"}
    assert {name for name, table in found.items() if table.kind == "organisation"} == {"org.vcf"}
    assert found["post.vcf"].rows[0]["Street"] == "Main Street 1, Ext"
    assert found["photov3.vcf"].notes == ["vCard", "left out: 1 photo"]
    assert found["joe.vcf"].rows[0]["Email"] == "jcitizen@foo.com"
