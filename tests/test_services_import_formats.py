"""The one order of a file's dates and the one format of its numbers, found out from the values or said."""

from __future__ import annotations

import json

import pytest

from crmcli.services.importing.formats import Formats, MixedFormat, UnclearFormat, UnknownFormat, UnknownZone
from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.importing.objects import import_all
from office import made, make_office, values


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


def taken(workspace, tmp_path, text, object_name="deal", name="deals.csv", **said):
    """Import a text; what was said about formats by their names."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    known = {key: said.pop(key) for key in ("dates", "numbers", "zone", "clear_token", "options") if key in said}
    return import_file(workspace, ImportRequest(object_name, str(path), formats=Formats(**known), **said))


def held(workspace, name, object_name="deal"):
    """One property of all records."""
    return [record.values.get(name) for record in workspace.store.stream(object_name)]


def deals(heading, *cells):
    """A file of deals with one more column."""
    return f"Deal Name;{heading}\n" + "".join(f"D{n};{cell}\n" for n, cell in enumerate(cells, start=1))


def rejections(imported):
    return [(row.line, row.code, row.value) for row in imported.rejected_rows]


def test_a_later_row_shows_the_order_of_all(workspace, tmp_path):
    imported = taken(workspace, tmp_path, deals("Close Date", "03/04/2024", "12/5/24", "25/12/2024", "1 mrt 2024", ""))
    assert imported.rejected == 0
    assert [day and day[:10] for day in held(workspace, "closedate")] == [
        "2024-04-02",  # the first moment of 3 April in Amsterdam
        "2024-05-11",
        "2024-12-24",
        "2024-02-29",
        None,
    ]


def test_an_order_that_shows_only_after_the_first_part_of_the_file(workspace, tmp_path):
    rows = ["03/04/2024"] * 30_000 + ["12/25/2024"]
    assert taken(workspace, tmp_path, deals("Close Date", *rows), dry_run=True).rejected == 0
    with pytest.raises(UnclearFormat):
        taken(workspace, tmp_path, deals("Close Date", *rows[:-1]), dry_run=True)


def test_dates_that_may_be_either_are_refused_with_both_readings(workspace, tmp_path):
    with pytest.raises(UnclearFormat) as refused:
        taken(workspace, tmp_path, deals("Close Date", "03/04/2024", "05/06/2024"))
    assert refused.value.message.endswith(
        'deals.csv" can be read in two ways: "03/04/2024" (line 2, Close Date) is 2024-04-03 or 2024-03-04'
    )
    assert refused.value.hint == "Say which: --dates dmy (2024-04-03), --dates mdy (2024-03-04)"
    assert held(workspace, "closedate") == []


def test_what_is_said_or_answered_is_taken(workspace, tmp_path):
    text = deals("Close Date", "03/04/2024")
    taken(workspace, tmp_path, text, dates="mdy")
    taken(workspace, tmp_path, text, choose=lambda question: next(iter(question.choices)))
    assert [day[:10] for day in held(workspace, "closedate")] == ["2024-03-03", "2024-04-02"]


def test_dates_of_two_orders_are_refused_and_the_odd_rows_rejected_where_one_is_said(workspace, tmp_path):
    text = deals("Close Date", "13/01/2024", "01/13/2024")
    with pytest.raises(MixedFormat, match=r'"13/01/2024" \(line 2\) and "01/13/2024" \(line 3\)'):
        taken(workspace, tmp_path, text)
    imported = taken(workspace, tmp_path, text, dates="dmy")
    assert rejections(imported) == [(3, "COULD_NOT_PARSE_DATE", "01/13/2024")]


def test_a_day_that_is_the_same_either_way_leaves_nothing_open(workspace, tmp_path):
    taken(workspace, tmp_path, deals("Close Date", "05/05/2024"))
    assert held(workspace, "closedate") == ["2024-05-04T22:00:00Z"]


def test_figures_after_dates_in_iso_form_are_no_dates_of_this_file(workspace, tmp_path):
    rows = ["2024-03-04"] * 30_000 + ["03/04/2024"]
    imported = taken(workspace, tmp_path, deals("Close Date", *rows), dry_run=True)
    assert rejections(imported) == [(30_002, "COULD_NOT_PARSE_DATE", "03/04/2024")]


def test_the_clock_of_the_file(workspace, tmp_path):
    taken(
        workspace, tmp_path, deals("Close Date", "2024-01-05 10:00", "2024-01-05T10:00:00+01:00"), zone="America/Lima"
    )
    assert held(workspace, "closedate") == ["2024-01-05T15:00:00Z", "2024-01-05T09:00:00Z"]


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (("1.234,56", "1.234", "12"), ["1234.56", "1234", "12"]),
        (("1,234.56", "1,234", "12"), ["1234.56", "1234", "12"]),
        (("1 234,56", "1.234", "0,5"), ["1234.56", "1234", "0.5"]),
        (("1'234.56", "1'234", "1.234"), ["1234.56", "1234", "1.234"]),
        (("1.234.567", "1.234"), ["1234567", "1234"]),
    ],
)
def test_numbers_are_read_in_the_format_that_the_values_show(workspace, tmp_path, cells, amounts):
    taken(workspace, tmp_path, deals("Amount", *cells))
    assert held(workspace, "amount") == amounts


def test_numbers_that_may_be_either(workspace, tmp_path):
    text = deals("Amount", "1.234", "20")
    with pytest.raises(UnclearFormat) as refused:
        taken(workspace, tmp_path, text)
    assert refused.value.hint == "Say which: --numbers 1,234.56 (1.234), --numbers 1.234,56 (1234)"
    taken(workspace, tmp_path, text, numbers="1.234,56")
    assert held(workspace, "amount") == ["1234", "20"]


def test_numbers_in_two_formats(workspace, tmp_path):
    text = deals("Amount", "1.234,50", "1,234.50")
    with pytest.raises(MixedFormat, match="written in more than one way"):
        taken(workspace, tmp_path, text)
    assert rejections(taken(workspace, tmp_path, text, numbers="1.234,56")) == [
        (3, "COULD_NOT_PARSE_NUMBER", "1,234.50")
    ]


def test_a_mark_that_comes_late_is_not_guessed(workspace, tmp_path):
    rows = ["12345678"] * 30_000 + ["1,234", "12.5"]
    imported = taken(workspace, tmp_path, deals("Amount", *rows), dry_run=True)
    assert rejections(imported) == [(30_002, "COULD_NOT_PARSE_NUMBER", "1,234")]


def test_typed_cells_need_no_guessing(workspace, tmp_path):
    text = '[{"Deal Name": "A", "Amount": 1.234, "Close Date": "2024-03-04"}]'
    taken(workspace, tmp_path, text, name="deals.json", dates="dmy", numbers="1.234,56")
    assert held(workspace, "amount") == ["1.234"]


@pytest.mark.parametrize(
    ("cell", "currency"), [("€ 12", "EUR"), ("USD 12", "USD"), ("12 chf", "CHF"), ("$12", "USD"), ("12", None)]
)
def test_a_currency_in_the_amount_is_the_record_s(workspace, tmp_path, cell, currency):
    taken(workspace, tmp_path, deals("Amount", cell))
    assert (held(workspace, "amount"), held(workspace, "deal_currency_code")) == (["12"], [currency])


def test_two_currencies_in_a_row_are_refused(workspace, tmp_path):
    imported = taken(workspace, tmp_path, deals("Amount;Currency", "€ 12;USD", "$12;USD", "£ 3;"))
    assert [(row.line, row.code, row.reason) for row in imported.rejected_rows] == [
        (2, "FAILED_VALIDATION", 'Amount: "€ 12" is in EUR, and the Currency of the row is USD')
    ]
    assert held(workspace, "deal_currency_code") == ["USD", "GBP"]


def test_phones_are_dialled_in_the_country_of_the_row(workspace, tmp_path):
    text = (
        "Email;Country;Phone Number\na@x.nl;;06 12345678\nb@x.nl;Duitsland;030 123456\nc@x.nl;US;(701) 916-4104\n"
        "d@x.nl;France;+31612345678\ne@x.nl;Nowhere;0612345678\n"
    )
    taken(workspace, tmp_path, text, "contact", "people.csv")
    assert held(workspace, "phone", "contact") == [
        "+31612345678", "+4930123456", "+17019164104", "+31612345678", "+31612345678"
    ]  # fmt: skip


def test_options_as_the_map_says(workspace, tmp_path):
    text = deals("Deal Type", "Neu", "newbusiness", "Existing Business")
    taken(workspace, tmp_path, text, options={"dealtype": {"Neu": "newbusiness"}})
    assert held(workspace, "dealtype") == ["newbusiness", "newbusiness", "existingbusiness"]


def test_each_of_several_values_as_the_map_says(workspace, tmp_path):
    text = "Email,Buying Role\na@x.nl,Bremser;Budget Holder\n"
    taken(workspace, tmp_path, text, "contact", "people.csv", options={"hs_buying_role": {"Bremser": "BLOCKER"}})
    assert held(workspace, "hs_buying_role", "contact") == [["BLOCKER", "BUDGET_HOLDER"]]


@pytest.mark.parametrize(
    ("said", "refusal"),
    [({"dates": "dym"}, UnknownFormat), ({"numbers": "1234"}, UnknownFormat), ({"zone": "Mars/Base"}, UnknownZone)],
)
def test_words_that_mean_nothing(workspace, tmp_path, said, refusal):
    with pytest.raises(refusal):
        taken(workspace, tmp_path, deals("Amount", "12"), **said)


def test_blank_cells_never_clear_and_the_token_does(workspace, tmp_path):
    ref = made(workspace, "contact", "email=a@x.nl", "jobtitle=Chief", "city=Delft")
    text = "Email,Job Title,City\na@x.nl,NULL,\n"
    imported = taken(workspace, tmp_path, text, "contact", "people.csv", clear_token="NULL")
    assert imported.updated == 1
    kept = values(workspace, ref)
    assert ("jobtitle" in kept, kept["city"]) == (False, "Delft")
    again = taken(workspace, tmp_path, text, "contact", "people.csv", clear_token="NULL")
    assert again.unchanged == 1


def test_only_what_is_not_set_is_set(workspace, tmp_path):
    ref = made(workspace, "contact", "email=a@x.nl", "jobtitle=Chief")
    text = "Email,Job Title,City\na@x.nl,Clerk,Delft\n"
    assert taken(workspace, tmp_path, text, "contact", "people.csv", keep_existing=True).updated == 1
    assert (values(workspace, ref)["jobtitle"], values(workspace, ref)["city"]) == ("Chief", "Delft")


def test_what_was_found_out_is_said(workspace, tmp_path):
    text = deals("Close Date;Amount", "25/12/2024;1.234,5", "03/04/2024;7")
    assert taken(workspace, tmp_path, text).notes[-1] == "Read: dates by day, month, year, numbers like 1.234,56"
    said = taken(workspace, tmp_path, text, dates="dmy", numbers="1.234,56", dry_run=True)
    assert not any(note.startswith("Read:") for note in said.notes)


def test_texts_in_typed_cells_have_an_order_too(workspace, tmp_path):
    rows = [{"Deal Name": "A", "Close Date": "2024-03-04"}, {"Deal Name": "B", "Close Date": "03/04/2024"}]
    with pytest.raises(UnclearFormat):
        taken(workspace, tmp_path, json.dumps(rows), name="deals.json")
    taken(workspace, tmp_path, json.dumps(rows), name="deals.json", dates="dmy")
    assert [day[:10] for day in held(workspace, "closedate")] == ["2024-03-03", "2024-04-02"]


def test_our_own_export_says_numbers_as_we_write_them(workspace, tmp_path):
    made(workspace, "deal", "name=Loom", "amount=1.234")
    assert taken(workspace, tmp_path, "id,Amount\ndeal:1,1.234\n", name="export.csv").unchanged == 1


def test_the_same_file_again_is_unchanged_whatever_is_in_it(workspace, tmp_path):
    made(workspace, "company", "name=Acme", "domain=acme.nl")
    text = (
        "Email|First Name|Country|Phone Number|Create Date|associations.company|Additional email addresses\n"
        "ada@acme.nl|Ada|Duitsland|030 123456|25/12/24 14:30|company:1*|;a.king@acme.nl\n"
        "ben@stone.nl|Ben||06 12345678|1 mrt 2024||b@stone.nl;ben@stone.example\n"
    )
    first = taken(workspace, tmp_path, text, "contact", "people.csv", associate_companies=True)
    assert (first.created, first.rejected) == (2, 0)
    again = taken(workspace, tmp_path, text, "contact", "people.csv", associate_companies=True)
    assert (again.unchanged, again.updated, again.written.operation) == (2, 0, None)


def test_a_refusal_quotes_the_cell_as_it_stands(workspace, tmp_path):
    imported = taken(
        workspace, tmp_path, deals("Amount;Close Date", "1.234,50;31/12/24", "(1.234,00 nt);31/12/24 25:00")
    )
    assert [row.reason.split(";")[0] for row in imported.rejected_rows] == ['Amount: "(1.234,00 nt)" is not a number']
    assert 'Close Date: "31/12/24 25:00"' in imported.rejected_rows[0].reason


def test_a_file_of_several_objects_has_one_order(workspace, tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("Email;Contact: Create Date;Deal Name;Deal: Close Date\na@x.nl;25/12/2024;Loom;03/04/2025\n")
    import_all(workspace, [ImportRequest("contact,deal", str(path))])
    assert held(workspace, "closedate") == ["2025-04-02T22:00:00Z"]
    path.write_text("Email;Contact: Create Date;Deal Name;Deal: Close Date\na@x.nl;25/12/2024;Loom;12/25/2024\n")
    with pytest.raises(MixedFormat):
        import_all(workspace, [ImportRequest("contact,deal", str(path))])
