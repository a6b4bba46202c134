"""The progress bar: one line of a terminal, with how fast it goes and how long it will take."""

from __future__ import annotations

import io

from crmcli.render import progress
from crmcli.render.output import Output


def drawn(monkeypatch, steps, what="leads.csv", **how):
    """What is on the line after each step of (seconds since the beginning, bytes done), of 10 MB."""
    clock = iter([0.0, *(seconds for seconds, _ in steps)])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    err = io.StringIO()
    draw = progress.progress(Output(io.StringIO(), err), what, **how)
    lines = []
    for _, done in steps:
        draw(done, 10_000_000)
        lines.append(err.getvalue().rpartition("\r")[2].removesuffix("\x1b[K"))
    return lines


def test_rate_and_time_left_are_said_once_they_are_known(monkeypatch):
    assert drawn(monkeypatch, [(0.2, 100_000), (2.0, 2_500_000), (2.05, 2_600_000), (4.0, 5_000_000)]) == [
        "leads.csv ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   1%",
        "leads.csv ███████░░░░░░░░░░░░░░░░░░░░░░░  25% 1.2 MB/s 0:06 left",
        "leads.csv ███████░░░░░░░░░░░░░░░░░░░░░░░  25% 1.2 MB/s 0:06 left",
        "leads.csv ███████████████░░░░░░░░░░░░░░░  50% 1.2 MB/s 0:04 left",
    ]


def test_the_line_goes_when_all_is_done(monkeypatch):
    assert drawn(monkeypatch, [(4.0, 5_000_000), (8.0, 10_000_000)])[-1] == ""


def test_a_long_name_leaves_room_for_the_rest(monkeypatch):
    (line,) = drawn(monkeypatch, [(60.0, 600_000)], "/home/ada/exports/of/the/old/system/people.csv")
    assert line == f"e/old/system/people.csv █{'░' * 29}   6% 0.0 MB/s 15:40 left"
    assert len(line) < 80


def test_steps_have_no_pace(monkeypatch):
    assert drawn(monkeypatch, [(4.0, 5_000_000)], "Comparing", paced=False) == [f"Comparing {'█' * 15}{'░' * 15}  50%"]
