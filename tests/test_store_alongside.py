"""Work alongside: the same results whether threads can be started or not."""

from __future__ import annotations

import threading

import pytest

from crmcli.store.alongside import Alongside


@pytest.fixture(params=[0, 1, 2])
def able(request, monkeypatch):
    """So many threads can be started."""
    left = [request.param]
    really = threading.Thread.start

    def start(thread):
        if not left[0]:
            raise RuntimeError("can't start new thread")
        left[0] -= 1
        really(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    return request.param


def test_all_work_is_done(able):
    alongside = Alongside()
    names = []

    def work(number):
        names.append(threading.current_thread().name)
        return number

    waiting = [alongside.begin(lambda number=number: work(number)) for number in range(10)]
    assert [wait() for wait in waiting] == list(range(10))
    assert len(set(names)) == max(able, 1)
    alongside.close()
    assert threading.active_count() == 1


def test_an_error_is_met_where_it_is_waited_for():
    def fail():
        raise OSError(28, "No space left on device")

    alongside = Alongside()
    wait = alongside.begin(fail)
    with pytest.raises(OSError, match="No space left"):
        wait()
    alongside.close()
