"""The main job on data that nobody on the project wrote; skipped where it does not stand beside the repository."""

from __future__ import annotations

import json
import lzma
from itertools import islice
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data"
SEEDS = DATA / "hubspot-dbt-seeds"
CUSTOMERS = DATA / "datablist" / "customers-100000.csv.xz"

# The pipelines of the account that the tickets come from, as code in its workspace.
PIPELINES = """\
pipelines:
  "1626124":
    label: Onboarding
    stages: {"7970058": {label: New}, "1626129": {label: Closed, closed: true}}
  "1486381":
    label: Support
    stages: {"1706266": {label: Closed, closed: true}}
  "3136178a":
    label: Renewals
    stages: {"14863823a": {label: New}}
"""
OWNERS = ("35252170", "37790786", "40706000", "42972304", "44023296")
INIT = "crm init . --name Seeds --currency USD --time-zone UTC --country US"
IMPORTS = {
    "contacts contact": "--column id=hs_object_id --column property_email= --column property_email_1="
    " --column property_created_at=",
    "companies company": "--column id=hs_object_id --skip-invalid-values",
    "deals deal": "--column deal_id=hs_object_id --column owner_id=owner --column deal_pipeline_id=pipeline"
    " --column deal_pipeline_stage_id=stage",
    "tickets ticket": "--column id=hs_object_id --skip-invalid-values",
}


def run(terminal, line, code=0):
    ran = terminal.shell(line)
    assert ran.code == code, ran.transcript()
    return ran.stdout


@pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared/data is not there")
def test_the_rows_of_a_hubspot_warehouse_all_go_in(terminal):
    run(terminal, INIT)
    (terminal.folder / "schemas").mkdir(exist_ok=True)
    (terminal.folder / "schemas" / "ticket.yaml").write_text(PIPELINES, encoding="utf-8")
    for owner in OWNERS:
        run(terminal, f'crm user add "Owner {owner}" --id {owner}')
    said = {}
    for files, options in IMPORTS.items():
        plural, file = files.split()
        said[plural] = run(terminal, f"crm import {plural} {SEEDS}/{file}_data.csv {options}")
    assert [text.partition("Rows: ")[2].splitlines()[0] for text in said.values()] == [
        "22 created",
        "24 created",
        "44 created",
        "25 created",
    ]
    assert "Left out of property_industry, 24 in all" in said["companies"]
    assert "Left out of property_hs_ticket_category, 4 in all" in said["tickets"]
    assert run(terminal, "crm list deals --where 'owner = 35252170' -o ids").count("deal:") > 0
    assert "Onboarding" in run(terminal, "crm report counts tickets --by pipeline")
    assert run(terminal, "crm doctor").startswith("Everything is in order")


@pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared/data is not there")
@pytest.mark.parametrize(
    ("files", "advised"),
    [
        (
            "companies company",
            "property_industry: 24 refused; add them to the options of industry in schemas/company.yaml",
        ),
        (
            "tickets ticket",
            "property_hs_pipeline: 25 refused; declare the pipelines with their stages in schemas/ticket",
        ),
        ("tickets ticket", "property_hubspot_owner_id: 6 refused; add the users: crm user add NAME --id ID"),
    ],
)
def test_what_is_refused_comes_with_what_to_do(terminal, files, advised):
    run(terminal, INIT)
    plural, file = files.split()
    said = run(terminal, f"crm import {plural} {SEEDS}/{file}_data.csv --dry-run", code=3)
    assert advised in said
    assert any(line.startswith("Rows: ") and line.endswith("would be rejected") for line in said.splitlines())


def customers(folder, rows):
    path = folder / "customers.csv"
    with lzma.open(CUSTOMERS, "rt", encoding="utf-8", newline="") as source:
        path.write_text("".join(islice(source, rows + 1)), encoding="utf-8")
    return path.name


def files_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.json")}


@pytest.mark.skipif(not CUSTOMERS.is_file(), reason="../shared/data is not there")
@pytest.mark.parametrize("rows", [2_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_customers_go_in_are_found_and_changed_and_come_out_again(terminal, rows):
    run(terminal, INIT)
    run(terminal, INIT.replace(" . ", " ../copy "))
    name = customers(terminal.folder, rows)
    said = run(terminal, f"crm import contacts {name} --associate-companies")
    assert f"Rows: {rows:,} created" in said
    assert (
        run(terminal, "crm list contacts --where \"company.domain = 'turner.net'\" -o ids").splitlines()[0]
        == "contact:1"
    )
    assert "pamela66@turner.net" in run(terminal, "crm show pamela66@turner.net")
    run(terminal, "crm set pamela66@turner.net jobtitle=Engineer")
    assert "contact:1" in run(terminal, "crm search 'nichole cantrell'")
    assert f"Rows: {rows:,} unchanged" in run(terminal, f"crm import contacts {name}")

    run(terminal, "crm export all out")
    run(terminal, "crm -C ../copy import companies out/company.csv")
    run(terminal, "crm -C ../copy import contacts out/contact.csv")
    whole = files_of(terminal.folder / "data")
    assert files_of(terminal.folder.parent / "copy" / "data") == whole

    run(terminal, "crm undo --yes")
    run(terminal, "crm undo --yes")
    assert run(terminal, "crm list contacts -o ids") == ""
    latest = json.loads(run(terminal, "crm history --json"))[0]
    run(terminal, f"crm undo {latest['operation']} --yes")
    run(terminal, "crm set contact:1 jobtitle=Engineer")
    assert files_of(terminal.folder / "data") == whole
