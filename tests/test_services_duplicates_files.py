"""Duplicates in files that are not imported: which columns count, which rows belong together, with which records."""

from __future__ import annotations

import csv
import gzip
import io
import json

import pytest

from crmcli.dedupe.table import Column
from crmcli.formats.table import Block, Fault
from crmcli.services.duplicates.file_columns import FileColumn, _order
from crmcli.services.duplicates.file_rows import Both, FileRows, Lines
from inside import Inside

PEOPLE = [
    ("id", "given_name", "surname", "street_number", "address_1", "suburb", "date_of_birth", "soc_sec_id"),
    ("r1", "ada", "lovelace", "12", "st james square", "london", "18151210", "7035316"),
    ("r2", "ada", "lovelase", "12", "st james sq", "london", "18151210", "7035316"),
    ("r3", "grace", "hopper", "7", "navy yard", "arlington", "19061209", "1234567"),
    ("r4", "mary", "somerville", "3", "burntisland road", "jedburgh", "17801226", "7654321"),
    ("r5", "grace", "hopper", "7", "navy yrd", "arlington", "19061209", ""),
    ("r6", "joan", "clarke", "1", "bletchley park", "milton", "19170624", "2468135"),
]


FIRST, LAST = ("Edith", "Jean", "Karen", "Barbara", "Radia", "Hedy", "Dorothy"), ("Clarke", "Bartik", "Jones", "Liskov")
# People who are nobody's duplicate, so that names and addresses are as rare as they are among many.
OTHERS = [
    (f"{first} {last}{n}", f"{first}.{last}@{n}{last}.example".lower(), f"+31 6 {n:02}{i}7 {i}{n:02}9")
    for i, last in enumerate(LAST)
    for n, first in enumerate(FIRST)
]


@pytest.fixture
def crm(workspace):
    return Inside(workspace.folder, workspace)


