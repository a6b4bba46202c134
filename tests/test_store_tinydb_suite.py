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

from registry import pip


@pytest.fixture
def suite(request) -> Path:
    """The unpacked sources of the installed TinyDB, kept in pytest's cache."""
    folder = request.config.cache.mkdir("tinydb")
    sources = folder / f"tinydb-{version('tinydb')}"
    if not sources.exists():
        pip("download", "--no-deps", "--no-binary", ":all:", "--dest", folder, f"tinydb=={version('tinydb')}")
        with tarfile.open(next(folder.glob("*.tar.gz"))) as packed:
            packed.extractall(folder, filter="data")
    return sources


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
