"""Backups: everything in one file, proved twice, and nothing that is not ours brought back."""

from __future__ import annotations

import io
import json
import os
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest

from crmcli.services.backups import NoBackup, UnknownEnding, back_up, packing, prove, restore
from crmcli.services.exporting.exports import ExportFailed
from crmcli.services.manifest import NotAsItWas
from crmcli.services.new_folders import FolderNotEmpty
from crmcli.services.workspace import open_workspace
from office import circumstances, made, make_office
from test_services_whole_exports import files

MANIFEST = "backup.json"


@pytest.fixture
def workspace(tmp_path):
    found = make_office(tmp_path)
    made(found, "contact", "firstname=Ada", "email=ada@acme.com")
    (tmp_path / "office" / "notes.txt").write_text("not crm's")
    (tmp_path / "office" / "data" / "contact" / "00000.json.0123.tmp").write_text("left by a crash")
    return found


def written(workspace, path):
    """Write a backup to a path and give it."""
    with open(path, "wb") as sink:
        back_up(workspace, sink, packing(str(path)))
    return str(path)


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz"])
def test_a_backup_comes_back(workspace, tmp_path, ending):
    path = written(workspace, tmp_path / f"b{ending}")
    assert prove(path).records == {"contact": 1}
    (tmp_path / "new").mkdir()
    restore(path, str(tmp_path / "new"))
    expected = {name: text for name, text in files(workspace.root).items() if name != "notes.txt"}
    assert "data/contact/00000.json" in expected
    assert files(tmp_path / "new") == {name: text for name, text in expected.items() if not name.endswith(".tmp")}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "new").rglob("*") if path.is_file()} == {0o600}
    copy = open_workspace(str(tmp_path / "new"), str(tmp_path / "cache2"), circumstances(tmp_path))
    assert copy.store.doctor() == []
    assert copy.store.count("contact") == 1


def test_what_is_no_backup_is_refused(workspace, tmp_path):
    with pytest.raises(UnknownEnding):
        packing("b.zip")
    with pytest.raises(NoBackup):
        prove(str(tmp_path / "nothing.tar"))
    (tmp_path / "text.tar").write_text("hello " * 200)
    with pytest.raises(NoBackup):
        prove(str(tmp_path / "text.tar"))
    with pytest.raises(FolderNotEmpty):
        restore(written(workspace, tmp_path / "b.tar"), str(tmp_path))


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tar.xz"])
def test_a_backup_that_was_cut_is_refused(workspace, tmp_path, ending):
    path = tmp_path / f"b{ending}"
    whole = Path(written(workspace, path)).read_bytes()
    content = len(whole.rstrip(b"\0"))
    for part in range(8):
        path.write_bytes(whole[: content * part // 8])
        with pytest.raises((NoBackup, NotAsItWas)):
            restore(str(path), str(tmp_path / "new"))
        assert not (tmp_path / "new").exists()


def test_every_file_of_a_backup_is_proved(workspace, tmp_path):
    path = tmp_path / "b.tar"
    whole = Path(written(workspace, path)).read_bytes()
    for text in (b"ada@acme.com", b"Amsterdam", b'"operation"', b'"sha256"', b"ustar"):
        assert text in whole
        path.write_bytes(whole.replace(text, text.swapcase(), 1))
        with pytest.raises((NoBackup, NotAsItWas)):
            restore(str(path), str(tmp_path / "new"))
        assert not (tmp_path / "new").exists()


def entry(name, content=b"x", **more):
    """An entry of a tar."""
    found = tarfile.TarInfo(name)
    found.size = len(content) if more.get("type", tarfile.REGTYPE) == tarfile.REGTYPE else 0
    for key, value in more.items():
        setattr(found, key, value)
    return found, content


def forged(path, entries, listed=None):
    """Write a tar of these entries with a list of files that fits them."""
    names = {one.name: {"bytes": one.size, "sha256": sha256(content).hexdigest()} for one, content in entries}
    value = {"version": 1, "name": "x", "workspace": "x", "made": "2026-11-23T09:30:00Z", "records": {}, "files": names}
    text = json.dumps(value | (listed or {})).encode()
    with tarfile.open(path, "w") as tar:
        for one, content in [*entries, entry(MANIFEST, text)]:
            tar.addfile(one, io.BytesIO(content) if one.isreg() else None)
    return str(path)


@pytest.mark.parametrize(
    "entries",
    [
        [entry("workspace/../../evil")],
        [entry("workspace//etc/evil")],
        [entry("/workspace/data/evil")],
        [entry("../workspace/data/evil")],
        [entry("workspace/evil")],
        [entry("evil")],
        [entry("workspace/data/x", type=tarfile.SYMTYPE, linkname="/etc/passwd")],
        [entry("workspace/data/x", type=tarfile.LNKTYPE, linkname="workspace/crm.toml")],
        [entry("workspace/data/x", type=tarfile.CHRTYPE, devmajor=1, devminor=3)],
        [entry("workspace/data/x", type=tarfile.FIFOTYPE)],
        [entry("workspace/data/x", type=tarfile.DIRTYPE)],
        [entry("workspace/data/x"), entry("workspace/data/x")],
        [entry("workspace/data/x\n/y")],
    ],
    ids=lambda entries: f"{entries[0][0].name}-{entries[0][0].type.decode()}-{len(entries)}",
)
def test_a_forged_backup_writes_nothing(tmp_path, entries):
    path = forged(tmp_path / "b.tar", entries)
    with pytest.raises(NotAsItWas):
        restore(path, str(tmp_path / "new"))
    assert os.listdir(tmp_path) == ["b.tar"]


@pytest.mark.parametrize(
    "listed",
    [
        {"files": {}},
        {"files": []},
        {"version": 2},
        {"records": {"contact": "many"}},
        {"files": {"workspace/data/x": {}}},
    ],
)
def test_a_list_that_does_not_fit_is_refused(tmp_path, listed):
    with pytest.raises(NotAsItWas):
        restore(forged(tmp_path / "b.tar", [entry("workspace/data/x")], listed), str(tmp_path / "new"))


def test_a_full_disk_leaves_nothing(workspace, tmp_path, monkeypatch):
    path = written(workspace, tmp_path / "b.tar.gz")
    before = sorted(os.listdir(tmp_path))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportFailed, match="no space left"):
        restore(path, str(tmp_path / "new"))
    assert sorted(os.listdir(tmp_path)) == before


def test_nobody_writes_while_a_backup_is_written(workspace, tmp_path):
    from crmcli.store.lock import StoreLock, StoreLocked

    other = StoreLock(workspace.root, str(tmp_path / "note"))

    class Sink(io.BytesIO):
        def write(self, content):
            with pytest.raises(StoreLocked):
                other.acquire("crm test", 0)
            return super().write(content)

    back_up(workspace, Sink(), "")
    other.acquire("crm test", 0)
    other.release()
