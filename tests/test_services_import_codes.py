"""Codes of rejected rows that only data from outside leads to; the others are in the scenario import_codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.services.importing.imports import ImportRequest, import_file
from office import made, make_office, reopened


@pytest.fixture
def office(tmp_path):
    """An office with two companies of one domain and two contacts of one address, as an editor left them."""
    workspace = make_office(tmp_path)
    for name in ("acme", "zeta"):
        made(workspace, "company", f"name={name}", f"domain={name}.nl")
        made(workspace, "contact", f"email=info@{name}.nl")
    for shard in Path(workspace.root, "data").glob("co*/00000.json"):
        shard.write_text(shard.read_text().replace("zeta.nl", "acme.nl"))
    return reopened(tmp_path)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Email,associations.company.domain\nb@x.nl,acme.nl\n", "MULTIPLE_COMPANIES_WITH_THIS_DOMAIN"),
        ("Email,City\ninfo@acme.nl,Delft\n", "DUPLICATE_UNIQUE_PROPERTY_VALUE"),
    ],
)
def test_what_several_records_hold_is_no_key(office, tmp_path, text, code):
    path = tmp_path / "people.csv"
    path.write_text(text)
    (row,) = import_file(office, ImportRequest("contact", str(path))).rejected_rows
    assert (row.line, row.code) == (2, code)
