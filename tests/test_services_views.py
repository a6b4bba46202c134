"""Saved views."""

from __future__ import annotations

import pytest

ROWS = "name,domain,hs_target_account\nZeta,zeta.example,tier_2\nAcme,acme.example,tier_1\nBolt,bolt.example,\n"


@pytest.fixture
def companies(workspace):
    (workspace.folder / "c.csv").write_text(ROWS)
    assert workspace.shell("crm import companies c.csv -q").code == 0
    (workspace.folder / "views").mkdir()
    return workspace


def named(answer):
    assert answer.code == 0, answer.transcript()
    return [line.partition(",")[2] for line in answer.stdout.splitlines()]


def test_target_accounts_come_with_the_program(companies):
    said = named(companies.shell("crm list companies --view target_accounts --columns name,hs_target_account -o csv"))
    assert said == ["name,hs_target_account", "Acme,tier_1", "Zeta,tier_2"]
    usual = companies.shell("crm list companies --view target_accounts -o csv").stdout.splitlines()[0]
    assert usual == (
        "id,name,hs_target_account,hubspot_owner_id,num_associated_contacts,hs_num_open_deals,notes_last_contacted"
    )


def test_what_is_said_beside_a_view_wins_and_conditions_meet(companies):
    text = "object: companies\nwhere: name > 'A'\ncolumns: [name]\nsort: [-name]\nlimit: 2\n"
    (companies.folder / "views" / "mine.yaml").write_text(text)
    assert named(companies.shell("crm list companies --view mine -o csv")) == ["name", "Zeta", "Bolt"]
    assert named(companies.shell("crm list companies --view mine --sort name --limit 1 -o csv")) == ["name", "Acme"]
    narrowed = "crm list companies --view mine --where \"domain = 'bolt.example' or name = 'Zeta'\" --columns +domain"
    assert named(companies.shell(f"{narrowed} -o csv")) == ["name,domain", "Zeta,zeta.example", "Bolt,bolt.example"]
    assert companies.shell("crm export companies --view mine").stdout.splitlines() == ["name", "Zeta", "Bolt"]


def test_a_view_of_the_workspace_takes_the_place_of_a_shipped_one(companies):
    (companies.folder / "views" / "target_accounts.yaml").write_text("object: company\ncolumns: [domain]\nlimit: 1\n")
    assert named(companies.shell("crm list companies --view target_accounts -o csv")) == ["domain", "zeta.example"]


@pytest.mark.parametrize(
    ("text", "command", "code", "said"),
    [
        ("object: company\n", "list companies --view min", 4, 'There is no view "min"\nDid you mean mine?'),
        ("object: deal\n", "list companies --view mine", 2, 'The view "mine" is one of deals\nName these: deal'),
        ("object: deal\nlimit: x\n", "export deals --view mine", 2, 'views/mine.yaml:2: "limit" cannot be "x"'),
        ("object: company\nwhere: nme = 1\n", "list companies --view mine", 2, "nme"),
        ("object: [\n", "list companies --view mine", 2, "views/mine.yaml:2"),
    ],
)
def test_a_view_that_is_not_there_or_not_in_order(companies, text, command, code, said):
    (companies.folder / "views" / "mine.yaml").write_text(text)
    answer = companies.shell(f"crm {command}")
    assert (answer.code, answer.stdout) == (code, "")
    assert said in answer.stderr


SAVE = "crm view save mine companies"


def text_of(workspace, name="mine"):
    return (workspace.folder / "views" / f"{name}.yaml").read_text()


def test_a_view_is_what_list_was_told(companies):
    where = "--where \"name > 'A'\""
    said = f"{SAVE} {where} --columns +domain,+name --sort -name --group-by hs_target_account --limit 0"
    answer = companies.shell(f'{said} --sum "count(deals)"')
    assert answer.code == 0, answer.transcript()
    assert "1 file written · operation " in answer.stdout
    assert answer.stdout.startswith("crm list companies --view mine lists it\n")
    assert text_of(companies) == (
        "object: company\n"
        "where: \"name > 'A'\"\n"
        "columns: [name, domain, phone, city, industry, createdate]\n"
        'sort: ["-name"]\n'
        "group_by: [hs_target_account]\n"
        "sum: [count(deals)]\n"
        "limit: 0\n"
    )


def test_saving_again_keeps_comments_and_takes_out_what_is_not_said(companies):
    (companies.folder / "views" / "mine.yaml").write_text(
        "# What I look at\nobject: company  # all of them\nlimit: 3 # few\nsort: [name]  # by name\nlayout: cards\n"
    )
    assert companies.shell(f"{SAVE} --limit 4 --sort name").code == 0
    assert text_of(companies) == (
        "# What I look at\nobject: company  # all of them\nlimit: 4 # few\nsort: [name]  # by name\n"
    )


def test_a_view_begins_with_another(companies):
    assert companies.shell(f"{SAVE} --where \"name > 'A'\" --sort name --default").code == 0
    assert companies.shell('crm view save more companies --view mine --where "domain is known" --sort domain').code == 0
    assert text_of(companies, "more") == (
        "object: company\nwhere: \"(name > 'A') and (domain is known)\"\nsort: [domain]\n"
    )


