"""The workspace to try things in."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta

import pytest

from crmcli.model.files import built_in_folder
from crmcli.services.dashboards import check_dashboards, dashboards
from crmcli.services.demo import create_demo
from crmcli.services.duplicates.finding import FindDuplicates, find
from crmcli.services.init import WorkspaceExists
from crmcli.services.workspace import open_workspace
from office import circumstances


def make_demo(tmp_path):
    return create_demo(str(tmp_path / "demo"), str(tmp_path / "cache"), circumstances(tmp_path), workspace_id="0123")


def test_all_samples_are_imported_with_their_associations(tmp_path):
    made = make_demo(tmp_path)
    workspace = open_workspace(made.root, str(tmp_path / "cache"), circumstances(tmp_path))
    assert {"contact", "company", "deal", "ticket"} <= set(made.counts) <= set(workspace.model.objects)
    for name, count in made.counts.items():
        with open(f"{built_in_folder('sample-data')}/{name}.csv", encoding="utf-8", newline="") as file:
            assert count == sum(1 for _ in csv.DictReader(file)) == workspace.store.count(name) > 0
    associated = [workspace.store.associations("deal", record.id) for record in workspace.store.stream("deal")]
    assert all(associated)
    assert workspace.store.log.operations()[0].actor == "ada@king.nl"


@pytest.mark.parametrize("name", ["deal", "ticket"])
def test_the_history_of_stages_ends_where_each_record_is_and_begins_with_it(tmp_path, name):
    workspace = open_workspace(make_demo(tmp_path).root, str(tmp_path / "cache"), circumstances(tmp_path))
    stage, created = (workspace.model.objects[name].roles[role] for role in ("stage", "created"))
    for record in workspace.store.stream(name):
        entries = workspace.store.log.history(name, record.id, stage)
        assert entries[-1].new == record.values[stage]
        assert timedelta() < entries[0].at - datetime.fromisoformat(record.values[created]) < timedelta(days=1)
        assert entries[-1].at < workspace.context.moment
        assert len({entry.at for entry in entries}) == len(entries)


def test_a_few_records_are_there_twice_for_a_search_to_find(tmp_path):
    workspace = open_workspace(make_demo(tmp_path).root, str(tmp_path / "cache"), circumstances(tmp_path))
    found = {
        name: {tuple(ref.id for ref in group.refs) for group in find(workspace, FindDuplicates(name)).groups}
        for name in ("contact", "company", "deal", "ticket", "product")
    }
    assert found["contact"] == {(1, 45), (18, 20)}
    assert (11, 13) in found["company"] <= {(11, 13), (1, 30)}
    assert [name for name in ("deal", "ticket", "product") if found[name]] == []


def test_its_dashboards_are_in_order(tmp_path):
    workspace = open_workspace(make_demo(tmp_path).root, str(tmp_path / "cache"), circumstances(tmp_path))
    assert [(line.name, line.title) for line in dashboards(workspace)] == [("monday", "Monday")]
    assert check_dashboards(workspace) == []


def test_a_demo_is_not_made_over_a_workspace(tmp_path):
    make_demo(tmp_path)
    with pytest.raises(WorkspaceExists):
        make_demo(tmp_path)
