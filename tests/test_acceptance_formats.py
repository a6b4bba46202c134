"""Cards, calendars, mail and JSON that others wrote; skipped where they do not stand beside the repository."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from crmcli.errors import CrmError
from crmcli.formats.mail import NoMail
from crmcli.formats.opening import Reading, opened
from crmcli.formats.vcard import NoCards

DATA = Path(__file__).parents[2] / "shared" / "data"
CARDS = sorted((DATA / "vcard-khard").rglob("*.vcf"))
CALENDARS = sorted((DATA / "ics-icalendar").rglob("*.ics"))
MAILS = sorted((DATA / "mail-cpython").glob("msg_[0-9]*[0-9a].txt"))
PICTURES = sorted(path for path in (DATA / "mail-cpython").glob("*") if path.suffix not in (".txt", ".xbm", ".pbm"))
JSON = sorted((DATA / "json-testsuite").glob("test_*/*.json"))
NAUGHTY = DATA / "naughty-strings" / "blns.json"


def counted(path, word=""):
    """The rows, faults and blank rows of a file, all tables together."""
    with opened(str(path), None, Reading(format=word)) as tables:
        blocks = [block for table in tables for block in table.blocks()]
    return (
        sum(len(block.lines) for block in blocks),
        sum(len(block.faults) for block in blocks),
        sum(block.blank for block in blocks),
    )


def begun(path, words):
    return len(re.findall(rf"(?im)^BEGIN:(?:{words})\s*$".encode(), path.read_bytes()))


@pytest.mark.parametrize("path", CARDS, ids=lambda path: "-".join(path.parts[-2:]))
def test_each_card_is_a_row_or_a_fault(path):
    cards = begun(path, "VCARD")
    if not cards:  # what a link in a repository became
        with pytest.raises(NoCards):
            counted(path, "vcard")
    else:
        assert sum(counted(path)) == cards


@pytest.mark.parametrize("path", CALENDARS, ids=lambda path: path.stem)
def test_each_event_and_to_do_is_a_row_or_a_fault(path):
    entries = begun(path, "VEVENT|VTODO")
    try:
        assert sum(counted(path)) == entries
    except CrmError:
        assert not entries or path.stem == "issue_178_custom_component_contains_other"  # within what is no calendar


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_each_mail_is_a_row(path):
    if path.stem == "msg_18":  # says from whom, to whom and about what it is in no line
        with pytest.raises(NoMail):
            counted(path, "mail")
    else:
        assert sum(counted(path, "mail")) == 1


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_pictures_and_sounds_hold_no_table(path):
    with pytest.raises(CrmError):
        counted(path)


@pytest.mark.parametrize("path", JSON, ids=lambda path: path.stem)
def test_json_is_taken_as_it_is_or_refused_in_words(path):
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        value = None
    try:
        rows = sum(counted(path, "json"))
    except CrmError:
        return
    if value is not None:
        assert rows == (len(value) if isinstance(value, list) else 1)


@pytest.mark.skipif(not NAUGHTY.is_file(), reason="../shared/data is not there")
@pytest.mark.parametrize("form", ["array", "lines"])
def test_naughty_strings_come_as_they_are(tmp_path, form):
    strings = [text for text in json.loads(NAUGHTY.read_text(encoding="utf-8")) if text]
    objects = [{"n": number, "text": text} for number, text in enumerate(strings)]
    path = tmp_path / "naughty"
    text = json.dumps(objects) if form == "array" else "".join(f"{json.dumps(one)}\n" for one in objects)
    path.write_text(text, encoding="utf-8")
    with opened(str(path)) as (table,):
        cells = [block.row(place)[1] for block in table.blocks() for place in range(len(block.lines))]
    assert cells == strings
