"""Objects and properties that a CRM adds: files as a person would write them, usable at once, undone as a whole."""

from __future__ import annotations

import pytest

from crmcli.services.property_words import NewProperty, read_property

ROAST = [
    *("schema", "new-object", "Roast Batch", "--property", "Roast date:date", "--property", "Green lot #"),
    *("--property", "Quality score:number", "--property", "Roast:choice=Light,Medium,Dark", "--associate", "contact"),
]
FILE = """\
# Roast Batch: an object of our own. `crm schema check` says whether the file is in order.

label: Roast Batch
plural: Roast Batches
based_on: _custom

display: [name]
columns: [name, roast_date, green_lot, quality_score, roast, hs_createdate]
required: [name]
search: [name]
roles: {name: name}

# What its records may be associated with, beside activities.
associations:
  contact: {}

groups:
  roast_batch_information:
    label: Roast Batch information
    properties:
      name:          {label: Name, type: string, fieldType: text}
      roast_date:    {label: Roast date, type: date, fieldType: date}
      green_lot:     {label: "Green lot #", type: string, fieldType: text}
      quality_score: {label: Quality score, type: number, fieldType: number}
      roast:
        label: Roast
        type: enumeration
        fieldType: select
        options: {light: Light, medium: Medium, dark: Dark}
"""


@pytest.fixture
def roaster(workspace):
    """A workspace with an object of its own."""
    made = workspace.crm(*ROAST)
    assert made.code == 0, made.transcript()
    return workspace


def test_the_file_reads_as_if_a_person_had_written_it(roaster):
    assert (roaster.folder / "schemas" / "roast_batch.yaml").read_text() == FILE
    assert roaster.crm("schema", "check").code == 0


def test_the_object_works_at_once(roaster):
    made = roaster.crm("create", "roast_batch", "name=B-1", "Roast date=2026-02-27", "roast=dark", "quality_score=88.5")
    assert made.stdout.startswith("roast_batch:1\n1 roast batch created")
    assert roaster.crm("list", "roast-batches", "--where", "quality_score > 88", "-o", "ids").stdout.strip()
    assert roaster.crm("search", "B-1", "-o", "ids").stdout.strip() == "roast_batch:1"
    assert "roast_batches\n" in roaster.shell("crm complete bash 'crm list roa'").stdout
    assert roaster.crm("create", "contact", "firstname=Ada", "--link", "roast_batch:1").code == 0
    assert roaster.crm("create", "note", "text=Hm", "--link", "roast_batch:1").code == 0


def test_making_it_is_one_operation(roaster):
    assert roaster.crm("undo", "--yes").code == 0
    assert not (roaster.folder / "schemas" / "roast_batch.yaml").exists()
    assert "roast_batch" not in roaster.crm("schema", "list").stdout


def test_a_dry_run_writes_nothing(workspace):
    assert "nothing is changed yet" in workspace.crm(*ROAST, "-n").stdout
    assert not list((workspace.folder / "schemas").iterdir())


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["Deal"], 5, '"Deal" means the object deal already'),
        (["Persons", "--plural", "Contacts"], 5, '"Contacts" means the object contact already'),
        (["Import"], 5, '"Import" means a command already'),
        (["Any"], 5, '"Any" means something in expressions already'),
        (["2nd roast", "--name", "second"], 2, '"2nd roast" cannot be the name of an object'),
        (["Партия", "--plural", "Партии"], 2, '"Партия" does not make an internal name'),
        (["Cup", "--property", "Score:numbr"], 2, '"numbr" is no type of property'),
        (["Cup", "--property", "Kind:choice"], 2, '"Kind" needs options to choose from'),
        (["Cup", "--property", "Kind:number=1,2"], 2, '"Kind" is number: it takes no options'),
        (["Cup", "--property", "!!"], 2, '"!!" does not make an internal name'),
        (["Cup", "--required", "Taste"], 2, '"Taste" is no property of the new object'),
        (["Cup", "--associate", "machine"], 2, 'There is no object "machine"'),
        (["Cup", "--associate", "course"], 2, "Courses are not active"),
        (["Cup", "--property", "Name"], 2, '"name"'),
        (["Cup", "--property", "In"], 2, '"in" is a reserved word'),
        (["Cup", "--property", "Owner"], 2, 'the label "Owner" is that of "owner" too'),
        ([], 2, "A new object needs a name"),
    ],
)
def test_what_cannot_be_made_is_refused_and_leaves_nothing(workspace, arguments, code, message):
    answer = workspace.crm("schema", "new-object", *arguments)
    assert (answer.code, answer.stdout) == (code, ""), answer.transcript()
    assert message in answer.stderr
    assert not list((workspace.folder / "schemas").iterdir())


