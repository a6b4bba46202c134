"""What is shipped: the wheel holds the schemas and the sample data, and works where there is no repository."""

from __future__ import annotations

import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from registry import pip

TOP = Path(__file__).parent.parent


@pytest.fixture
def wheel(tmp_path):
    pip("wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, TOP)
    return next(tmp_path.glob("*.whl"))


def test_the_wheel_works_away_from_the_repository(wheel, terminal):
    folder = wheel.parent / "installed"
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
        packed.extractall(folder)
    tops = {"crmcli", f"{wheel.name.split('-py3')[0]}.dist-info"}
    assert {name.split("/")[0] for name in names} == tops
    for source in ("schemas", "sample-data", "defaults"):
        shipped = {f"crmcli/{path.relative_to(TOP)}" for path in (TOP / source).rglob("*") if path.is_file()}
        assert shipped
        assert shipped <= names
    away = replace(terminal, variables={"PYTHONPATH": str(folder)})
    crm = f"{sys.executable} -c 'from crmcli.cli.main import main; main()'"
    where = away.shell(f"{sys.executable} -c 'import crmcli; print(crmcli.__file__)'")
    assert where.stdout.startswith(str(folder))
    assert away.shell(f"{crm} demo there").code == 0
    assert away.shell(f"{crm} -C there list contacts --limit 1 -o ids").stdout.startswith("contact:")
