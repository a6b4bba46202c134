"""Many at once: every write of every process is kept, and no reader ever fails."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest


@pytest.mark.parametrize(
    ("writers", "writes", "readers"), [(6, 5, 2), pytest.param(16, 50, 8, marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_a_crowd_of_writers_and_readers(workspace, writers, writes, readers):
    def write(who):
        return [workspace.crm("create", "contact", f"email={who}-{n}@example.com") for n in range(writes)]

    def read(_):
        answers = []
        while not finished:
            answers.append(workspace.crm("list", "contacts", "-o", "json", "--columns", "email"))
        return answers

    finished = False
    with ThreadPoolExecutor(writers + readers) as crowd:
        reading = [crowd.submit(read, n) for n in range(readers)]
        written = [answer for answers in crowd.map(write, range(writers)) for answer in answers]
        finished = True
        lists = [future.result() for future in reading]

    assert [answer.transcript() for answer in written if answer.code] == []
    assert [answer.transcript() for answers in lists for answer in answers if answer.code] == []
    for earlier, later in (pair for answers in lists for pair in pairwise(answers)):
        assert emails(earlier) <= emails(later), "a reader sees no less than it saw before"
    everyone = {f"{who}-{n}@example.com" for who in range(writers) for n in range(writes)}
    assert emails(workspace.crm("list", "contacts", "-o", "json", "--columns", "email")) == everyone
    assert workspace.crm("doctor").code == 0


def emails(answer):
    return {record["email"] for record in json.loads(answer.stdout)}
