"""Every mistake in a workspace's schemas is found, all at once, with its file and line and a way out."""

from __future__ import annotations

import os

import pytest

from crmcli.model.check import SchemaProblems, check_schemas
from crmcli.model.compiled import load_model
from crmcli.types.nearest import nearest


def write(root, **files):
    (root / "schemas").mkdir(exist_ok=True)
    for name, text in files.items():
        (root / "schemas" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return str(root)


def found(root, **files):
    return [(p.where, p.message, p.hint) for p in check_schemas(write(root, **files))]


HEAD = "label: Cake\nplural: Cakes\n"
PROPERTY = "  {}: {{label: {}, type: string}}\n"


def test_the_built_in_schemas_have_no_problem():
    assert check_schemas("") == []


def test_a_workspace_without_schemas_has_no_problem(tmp_path):
    assert check_schemas(str(tmp_path)) == []


def test_a_small_object_of_ones_own_is_good(tmp_path):
    assert found(tmp_path, cake=HEAD + "properties:\n" + PROPERTY.format("taste", "Taste")) == []


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("colums: [a]\n", 3, '"colums" is no key of an object', "did you mean columns?"),
        ("properties:\n  a: {label: A, typ: string}\n", 4, '"typ" is no key of "a"', "did you mean type?"),
        ("properties: [a]\n", 3, '"properties" needs a mapping', None),
        ("columns: a\n", 3, '"columns" needs a list', "such as `columns: [a, b]`"),
        ("description:\n", 3, '"description" needs a text', None),
        ("properties:\n  a: {type: string}\n", 4, 'the property "a" needs a `label`', None),
        ("properties:\n  a: {label: A}\n", 4, 'the property "a" needs a `type`', None),
        ("properties:\n  a: {label: A, type: strin}\n", 4, '"strin" is no type of property', "did you mean string?"),
        (
            "properties:\n  a:\n    label: A\n    type: bool\n    fieldType: radio\n",
            7,
            '"radio" is no fieldType of the type "bool"',
            None,
        ),
        (
            "properties:\n  a: {label: A, type: string, format: emial}\n",
            4,
            '"emial" is no format',
            "did you mean email?",
        ),
        (
            "properties:\n  a: {label: A, type: number, scale: 13}\n",
            4,
            '"scale" cannot be "13"',
            "it needs a whole number from 0 to 12",
        ),
        (
            "properties:\n  a: {label: A, type: bool, unique: yes}\n",
            4,
            '"unique" cannot be "yes"',
            "one of: true, false",
        ),
        (
            "properties:\n  Sort: {label: A, type: string}\n",
            4,
            '"Sort" cannot be the internal name of a property',
            None,
        ),
        ("properties:\n  2nd: {label: A, type: string}\n", 4, '"2nd" cannot be the internal name of a property', None),
        (
            f"properties:\n  {'a' * 101}: {{label: A, type: string}}\n",
            4,
            f'"{"a" * 101}" cannot be the internal name of a property',
            None,
        ),
        ("properties:\n  id: {label: A, type: string}\n", 4, '"id" is a reserved word', None),
        (
            "properties:\n  a: {label: Size, type: string}\n  b: {label: size, type: string}\n",
            5,
            'the label "size" is that of "a" too',
            None,
        ),
        (
            "properties:\n  a: {label: A, type: string, aliases: [X]}\n  b: {label: B, type: string, aliases: [x]}\n",
            5,
            'the alias "x" means "a" already',
            None,
        ),
        (
            "properties:\n  a:\n    label: A\n    type: enumeration\n    options:\n      x: Same\n      y: same\n",
            9,
            'the label "same" stands for the options "x" and "y"',
            None,
        ),
        (
            "properties:\n  a:\n    label: A\n    type: enumeration\n    options:\n      x: {label: X, color: rde}\n",
            8,
            '"color" cannot be "rde"',
            "did you mean red?",
        ),
        ("properties:\n  a: {label: A, type: string, options: {x: X}}\n", 4, '"a" is no enumeration', None),
        ("properties:\n  a: {label: A, type: string, group: g}\n", 4, '"g" is no group of properties', None),
        ("groups:\n  g: {properties: {}}\n", 4, 'the group "g" needs a `label`', None),
        ("columns: [taste]\n", 3, '"columns" names "taste", which is no property', None),
        ("display: [a]\n", 3, '"display" names "a", which is no property', None),
        ("required: [a]\n", 3, '"required" names "a", which is no property', None),
        ("required_any: [a]\n", 3, '"required_any" names "a", which is no property', None),
        ("roles:\n  owner: a\n", 4, 'the role "owner" names "a", which is no property', None),
        ("roles:\n  ownr: a\n", 4, '"ownr" is no key of "roles"', "did you mean owner?"),
        (
            "keys: [a]\nproperties:\n  a: {label: A, type: string}\n",
            3,
            'the key "a" is not unique',
            "say `unique: true` in the property",
        ),
        ("search: [a, a]\nproperties:\n  a: {label: A, type: string}\n", 3, '"search" names "a" twice', None),
        (
            "properties:\n  a: {label: A, type: string, additional_of: b}\n",
            4,
            '"b" is no property',
            None,
        ),
        (
            "properties:\n  a: {label: A, type: string}\n  b: {label: B, type: string, was: a}\n",
            5,
            '"a" is a property still',
            "take it out, or leave `was` out",
        ),
        (
            "properties:\n  a: {label: A, type: string, was: c}\n  b: {label: B, type: string, was: c}\n",
            5,
            '"a" was "c" already',
            "leave `was` out of one of the two",
        ),
        ("based_on: _comon\n", 3, 'there is no "_comon" to base it on', "did you mean _common or company or _custom?"),
        ("based_on: cake\n", 3, "a schema cycle: cake → cake", None),
        ("object_roles: [persn]\n", 3, '"object_roles" cannot be "persn"', "did you mean person?"),
        (
            "associations:\n  contakt: {}\n",
            4,
            'there is no object "contakt"',
            "did you mean contact?",
        ),
        (
            "associations:\n  contact:\n    labels:\n      Baker: {inverse: Eater}\n      Guest: {inverse: baker}\n",
            7,
            'the label "baker" is taken by the label "Baker"',
            None,
        ),
        (
            "associations:\n  contact:\n    labels:\n      Baker: {from: company}\n",
            6,
            'a label of "cake" and "contact" cannot begin at "company"',
            "from: cake, or from: contact",
        ),
        ("associations:\n  contact: {type_ids: [1, 2, 3]}\n", 4, '"type_ids" has more than two ids', None),
        ("associations:\n  contact: {type_ids: [x]}\n", 4, '"type_ids" cannot be "x"', None),
        ("properties:\n  a: here\n", 4, '"a" needs a mapping', None),
        (
            "properties:\n  a:\n    label: A\n    type: enumeration\n    options:\n      ' ': Blank\n",
            8,
            "the value of an option is empty",
            None,
        ),
        (
            """\
properties:
  a: {label: A, type: string}
  b: {label: B, type: enumeration, fieldType: checkbox, additional_of: a}
""",
            5,
            '"a" is not unique, so "b" cannot hold further keys',
            None,
        ),
        (
            """\
properties:
  a: {label: A, type: string, unique: true}
  b: {label: B, type: string, additional_of: a}
""",
            5,
            '"b" must hold several values',
            None,
        ),
        ("aliases: [deals]\n", 3, '"deals" already means "deal"', None),
    ],
)
def test_one_mistake_is_named_with_its_line(tmp_path, text, line, message, hint):
    problems = found(tmp_path, cake=HEAD + text)
    assert (f"schemas/cake.yaml:{line}", True) in [(where, said.startswith(message)) for where, said, _ in problems]
    if hint is not None:
        assert hint in [offered for where, said, offered in problems if said.startswith(message)]


