"""What is exported comes back: into an empty workspace, as equal data files."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crmcli.render.export_forms import FORMS
from crmcli.services.associations import LinkRequest, link
from crmcli.services.exporting.exports import ExportRequest, Style, export, import_order
from crmcli.services.exporting.whole import export_all
from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.init import create_workspace
from crmcli.services.workspace import open_workspace
from office import ANSWERS, circumstances, made


def office(folder: Path):
    """Make and open a workspace in a folder of its own."""
    folder.mkdir()
    create_workspace(str(folder / "office"), ANSWERS, workspace_id="0123456789abcdef")
    return open_workspace(str(folder / "office"), str(folder / "cache"), circumstances(folder))


def data(workspace) -> dict[str, str]:
    """Give the data files of a workspace: path → text."""
    top = Path(workspace.root) / "data"
    return {str(path.relative_to(top)): path.read_text() for path in sorted(top.rglob("*.json")) if path.parent != top}


def brought_over(workspace, folder: Path, form: str = "csv"):
    """Export all of a workspace, and import it into an empty one."""
    export_all(workspace, str(folder / "out"), FORMS[form], Style())
    other = office(folder / "other")
    for name in import_order(other):
        path = folder / "out" / f"{name}.{form}"
        if path.exists():
            imported = import_file(other, ImportRequest(name, str(path)))
            assert (imported.rejected, imported.rejected_rows) == (0, ())
            assert [note for note in imported.notes if not note.endswith(": workbook")] == []
    return other


@pytest.mark.parametrize("form", ["csv", "tsv", "xlsx"])
def test_records_and_associations_come_back(tmp_path, form):
    workspace = office(tmp_path / "one")
    acme = made(workspace, "company", "name=Acme; Sons", "domain=acme.com")
    other = made(workspace, "company", "name='=1+1", "domain=other.org")
    ada = made(
        workspace, "contact", "firstname==HYPERLINK(1)", "email=ada@acme.com", "hs_additional_emails=a@b.org;c@d.org"
    )
    ben = made(workspace, "contact", 'firstname=Ben\n"the" quick', "phone=+31612345678")
    made(workspace, "deal", "dealname=Big; one", "amount=1200.50")
    link(workspace, LinkRequest(ada, acme, label="Billing Contact"))
    link(workspace, LinkRequest(ada, other))
    link(workspace, LinkRequest(ben, ada, label="Manager"))
    copy = brought_over(workspace, tmp_path, form)
    assert data(copy) == data(workspace)
    assert data(workspace) != {}


def test_ids_that_are_gone_stay_gone(tmp_path):
    from crmcli.services.records import Targets, delete

    workspace = office(tmp_path / "one")
    refs = [made(workspace, "contact", f"firstname=N{n}") for n in range(4)]
    delete(workspace, Targets((refs[1],)))
    copy = brought_over(workspace, tmp_path)
    assert [record.id for record in copy.store.stream("contact")] == [1, 3, 4]


@pytest.mark.parametrize("value", ["-;'", "'a'", "'", "''", "x'", "'=1'", "=1'", "a,'"])
@pytest.mark.parametrize("rows", [1, 3])
def test_single_quotes_are_not_taken_for_those_of_the_file(tmp_path, value, rows):
    workspace = office(tmp_path / "one")
    with workspace.store.write(workspace.intent()) as change:
        for _ in range(rows):
            change.create("contact", {"firstname": value, "lastname": value})
        change.commit()
    assert data(brought_over(workspace, tmp_path)) == data(workspace)


values = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
hostile = st.one_of(values, st.text("'=+-@;,\"\r\n\t []a1", min_size=1, max_size=8)).filter(
    lambda text: text.strip() != ""
)
people = st.fixed_dictionaries(
    {"firstname": hostile},
    optional={
        "lastname": hostile,
        "message": hostile,
        "hs_buying_role": st.lists(st.sampled_from(["CHAMPION", "BUDGET_HOLDER", "BLOCKER"]), min_size=1, unique=True),
    },
)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(people, min_size=1, max_size=6), st.data())
def test_any_text_comes_back(records, draw):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = office(folder / "one")
        properties = workspace.model.objects["contact"].properties
        with workspace.store.write(workspace.intent()) as change:
            for record in records:
                change.create(
                    "contact", {key: parsed(workspace, properties[key], value) for key, value in record.items()}
                )
            ids = st.integers(1, len(records))
            for a, b in draw.draw(st.lists(st.tuples(ids, ids), max_size=4)):
                if a != b:
                    label = draw.draw(st.sampled_from([None, "Manager", "Employee"]))
                    change.link(("contact", a), ("contact", b), label=label)
            change.commit()
        assert data(brought_over(workspace, folder)) == data(workspace)


def parsed(workspace, prop, value):
    """Read a value as a person would type it."""
    return value if isinstance(value, list) else prop.value_type.parse(value, workspace.context)


def test_an_export_to_a_stream_is_the_same_text(tmp_path):
    workspace = office(tmp_path / "one")
    made(workspace, "contact", "firstname=Ada", "email=ada@acme.com")
    sink = io.StringIO(newline="")
    assert export(workspace, ExportRequest(("contact",), FORMS["csv"]), sink).count == 1
    export_all(workspace, str(tmp_path / "out"), FORMS["csv"], Style())
    table = tmp_path / "out" / "contact.csv"
    assert table.read_text() == sink.getvalue()
    assert os.stat(table).st_mode & 0o777 == 0o600
