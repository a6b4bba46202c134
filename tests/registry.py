"""pip, for the tests that need a package's sources or a build: with the settings of whoever runs the tests."""

from __future__ import annotations

import subprocess
import sys

import pytest

from terminal import OUTSIDE

OFFLINE = ("No matching distribution", "Could not find a version", "Temporary failure", "Network is unreachable")


def pip(*words):
    """Run pip; where the registry cannot be reached, the test is skipped, but not in CI."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    done = subprocess.run(command, env=OUTSIDE, capture_output=True, text=True, check=False)
    if done.returncode and not OUTSIDE.get("CI") and any(sign in done.stderr for sign in OFFLINE):
        pytest.skip("offline")
    assert done.returncode == 0, done.stderr