PIPELINE = (
    HEAD
    + "roles: {pipeline: p, stage: s}\n"
    + "properties:\n  p: {label: P, type: enumeration}\n  s: {label: S, type: enumeration}\n"
    + "pipelines:\n"
)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("  one: {label: One}\n", 8, 'the pipeline "one" has 0 stages'),
        ("  one: {stages: {a: A}}\n", 8, 'the pipeline "one" needs a `label`'),
        ("  one: {label: One, stages: {a: {label: A, probability: 1.5}}}\n", 8, '"probability" cannot be "1.5"'),
        ("  one: {label: One, stages: {a: {label: A, probability: nan}}}\n", 8, '"probability" cannot be "nan"'),
        ("  one:\n    label: One\n    stages:\n      a: A\n      b: a\n", 12, 'the label "a" is that of the stage "a"'),
        ("  one:\n    label: One\n    stages:\n      a: A\n      a: B\n", 12, '"a" stands here a second time'),
        ("  one: {label: One, stages: {a: A}}\n  two: {label: one, stages: {b: A}}\n", 9, 'the label "one" is that of'),
        ("  one: {label: One, stages: {a: A}}\n  two: {label: Two, stages: {a: A}}\n", 9, 'the stage "a" is one of'),
    ],
)
def test_mistakes_in_pipelines(tmp_path, text, line, message):
    assert [(where, said[: len(message)]) for where, said, _ in found(tmp_path, cake=PIPELINE + text)] == [
        (f"schemas/cake.yaml:{line}", message)
    ]


def test_pipelines_need_their_roles(tmp_path):
    problems = found(tmp_path, cake=HEAD + "pipelines:\n  one: {label: One, stages: {a: A}}\n")
    assert problems[0][:2] == ("schemas/cake.yaml:3", "pipelines need the roles `pipeline` and `stage`")


def test_objects_based_on_each_other_are_a_cycle(tmp_path):
    problems = found(
        tmp_path, one="label: One\nplural: Ones\nbased_on: two\n", two="label: Two\nplural: Twos\nbased_on: one\n"
    )
    assert ("schemas/two.yaml:3", "a schema cycle: one → two → one") in [problem[:2] for problem in problems]


