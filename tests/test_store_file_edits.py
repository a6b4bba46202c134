"""The workspace's own files in an operation: written as a whole, or line by line, and what the journal keeps."""

from __future__ import annotations

from crmcli.store.changes import FileWritten, LinesWritten
from folder import make_folder

PATH = "segments/list.members"


def journalled(folder):
    with folder.opened() as store:
        return [list(store.log.changes(operation)) for operation in reversed(list(store.log.operations()))]


def test_lines_are_journalled_as_what_came_and_went(tmp_path):
    folder = make_folder(tmp_path)
    for lines in (["contact:1", "contact:2"], ["contact:2", "contact:3"], []):
        with folder.writing() as change:
            change.files.write_lines(PATH, lines)
        text = (folder.root / PATH).read_text() if lines else ""
        assert text.splitlines() == lines
    assert not (folder.root / PATH).exists()
    assert journalled(folder) == [
        [LinesWritten(PATH, [], ["contact:1", "contact:2"])],
        [LinesWritten(PATH, ["contact:1"], ["contact:3"])],
        [LinesWritten(PATH, ["contact:2", "contact:3"], [])],
    ]


def test_what_is_again_as_it_was_is_no_change(tmp_path):
    folder = make_folder(tmp_path)
    with folder.writing() as change:
        change.write_file("notes.txt", "a")
        change.files.write_lines(PATH, ["contact:1"])
        assert change.files.lines(PATH) == ["contact:1"]
        change.files.write_lines(PATH, [])
    assert journalled(folder) == [[FileWritten("notes.txt", None, "a")]]