def test_an_internal_name_may_be_given(workspace):
    answer = workspace.crm(
        *("schema", "new-object", "Партия", "--plural", "Партии", "--name", "batch", "--primary", "code=Код"),
        *("--property", "score=Оценка:number", "--unique", "Код", "--associate", "Партии"),
    )
    assert answer.code == 0, answer.transcript()
    assert workspace.crm("create", "партии", "код=A1", "Оценка=9").stdout.startswith("batch:1\n")
    assert workspace.crm("show", "batch:A1", "--json").json["id"] == "batch:1"
    assert workspace.crm("create", "batch", "code=A1").code == 5
    workspace.crm("create", "batch", "code=A2")
    assert workspace.crm("link", "batch:1", "batch:2").code == 0


def test_a_property_is_added_where_it_belongs_and_all_else_stays(roaster):
    path = roaster.folder / "schemas" / "roast_batch.yaml"
    path.write_text(path.read_text().replace("date:    {", "date:    {  # of the drum\n          "))
    before = path.read_text()
    assert roaster.crm("schema", "new-property", "roast_batch", "Moisture:percent").code == 0
    added = "      moisture:      {label: Moisture, type: number, fieldType: number, format: percent}\n"
    assert path.read_text() == before + added
    assert roaster.crm("undo", "--yes").code == 0
    assert path.read_text() == before


def test_a_property_of_a_built_in_object_goes_into_an_overlay(workspace):
    lines = [
        'crm schema new-property contact "Taste:choice" --options Sweet,Bitter --group Coffee --description Cup',
        'crm schema new-property contact "Cups a day:number"',
        'crm schema new-property contact "Grinder" --group coffee --unique',
        "crm create contact firstname=Ada taste=sweet 'Cups a day=3' grinder=K30",
    ]
    for line in lines:
        assert workspace.shell(line).code == 0
    assert (workspace.folder / "schemas" / "contact.yaml").read_text() == (
        "# What this CRM changes about contacts.\n\n"
        "groups:\n  coffee:\n    label: Coffee\n    properties:\n      taste:\n        label: Taste\n"
        "        type: enumeration\n        fieldType: select\n        description: Cup\n"
        "        options: {sweet: Sweet, bitter: Bitter}\n"
        "      grinder: {label: Grinder, type: string, fieldType: text, unique: true}\n"
        "  contact_information:\n    properties:\n"
        "      cups_a_day: {label: Cups a day, type: number, fieldType: number}\n"
    )
    shown = workspace.crm("show", "contact:1").stdout
    assert "\nCoffee\n" in shown
    assert workspace.crm("create", "contact", "firstname=Ben", "grinder=K30").code == 5


@pytest.mark.parametrize("name", ["Email", "email", "First name", "hs_object_id"])
def test_a_property_that_is_there_is_not_added_again(workspace, name):
    answer = workspace.crm("schema", "new-property", "contact", name)
    assert answer.code == 5
    assert "already" in answer.stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Roast date:date", NewProperty("roast_date", "Roast date", "date")),
        ("Green lot #", NewProperty("green_lot", "Green lot #")),
        ("  Größe : Number ", NewProperty("groe", "Größe", "number")),
        ("lot=Партия:string", NewProperty("lot", "Партия", "text")),
        ("R:choice=Light, Dark one", NewProperty("r", "R", "choice", {"light": "Light", "dark_one": "Dark one"})),
        ("Paid:bool", NewProperty("paid", "Paid", "yes-no")),
    ],
)  # fmt: skip
def test_a_property_as_it_is_said(text, expected):
    assert read_property(text) == expected


