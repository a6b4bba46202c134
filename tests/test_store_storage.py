"""The TinyDB storage: TinyDB's interface over canonical text, replaced as a whole."""

from __future__ import annotations

import pytest
from tinydb import TinyDB

from crmcli.store.shard import DamagedFile
from crmcli.store.storage import ShardStorage
from folder import make_folder


def test_tinydb_on_our_storage_reads_and_writes_a_data_file(tmp_path):
    folder = make_folder(tmp_path)
    folder.create("contact", firstname="Zoë")
    before = folder.shard().read_bytes()
    folder.shard().chmod(0o640)

    with TinyDB(folder.shard(), storage=ShardStorage) as database:
        table = database.table("contact")
        assert table.get(doc_id=1) == {"firstname": "Zoë"}
        table.update({"firstname": "Zoë"}, doc_ids=[1])

    assert folder.shard().read_bytes() == before
    assert folder.shard().stat().st_mode & 0o777 == 0o640
    assert [path.name for path in folder.shard().parent.iterdir()] == ["00000.json"]
    assert folder.values("contact", 1) == {"firstname": "Zoë"}


def test_a_link_is_kept(tmp_path):
    (tmp_path / "link.json").symlink_to(tmp_path / "target.json")
    with TinyDB(tmp_path / "link.json", storage=ShardStorage) as database:
        database.insert({"a": 1})

    assert (tmp_path / "link.json").is_symlink()
    assert '"a": 1' in (tmp_path / "target.json").read_text()


def test_opening_to_read_neither_makes_nor_writes(tmp_path):
    with pytest.raises(FileNotFoundError):
        ShardStorage(tmp_path / "none.json", access_mode="r")
    (tmp_path / "some.json").write_text("{}")

    storage = ShardStorage(tmp_path / "some.json", access_mode="r")

    assert storage.read() == {}
    with pytest.raises(OSError, match="opened for reading only"):
        storage.write({"a": {}})
    assert (tmp_path / "some.json").read_text() == "{}"


def test_an_empty_file_is_no_tables_and_a_damaged_one_an_error(tmp_path):
    storage = ShardStorage(tmp_path / "below" / "new.json", create_dirs=True)
    assert storage.read() is None
    (tmp_path / "below" / "new.json").write_text("{")

    with pytest.raises(DamagedFile):
        storage.read()
    storage.close()