def test_the_default_view_is_what_is_listed_until_another_one_is(companies):
    assert companies.shell(f"{SAVE} --columns name --sort name --limit 1 --default").code == 0
    assert named(companies.shell("crm list companies -o csv")) == ["name", "Acme"]
    assert len(named(companies.shell("crm list companies --view none -o csv"))) == 4
    answer = companies.shell("crm view save other companies --columns name --sort -name --limit 1 --default")
    assert '"mine" is not the default view any more' in answer.stdout + answer.stderr
    assert named(companies.shell("crm list companies -o csv")) == ["name", "Zeta"]
    assert "default" not in text_of(companies)
    assert companies.shell("crm undo --yes").code == 0
    assert named(companies.shell("crm list companies -o csv")) == ["name", "Acme"]
    assert not (companies.folder / "views" / "other.yaml").exists()


def test_deleting_is_undone(companies):
    assert companies.shell(f"{SAVE} --limit 1").code == 0
    assert companies.shell("crm view delete mine --dry-run").code == 0
    assert companies.shell("crm view delete mine").code == 0
    assert companies.shell("crm view show mine").code == 4
    assert companies.shell("crm undo --yes").code == 0
    assert text_of(companies) == "object: company\nlimit: 1\n"


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("crm view save ../x companies", 2, 'A view cannot be called "../x"'),
        ("crm view save none companies", 2, 'A view cannot be called "none"'),
        ("crm view save x companies --where \"nme = 'a'\"", 2, 'views/x.yaml:2: "nme" is not a property of Company'),
        ("crm view save x companies --layout bord", 2, '"bord" is no layout of a list'),
        ("crm view save x companies --by industry", 2, "--by means nothing in the layout table"),
        ("crm view save x companies --layout board", 2, "views/x.yaml:2: Companies have no pipelines"),
        ("crm view delete target_accounts", 2, "comes with crm and cannot be deleted"),
        ("crm view delete nothing", 4, 'There is no view "nothing"'),
        ("crm list companies --page 2 --limit 0", 2, "With --limit 0 there is no page 2"),
    ],
)
def test_what_is_not_in_order_is_not_written(companies, command, code, said):
    answer = companies.shell(command)
    assert (answer.code, answer.stdout) == (code, "")
    assert said in answer.stderr
    assert list((companies.folder / "views").iterdir()) == []


def test_check_tells_every_problem_with_its_line(companies):
    views = companies.folder / "views"
    (views / "a.yaml").write_text(
        "object: company\ncolums: [name]\nwhere: nme = 1\ncolumns: [name,\n  nam]\ndefault: true\n"
    )
    (views / "b.yaml").write_text(
        "object: companies\nsum: [name]\nlayout: gantt\nfrom: name\nto: createdate\ndefault: true\n"
    )
    (views / "c.yaml").write_text("object: compny\n")
    (views / "d.yaml").write_text("limit: 3\n")
    (views / "e.yaml").write_text("object: [\n")
    answer = companies.shell("crm view check -o json")
    assert answer.code == 7
    assert [(each["where"], each["message"].partition("\n")[0]) for each in answer.json["problems"]] == [
        ("views/a.yaml:2", '"colums" is no key of "view"'),
        ("views/a.yaml:3", '"nme" is not a property of Company'),
        ("views/a.yaml:5", '"nam" is not a property of Company'),
        ("views/b.yaml:2", "string cannot be added up"),
        ("views/b.yaml:4", '"name" is no date: it is string'),
        ("views/c.yaml:1", 'there is no object "compny"'),
        ("views/d.yaml:1", "does not say of which object it is"),
        ("views/e.yaml:2", answer.json["problems"][7]["message"]),
        ("views/b.yaml:6", "is the default view of company, and so is views/a.yaml"),
    ]
    assert companies.shell("crm list companies").code == 2  # the default view is not in order


def test_check_of_views_in_order(companies):
    assert companies.shell(f"{SAVE} --where 'owner = me'").code == 0
    assert companies.shell("crm view check").stdout == "The views are in order\n"


@pytest.mark.parametrize("content", [b"object: [\n", b"where: caf\xe9\n", b"- a list\n"])
def test_a_file_that_cannot_be_read_is_not_written_over(companies, content):
    path = companies.folder / "views" / "mine.yaml"
    path.write_bytes(content)
    answer = companies.shell(SAVE)
    assert (answer.code, answer.stdout) == (2, "")
    assert "views/mine.yaml:" in answer.stderr
    assert path.read_bytes() == content


def test_no_pipe_is_opened(companies):
    import os

    os.mkfifo(companies.folder / "views" / "mine.yaml")
    for line in (SAVE, "crm list companies --view mine", "crm view show mine"):
        assert "views/mine.yaml: cannot be read: it is not a file" in companies.shell(line).stderr
    assert companies.shell("crm list companies -o ids").code == 0
