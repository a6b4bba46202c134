"""Any file as plain CSV."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.formats.opening import Reading
from crmcli.formats.text_encoding import NoEncoding
from crmcli.services.normalising import CsvNotWritten, normalise, normalise_to


def normalised(content: bytes, **said):
    sink = io.StringIO(newline="")
    made = normalise("-", io.BytesIO(content), sink, Reading(**said))
    return sink.getvalue(), made


def test_it_is_utf_8_with_commas_double_quotes_and_crlf():
    text, made = normalised("Leads\n\nname;note\nAda;one, two\nBob;'x'\n".encode("utf-16"))
    assert text == "name,note\r\nAda,\"one, two\"\r\nBob,'x'\r\n"
    assert made.notes == ["-: UTF-16, semicolons, headings on line 3"]
    assert (made.rows, made.faulty) == (2, 0)


def test_headings_that_the_file_does_not_have_are_not_made_up():
    text, made = normalised(b"ada@x.org,1\nbob@x.org,2\n")
    assert text == "ada@x.org,1\r\nbob@x.org,2\r\n"
    assert made.notes == ["-: no headings"]


def test_rows_that_are_not_sound_are_written_in_their_places_and_told():
    text, made = normalised(b'id,name\n1\n2,"open\n3,x,y\n4,z\n')
    assert text == 'id,name\r\n1\r\n2,"""open"\r\n3,x,y\r\n4,z\r\n'
    assert (made.rows, made.faulty) == (4, 3)
    assert [fault.line for fault in made.faults] == [2, 3, 4]


def test_what_was_done_to_lines_is_told():
    _, made = normalised(b'id,name,town\n1,"the "best" one",x\n2;Bob;y\n')
    assert made.notes == [
        "-: quotes inside a quoted cell that are not doubled, read as they are meant (line 2)",
        "-: divided otherwise than by commas (line 3)",
    ]


def test_an_empty_file_makes_an_empty_one():
    assert normalised(b"")[0] == ""
    assert normalised(b"\n\n")[0] == ""


def test_a_new_file_is_made_for_its_owner_only(tmp_path):
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_text("a;b;c\n1;2;3\n")
    normalise_to(str(target), str(source), None, Reading())
    assert target.read_bytes() == b"a,b,c\r\n1,2,3\r\n"
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CsvNotWritten, match="exists already"):
        normalise_to(str(target), str(source), None, Reading())


def test_a_file_that_cannot_be_read_leaves_nothing(tmp_path):
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_text("a,b\n")
    with pytest.raises(NoEncoding):
        normalise_to(str(target), str(source), None, Reading(encoding="klingon"))
    assert not target.exists()


@settings(deadline=None)
@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["C"])), min_size=2, max_size=2), max_size=6))
def test_what_was_made_is_made_again_of_itself(rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["name", "note"], *rows, ["Ada", "x"]])
    once, _ = normalised(text.getvalue().encode(), header_line=1)
    again, made = normalised(once.encode(), header_line=1)
    assert again == once
    assert made.faulty == 0
