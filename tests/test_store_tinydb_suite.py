"""TinyDB's own test suite, out of its source distribution, with our storage in the place of its JSONStorage."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

from terminal import OUTSIDE

OFFLINE = ("No matching distribution", "Could not find a version", "Temporary failure", "Network is unreachable")


@pytest.fixture
def suite(request) -> Path:
    """The unpacked sources of the installed TinyDB, kept in pytest's cache."""
    folder = request.config.cache.mkdir("tinydb")
    sources = folder / f"tinydb-{version('tinydb')}"
    if not sources.exists():
        archive = download(folder)
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
    return sources


def download(folder: Path) -> Path:
    wanted = f"tinydb=={version('tinydb')}"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", wanted, "--dest", folder]
    done = subprocess.run(command, env=OUTSIDE, capture_output=True, text=True, check=False)
    if done.returncode and not OUTSIDE.get("CI") and any(sign in done.stderr for sign in OFFLINE):
        pytest.skip("offline, and TinyDB's sources are not in the cache")
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.tar.gz"))


def test_tinydbs_own_suite_passes_on_our_storage(suite):
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", suite, "-p", "tinydb_on_shards"]
    paths = os.pathsep.join([str(Path(__file__).parent), str(suite)])
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-p", "no:randomly", suite / "tests"],
        cwd=suite,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 200
