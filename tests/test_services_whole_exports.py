"""Exports of everything: complete, proved, and taken back byte for byte."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crmcli.frozen import replace
from crmcli.render.export_forms import FORMS
from crmcli.services.associations import LinkRequest, link
from crmcli.services.exporting.exports import ExportFailed, Style
from crmcli.services.exporting.whole import NotEmpty, export_all, import_all
from crmcli.services.manifest import NotAsItWas
from crmcli.services.new_folders import FolderNotEmpty
from crmcli.services.records import Targets, delete
from office import made
from random_stores import fill, office, reopened


@pytest.fixture
def workspace(tmp_path):
    found = office(tmp_path / "one")
    acme = made(found, "company", "name=Acme", "domain=acme.com")
    ada = made(found, "contact", "firstname=Ada", "email=ada@acme.com")
    ben = made(found, "contact", "firstname==1+1")
    link(found, LinkRequest(ada, acme, label="Billing Contact"))
    link(found, LinkRequest(ben, ada, label="Manager"))
    delete(found, Targets((made(found, "contact", "firstname=Gone"),)))
    with found.store.write(found.intent()) as change:
        change.write_file("imports/leads.yaml", "columns: {}\n")
        change.write_file("schemas/contact.yaml", "properties:\n  shoe: {label: Shoe, type: number}\n")
        change.commit()
    return reopened(tmp_path / "one")


def files(folder) -> dict[str, bytes]:
    """Every file below a folder."""
    paths = (path for path in sorted(Path(folder).rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def exported(workspace, folder):
    """Export everything; give the folder's files, the moment of the export taken out."""
    export_all(workspace, str(folder), FORMS["csv"], Style())
    found = files(folder)
    found["export.json"] = found["export.json"].replace(b"2026-11-23T09:30:00Z", b"now")
    return found


def test_everything_is_in_it(workspace, tmp_path):
    found = exported(workspace, tmp_path / "out")
    assert sorted(found) == [
        "company.csv",
        "contact.csv",
        "export.json",
        "workspace/.gitattributes",
        "workspace/.gitignore",
        "workspace/crm.toml",
        "workspace/data/company/00000.json",
        "workspace/data/contact/00000.json",
        "workspace/data/schema.json",
        "workspace/imports/leads.yaml",
        "workspace/journal/2026-11.1.jsonl",
        "workspace/schemas/contact.yaml",
    ]
    assert json.loads(found["export.json"])["records"] == {"company": 1, "contact": 2}
    assert {oct(path.stat().st_mode) for path in (tmp_path / "out").rglob("*") if path.is_file()} == {"0o100600"}
    assert sorted(os.listdir(tmp_path)) == ["one", "out"]


def test_it_makes_an_equal_workspace(workspace, tmp_path):
    found = exported(workspace, tmp_path / "out")
    empty = office(tmp_path / "two", "fedcba9876543210")
    assert import_all(empty, str(tmp_path / "out"), dry_run=True).manifest.count == 3
    assert empty.store.count("contact") == 0
    import_all(empty, str(tmp_path / "out"))
    copy = reopened(tmp_path / "two")
    assert files(copy.root) == files(workspace.root)
    assert copy.store.doctor() == []
    assert copy.settings == replace(workspace.settings, path=copy.settings.path)
    assert [one.summary for one in copy.store.log.operations()] == [o.summary for o in workspace.store.log.operations()]
    assert exported(copy, tmp_path / "again") == found


def test_nothing_is_written_over(workspace, tmp_path):
    exported(workspace, tmp_path / "out")
    with pytest.raises(FolderNotEmpty):
        exported(workspace, tmp_path / "out")
    with pytest.raises(NotEmpty, match=r"data/company/00000.json|imports/leads.yaml|schemas/contact.yaml"):
        import_all(workspace, str(tmp_path / "out"))


@pytest.mark.parametrize("path", ["workspace/data/contact/00000.json", "workspace/crm.toml"])
def test_what_was_changed_or_is_missing_is_not_taken(workspace, tmp_path, path):
    exported(workspace, tmp_path / "out")
    empty = office(tmp_path / "two")
    before = files(empty.root)
    (tmp_path / "out" / path).write_bytes(b"{}")
    with pytest.raises(NotAsItWas, match="was changed"):
        import_all(empty, str(tmp_path / "out"))
    (tmp_path / "out" / path).unlink()
    with pytest.raises(NotAsItWas, match=f"it has no {path}"):
        import_all(empty, str(tmp_path / "out"))
    assert files(empty.root) == before
    with pytest.raises(NotAsItWas):
        import_all(empty, str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    "path", ["../evil", "/etc/evil", "data/../../evil", "evil", "data", "data//x", "data/x.tmp", "data/a\\b"]
)
def test_paths_stay_within_the_workspace(workspace, tmp_path, path):
    exported(workspace, tmp_path / "out")
    listed = tmp_path / "out" / "export.json"
    value = json.loads(listed.read_text())
    value["files"][f"workspace/{path}"] = {"bytes": 0, "sha256": ""}
    listed.write_text(json.dumps(value))
    with pytest.raises(NotAsItWas, match="no file of a workspace"):
        import_all(office(tmp_path / "two"), str(tmp_path / "out"))


def test_a_link_out_of_the_export_is_not_followed(workspace, tmp_path):
    from crmcli.store.files import OutsideWorkspace

    exported(workspace, tmp_path / "out")
    shard = tmp_path / "out" / "workspace/data/contact/00000.json"
    (tmp_path / "elsewhere.json").write_bytes(shard.read_bytes())
    shard.unlink()
    shard.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(OutsideWorkspace):
        import_all(office(tmp_path / "two"), str(tmp_path / "out"))


def test_a_full_disk_leaves_nothing(workspace, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    exported(workspace, tmp_path / "out")
    empty = office(tmp_path / "two")
    before = [files(empty.root), sorted(os.listdir(tmp_path))]
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportFailed, match="no space left"):
        export_all(workspace, str(tmp_path / "more"), FORMS["csv"], Style())
    with pytest.raises(ExportFailed, match="no space left"):
        import_all(empty, str(tmp_path / "out"))
    monkeypatch.undo()
    assert [files(empty.root), sorted(os.listdir(tmp_path))] == before
    import_all(empty, str(tmp_path / "out"))


def round_trip(data) -> None:
    """Fill a workspace, export all, import it into an empty one, and export that."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = office(folder / "one")
        fill(workspace, data)
        found = exported(workspace, folder / "out")
        import_all(office(folder / "two", "fedcba9876543210"), str(folder / "out"))
        copy = reopened(folder / "two")
        assert exported(copy, folder / "again") == found
        assert copy.store.doctor() == []


PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=15, deadline=None, phases=PHASES, suppress_health_check=CHECKS)
@given(st.data())
def test_any_store_comes_back(data):
    round_trip(data)


@pytest.mark.slow
@settings(max_examples=500, deadline=None, phases=PHASES, suppress_health_check=CHECKS)
@given(st.data())
def test_any_of_500_stores_comes_back(data):
    round_trip(data)
