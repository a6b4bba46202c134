"""Mail as a table."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crmcli.errors import CrmError
from crmcli.formats.html_text import html_text
from crmcli.formats.mail import NoMail
from crmcli.formats.opening import Reading
from crmcli.formats.sniffing import MAIL, find_format
from reading import only, tables

MAILS = Path(__file__).parent.parent.parent / "shared" / "data" / "mail-cpython"
BETWEEN = "From ada@king.example Mon Jan 05 10:00:00 2026\n"
PARTS = """From: Ada King <Ada@King.Example>
To: ben@x.example, "Cas, the second" <cas@x.example>
Cc: ben@x.example
Subject: =?utf-8?q?Caf=C3=A9?= plans
Date: Mon, 5 Jan 2026 10:00:00 +0100
Message-ID: <1@king.example>
In-Reply-To: <0@x.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="B"

--B
Content-Type: multipart/alternative; boundary="C"

--C
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

See you at the caf=C3=A9.
--C
Content-Type: text/html; charset=utf-8

<p>See <b>you</b></p>
--C--
--B
Content-Type: application/pdf; name="../../menu.pdf"
Content-Disposition: attachment; filename="../../menu.pdf"
Content-Transfer-Encoding: base64

aGVsbG8=
--B--
"""


@pytest.fixture
def file(tmp_path):
    def write(content, name="mail.eml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def mail(file):
    def read(content):
        return only(file(content), Reading(format="mail"))

    return read


def test_a_mail(mail):
    found = mail(PARTS)
    assert (found.kind, found.typed, found.notes) == ("email", True, ["mail"])
    assert found.rows == [
        {
            "Date": "2026-01-05T09:00:00Z",
            "Subject": "Café plans",
            "From": "ada@king.example",
            "From name": "Ada King",
            "To": "ben@x.example;cas@x.example",
            "Cc": "ben@x.example",
            "Text": "See you at the café.",
            "Attachments": "../../menu.pdf",
            "Message ID": "1@king.example",
            "In reply to": "0@x.example",
        }
    ]


def test_a_box_of_mails(file):
    box = (
        f"{BETWEEN}From: a@x.example\nSubject: One\n\nhello\n>From here\n>>From there\nFrom all at 10:00\n\n"
        f"{BETWEEN}From: b@x.example\nSubject: Two\n\nhello\n"
    )
    found = only(file(box, "box"))
    assert [(row["Subject"], row["Text"]) for row in found.rows] == [
        ("One", "hello\nFrom here\n>From there\nFrom all at 10:00"),
        ("Two", "hello"),
    ]
    assert found.lines == [2, 11]


def test_a_box_with_windows_ends_of_lines(file):
    box = f"{BETWEEN}From: a@x.example\n\none\n\n{BETWEEN}From: b@x.example\n\ntwo\n".replace("\n", "\r\n")
    assert [row["Text"] for row in only(file(box, "box.mbox")).rows] == ["one", "two"]


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Date: Mon, 5 Jan 2026 10:00:00 +0100", "2026-01-05T09:00:00Z"),
        ("Date: 5 Jan 26 10:00 EST", "2026-01-05T15:00:00Z"),
        ("Date: Mon, 5 Jan 2026 10:00:00 -0000", "2026-01-05T10:00:00Z"),
        ("Date: yesterday\nReceived: by x;\n\tMon, 5 Jan 2026 11:00:00 +0000", "2026-01-05T11:00:00Z"),
        ("Date: yesterday", None),
    ],
)
def test_dates(mail, line, date):
    found = mail(f"From: a@x.example\n{line}\n\nhello\n")
    assert found.rows[0].get("Date") == date
    assert bool(found.remarks) == ("Received" in line)


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        (b"Subject: Zo\xc3\xab", "Zoë"),
        (b"Subject: Zo\xeb", "Zoë"),
        (b"Subject: =?nonsense?q?Zo=EB?=", "=?nonsense?q?Zo=EB?="),
        (b"Subject: =?iso-8859-1?q?Zo=EB?=", "Zoë"),
        (b"Subject: a\r\n folded line", "a folded line"),
    ],
)
def test_subjects(mail, line, subject):
    assert mail(b"From: a@x.example\r\n" + line + b"\r\n\r\nhello\r\n").rows[0]["Subject"] == subject


def test_a_page_is_read_as_text(mail):
    page = "<html><head><title>T</title><style>p{}</style></head><body><p>Hi &amp; welcome<br>Ada<script>x()</script>"
    found = mail(f"From: a@x.example\nContent-Type: text/html\n\n{page}\n")
    assert found.rows[0]["Text"] == "Hi & welcome\nAda"


@pytest.mark.parametrize(
    ("content", "text"),
    [(b"Zo\xeb", "Zoë"), ("Zoë".encode(), "Zoë"), (b"a\0b", "ab")],
)
def test_texts_in_unknown_encodings(mail, content, text):
    assert mail(b"From: a@x.example\nContent-Type: text/plain; charset=none\n\n" + content).rows[0]["Text"] == text


def test_what_is_no_mail_costs_one_row(file):
    found = only(file(f"{BETWEEN}X: y\n\nhello\n\n{BETWEEN}From: b@x.example\n\nhello\n", "box.mbox"))
    assert len(found.rows) == 1
    assert [(fault.line, fault.reason) for fault in found.faults] == [
        (2, "it names no sender, no recipient and no subject")
    ]


def test_without_a_mail_there_is_no_table(file):
    with pytest.raises(NoMail):
        tables(file("\n\n", "mail.eml"))


@pytest.mark.parametrize(
    "text",
    [
        "From: a@x.example\nSubject: Hello\n\nhello\n",
        "From: a@x.example\nContent-Type: text/plain\n\nhello\n",
        "Content-Type: text/plain\n\nhello\n",
        "From: a@x.example\nTo: b@x.example\nSubject: no blank line\nhello\n",
    ],
)
def test_a_mail_is_known_by_its_first_lines(text):
    assert find_format(io.BytesIO(text.encode()), "letter.txt") == MAIL


@pytest.mark.parametrize("text", ["From: a\nTo: b\nx;y\n", "subject: x\n\n1\n", "a:b\n1:2\n", "From: a,To: b\n1,2\n"])
def test_what_only_looks_a_little_like_mail_is_a_table(text):
    assert find_format(io.BytesIO(text.encode()), "table.txt") != MAIL


@given(some.text())
def test_a_text_without_marks_is_its_words(text):
    bare = text.replace("<", "").replace("&", "")
    assert html_text(bare).split() == bare.split()


@given(some.binary(max_size=2000))
def test_any_bytes_are_read_without_a_stumble(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("mail") / "any.eml"
    path.write_bytes(b"Subject: x\nContent-Type: multipart/mixed; boundary=B\n" + content)
    (found,) = tables(path, Reading(format="mail"))
    assert len(found.rows) + len(found.faults) == 1


@pytest.mark.skipif(not MAILS.exists(), reason="the data is not here")
def test_mails_of_others():
    rows, faulty, refused = set(), set(), set()
    for path in sorted(MAILS.glob("msg_[0-9]*[0-9a].txt")):
        try:
            found = only(path, Reading(format="mail"))
        except CrmError as error:
            assert isinstance(error, NoMail)  # noqa: PT017 - each file is its own case
            refused.add(path.stem)
            continue
        (faulty if found.faults else rows).add(path.stem)
    assert len(rows) == 42
    assert faulty == {"msg_19", "msg_37", "msg_38", "msg_39", "msg_40"}
    assert refused == {"msg_18"}
