"""Files that come again: the blocks after the first are compared column by column, with the same outcome."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.services.importing import rows as import_rows
from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.importing.result import Verdict
from office import make_office

HEADINGS = "Record ID,Email,First Name,Create Date,Became a Marketing Qualified Lead Date,Phone Number,Lead Status"
ROWS = 2_400  # three blocks


def people(edits=()):
    """A file of invented people; `edits` are (row, column, text)."""
    rows = [
        [f"{n}", f"p{n}@x{n % 7}.example", f"P{n}", f"2024-03-{n % 28 + 1:02} 10:00:00", "", f"06123{n:05}", "new"]
        for n in range(ROWS)
    ]
    for row, column, text in edits:
        rows[row][column] = text
    return HEADINGS.replace("Record ID", "HubSpot Record ID") + "\n" + "".join(f"{','.join(row)}\n" for row in rows)


def outcomes(workspace, tmp_path, text, **said):
    """What becomes of every row."""
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")
    told = []
    imported = import_file(workspace, ImportRequest("contact", str(path), **said), report=told.append)
    return imported, sorted(((one.line, one.verdict, one.ref, dict(one.changes)) for one in told), key=lambda o: o[0])


def test_the_same_file_again_is_unchanged_and_says_so_of_every_row(tmp_path):
    workspace = make_office(tmp_path)
    outcomes(workspace, tmp_path, people())
    imported, told = outcomes(workspace, tmp_path, people())
    assert (imported.unchanged, imported.written.operation) == (ROWS, None)
    assert [(line, verdict) for line, verdict, _, _ in told] == [(n + 2, Verdict.UNCHANGED) for n in range(ROWS)]


_CELLS = {
    1: ["p3@x3.example", "P1500@X2.EXAMPLE", "new@x.example", "no address", ""],
    2: ["", "Ada", "P5"],
    3: ["2024-03-05 10:00", "2024-03-06", "never"],
    5: ["", "+31612300005", "0612399999", "12"],
    6: ["New", "open", "", "nothing"],
}
EDITS = st.lists(
    st.sampled_from(sorted(_CELLS)).flatmap(
        lambda column: st.tuples(st.integers(0, ROWS - 1), st.just(column), st.sampled_from(_CELLS[column]))
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(edits=EDITS, skip=st.booleans())
def test_the_quick_look_finds_what_the_slow_one_does(tmp_path_factory, edits, skip):
    tmp_path = tmp_path_factory.mktemp("again")
    workspace = make_office(tmp_path)
    outcomes(workspace, tmp_path, people())
    said = {"dry_run": True, "skip_invalid_values": skip}
    quick = outcomes(workspace, tmp_path, people(edits), **said)
    kept = import_rows.unchanged
    import_rows.unchanged = lambda *_: {}
    try:
        slow = outcomes(workspace, tmp_path, people(edits), **said)
    finally:
        import_rows.unchanged = kept
    assert quick[1] == slow[1]
    assert quick[0].rejected_rows == slow[0].rejected_rows
