"""Delimited files as a whole: how much of one is looked at, how much is held, and reading one again."""

from __future__ import annotations

import csv
import io
import tracemalloc
from contextlib import ExitStack

import pytest

from crmcli.formats.delimited import open_delimited
from crmcli.formats.opening import Reading, opened
from crmcli.formats.table import EmptyFile
from reading import only, read

ROW = "Ada,King,ada@king.example,Utrecht,1815-12-10,12.5\n"
HEADINGS = "First Name,Last Name,Email,City,Born,Score\n"


class Watched(io.BytesIO):
    """A file that counts the bytes which are read of it."""

    count = 0

    def read(self, size=-1, /):
        content = super().read(size)
        self.count += len(content)
        return content

    read1 = read


@pytest.mark.parametrize("delimiter", ["", ";"])
def test_all_is_found_out_by_the_beginning_and_a_piece_of_the_middle(delimiter):
    content = (HEADINGS + ROW * 100_000).replace(",", delimiter or ",").encode()
    file = Watched(content)
    with ExitStack() as held:
        (table,) = open_delimited(file, "x.csv", Reading(encoding="utf-8", delimiter=delimiter), held)
    assert table.header == HEADINGS.strip().split(",")
    assert len(content) > 1 << 22
    assert file.count < (1 << 18) + (1 << 15)


def test_memory_does_not_grow_with_the_file(tmp_path):
    peaks = []
    for rows in (20_000, 60_000):
        path = tmp_path / f"{rows}.csv"
        path.write_text(HEADINGS + ROW * rows)
        tracemalloc.start()
        with opened(str(path)) as (table,):
            assert sum(len(block.lines) for block in table.blocks()) == rows
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.1


def test_a_table_is_read_again_from_its_first_row(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("Leads of June\n\n" + HEADINGS + ROW * 2_500)
    with opened(str(path)) as (table,):
        first = next(table.blocks())
        assert (len(first.lines), first.lines[0]) == (1_000, 4)
        assert 0 < table.position <= table.size
        table.restart()
        assert len(read(table).rows) == 2_500


def test_each_of_several_tables_is_one_and_may_be_read_in_any_order(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text(
        f"{HEADINGS}{ROW * 3}\nCompany,Domain,Founded\nAcme,acme.example,1999-01-01\nZeta,zeta.example,2001-02-03\n"
    )
    with opened(str(path)) as tables:
        firms, people = [read(table).rows for table in reversed(tables)]
    assert firms == [
        {"Company": "Acme", "Domain": "acme.example", "Founded": "1999-01-01"},
        {"Company": "Zeta", "Domain": "zeta.example", "Founded": "2001-02-03"},
    ]
    assert len(people) == 3


def test_cells_hold_whatever_characters_stand_in_them(tmp_path):
    path = tmp_path / "odd.csv"
    cell = "\x1b[31mred\x07 \u202eover \u2028 \ufeff \ud7ff \U0010ffff =cmd|' /C calc'!A0"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Name", "Note"], ["Ada", cell], ["Ben", "plain"]])
    assert only(path).rows[0] == {"Name": "Ada", "Note": cell}


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf\r\n \r\n"])
def test_a_file_without_a_character_is_empty(tmp_path, content):
    path = tmp_path / "empty.csv"
    path.write_bytes(content)
    with pytest.raises(EmptyFile):
        only(path)
