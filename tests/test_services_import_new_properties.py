"""Properties for columns that none is known by: types by all values, declared and taken back with the import."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from crmcli.render.schema_files import with_property
from crmcli.services.importing.imports import ImportRequest, import_files
from crmcli.services.mapping.new_properties import with_new_properties
from crmcli.services.undo import undo
from office import make_office, reopened

COLUMNS = {
    "Shoe size": [str(36 + row) for row in range(12)],
    "Roast": ["Dark", "Light"] * 6,
    "Signed": [f"2024-0{row % 9 + 1}-03" for row in range(12)],
    "Budget": [f"€ {row}00.50" for row in range(12)],
    "Discount": [f"{row}%" for row in range(12)],
    "Newsletter": ["yes", "No"] * 6,
    "Booked": [f"2024-01-0{row % 9 + 1} 10:00" for row in range(12)],
    "Code": [f"00{row}" for row in range(12)],
    "Account no": [f"123456789012345{row + 10}" for row in range(12)],
    "Line": [f"+31 6 123456{row + 10}" for row in range(12)],
    "Page": [f"https://king.nl/{row}" for row in range(12)],
    "Story": [f"word {row}" for row in range(12)],
    "Essay": ["long " * 50, *["short"] * 11],
    "Hat": [""] * 12,
    "नाम": [f"जॉन {row}" for row in range(12)],
}
KINDS = {
    "shoe_size": "number", "roast": "choice", "signed": "date", "budget": "money", "discount": "percent",
    "newsletter": "yes-no", "booked": "datetime", "code": "text", "account_no": "text", "story": "text",
    "essay": "long-text", "column_16": "text",
}  # fmt: skip


@pytest.fixture
def workspace(tmp_path):
    return make_office(tmp_path)


@pytest.fixture
def path(tmp_path):
    rows = [[f"p{row}@x.org", *(column[row] for column in COLUMNS.values())] for row in range(12)]
    file = tmp_path / "new.csv"
    lines = [",".join(["Email", *COLUMNS]), *(",".join(row) for row in rows)]
    file.write_text("\n".join(lines), encoding="utf-8")
    return str(file)


def declared(workspace, *requests):
    return with_new_properties(workspace, requests, with_property)


def test_types_are_found_in_the_values(workspace, path):
    prepared = declared(workspace, ImportRequest("contact", path))
    told = dict(note.removeprefix("New property of contact: ").split(", ", 1) for note in prepared.requests[0].notes)
    assert {name: kind.partition(":")[0] for name, kind in told.items()} == KINDS
    assert told["roast"] == "choice: Dark, Light"
    assert "column_16" in prepared.workspace.model.objects["contact"].properties
    assert "shoe_size" not in workspace.model.objects["contact"].properties


def test_they_are_one_operation_with_the_records(workspace, path, tmp_path):
    prepared = declared(workspace, ImportRequest("contact", path))
    (imported,) = import_files(prepared.workspace, prepared.requests)
    assert (imported.created, imported.rejected) == (12, 0)
    values = prepared.workspace.store.record("contact", 1).values
    assert (values["shoe_size"], values["roast"], values["newsletter"]) == (36, "dark", True)
    after = reopened(tmp_path)
    assert after.model.objects["contact"].properties["budget"].format == "money"
    assert after.store.record("contact", 12).values["shoe_size"] == 47
    undo(after, imported.written.operation.id)
    last = reopened(tmp_path)
    assert (last.store.count("contact"), "shoe_size" in last.model.objects["contact"].properties) == (0, False)


def test_a_dry_run_declares_nothing(workspace, path, tmp_path):
    prepared = declared(workspace, ImportRequest("contact", path, dry_run=True))
    (imported,) = import_files(prepared.workspace, prepared.requests)
    assert (imported.created, len(imported.notes) > 12) == (12, True)
    assert not Path(workspace.root, "schemas/contact.yaml").exists()
    assert "shoe_size" not in reopened(tmp_path).model.objects["contact"].properties


def test_an_import_that_fails_declares_nothing(workspace, path, tmp_path):
    prepared = declared(workspace, ImportRequest("contact", path, key="shoe_size"))
    with pytest.raises(Exception, match="Rows cannot be matched"):
        import_files(prepared.workspace, prepared.requests)
    assert not Path(workspace.root, "schemas/contact.yaml").exists()
    assert "shoe_size" not in reopened(tmp_path).model.objects["contact"].properties


def test_a_stream_is_read_again_and_several_files_add_up(workspace):
    requests = [
        ImportRequest("contact", "-", io.BytesIO(b"Email,Shoe size\na@x.org,38\n")),
        ImportRequest("contact", "-", io.BytesIO(b"Email,Shoe size,Hat size\nb@x.org,39,57\n")),
    ]
    prepared = declared(workspace, *requests)
    assert [len(request.notes) for request in prepared.requests] == [1, 1]
    assert list(prepared.requests[0].files) == ["schemas/contact.yaml"]
    text = prepared.requests[0].files["schemas/contact.yaml"]
    assert ("shoe_size" in text, "hat_size" in text) == (True, True)


def test_where_every_column_is_known_nothing_is_declared(workspace):
    request = ImportRequest("contact", "-", io.BytesIO(b"Email\na@x.org\n"))
    prepared = declared(workspace, request)
    assert (prepared.workspace, dict(prepared.requests[0].files)) == (workspace, {})


def test_a_dry_run_of_what_is_there_already_knows_nothing_of_new_properties(workspace, tmp_path):
    rows = "".join(f"p{n}@x.org,P{n}\n,Q{n}\n" for n in range(1_500))
    (tmp_path / "people.csv").write_text(f"Email,First name\n{rows}")
    import_files(workspace, [ImportRequest("contact", str(tmp_path / "people.csv"))])
    (tmp_path / "people.csv").write_text(f"Email,First name,Shoe size\n{rows.replace(chr(10), ',41' + chr(10))}")
    prepared = declared(workspace, ImportRequest("contact", str(tmp_path / "people.csv"), dry_run=True))
    (imported,) = import_files(prepared.workspace, prepared.requests)
    assert (imported.updated, imported.created) == (1_500, 1_500)
