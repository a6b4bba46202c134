"""Whatever is done to a file: its tables are whole, or it is refused in words."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from crmcli.errors import CrmError
from crmcli.formats.opening import Reading, opened

FILES = {
    "csv": 'Report\r\n\r\nName,Mail,Born\r\nAda,ada@king.example,1815-12-10\r\n"Ben; Roe",b@x.example,\r\nTotal,2,\r\n',
    "json": '{"results": [{"id": "7", "properties": {"name": "Ada", "tags": ["a", "b"], "score": 1.50}}], "x": null}',
    "jsonl": '{"name": "Ada", "score": 1e3}\n{"name": "Zo\\u00eb", "firm": {"name": "Acme"}}\n',
    "vcard": """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Schr=C3=B6der;Mark
TEL;CELL:06 12345678
item1.EMAIL;TYPE=WORK:m@x.example
PHOTO;ENCODING=b:aGVsbG8=
END:VCARD
""",
    "ics": """BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Lunch
DTSTART;TZID=Europe/Berlin:20261201T110000
DURATION:PT1H
RRULE:FREQ=DAILY;COUNT=3
END:VEVENT
BEGIN:VTODO
DUE:20261202
END:VTODO
END:VCALENDAR
""",
    "mail": """From ada Mon Jan  5 10:00:00 2026
From: Ada <ada@king.example>
To: ben@x.example
Subject: =?utf-8?q?Ol=C3=A9?=
Date: Mon, 5 Jan 2026 10:00:00 +0100
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PHA+SGk8L3A+
--x--
""",
}
PIECES = [
    *(bytes([character]) for character in b"\r\n\"',;:=\0\xff\\{]<\x1b"), b"\xef\xbb\xbf", b"=?x?q?", b"1e999",
    b"BEGIN:VEVENT\n", b"END:VCARD\n", b"CHARSET=klingon;", b"TZID=No/Where:", b"DTSTART;VALUE=DATE:99991231\n",
    b"P99999999W", b"9" * 5000, b"From x Mon Jan  5 10:00:00 2026\n", b"Content-Transfer-Encoding: uuencode\n",
]  # fmt: skip
PLACES = some.integers(0, 1000)
CHANGES = some.lists(some.tuples(PLACES, PLACES, some.sampled_from(PIECES)), min_size=1, max_size=6)


@pytest.mark.parametrize("word", FILES)
@given(changes=CHANGES)
@settings(max_examples=60, deadline=None)
def test_its_tables_are_whole_or_it_is_refused(word, changes):
    content = FILES[word].encode()
    for place, length, piece in changes:  # a piece is put in place of some bytes, most often of none
        start = place % (len(content) + 1)
        content = content[:start] + piece + content[start + max(length - 900, 0) :]
    try:
        with opened("-", io.BytesIO(content), Reading(format=word)) as tables:
            blocks = [(table, block) for table in tables for block in table.blocks()]
    except CrmError:
        return
    for table, block in blocks:
        assert [len(column) for column in block.columns] == [len(block.lines)] * len(table.header)
        assert {type(cell) for column in block.columns for cell in column} <= {str}


@pytest.mark.parametrize(
    ("word", "content"),
    [
        ("json", b"[" * 200_000),
        ("json", b'[{"a": ' + b'{"a": ' * 100_000 + b"1" + b"}" * 100_001 + b"]"),
        ("jsonl", b'{"a": ' * 100_000 + b"\n"),
        ("vcard", b"BEGIN:VCARD\r\n" * 2_000 + b"END:VCARD\r\n" * 2_000),
        ("ics", b"BEGIN:VEVENT\r\n" + b"BEGIN:VALARM\r\n" * 5_000 + b"END:VALARM\r\n" * 5_000 + b"END:VEVENT\r\n"),
        ("mail", b"From: a@x.example\n" + b"".join(
            b"Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n" % (n, n) for n in range(3_000))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_nested_without_end_is_refused_or_read(word, content):
    with suppress(CrmError), opened("-", io.BytesIO(content), Reading(format=word)) as tables:
        assert sum(len(block.lines) + len(block.faults) + block.blank for one in tables for block in one.blocks())
