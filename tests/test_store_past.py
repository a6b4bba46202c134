"""Past moments: when something was true and when it was recorded, and histories that came from elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crmcli.services.calculated import calculated_values
from crmcli.services.history import record_history
from crmcli.services.past import ChangedSince, NotYet
from crmcli.services.undo import undo
from crmcli.store.transaction import NoRecord
from crmcli.store.values import Intent
from folder import MOMENT, index_tables, make_folder
from office import changed, later, made, make_office, values

MAY, JUNE = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    made = make_folder(tmp_path)
    made.create("deal", dealname="Engines", dealstage="contractsent")
    return made


def entries(folder, name="dealstage"):
    with folder.opened() as store:
        return [(entry.at, entry.old, entry.new) for entry in store.log.history("deal", 1, name)]


def rebuilt(folder):
    """The index's tables as they are, and as they are after it was made anew."""
    tables = []
    for _ in range(2):
        with folder.opened() as store:
            tables.append(index_tables(store))
        for path in folder.cache.glob("index*"):
            path.unlink()
    return tables


def test_a_change_may_be_true_since_a_past_moment(folder):
    with folder.writing() as change:
        change.set("deal", 1, {"dealstage": "closedwon"}, at=MAY)

    with folder.opened() as store:
        first, second = store.log.history("deal", 1)
    assert (first.event, first.at, first.recorded) == ("set", MAY, folder.moment)
    assert second.event == "created"
    assert folder.values("deal", 1)["dealstage"] == "closedwon"
    before, after = rebuilt(folder)
    assert before == after


def test_history_is_in_the_order_in_which_it_was_true(folder):
    with folder.writing() as change:
        change.set("deal", 1, {"dealname": "Difference engines"})
    with folder.writing() as change:
        change.set("deal", 1, {"dealname": "Analytical engines"}, at=JUNE)

    assert [at for at, *_ in entries(folder, "dealname")] == [JUNE, folder.moment.replace(minute=32)]


def test_a_history_from_elsewhere_leaves_the_record_as_it_is(folder):
    shard = folder.shard("deal").read_bytes()
    with folder.writing() as change:
        change.record_past("deal", 1, "dealstage", [(MAY, "qualifiedtobuy"), (JUNE, "contractsent")])
        assert change.counts["deal backdated"] == 1

    assert entries(folder) == [(MAY, None, "qualifiedtobuy"), (JUNE, "qualifiedtobuy", "contractsent")]
    assert folder.shard("deal").read_bytes() == shard
    before, after = rebuilt(folder)
    assert before == after
    with pytest.raises(NoRecord), folder.writing() as change:
        change.record_past("deal", 99, "dealstage", [(MAY, "qualifiedtobuy")])


def test_undo_takes_a_past_change_back_at_the_same_moment(tmp_path):
    workspace = make_office(tmp_path)
    ref = made(workspace, "deal", "dealname=Engines")
    with workspace.store.write(workspace.intent()) as change:
        change.set("deal", ref.id, {"dealstage": "closedwon"}, at=MAY)
        change.commit()

    undo(later(workspace))

    history = workspace.store.log.history("deal", ref.id, "dealstage")
    assert [(entry.at, entry.new) for entry in history] == [(MAY, "closedwon"), (MAY, "appointmentscheduled")]
    assert [entry.recorded for entry in history] == [MOMENT, later(workspace).context.moment]
    assert values(workspace, ref)["dealstage"] == "appointmentscheduled"


def test_undo_takes_a_history_from_elsewhere_out_and_puts_it_back(tmp_path):
    workspace = make_office(tmp_path)
    ref = made(workspace, "deal", "dealname=Engines")
    with workspace.store.write(workspace.intent()) as change:
        change.record_past("deal", ref.id, "dealstage", [(MAY, "qualifiedtobuy")])
        operation = change.commit()

    def stages():
        return [entry.new for entry in workspace.store.log.history("deal", ref.id, "dealstage")]

    taken = undo(workspace, operation.id)
    assert (stages(), taken.refs) == ([], (ref,))
    undo(workspace, taken.operation.id)
    assert stages() == ["qualifiedtobuy"]


def test_an_undo_may_be_read_before_what_it_undoes(folder):
    """Two clones' journals are read in the order of their names, not of time."""
    with folder.writing() as change:
        change.record_past("deal", 1, "dealstage", [(MAY, "qualifiedtobuy")])
    (journal,) = folder.journals()
    lines = journal.read_bytes().splitlines(keepends=True)
    made, past = b"".join(lines[:3]), b"".join(lines[3:])
    with folder.opened() as store:
        operation = store.log.operations(1)[0]
        (recorded,) = store.log.changes(operation)
        with store.write(Intent("crm undo", "ada", folder.moment, undoes=operation.id)) as change:
            change.take_past(recorded)
            change.commit()
    undone = journal.read_bytes().removeprefix(made + past)

    journal.write_bytes(made + undone + past)
    for path in folder.cache.glob("index*"):
        path.unlink()

    assert entries(folder) == []


def test_a_value_is_set_as_of_a_past_moment_but_not_before_its_last_change(tmp_path):
    workspace = make_office(tmp_path)
    ref = made(workspace, "deal", "dealname=Engines")

    changed(workspace, ref, "amount=5", at="2026-05-01")

    (line,) = record_history(workspace, ref, "amount")
    assert (line.at, line.recorded) == (datetime(2026, 4, 30, 22, tzinfo=UTC), MOMENT)
    with pytest.raises(ChangedSince, match="was changed on 2026-05-01 00:00, which is later"):
        changed(workspace, ref, "amount=6", at="2026-04-30")
    changed(workspace, ref, "dealname=Looms", at="2026-04-30")
    with pytest.raises(NotYet, match='"tomorrow" has not come yet'):
        changed(workspace, ref, "amount=6", at="tomorrow")
    assert values(workspace, ref)["amount"] == "5"


def test_stage_times_follow_what_was_recorded_and_what_was_undone(tmp_path):
    workspace = make_office(tmp_path)
    ref = made(workspace, "deal", "dealname=Engines", "dealstage=contractsent")
    wanted = ("hs_v2_date_entered_qualifiedtobuy", "hs_v2_cumulative_time_in_qualifiedtobuy",
              "hs_v2_date_entered_contractsent", "hs_v2_date_entered_closedwon")  # fmt: skip

    def times():
        found = calculated_values(workspace, workspace.model.objects["deal"], ref.id, wanted)
        return [found.get(name) for name in wanted]

    day = 86_400_000
    with workspace.store.write(workspace.intent()) as change:
        change.record_past("deal", ref.id, "dealstage", [(MAY, "qualifiedtobuy"), (JUNE, "contractsent")])
        change.commit()
    before = times()
    assert before == ["2026-05-01T00:00:00Z", 31 * day + day // 2, "2026-06-01T12:00:00Z", None]

    undone = later(workspace, minutes=5)
    changed(undone, ref, "dealstage=closedwon")
    assert times()[3] == "2026-11-23T09:35:00Z"
    undo(later(workspace, minutes=9))
    assert times() == before
