"""The layouts of `crm list` on terminals of 40, 80, 120 and 200 columns, of records that are hard to draw."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.render.cells import width
from pseudo_terminal import on_terminal
from terminal import Terminal

DEALS = """\
name,amount,deal_currency_code,dealstage,hs_priority,closedate
东京网站重新设计项目第二阶段和非常长的名称,1234567.89,EUR,contractsent,high,2026-03-03
Seasonal labels,18500,EUR,qualifiedtobuy,medium,2026-03-03
"Café for the ""old"" mill, with a title that is longer than any terminal is wide",7,USD,qualifiedtobuy,high,2026-03-10
[bold]\x1b[31mRed[/],-5.5,EUR,closedlost,,2026-02-27
Undated,,,appointmentscheduled,low,
"""
MEETINGS = """\
name,start,until,outcome
Kick-off,2026-02-20,2026-03-20,COMPLETED
Workshop,2026-03-02 10:00,2026-03-02 12:00,SCHEDULED
Backwards,2026-03-12,2026-03-05,SCHEDULED
Open end,2026-03-06,,SCHEDULED
"""
LAYOUTS = {
    "table": "list deals",
    "grouped": "list deals --group-by priority --sum amount --columns name,stage,closedate,count(contacts)",
    "board": "list deals --layout board",
    "board_by_priority": "list deals --layout board --by priority --sum amount",
    "cards": "list deals --layout cards --columns name,amount,priority,closedate --sum amount",
    "calendar": "list deals --layout calendar --by closedate",
    "gantt": "list meetings --layout gantt",
}
WIDTHS = (40, 80, 120, 200)
SNAPSHOTS = Path(__file__).parent / "snapshots" / "layouts"


@pytest.fixture(scope="module")
def filled(tmp_path_factory, _initialised):
    from shutil import copytree

    home = tmp_path_factory.mktemp("layouts")
    terminal = Terminal(home / "crm", home)
    copytree(_initialised, terminal.folder)
    for name, rows in (("deals", DEALS), ("meetings", MEETINGS)):
        (terminal.folder / f"{name}.csv").write_text(rows, encoding="utf-8")
        answer = terminal.shell(f"crm import {name} {name}.csv -q")
        assert answer.code == 0, answer.transcript()
    return terminal


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_fits_every_terminal_and_looks_as_on_record(filled, layout, snapshot):
    seen = []
    for columns in WIDTHS:
        shown, code = on_terminal(filled, LAYOUTS[layout], columns=columns, lines=200)
        assert code == 0, shown
        talk = ("deals ·", "records ·", "meetings ·", "Other pipelines")
        assert [line for line in shown.splitlines() if width(line) > columns and not any(t in line for t in talk)] == []
        seen.append(f"{'=' * columns}\n{shown}")
    snapshot.snapshot_dir = SNAPSHOTS
    snapshot.assert_match("".join(seen), f"{layout}.txt")


GANTT = "gantt --from createdate --to lastmodifieddate"


@pytest.mark.parametrize("layout", ["table", "board --by lifecyclestage", "cards", "calendar", GANTT])
@pytest.mark.parametrize("columns", [40, 120])
def test_no_record_at_all(filled, layout, columns):
    shown, code = on_terminal(filled, f"list contacts --layout {layout}", columns=columns, lines=200)
    assert code == 0, shown
    assert "Traceback" not in shown
    assert shown.strip()


def test_colours_stand_beside_the_words(filled):
    coloured, _ = on_terminal(filled, "list deals --columns name,priority", lines=50, NO_COLOR="")
    assert "\x1b[31mHigh" in coloured
    assert "\x1b[33mMedium" in coloured
    plain, _ = on_terminal(filled, "list deals --columns name,priority", lines=50)
    assert "High" in plain
    assert "\x1b[" not in plain


def test_near_days_are_told_by_their_distance_to_people_alone(filled):
    in_pipe = filled.shell("crm list deals --columns name,closedate").stdout
    assert "2026-03-03 00:00" in in_pipe
    on_screen, _ = on_terminal(filled, "list deals --columns name,closedate", lines=50)
    assert "tomorrow" in on_screen
    exact, _ = on_terminal(filled, "list deals --columns name,closedate --absolute", lines=50)
    assert "2026-03-03 00:00" in exact