CUPPING = """\
label: Cupping
plural: Cuppings
based_on: _custom
display: [name]
columns: [name, score]
required: [name]
search: [name]
roles: {name: name}
associations: {contact: {}, company: {}}
properties:
  name: {label: Name, type: string}
  score: {label: Score, type: number}
"""


def test_a_file_that_somebody_drops_in_works_with_all_verbs(workspace):
    (workspace.folder / "schemas" / "cupping.yaml").write_text(CUPPING)
    (workspace.folder / "c.csv").write_text("Name,Score\nTwo,80\nThree,90\n")
    workspace.crm("create", "contact", "firstname=Ada")
    for line in (
        "crm create cupping name=One score=85",
        "crm import cuppings c.csv",
        "crm set cupping:1 score=86",
        "crm set cuppings score=1 --where 'score < 81' --yes",
        "crm list cuppings --where 'score > 85' --sort -score",
        "crm show cupping:1",
        "crm link cupping:1 contact:1",
        "crm unlink cupping:1 contact:1",
        "crm delete cupping:2 --yes",
        "crm restore cupping:2",
        "crm export cuppings",
        "crm report counts cuppings --by score",
        "crm history cupping:1",
        "crm search Three",
        "crm schema show cupping",
        "crm doctor",
    ):
        answer = workspace.shell(line)
        assert answer.code == 0, answer.transcript()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Cupping", '"Cupping" cannot be the name of an object'),
        ("cup-ping", '"cup-ping" cannot be the name of an object'),
        ("2cups", '"2cups" cannot be the name of an object'),
        ("any", '"any" is a reserved word'),
        ("cup\nping", "cannot be the name of an object"),
        ("cup\x1bping", "cannot be the name of an object"),
    ],
)  # fmt: skip
def test_files_with_odd_names_are_schema_errors(workspace, name, message):
    (workspace.folder / "schemas" / f"{name}.yaml").write_text(CUPPING)
    answer = workspace.crm("schema", "check")
    assert answer.code == 7
    assert message in answer.transcript()
    assert "\x1b" not in answer.transcript()
    assert workspace.crm("list", "contacts").code == 1


def test_words_that_read_the_same_on_the_command_line_mean_one_object(workspace):
    (workspace.folder / "schemas" / "cupping.yaml").write_text(CUPPING.replace("Cuppings", "LineItems"))
    answer = workspace.crm("schema", "check")
    assert answer.code == 7
    assert 'schemas/cupping.yaml:2: "LineItems" already means "line_item"' in answer.transcript()


def test_a_change_answers_only_for_what_it_breaks(roaster):
    (roaster.folder / "schemas" / "deal.yaml").write_text(
        "properties:\n  odd: {label: Odd, type: number, formula: no_such_thing + 1}\n"
    )
    assert roaster.crm("schema", "check").code == 7
    assert roaster.crm("schema", "new-property", "roast_batch", "Moisture:percent").code == 0
    assert roaster.crm("schema", "new-property", "deal", "Margin:percent").code == 0
    assert "no_such_thing" in (roaster.folder / "schemas" / "deal.yaml").read_text()


def test_a_calculated_property_is_declared_and_a_wrong_formula_refused_with_its_place(workspace):
    new = ("schema", "new-property", "deal", "Margin:money", "--formula")
    for formula, column in (("amount / nope", 10), ("amount *", 9)):
        answer = workspace.crm(*new, formula)
        assert answer.code == 2
        assert answer.stderr.startswith(f"Error: schemas/deal.yaml:6: `formula` of margin, column {column}: ")
        assert not (workspace.folder / "schemas" / "deal.yaml").exists()
    assert workspace.crm(*new, "amount * 0.2").code == 0
    workspace.crm("create", "deal", "name=Engines", "amount=10")
    assert "2.00 EUR" in workspace.crm("list", "deals", "--columns", "name,margin").stdout
