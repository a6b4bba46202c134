"""Text and JSON that others wrote to break programs; skipped where it does not stand beside the repository."""

from __future__ import annotations

import csv
import json
import unicodedata
from pathlib import Path

import pytest

from crmcli.store.shard import DamagedFile, parse

DATA = Path(__file__).parents[2] / "shared" / "data"
NAUGHTY = DATA / "naughty-strings" / "blns.json"
JSON = DATA / "json-testsuite"
TURNING = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"  # what follows reads in another direction
PATH = "data/contact/00000.json"


@pytest.mark.skipif(not NAUGHTY.is_file(), reason="../shared/data is not there")
def test_naughty_strings_go_in_and_come_out_and_move_no_cursor(terminal):
    strings = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    with (terminal.folder / "naughty.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("Email", "First Name", "Message"), *((f"n{n}@example.com", s, s) for n, s in enumerate(strings))]
        )
    for line in ("crm init .", "crm init ../copy", "crm import contacts naughty.csv", "crm export contacts out.csv"):
        assert terminal.shell(line).code == 0
    assert terminal.shell("crm -C ../copy import contacts out.csv").code == 0
    whole = (terminal.folder / PATH).read_bytes()
    assert (terminal.folder.parent / "copy" / PATH).read_bytes() == whole

    shown = terminal.shell("crm list contacts --columns email,firstname").stdout
    assert len(shown.splitlines()) == len(strings) + 2
    assert [c for c in shown if c != "\n" and (unicodedata.category(c) == "Cc" or c in TURNING)] == []
    kept = {one["email"]: one.get("firstname") for one in terminal.shell("crm list contacts --json").json}
    # A quote before a quote is what exports put before formulas, and imports take away.
    plain = {n: s for n, s in enumerate(strings) if s != "''"}
    assert [kept[f"n{n}@example.com"] or "" for n in plain] == [s.strip() for s in plain.values()]


@pytest.mark.skipif(not JSON.is_dir(), reason="../shared/data is not there")
@pytest.mark.parametrize("form", [b"%s", b'{"contact": {"1": {"note": %s}}}', b'{"contact": {}, "foreign": %s}'])
def test_any_json_is_a_damaged_file_or_is_written_as_what_it_was(form):
    outcomes = {"read": 0, "damaged": 0}
    for path in JSON.glob("test_*/*.json"):
        text = form.replace(b"%s", path.read_bytes())
        try:
            shard = parse(text, "contact", PATH)
        except DamagedFile:
            outcomes["damaged"] += 1
            # What the standard says is JSON is damaged only as a whole: it is then no object of tables.
            assert not path.name.startswith("y_") or form == b"%s" or b'"a":' in text, path.name
        else:
            outcomes["read"] += 1
            again = parse(shard.dumps(), "contact", PATH)
            assert (again.records, again.foreign) == (shard.records, shard.foreign), path.name
    assert min(outcomes.values()) > 10
