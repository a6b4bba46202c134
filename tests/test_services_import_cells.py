"""Cells as spreadsheets and other systems write them: negative amounts in brackets, ends of lines, errors as texts."""

from __future__ import annotations

import pytest
import xlsxwriter

from crmcli.services.importing.formats import UnclearFormat
from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.importing.number_formats import signed
from crmcli.services.importing.objects import import_all
from crmcli.services.references import Ref
from office import made, make_office, values


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


def taken(workspace, tmp_path, text, object_name="deal", **more):
    """Import a text as a file, its line ends as they are."""
    (tmp_path / "rows.csv").write_bytes(text.encode())
    return import_file(workspace, ImportRequest(object_name, str(tmp_path / "rows.csv"), **more))


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("(1,234.56)", "-1,234.56"),
        ("( 12 )", "-12"),
        ("($1,234.56)", "-$1,234.56"),
        ("$(1,234.56)", "-$1,234.56"),
        ("(1.234,56) €", "-1.234,56 €"),
        ("(12%)", "-12%"),
        ("(12)%", "-12%"),
        ("12", "12"),
        ("-(12)", "-(12)"),
        ("(-12)", "(-12)"),
        ("12 (net)", "12 (net)"),
        ("(see below)", "(see below)"),
        ("(1) (2)", "(1) (2)"),
        ("", ""),
    ],
)
def test_a_number_in_brackets_is_negative(cell, number):
    assert signed(cell) == number


def test_amounts_in_brackets_go_in(workspace, tmp_path):
    imported = taken(workspace, tmp_path, 'Deal name,Amount\nA,"(1,234.56)"\nB,($12.50)\nC,(net)\n')
    assert [values(workspace, Ref("deal", n)).get("amount") for n in (1, 2)] == ["-1234.56", "-12.5"]
    assert values(workspace, Ref("deal", 2))["deal_currency_code"] == "USD"
    assert [row.value for row in imported.rejected_rows] == ["(net)"]


def test_the_end_of_a_line_within_a_text_is_a_line_feed(workspace, tmp_path):
    taken(workspace, tmp_path, 'Deal name,Description\r\nA,"one\r\ntwo\rthree\nfour"\r\n')
    assert values(workspace, Ref("deal", 1))["description"] == "one\ntwo\nthree\nfour"


def test_what_we_exported_comes_back_to_the_character(workspace, tmp_path):
    ref = made(workspace, "deal", "dealname=A", "description=one\r\ntwo\rthree")
    taken(workspace, tmp_path, f'id,Deal name,Description\r\n{ref},A,"one\r\ntwo\rthree"\r\n')
    assert values(workspace, ref)["description"] == "one\r\ntwo\rthree"


def test_numbers_of_a_file_of_several_objects_are_asked_about_too(workspace, tmp_path):
    (tmp_path / "rows.csv").write_text("Deal name,Amount,Company name\nA,1.234,Navy\n")
    with pytest.raises(UnclearFormat):
        import_all(workspace, [ImportRequest("company,deal", str(tmp_path / "rows.csv"))])


def test_a_text_of_a_workbook_that_says_an_error_is_a_text(workspace, tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "deals.xlsx")) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Deal name", "Description", "Amount"])
        sheet.write_string(1, 0, "A")
        sheet.write_string(1, 1, "#N/A")
        sheet.write_string(1, 2, "#DIV/0!")
        sheet.write_string(2, 0, "B")
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    imported = import_file(workspace, ImportRequest("deal", str(tmp_path / "deals.xlsx")))
    assert imported.created == 2
    assert [values(workspace, Ref("deal", n)).get("description") for n in (1, 2)] == ["#N/A", None]
    assert 'Taken for nothing: "#DIV/0!" in Amount (1)' in imported.notes
