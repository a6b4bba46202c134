"""A large file is read by a second process: nothing that an import says or leaves behind shows it."""

from __future__ import annotations

import io
import os
import signal
from pathlib import Path

import pytest

from crmcli.formats.opening import opened
from crmcli.services.importing import reading as import_reading
from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.importing.values import read_values
from office import make_office

HEADINGS = "First name,Email,Website URL,Lifecycle stage,Notes"
ROWS = 8_000


def row(number):
    """One of many rows, of which some are rejected and some take more than a line."""
    email = "nobody" if number % 501 == 0 else f"ada.{number - number % 997 // 996}@company-{number // 10}.example"
    notes = f'"first, {number}\nsecond é"' if number % 1_700 == 0 else "x" * 90
    cells = f"Ada {number},{email},https://example.com/{number},{'lead' if number % 3 else ''},{notes}"
    return ",,,," if number % 1_111 == 0 else f"{cells},too much" if number % 1_777 == 0 else cells


@pytest.fixture(scope="module")
def text():
    made = "\n".join([HEADINGS, *map(row, range(1, ROWS + 1)), ""])
    assert len(made) > 1 << 20
    return made.encode()


def imported(folder, text, *, progress=None, stream=None):
    """Import the text into a new workspace: all that is said of it and all files that come of it."""
    folder.mkdir()
    source = folder / "people.csv"
    source.write_bytes(text)
    workspace = make_office(folder)
    workspace.store.new_id = lambda sequence: f"{sequence:016x}"
    outcomes = []
    request = ImportRequest(
        "contact",
        "-" if stream else str(source),
        stream=stream,
        associate_companies=True,
        repair_path=str(folder / "people.rejected.csv"),
    )
    result = import_file(workspace, request, progress=progress, report=outcomes.append)
    rows = [list(workspace.store.index.connection.execute(f"SELECT * FROM {name}")) for name in ("contact", "_key")]
    files = {path.name: path.read_bytes() for path in folder.glob("office/*/*/*.json")}
    rejected = Path(folder / "people.rejected.csv").read_text()
    said = (result.created, result.rejected, result.blank, result.rejected_rows, result.notes, result.advice)
    return said, outcomes, rows, files, rejected


@pytest.fixture(scope="module")
def alone(text, tmp_path_factory):
    """What comes of it in one process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sched_getaffinity", lambda _: {0})
        return imported(tmp_path_factory.mktemp("alone") / "x", text)


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)


def test_two_processes_import_as_one(alone, text, tmp_path, monkeypatch):
    read_here = []
    monkeypatch.setattr(
        import_reading, "read_values", lambda *arguments: read_here.append(arguments) or read_values(*arguments)
    )
    assert imported(tmp_path / "x", text) == alone
    assert not read_here
    (created, rejected, blank, *_), outcomes, *_ = alone
    assert created + rejected + blank == ROWS
    assert rejected > 10
    assert blank == 7
    assert len(outcomes) == created + rejected


def test_standard_input_too(alone, text, tmp_path):
    assert imported(tmp_path / "x", text, stream=io.BytesIO(text)) == alone


def test_the_second_process_may_be_killed(alone, text, tmp_path):
    positions = []

    def kill(position, size):
        positions.append(position)
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        if len(positions) == 2:
            os.kill(int(children[0]), signal.SIGKILL)
        assert 0 < position <= size == len(text)

    assert imported(tmp_path / "x", text, progress=kill) == alone
    assert positions == sorted(positions)
    assert positions[-1] == len(text)


def test_a_file_in_which_another_process_moved_on_is_read_from_its_start(tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text("\n".join(["number", *map(str, range(5_000))]))
    with opened(str(path), None) as (table,):
        assert len(next(table.blocks()).lines) == 1_000
        table._text._file.seek(0)
        assert table._text._file.peek()
        os.lseek(table.descriptors[0], 0, os.SEEK_END)
        table.restart()
        assert sum(len(block.lines) for block in table.blocks()) == 5_000
