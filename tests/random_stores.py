"""Random workspaces: records of several objects, associations, deletions, changes, undone operations, files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from hypothesis import strategies as st

from crmcli.cli.place import cache_folder
from crmcli.services.init import create_workspace
from crmcli.services.undo import NothingToUndo, undo
from crmcli.services.workspace import open_workspace
from office import ANSWERS, circumstances

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
signs = st.text("'=+-@;,\"\r\n \x1d\x1e\x1f[]a1", min_size=1, max_size=8)
hostile = st.one_of(texts, signs).filter(lambda text: text.strip() != "")
RECORDS = {
    "contact": st.fixed_dictionaries(
        {"firstname": hostile},
        optional={
            "lastname": hostile,
            "message": hostile,
            "hubspotscore": st.integers(-9, 9),
            "hs_buying_role": st.lists(st.sampled_from(["CHAMPION", "BLOCKER"]), min_size=1, unique=True),
        },
    ),
    "company": st.fixed_dictionaries({"name": hostile}),
    "deal": st.fixed_dictionaries({"dealname": hostile, "amount": st.sampled_from(["12.50", "0.000001", "-3"])}),
}
STEPS = st.sampled_from(["create", "create", "create", "set", "link", "delete", "undo", "file"])


def office(folder: Path, workspace_id: str = "0123456789abcdef"):
    """Make and open a workspace in a folder of its own."""
    folder.mkdir()
    create_workspace(str(folder / "office"), ANSWERS, workspace_id=workspace_id)
    return reopened(folder)


def reopened(folder: Path):
    """Open it again, as the next command would."""
    root = str(folder / "office")
    return open_workspace(root, cache_folder(root), circumstances(folder))


def fill(workspace, data) -> None:
    """Do what is drawn in a workspace, an operation a step."""
    made: list[tuple[str, int]] = []
    for step in data.draw(st.lists(STEPS, max_size=8)):
        if step == "undo":
            with suppress(NothingToUndo):
                written = undo(workspace, force=True)
                made = [end for end in made if workspace.store.exists(*end)]
                assert written.operation
            continue
        with workspace.store.write(workspace.intent()) as change:
            _do(step, change, made, data)
            change.commit()


def _do(step, change, made, data) -> None:
    if step == "file":
        name = data.draw(st.sampled_from(["imports/leads.yaml", "views/mine.yaml", "reports/sums.yaml"]))
        change.write_file(name, data.draw(hostile))
    elif step == "create" or not made:
        name = data.draw(st.sampled_from(sorted(RECORDS)))
        made.append((name, change.create(name, data.draw(RECORDS[name]))))
    elif step == "set":
        name, record_id = data.draw(st.sampled_from(made))
        change.set(name, record_id, data.draw(RECORDS[name]))
    elif step == "link":
        here, there = data.draw(st.sampled_from(made)), data.draw(st.sampled_from(made))
        if here != there:
            change.link(here, there, label="Manager" if here[0] == there[0] == "contact" else None)
    elif step == "delete":
        change.delete(*made.pop())