def written(crm, rows, name="leads.csv"):
    with (crm.folder / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return name


def lines(answer):
    return list(csv.DictReader(io.StringIO(answer.stdout)))


def groups(answer):
    """The ids of rows that are together, more than one."""
    found = {}
    for line in lines(answer):
        found.setdefault(line["group"], []).append(line["id"])
    return sorted(ids for ids in found.values() if len(ids) > 1)


def note(answer):
    return next(line for line in answer.stderr.splitlines() if line.startswith("Compared: "))


def test_every_row_has_a_line_and_rows_that_are_one_have_one_group(crm):
    answer = crm.done("dedupe", "contacts", "--file", written(crm, PEOPLE), "--id-column", "id", "-o", "csv")
    assert [line["id"] for line in lines(answer)] == [row[0] for row in PEOPLE[1:]]
    assert groups(answer) == [["r1", "r2"], ["r3", "r5"]]
    assert len({line["group"] for line in lines(answer)}) == 4
    alone = [line for line in lines(answer) if line["id"] in {"r4", "r6"}]
    assert all(line["probability"] == "" and line["record"] == "" for line in alone)
    assert all(0.5 <= float(line["probability"]) <= 1 for line in lines(answer) if line not in alone)


def test_a_row_without_an_id_column_is_called_by_its_line(crm):
    answer = crm.done("dedupe", "contacts", "--file", written(crm, PEOPLE), "-o", "csv")
    assert groups(answer) == [["2", "3"], ["4", "6"]]


def test_columns_count_by_property_heading_or_values_and_it_is_said_how(crm):
    answer = crm.done("dedupe", "contacts", "--file", written(crm, PEOPLE), "--id-column", "id", "-o", "csv")
    assert note(answer) == (
        "Compared: given_name as given, surname, street_number as house, address_1 as street, suburb as city, "
        "date_of_birth as date, soc_sec_id as id; left out: id (the ids)"
    )


@pytest.mark.parametrize("truth", ["7", "e-{n}", "{n}"])
def test_a_column_of_keys_with_an_unknown_heading_makes_no_difference(crm, truth):
    entity = {"r1": 1, "r2": 1, "r3": 2, "r5": 3}
    rows = [(*PEOPLE[0], "ent")] + [(*row, truth.format(n=entity.get(row[0], row[0][1:]))) for row in PEOPLE[1:]]
    bare = crm.done("dedupe", "contacts", "--file", written(crm, PEOPLE), "--id-column", "id", "-o", "csv")
    answer = crm.done("dedupe", "contacts", "--file", written(crm, rows), "--id-column", "id", "-o", "csv")
    assert answer.stdout == bare.stdout
    assert "ent (" in note(answer).partition("left out")[2]


def test_somebody_may_say_what_a_column_means(crm):
    rows = [("id", "who", "number"), ("a", "Ada L", "7035316"), ("b", "A Lovelace", "7035316"), ("c", "Grace H", "99")]
    path = written(crm, rows)
    flags = ("--meaning", "number=id", "--meaning", "WHO=none", "--meaning", "#1=")
    answer = crm.done("dedupe", "contacts", "--file", path, *flags, "-o", "csv")
    assert note(answer) == "Compared: number as id; left out: id (as said), who (as said)"


@pytest.mark.parametrize(
    ("flags", "refusal"),
    [
        (("--meaning", "number"), "does not say what a column means"),
        (("--meaning", "number=ident"), "is no meaning of a column"),
        (("--meaning", "nummer=id"), 'has no column "nummer"'),
        (("--id-column", "key"), 'has no column "key"'),
        (("--map", "web"), 'no saved map "web"'),
        (("--new-since", "-7d"), "about records"),
    ],
)
def test_what_cannot_be_is_refused(crm, flags, refusal):
    answer = crm.crm("dedupe", "contacts", "--file", written(crm, [("id", "number"), ("1", "2")]), *flags)
    assert answer.code in (2, 4)
    assert refusal in answer.stderr


def test_flags_about_a_file_need_one(crm):
    answer = crm.crm("dedupe", "contacts", "--id-column", "id")
    assert (answer.code, "--file leads.csv" in answer.stderr) == (2, True)


def test_records_that_are_there_are_found_and_nothing_is_written(crm):
    crm.done("create", "contact", "firstname=Ada", "lastname=Lovelace", "email=ada@king.example", "phone=+31201234567")
    crm.done("create", "contact", "firstname=Joan", "lastname=Clarke", "email=joan@bletchley.example")
    rows = [
        ("Name", "Mail", "Tel"),
        ("Ada Lovelace", "ada@king.example", "020 123 4567"),
        ("Lovelace, Ada", "ada@home.example", "+31 20 123 4567"),
        *OTHERS,
    ]
    before = crm.done("history", "-o", "csv").stdout
    answer = crm.done("dedupe", "contacts", "--file", written(crm, rows), "-o", "csv")
    assert [line["record"] for line in lines(answer)] == ["contact:1", "contact:1", *[""] * len(OTHERS)]
    assert groups(answer) == [["2", "3"]]
    assert "1 of them with a record that is there" in answer.stderr
    assert crm.done("history", "-o", "csv").stdout == before
    without = crm.done("dedupe", "contacts", "--file", "leads.csv", "--where", 'firstname = "Joan"', "-o", "csv")
    assert {line["record"] for line in lines(without)} == {""}
    assert "and 1 contact that is there" in without.stderr


def test_groups_of_records_alone_are_not_the_files(crm):
    for name in ("Lovelace", "Lovelace"):
        crm.done("create", "contact", "firstname=Ada", f"lastname={name}", "phone=+31201234567", "city=London")
    answer = crm.done("dedupe", "contacts", "--file", written(crm, [("Name",), ("Grace Hopper",)]), "-o", "json")
    assert json.loads(answer.stdout) == []


def test_json_has_the_members_of_each_group_with_reasons(crm):
    answer = crm.done("dedupe", "contacts", "--file", written(crm, PEOPLE), "--id-column", "id", "-o", "json")
    first = json.loads(answer.stdout)[0]
    assert [(member["row"], member["record"], member["like"]) for member in first["members"]] in (
        [("r1", None, None), ("r2", None, "r1")],
        [("r3", None, None), ("r5", None, "r3")],
    )
    assert all(reason["text"] and reason["properties"] for reason in first["members"][1]["reasons"])


def test_a_saved_map_says_what_columns_are(crm):
    crm.done("import", "contacts", written(crm, [("A", "B"), ("Mary", "Somerville")], "one.csv"), "--column",
             "A=firstname", "--column", "B=lastname", "--save-map", "web")  # fmt: skip
    rows = [("A", "B"), ("Mary", "Somerville"), *[name.split() for name, _, _ in OTHERS]]
    answer = crm.done("dedupe", "contacts", "--file", written(crm, rows), "--map", "web", "-o", "csv")
    assert note(answer) == "Compared: A as given, B as surname"


def test_any_format_and_any_object_will_do(crm):
    records = [dict(zip(PEOPLE[0], row, strict=True)) for row in PEOPLE[1:]]
    (crm.folder / "people.json.gz").write_bytes(gzip.compress(json.dumps(records).encode()))
    answer = crm.done("dedupe", "contacts", "--file", "people.json.gz", "--id-column", "id", "-o", "csv")
    assert groups(answer) == [["r1", "r2"], ["r3", "r5"]]
    rows = [("title", "maker", "price"), ("Loom Mk I", "King & Co", "12"), ("Loom Mk 1", "King and Co", "12")]
    assert crm.done("dedupe", "products", "--file", written(crm, rows)).stderr.startswith(
        "Compared: title as org, maker as "
    )


def test_the_encoding_and_the_table_of_a_file_can_be_said(crm):
    rows = [("First name", "Last name", "City"), ("Šárka", "Žižková", "Plzeň"), ("Šarka", "Žižkova", "Plzeň")]
    text = "\n".join(map(",".join, rows))
    (crm.folder / "old.csv").write_bytes(text.encode("cp1250"))
    told = crm.done(
        "dedupe", "contacts", "--file", "old.csv", "--encoding", "cp1250", "--min", "0", "-o", "json"
    ).stdout
    assert "Žižková" in told
    (crm.folder / "two.json").write_text(
        json.dumps({"leads": [{"Email": "a@b.example"}], "old": [{"Email": "c@d.example"}]})
    )
    answer = crm.crm("dedupe", "contacts", "--file", "two.json", "--sheet", "3")
    assert (answer.code, "leads, old" in answer.stderr) == (2, True)
    assert crm.crm("dedupe", "contacts", "--sheet", "1").stderr.startswith("Error: --sheet is about a file")


def test_rows_with_too_many_or_too_few_cells_are_looked_at_too(crm):
    text = "id,First name,Last name,Email\n1,Ada,Lovelace,ada@king.example\n2,Ada\n3,Grace,Hopper,g@hopper.example,x\n"
    (crm.folder / "odd.csv").write_text(text)
    answer = crm.done("dedupe", "contacts", "--file", "odd.csv", "--id-column", "id", "-o", "csv")
    assert [line["id"] for line in lines(answer)] == ["1", "2", "3"]
    assert "odd.csv: 2 rows with other cells than headings" in answer.stderr


def test_an_empty_table_has_no_duplicates(crm):
    answer = crm.done("dedupe", "contacts", "--file", written(crm, [("First name", "Email")]), "-o", "csv")
    assert answer.stdout == "id,group,probability,record\n"
    assert "No duplicates in 0 rows" in answer.stderr


def test_rows_are_packed_in_order_whatever_the_blocks():
    columns = [FileColumn(1, "Name", "name", ("firstname", "lastname")), FileColumn(2, "Mail", "email", ("email",))]
    rows = FileRows(columns, None)
    names = [f"Ada{n} King{n}" for n in range(250)]
    for start, stop in ((0, 130), (130, 131), (131, 250)):
        some = names[start:stop]
        rows.take(Block([some, [f"{name[:3]}@x.example" for name in some]], range(start + 2, stop + 2), []))
    rows.take(Block([(), ()], [], [Fault(300, "INCORRECT_NUMBER_OF_COLUMNS", "it has 1 cell", ["Joan Clarke"])]))
    first, last, mail = rows.columns()
    assert list(rows.ids()) == [*map(str, range(2, 252)), "300"]
    assert (first.name, first.meaning, last.name, last.meaning) == ("firstname", "given", "lastname", "surname")
    assert list(first.values) == [*[f"Ada{n}" for n in range(250)], "Joan"]
    assert (mail.values[249], mail.values[250]) == ("Ada@x.example", "")
    assert rows.ragged == 1


def test_both_is_one_sequence_behind_the_other():
    both = Both(["a", "b"], 2)
    assert (list(both), len(both), both[1], both[2], both[1:3]) == (["a", "b", "", ""], 4, "b", "", ["b", ""])
    assert list(Both(1, ["c"])) == ["", "c"]
    assert both[-1] == ""


def test_lines_are_texts():
    called = Lines()
    called.extend([2, 5])
    assert (list(called), called[1], called[:1], len(called)) == (["2", "5"], "5", ["2"], 2)
    assert Column("x", "text", called).values[0] == "2"


def test_dates_are_compared_with_those_of_records_in_the_order_that_the_file_has():
    columns = [FileColumn(1, "Geb.datum", "date", ("date_of_birth",), order="dmy")]
    rows = FileRows(columns, None)
    rows.take(Block([["14-03-1985", "1985-03-14", "31/02/1985", "unknown", ""]], range(2, 7), []))
    (column,) = rows.columns()
    assert list(column.values) == ["1985-03-14", "1985-03-14", "31/02/1985", "unknown", ""]


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (["14-03-1985", "02-05-1971"], "dmy"),
        (["12/17/1985", "02/05/1971"], "mdy"),
        (["02-05-1971", "01-02-1971"], ""),
        (["1985-03-14", "19850314"], ""),
        (["14-03-1985", "12/17/1985"], ""),
    ],
)
def test_the_order_of_dates_is_that_in_which_all_can_be_read(days, order):
    assert _order(days) == order
