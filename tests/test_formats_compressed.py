"""Compressed files, and telling formats by what files begin with."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crmcli.errors import CrmError
from crmcli.formats.compressed import UnreadableArchive
from crmcli.formats.expansion import Expands
from crmcli.formats.opening import FORMAT_WORDS, OPENERS, PACKED, Reading, UnknownFormat, opened
from crmcli.formats.sniffing import find_format
from reading import only, read, tables

CSV = b"Name,Mail\nAda,ada@king.example\n"
CARD = b"BEGIN:VCARD\nVERSION:3.0\nFN:Ada King\nEND:VCARD\n"
PACK = {"gz": gzip.compress, "xz": lzma.compress, "bz2": bz2.compress}


@pytest.fixture
def file(tmp_path):
    def write(content, name):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def archive(members, method=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("word", PACK)
@pytest.mark.parametrize("name", ["people.csv.", "people.", "people.txt", "people.csv"])
def test_a_packed_file_is_unpacked_whatever_it_is_called(file, word, name):
    path = file(PACK[word](CSV), name + word if name.endswith(".") else name)
    found = only(path)
    assert (found.name, found.rows) == (str(path), [{"Name": "Ada", "Mail": "ada@king.example"}])


def test_several_streams_behind_one_another(file):
    assert len(only(file(gzip.compress(CSV) + gzip.compress(b"Ben,b@x.example\n"), "people.csv.gz")).rows) == 2


def test_an_archive_has_the_tables_of_its_files(file):
    content = archive({
        "people.csv": CSV, "cards/a.vcf": CARD, "inner.csv.gz": gzip.compress(CSV), "read.me.md": "x", "folder/": "",
        "__MACOSX/._people.csv": "x", ".DS_Store": "x", "empty.csv": "",
    })  # fmt: skip
    path = file(content, "all.zip")
    found = tables(path)
    assert [table.name for table in found] == [f"{path}[{n}]" for n in ("people.csv", "cards/a.vcf", "inner.csv.gz")]
    assert [table.kind for table in found] == ["", "person", ""]
    assert "left out: read.me.md" in found[0].notes
    assert only(path, Reading(sheet="cards/a.vcf")).rows == [{"First Name": "Ada", "Last Name": "King"}]


def test_a_name_in_an_archive_is_no_path(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = file(archive({"../../../escape.csv": CSV, "/etc/passwd.csv": CSV}), "all.zip")
    before = sorted(os.walk(tmp_path.parent))
    assert len(tables(path)) == 2
    assert sorted(os.walk(tmp_path.parent)) == before


@pytest.mark.parametrize("word", PACK)
def test_a_file_that_was_not_copied_whole_is_refused(file, word):
    whole = PACK[word](os.urandom(5_000).hex().encode())
    with pytest.raises(UnreadableArchive) as caught:
        tables(file(whole[:2_000], f"people.csv.{word}"))
    assert "damaged" in caught.value.hint


def test_a_damaged_archive_is_refused(file):
    whole = archive({"people.csv": CSV * 100})
    for content in (whole[:100], whole.replace(b"people.csv", b"peopel.csv", 1), whole[:40] + b"xxxx" + whole[44:]):
        with pytest.raises(UnreadableArchive):
            tables(file(content, "all.zip"))


@pytest.mark.parametrize("content", [{}, {"a.pdf": "x"}, {"a.csv": ""}])
def test_an_archive_without_a_table_is_refused(file, content):
    with pytest.raises(UnreadableArchive, match="no table"):
        tables(file(archive(content), "all.zip"))


def test_an_archive_of_very_many_files_is_refused(file):
    with pytest.raises(UnreadableArchive, match="501 files"):
        tables(file(archive({f"{n}.csv": "a\n1\n" for n in range(501)}), "all.zip"))


def test_files_packed_in_one_another_without_end_are_refused(file):
    content = CSV
    for _ in range(5):
        content = gzip.compress(content)
    with pytest.raises(UnreadableArchive, match="times over"):
        tables(file(content, "people.csv.gz"))


@pytest.mark.parametrize("word", [*PACK, "zip"])
def test_a_bomb_is_refused(file, word, monkeypatch):
    monkeypatch.setattr("crmcli.formats.expansion._FREE", 1 << 20)
    zeros = b"0" * (5 << 20)
    content = archive({"a.csv": zeros}) if word == "zip" else PACK[word](zeros)
    with pytest.raises(Expands):
        tables(file(content, f"bomb.{word}"))


def test_a_stream_is_unpacked_too():
    with opened("-", io.BytesIO(gzip.compress(CSV))) as (table,):
        assert read(table).rows == [{"Name": "Ada", "Mail": "ada@king.example"}]


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (CSV, "people.csv", "csv"),
        (CSV, "people.xlsx", "csv"),
        (CSV, "-", "csv"),
        (CARD, "-", "vcard"),
        (CARD, "people.csv", "vcard"),
        (b"\xef\xbb\xbf\r\n begin:vcalendar\r\n", "x", "ics"),
        ("BEGIN:VCARD\n".encode("utf-16"), "x", "vcard"),
        (b'[{"a": 1}]', "x", "json"),
        (b'{\n "a": 1}', "x", "json"),
        (b'{"a": 1}\n{"a": 2}\n', "x", "jsonl"),
        (b'{"a": 1}\n{"a": 2}\n', "x.json", "jsonl"),
        (b'{"a": 1}\n', "x.jsonl", "jsonl"),
        (b"[id],[name]\n1,2\n", "x.csv", "csv"),
        (b"{id},{name}\n1,2\n", "x", "csv"),
        (b"From: a@x\nTo: b@x\nSubject: y\n\nhello\n", "x.txt", "mail"),
        (b"From,To,Subject\na,b,c\n", "x.txt", "csv"),
        (b"From: a\nTo: b\n", "x.csv", "csv"),
        (b"From a@x Mon Jan 05 10:00:00 2026\nFrom: a\n", "x", "mail"),
        (b"From here,to there\n", "x", "csv"),
        (b"nothing known", "x.vcf", "vcard"),
        (b"", "x.json", "json"),
        (archive({"xl/workbook.xml": "x"}), "x", "workbook"),
        (archive({"mimetype": "x", "content.xml": "x"}), "x", "workbook"),
        (archive({"a.csv": "x"}), "x.xlsx", "zip"),
        (b"PK\x03\x04 cut", "x", "zip"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "x", "workbook"),
    ],
)
def test_formats_are_told_by_what_files_begin_with(content, name, word):
    file = io.BytesIO(content)
    assert find_format(file, name) == word
    assert file.tell() == 0


def test_what_somebody_says_rules(file):
    path = file(CARD, "people.vcf")
    assert only(path, Reading(format="csv", no_header=True)).kind == ""
    assert only(path, Reading(delimiter=":", no_header=True)).kind == ""
    assert only(file(gzip.compress(CARD), "people.gz"), Reading(format="vcf")).kind == "person"


def test_an_unknown_format_is_refused_with_the_nearest(file):
    with pytest.raises(UnknownFormat) as caught:
        tables(file(CSV, "people.csv"), Reading(format="vcrad"))
    assert "vcard" in caught.value.hint


def test_each_word_for_a_format_means_one():
    assert set(FORMAT_WORDS.values()) <= {*OPENERS, *PACKED}
    assert not FORMAT_WORDS.keys() & {*OPENERS, *PACKED}


@given(some.sampled_from([*OPENERS, *PACKED]), some.binary(max_size=500))
def test_any_bytes_as_any_format_are_read_or_refused(tmp_path_factory, word, content):
    path = tmp_path_factory.mktemp("any") / "any"
    path.write_bytes(content)
    try:
        tables(path, Reading(format=word))
    except CrmError as error:
        assert str(error)  # noqa: PT017 - either is right


SHARED = Path(__file__).parent.parent.parent / "shared" / "data"
FOLDERS = {
    "vcard-khard/vcards": "vcard", "ics-icalendar": "ics", "export-shapes": "csv", "hubspot-dbt-seeds": "csv",
    "csv-spectrum": "csv", "dreamhouse": "json",
}  # fmt: skip


@pytest.mark.skipif(not SHARED.exists(), reason="the data is not here")
@pytest.mark.parametrize("folder", FOLDERS)
def test_files_of_others_are_told_without_their_names(folder):
    ending = {"vcard": "vcf", "ics": "ics", "csv": "csv", "json": "json"}[FOLDERS[folder]]
    paths = [
        path for path in (SHARED / folder).rglob(f"*.{ending}") if path.stat().st_size > 60 and "178" not in path.name
    ]
    assert paths
    for path in paths:
        with path.open("rb") as file:
            assert find_format(file, "-") == FOLDERS[folder], path
