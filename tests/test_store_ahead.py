"""A second process that works ahead: the same items whatever becomes of it, and nothing of it left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crmcli.store.ahead import ahead
from crmcli.store.lock import StoreLock

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2, reason="there is one core"
)
ITEMS = [(n, "é\ud800" * n, None, [str(n)] * 50) for n in range(3_000)]
HERE = os.getpid()


class Broken(Exception):
    pass


def none_is_left():
    """Whether this process has no other one, not even a dead one."""
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    return True


def numbers(how_many):
    for number in range(how_many):
        yield os.getpid(), number


def test_items_come_in_order_from_another_process():
    with ahead(lambda: iter(ITEMS)) as items:
        assert list(items) == ITEMS
    with ahead(lambda: numbers(3)) as items:
        found = list(items)
    assert [number for _, number in found] == [0, 1, 2]
    assert HERE not in {process for process, _ in found}
    assert none_is_left()


def test_without_a_second_core_this_process_makes_them(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    with ahead(lambda: numbers(3)) as items:
        assert list(items) == [(HERE, 0), (HERE, 1), (HERE, 2)]


@pytest.mark.parametrize("call", ["fork", "pipe"])
def test_without_room_for_another_process_this_one_makes_them(monkeypatch, call):
    def refuse():
        raise BlockingIOError("Resource temporarily unavailable")

    before = os.listdir("/proc/self/fd")
    monkeypatch.setattr(os, call, refuse)
    with ahead(lambda: numbers(2)) as items:
        assert list(items) == [(HERE, 0), (HERE, 1)]
    assert os.listdir("/proc/self/fd") == before


def test_an_error_is_met_by_this_process():
    def make():
        yield from numbers(2)
        raise Broken(os.getpid())

    found = []
    with pytest.raises(Broken, match=str(HERE)), ahead(make) as items:
        found.extend(number for _, number in items)
    assert found == [0, 1]
    assert none_is_left()


def test_what_cannot_be_sent_is_made_here():
    def make():
        yield from numbers(2)
        yield os.getpid(), lambda: None
        yield from numbers(1)

    with ahead(make) as items:
        found = list(items)
    assert [process == HERE for process, _ in found] == [False, False, True, True]


def test_the_other_process_may_be_killed():
    with ahead(lambda: iter(ITEMS)) as items:
        rest = iter(items)
        first = next(rest)
        os.kill(int(Path(f"/proc/self/task/{HERE}/children").read_text().split()[0]), signal.SIGKILL)
        assert [first, *rest] == ITEMS
    assert none_is_left()


def test_who_has_enough_leaves():
    def endless():
        while True:
            yield "x" * 100_000

    with ahead(endless) as items:
        assert next(iter(items)) == "x" * 100_000
    assert none_is_left()


def test_the_other_process_has_no_files_but_those_it_needs(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "people.csv").write_text("x")
    with StoreLock(str(tmp_path), str(tmp_path / "note")) as lock, (tmp_path / "people.csv").open() as file:
        lock.acquire("crm import", 1)

        def open_files():
            yield {os.path.realpath(f"/proc/self/fd/{number}") for number in range(3, 1_000)}

        with ahead(open_files, files=[file.fileno()]) as items:
            (paths,) = items
    assert {path for path in paths if path.startswith(str(tmp_path))} == {str(tmp_path / "people.csv")}


def test_the_other_process_goes_with_this_one():
    script = (
        "import os, time\n"
        "from crmcli.store.ahead import ahead\n"
        "def make():\n"
        "    while True:\n"
        "        time.sleep(0.01)\n"
        "        yield os.getpid()\n"
        "with ahead(make) as items:\n"
        "    print(next(iter(items)), flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, check=False)
    assert ran.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 5
    while os.path.exists(f"/proc/{int(ran.stdout)}"):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_ctrl_c_is_met_by_this_process_alone():
    script = (
        "import os, signal, time\n"
        "from crmcli.store.ahead import ahead\n"
        "def make():\n"
        "    yield os.getpid()\n"
        "    time.sleep(60)\n"
        "try:\n"
        "    with ahead(make) as items:\n"
        "        for item in items:\n"
        "            os.killpg(0, signal.SIGINT)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', os.getpid())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, start_new_session=True, check=False, timeout=30
    )
    assert (ran.stdout.split()[0], ran.stdout.count("\n"), ran.stderr) == ("interrupted", 1, "")


def test_the_other_process_is_not_interrupted_in_what_this_one_has_begun():
    script = (
        "import os, signal\n"
        "from crmcli.store.ahead import ahead\n"
        "real = os.fork\n"
        "def fork():\n"
        "    process = real()\n"
        "    if not process:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    return process\n"
        "os.fork = fork\n"
        "try:\n"
        "    with ahead(lambda: iter(range(3))) as items:\n"
        "        print(list(items), flush=True)\n"
        "finally:\n"
        "    print('tidied up', flush=True)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=30)
    assert (ran.stdout, ran.stderr) == ("[0, 1, 2]\ntidied up\n", "")