def test_an_association_is_declared_at_one_end(tmp_path):
    (problem,) = found(tmp_path, company="associations:\n  contact: {primary: true}\n")
    assert problem[0] == "schemas/company.yaml:2"
    assert problem[1].startswith(
        'associations of "company" and "contact" are declared at built-in schemas/contact.yaml:'
    )


def test_a_misspelt_overlay_is_told_from_a_new_object(tmp_path):
    (problem,) = found(tmp_path, contct="properties:\n  a: {label: A, type: string}\n")
    assert problem == (
        "schemas/contct.yaml:1", 'the object "contct" needs `label` and `plural`',
        "to change an object: did you mean contact?",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["Cake", "2cakes", "tombstones", "sqlite_cake"])
def test_names_that_no_object_can_have(tmp_path, name):
    (problem,) = found(tmp_path, **{name: HEAD})
    assert problem[0] == f"schemas/{name}.yaml:1"
    assert f'"{name}"' in problem[1]


def test_a_yml_file_is_not_passed_over_in_silence(tmp_path):
    write(tmp_path)
    (tmp_path / "schemas" / "deal.yml").write_text("label: X\n")
    (problem,) = check_schemas(str(tmp_path))
    assert (problem.where, problem.hint) == ("schemas/deal.yml", "rename it to deal.yaml")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.mkdir(), "cannot be read: it is not a file"),
        (os.mkfifo, "cannot be read: it is not a file"),
        (lambda path: path.symlink_to("/dev/zero"), "cannot be read: it is not a file"),
        (lambda path: path.symlink_to("nowhere"), "cannot be read: No such file or directory"),
        (lambda path: path.write_bytes(b"#" * 4_000_001), "is larger than 4,000,000 bytes"),
    ],
)
def test_what_is_no_readable_file_is_a_problem(tmp_path, make, message):
    write(tmp_path)
    make(tmp_path / "schemas" / "deal.yaml")
    assert [(p.where, p.message) for p in check_schemas(str(tmp_path))] == [("schemas/deal.yaml", message)]


def test_all_problems_of_all_files_are_reported_in_order_and_loading_raises_them(tmp_path):
    broken = "label: a: b\n"
    several = HEAD + "colums: [x]\ncolumns: [y]\nproperties:\n  Z: {label: Z, typ: q}\n"
    root = write(tmp_path, aaa=broken, cake=several, deal="labl: x\n")
    problems = check_schemas(root)
    assert [problem.where for problem in problems] == [
        "schemas/aaa.yaml:1", "schemas/aaa.yaml:1", "schemas/cake.yaml:3", "schemas/cake.yaml:4",
        "schemas/cake.yaml:6", "schemas/cake.yaml:6", "schemas/cake.yaml:6", "schemas/deal.yaml:1",
    ]  # fmt: skip
    with pytest.raises(SchemaProblems) as caught:
        load_model(root, str(tmp_path / "cache"))
    assert list(caught.value.problems) == problems
    assert caught.value.message == "The schemas of this CRM have 8 problems"
    assert caught.value.hint == "Mend them; crm schema check lists what is left"
    assert not (tmp_path / "cache").exists()


def test_nearest_names_come_nearest_first():
    assert nearest("Emial", ["phone", "email", "mail"]) == ["email", "mail"]


def test_the_times_of_stages_are_columns_too(tmp_path):
    deal = "columns: [dealname, hs_v2_time_in_current_stage, hs_v2_date_entered_closedwon]\n"
    assert found(tmp_path, deal=deal) == []
    deal = "columns: [hs_v2_date_entered_closedwn]\nsecondary: [hs_v2_time_in_current_stage]\n"
    assert [message for _, message, _ in found(tmp_path, deal=deal)] == [
        '"columns" names "hs_v2_date_entered_closedwn", which is no property',
        '"secondary" names "hs_v2_time_in_current_stage", which is no property',
    ]


FORECAST = """
label: Gig
plural: Gigs
roles: {pipeline: pipeline, stage: stage, forecast: guess}
pipelines: {main: {label: Main, stages: {open: {label: Open, forecast: %s}}}}
properties:
  pipeline: {label: Pipeline, type: enumeration, fieldType: select}
  stage: {label: Stage, type: enumeration, fieldType: select}
  guess: {label: Guess, type: enumeration, fieldType: select, options: {COMMIT: Commit, %s: Some}}
"""


def test_forecast_categories_are_known_words(tmp_path):
    assert found(tmp_path, gig=FORECAST % ("best_case", "Best_Case")) == []
    (wrong,) = found(tmp_path, gig=FORECAST % ("likely", "OMIT"))
    assert wrong[:2] == ("schemas/gig.yaml:5", '"forecast" cannot be "likely"')
    assert found(tmp_path, gig=FORECAST % ("omit", "COMIT")) == [
        ("schemas/gig.yaml:9", 'the option "COMIT" of "guess" is no forecast category', "did you mean commit or omit?")
    ]
