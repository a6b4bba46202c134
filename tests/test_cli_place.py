"""Where things are, and who acts."""

from __future__ import annotations

import os

import pytest

from crmcli.cli import place


def test_the_workspace_is_above(tmp_path, monkeypatch):
    (tmp_path / "crm.toml").touch()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert place.find_root("") == os.path.realpath(tmp_path)
    assert place.find_root(str(below)) == os.path.realpath(tmp_path)


def test_no_workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_DIR", str(tmp_path))
    with pytest.raises(place.NoWorkspace, match=str(tmp_path)):
        place.find_root("")


def test_a_link_to_a_workspace_is_that_workspace(tmp_path):
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "crm.toml").touch()
    (tmp_path / "link").symlink_to(tmp_path / "crm")
    assert place.find_root(str(tmp_path / "link")) == os.path.realpath(tmp_path / "crm")


def test_each_workspace_has_a_cache_of_its_own(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    folders = ["/a/b", "/a%2Fb", "/a", "/", "/" + "x" * 300, "/" + "x" * 301, "/ä" * 100]
    caches = [place.cache_folder(folder) for folder in folders]
    assert len(set(caches)) == len(folders)
    assert caches[0] == f"/cache/crm/a%2Fb.{os.getuid()}"
    assert all(len(os.fsencode(os.path.basename(cache))) <= 255 for cache in caches)


def test_a_relative_cache_folder_is_not_heeded(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    assert os.path.isabs(place.cache_folder("/a"))


def test_who(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("LOGNAME", "system")
    assert place.who("") == "system"
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "config.toml").write_text('actor = "configured"\n')
    assert place.who("") == "configured"
    monkeypatch.setenv("CRM_ACTOR", "variable")
    assert place.who("") == "variable"
    assert place.who("flag") == "flag"


def test_a_broken_configuration_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "config.toml").write_text("actor = \n")
    with pytest.raises(place.UnreadableConfiguration, match=r"config\.toml"):
        place.who("")


def test_init_remembers_who_i_am_once(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("CRM_ACTOR", raising=False)
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "config.toml").write_text("[defaults]\nsize = 3\n")
    place.remember_actor('Ada "the first" King')
    place.remember_actor("Ben")
    assert place.who("") == 'Ada "the first" King'
    assert place.configuration()["defaults"] == {"size": 3}
    assert place.who("Cy") == "Cy"
