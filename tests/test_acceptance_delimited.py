"""Delimited files that nobody on the project wrote; skipped where they do not stand beside the repository."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from pathlib import Path

import pytest

from crmcli.errors import CrmError
from crmcli.services.normalising import normalise

DATA = Path(__file__).parents[2] / "shared" / "data"
SPECTRUM = sorted((DATA / "csv-spectrum" / "csvs").glob("*.csv"))
BROKEN = sorted((DATA / "datablist" / "broken_csv").glob("*.csv"))
TORTURE = sorted(path for path in (DATA / "csv-torture").rglob("*") if path.is_file())
SHAPES = sorted(path for path in (DATA / "export-shapes").glob("*") if path.name != "SOURCE.txt")
# The lines of the headings, where they are not the first.
LATER = {"A-agency-chaos.csv": 2, "F-linkedin-short.csv": 4}
# Lines that are reported, of files that are not mended.
REPORTED = {
    "missing-closing-quote.csv": [2],
    "newline-inside-unquoted-field.csv": [3],
    "ragged-rows-extra-columns.csv": [3],
    "ragged-rows-missing-columns.csv": [3],
}


def read(path):
    """The rows that are made of a file, and what was said of it."""
    sink = io.StringIO(newline="")
    made = normalise(str(path), None, sink)
    return list(csv.reader(io.StringIO(sink.getvalue(), newline=""))), made


@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
def test_the_spectrum_of_csv(path):
    wanted = json.loads((path.parents[1] / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
    if path.stem == "location_coordinates":  # the expectation has another number than the file itself
        wanted = [wanted]
        wanted[0]["Contact Phone Number"] = "2095257564"
    (header, *rows), _ = read(path)
    assert [dict(zip(header, row, strict=True)) for row in rows] == wanted


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_mended_or_each_bad_row_is_reported(path):
    rows, made = read(path)
    if path.stem == "duplicate-headers":  # an import refuses them by name, and asks
        assert rows[0] == ["id", "name", "Email", "Email"]
    elif path.name in REPORTED:
        assert [fault.line for fault in made.faults] == REPORTED[path.name]
    else:
        with (path.parent / "expected-fixed" / path.name).open(encoding="utf-8", newline="") as fixed:
            assert rows == list(csv.reader(fixed))
        assert made.faulty == 0


@pytest.mark.parametrize("path", TORTURE, ids=lambda path: path.name)
def test_no_file_is_met_with_a_traceback(path):
    with suppress(CrmError):
        read(path)


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_the_headings_of_exports_are_found(path):
    line = LATER.get(path.name, 1)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(line - 1):
            file.readline()
        wanted = next(csv.reader([file.readline()], delimiter=";" if "semicolon" in path.name else ","))
    rows, made = read(path)
    assert rows[0] == [heading.strip() for heading in wanted]
    assert "no headings" not in " ".join(made.notes)


@pytest.mark.slow
@pytest.mark.skipif(not (DATA / "pollock").is_dir(), reason="there is no ../shared/data/pollock")
def test_the_pollock_benchmark():
    import sys

    sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))
    from pollock import evaluated, scores

    simple, weighted = scores(evaluated())
    assert simple >= 9.96
    assert weighted >= 9.60
