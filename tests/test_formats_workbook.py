"""Workbooks as tables."""

from __future__ import annotations

import base64
import faulthandler
import gzip
import signal
import string
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as some

from crmcli.formats.expansion import Expands
from crmcli.formats.opening import NoSuchSheet, Reading, opened
from crmcli.formats.sheet_cells import text_of
from crmcli.formats.table import EmptyFile
from crmcli.formats.workbook import UnreadableWorkbook
from reading import only, read, tables

FORMATS = {
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm:ss",
    "time": "hh:mm",
    "length": "[h]:mm",
    "percent": "0.0%",
}
# People: Ada, 1915-12-10, 12.5, TRUE, =1/0; and a hidden sheet. Written by xlwt 1.3.0.
XLS = gzip.decompress(
    base64.b64decode("""
H4sIAAAAAAACA+1YTWgTQRT+ZrNJk9KmSdoKrRhCwVprexARemnTFrReDFEPShFsmt1DaZOUUMR6sVpzEkHwpHgp1IOXqhd/UEFv
HoSKHgRBaPXoSVDw0GZ97+2mpLVCAxqI7BfmzXtvZt68zHszs7tvl8MrCw/bV7EFA/CgaAXgK9MpKoGSEAK1WxazpdpPxXJRUwj4
KZA+L541vqnjGHK8V6Hhgf6KKPCZyllMI5HLmrEqYlh8SCn2oV/plHsa7lAJok38ighNC20Wel/6Phc6KJrrQvup74oaxXI80d3n
5PEZrUPagkQVHsuYj6I5iFa85jy+dEPZfb0Yyk+kpmqsIao3YBEU0hEza+ZZbsJd1AOzhN5MptcwVtBC4V7EDysGfC/t65cxV19d
vQLpf27W1/1B76cgbtXf1HRgDtaY4mQuUFIf1u2tnDRz01Mma7p8nBs+HJswDDO7hj5ODSnUNZHKmFQN5/JZL3Aqncub1H0oPTNx
nvWJ3IzpIdlIUYpdqOdLQA6N0KZDo1G2UgNRA03Ch2VDhcjntXvf3h0fT8bPiWZOLgr7OtnLvsPCZR5Bg4PSogklX9At/AGhV8Tq
buHbhbZQH6o7k60Oc3Re+lyV1k6a55DgfXxfGd9FfOHriSfRwpf4fuKXRlYvtix9iC+gg643g8bzbx49qkfdvsV4Gi/Vyjl4Pglt
++0Q8mshx3fLuTObsM7bjhAWaku8OmpD0py1siUPSZ4NSSdJdyyrbSwrscxr9YJ8Y88jKI6y7lozW/ZqftJ5ZD4f9hDVHft8Wdum
6hBViFIcB7QIHsnqD5bd+9UIudqgtRpytW3IeZ1kVbHdqrpw4cKFCxcuXFQfynnc9tivAvIg6XNeDfi7zjqVovuZ5L/FSeToN0Ov
lEeQpTqP2YryZxe8qmRL7XBM6Xsh4zTNnsckxsWPyYrzl57NVfn/2fHA0N/bQpXOX6zEz388/y+YA8mfABYAAA==
""")
)
NAMES = "urn:oasis:names:tc:opendocument:xmlns"
MANIFEST = f'<manifest:manifest xmlns:manifest="{NAMES}:manifest:1.0"/>'
ODS = f"""<?xml version="1.0" encoding="UTF-8"?><office:document-content
  xmlns:office="{NAMES}:office:1.0" xmlns:text="{NAMES}:text:1.0"
  xmlns:table="{NAMES}:table:1.0"><office:body><office:spreadsheet>
 <table:table table:name="People"><table:table-row>
 <table:table-cell office:value-type="string"><text:p>Name</text:p></table:table-cell>
 <table:table-cell office:value-type="string"><text:p>Born</text:p></table:table-cell>
 <table:table-cell office:value-type="string"><text:p>Share</text:p></table:table-cell></table:table-row>
 <table:table-row><table:table-cell office:value-type="string"><text:p>Ada</text:p></table:table-cell>
 <table:table-cell office:value-type="date" office:date-value="1815-12-10"><text:p>in 1815</text:p></table:table-cell>
 <table:table-cell office:value-type="percentage" office:value="0.285"><text:p>28,5 %</text:p></table:table-cell>
 </table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""
CELLS = "".join(f'<row><c r="{place}"><v>1</v></c></row>' for place in ("A1", "PLACE"))
SHEET = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{CELLS}</sheetData></worksheet>'
MOMENT = datetime(2026, 12, 1, 13, 45, 10)  # noqa: DTZ001 - a spreadsheet has no time zones


@pytest.fixture
def book(tmp_path):
    """Writes a workbook: sheet → rows of cells; a cell may be (value, format)."""

    def write(sheets, *, hidden=(), merged=(), name="book.xlsx"):
        path = tmp_path / name
        workbook = xlsxwriter.Workbook(str(path))
        formats = {word: workbook.add_format({"num_format": form}) for word, form in FORMATS.items()}
        for title, rows in sheets.items():
            sheet = workbook.add_worksheet(title)
            if title in hidden:
                sheet.hide()
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    put(sheet, (line, place), cell, formats)
            for place in merged:
                sheet.merge_range(place, "Acme")
        workbook.close()
        return path

    return write


def put(sheet, place, cell, formats):
    if isinstance(cell, tuple):
        value, word = cell
        write = sheet.write_datetime if isinstance(value, date | time | timedelta) else sheet.write_number
        write(*place, value, formats[word])
    elif isinstance(cell, str) and cell.startswith("#"):
        sheet.write_formula(*place, "=NA()", None, cell)
    elif cell is not None:
        sheet.write(*place, cell)


def test_cells_keep_what_they_are(book):
    row = [
        "Ada", (date(2026, 12, 1), "date"), (MOMENT, "moment"), (time(13, 45), "time"),
        (timedelta(hours=36), "length"), (0.285, "percent"), 1234567, 19.99, True, False, " 007 ",
    ]  # fmt: skip
    header = ["Name", "Day", "Moment", "Time", "Length", "Share", "Whole", "Price", "Yes", "No", "Code"]
    found = only(book({"Leads": [header, row]}))
    assert found.typed
    assert found.header == header
    assert list(found.rows[0].values()) == [
        "Ada", "2026-12-01", "2026-12-01T13:45:10", "13:45:00", "36:00:00", "0.285", "1234567", "19.99", "true",
        "false", " 007 ",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (59.970000000000006, "59.97"),
        (1e-7, "0.0000001"),
        (1e20, "100000000000000000000"),
        (-2.5, "-2.5"),
        (9007199254740992.0, "9007199254740992"),
        (timedelta(seconds=-90), "-0:01:30"),
        (MOMENT.replace(microsecond=600000), "2026-12-01T13:45:10.600000"),
    ],
)
def test_numbers_have_the_digits_that_a_spreadsheet_shows(value, text):
    assert text_of(value) == text


@given(some.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=3))
def test_a_number_of_up_to_fifteen_digits_is_exact(number):
    assert Decimal(text_of(float(number))) == number


def test_a_cell_in_error_is_empty_and_counted(book):
    found = only(book({"Leads": [["Name", "Score"], ["Ada", "#N/A"], ["Ben", "#DIV/0!"], ["Cas", 3]]}))
    assert found.rows == [{"Name": "Ada"}, {"Name": "Ben"}, {"Name": "Cas", "Score": "3"}]
    assert "2 cells with an error (#N/A …) read as empty" in found.notes


def test_text_that_says_an_error_is_a_text(tmp_path):
    path = tmp_path / "text.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Score"])
        sheet.write_string(1, 0, "Ada")
        sheet.write_string(1, 1, "#REF!")
        sheet.write_string(2, 0, "Ben")
        sheet.write_number(2, 1, 7)
    found = only(path)
    assert found.rows == [{"Name": "Ada", "Score": "#REF!"}, {"Name": "Ben", "Score": "7"}]
    assert not found.remarks


def test_a_number_that_a_spreadsheet_cannot_hold_is_remarked(book):
    found = only(book({"Leads": [["Name", "Id"], ["Ada", 12345678901234567890], ["Ben", 7]]}))
    assert [remark.line for remark in found.remarks] == [2]


def test_hidden_and_empty_sheets_stay_out_with_a_word(book):
    path = book({"Leads": [["Name"], ["Ada"]], "Old": [["Name"], ["Ben"]], "Blank": []}, hidden=["Old"])
    found = only(path)
    assert found.name == str(path)
    assert "left out: hidden sheet Old" in found.notes
    assert only(path, Reading(sheet="Old")).rows == [{"Name": "Ben"}]


def test_each_sheet_is_a_table_and_one_may_be_named(book):
    path = book({"Leads": [["Name"], ["Ada"]], "Firms": [["Name"], ["Acme"]]})
    assert [table.name for table in tables(path)] == [f"{path}[Leads]", f"{path}[Firms]"]
    for word in ("Firms", "2", f"{path}[Firms]"):
        assert only(path, Reading(sheet=word)).rows == [{"Name": "Acme"}]
    with pytest.raises(NoSuchSheet), opened(str(path), None, Reading(sheet="Frims")):
        pass


def test_headings_are_found_under_titles_and_lines_are_those_of_the_sheet(book):
    rows = [["Report of June"], [], ["Name", "Mail", "City"], ["Ada", "a@king.example", "Oxford"], [],
            ["Ben", "b@king.example", "Utrecht"]]  # fmt: skip
    found = only(book({"Leads": rows}))
    assert found.header == ["Name", "Mail", "City"]
    assert found.lines == [4, 6]
    assert "headings on line 3" in found.notes


def test_a_column_without_a_heading_stays_only_if_it_holds_something(book):
    found = only(book({"Leads": [["Name", None, "City"], ["Ada", None, "Oxford"]]}))
    assert found.header == ["Name", "City"]
    found = only(book({"Leads": [["Name", None, "City"], ["Ada", "?", "Oxford"]]}))
    assert found.header == ["Name", "", "City"]


def test_a_cell_merged_over_rows_is_in_each_of_them(book):
    rows = [["Firm", "Name"], [None, "Ada"], [None, "Ben"], ["Zeta", "Cas"]]
    found = only(book({"Leads": rows}, merged=["A2:A3"]))
    assert found.rows == [
        {"Firm": "Acme", "Name": "Ada"},
        {"Firm": "Acme", "Name": "Ben"},
        {"Firm": "Zeta", "Name": "Cas"},
    ]
    assert "1 merged cell repeated in each row" in found.notes


def test_a_table_is_read_again_from_its_first_row(book):
    path = book({"Leads": [["Number"], *([n] for n in range(1, 2501))]})
    with opened(str(path)) as (table,):
        first = next(table.blocks())
        assert len(first.lines) == 1000
        assert table.position < table.size
        table.restart()
        assert [row["Number"] for row in read(table).rows] == [str(n) for n in range(1, 2501)]
        assert table.position == table.size


def test_xls(tmp_path):
    path = tmp_path / "people.xls"
    path.write_bytes(XLS)
    found = only(path)
    assert found.rows == [{"Name": "Ada", "Born": "1915-12-10", "Score": "12.5", "Active": "true"}]
    assert "left out: hidden sheet Hidden" in found.notes


def test_ods(tmp_path):
    assert only(ods(tmp_path / "people.ods", ODS)).rows == [{"Name": "Ada", "Born": "1815-12-10", "Share": "0.285"}]


def test_a_workbook_is_known_whatever_it_is_called(book):
    assert only(book({"Leads": [["Name"], ["Ada"]]}, name="book.csv")).rows == [{"Name": "Ada"}]


def test_a_damaged_workbook_is_refused(book, tmp_path):
    whole = book({"Leads": [["Name"], ["Ada"]]}).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(XLS[:700])
    with pytest.raises(UnreadableWorkbook):
        tables(path)
    path.write_bytes(whole.replace(b"PK\x01\x02", b"PK\x01\x03"))
    with pytest.raises(Exception, match="cannot be") as caught:
        tables(path)
    assert caught.value.hint


def test_an_empty_workbook_is_empty(book):
    with pytest.raises(EmptyFile):
        tables(book({"Leads": []}))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("crmcli.formats.expansion._FREE", 1 << 20)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(5):
                sheet.write(b" " * (1 << 20))
    with pytest.raises(Expands):
        tables(path)


@pytest.fixture
def sheet(book, tmp_path):
    """Writes a workbook of one sheet, whose XML is given."""

    def write(xml):
        path = tmp_path / "odd.xlsx"
        with zipfile.ZipFile(book({"Leads": [["Name"]]})) as source, zipfile.ZipFile(path, "w") as target:
            for name in source.namelist():
                target.writestr(name, xml if name.startswith("xl/worksheets/") else source.read(name))
        return path

    return write


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    "xml",
    [
        SHEET.replace("PLACE", "XFD1048576"),
        SHEET.replace("PLACE", "xfd1048576"),
        SHEET.replace('"PLACE"', "'XFD1048576'"),
        SHEET.replace('r="PLACE"', 'r = "ZZZZZ99999999"'),
        SHEET.replace(' r="PLACE"', "").replace("<row><c>", '<row r="4294967295"><c>'),
    ],
)
def test_a_sheet_with_room_for_more_cells_than_memory_is_refused(sheet, xml):
    with pytest.raises(UnreadableWorkbook, match="far too large"):
        tables(sheet(xml))


@pytest.mark.parametrize("place", ["XFD2", "B200000", "ZZ999"])
def test_a_cell_far_out_is_read(sheet, place):
    found = only(sheet(SHEET.replace("PLACE", place)), Reading(no_header=True))
    assert found.lines[0] == 1
    assert found.lines[-1] == int(place.lstrip(string.ascii_uppercase))


def test_an_ordinary_workbook_is_not_tried_out(book, monkeypatch):
    monkeypatch.setattr("crmcli.formats.workbook.survives", None)
    rows = [[f"Heading {n}" for n in range(60)], *([n] * 60 for n in range(1, 101))]
    assert len(only(book({"Leads": rows})).rows) == 100


@pytest.fixture
def quiet():
    """Keeps from writing down where the process of a trial was as it broke off."""
    faulthandler.disable()
    yield
    faulthandler.enable(sys.__stderr__)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(("place", "byte"), [(2182, 249), (1688, 123), (1512, 57)])
def test_a_damaged_xls_does_not_end_the_command(tmp_path, place, byte):
    path = tmp_path / "damaged.xls"
    path.write_bytes(XLS[:place] + bytes([byte]) + XLS[place + 1 :])
    with pytest.raises(UnreadableWorkbook, match="damaged"):
        tables(path)


def ods(path, content):
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", MANIFEST)
        package.writestr("content.xml", content.replace("\n ", ""))
    return path


def test_a_damaged_ods_does_not_go_on_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr("crmcli.formats.workbook._SECONDS", 1)
    with pytest.raises(UnreadableWorkbook, match="damaged"):
        tables(ods(tmp_path / "damaged.ods", ODS.replace("</table:table>", "</tabel:table>")))


def test_where_processes_are_not_copied_a_workbook_is_read_at_once(tmp_path, monkeypatch):
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.delattr("os.fork")
    assert only(ods(tmp_path / "people.ods", ODS)).rows == [{"Name": "Ada", "Born": "1815-12-10", "Share": "0.285"}]


def test_a_workbook_is_tried_out_where_nobody_waits_for_processes(tmp_path):
    was = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert only(ods(tmp_path / "people.ods", ODS)).rows[0]["Name"] == "Ada"
    finally:
        signal.signal(signal.SIGCHLD, was)


def test_entities_are_not_expanded(sheet):
    bomb = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefgh"))
    cells = SHEET.replace("PLACE", "A2").replace("<c ", '<c t="inlineStr" ').replace("<v>1</v>", "<is><t>&h;</t></is>")
    with pytest.raises(UnreadableWorkbook, match="unrecognized entity"):
        tables(sheet(f'<!DOCTYPE bomb [<!ENTITY a "ha">{bomb}]>{cells}'))


@settings(deadline=None)  # a file is written
@given(some.lists(some.text(string.ascii_letters + "äß€ ", min_size=1).map(str.strip).filter(bool), min_size=1))
def test_texts_come_back(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("book") / "texts.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        for line, text in enumerate(["Heading", *texts]):
            sheet.write_string(line, 0, text)
    with opened(str(path), None, Reading(header_line=1)) as (table,):
        assert [row["Heading"] for row in read(table).rows] == [text for text in texts if text != "Heading"]
