"""The workspace as it was: days and moments, what was told later, what cannot be known, what stays out of reach."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crmcli.services.as_of import past_end, workspace_at
from crmcli.services.associations import LinkRequest, link
from crmcli.services.calculated import calculated_values
from crmcli.services.history import record_history
from crmcli.services.lists import ListRequest, count_records, list_records
from crmcli.services.merging.merging import merge
from crmcli.services.merging.plans import MergeRecords
from crmcli.services.past import NotYet
from crmcli.services.records import Targets, delete, restore
from crmcli.services.references import Ref, UnknownReference, resolve
from crmcli.services.undo import undo
from crmcli.store.index import FILE, Index
from crmcli.store.past_store import PastIsFixed
from crmcli.types.base import InvalidValue
from inside import Inside
from office import MOMENT, changed, later, made, make_office, reopened, values

DAY = timedelta(days=1)


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


def on(workspace, days):
    """The workspace so many days later."""
    return later(workspace, minutes=days * 24 * 60)


def past(workspace, days):
    """The workspace, of a year later, as it was after so many days."""
    return workspace_at(on(workspace, 365), MOMENT + days * DAY)


def rows(workspace, object_name, *columns, where=""):
    """What a list has."""
    return [tuple(row[1:]) for row in list_records(workspace, ListRequest(object_name, where, columns)).rows]


def then(workspace, days, object_name, *columns, where=""):
    """What a list had after so many days."""
    found = past(workspace, days)
    with closing(found.store):
        return rows(found, object_name, *columns, where=where)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2026-11-20", "2026-11-20T22:59:59.999999"),
        ("20 Nov 2026", "2026-11-20T22:59:59.999999"),
        ("yesterday", "2026-11-22T22:59:59.999999"),
        ("-3d", "2026-11-20T22:59:59.999999"),
        ("last month", "2026-10-31T22:59:59.999999"),
        ("2026-Q3", "2026-09-30T21:59:59.999999"),
        ("2026-11-20T12:00", "2026-11-20T11:00:00"),
        ("2026-11-20T12:00Z", "2026-11-20T12:00:00"),
        ("today", "2026-11-23T09:30:00"),
        ("2026", "2026-11-23T09:30:00"),
    ],
)
def test_a_day_or_period_is_its_end_in_the_zone_of_the_workspace_and_not_beyond_now(office, text, end):
    assert past_end(office, text) == datetime.fromisoformat(end).replace(tzinfo=UTC)


def test_what_has_not_begun_is_refused(office):
    for text in ("tomorrow", "2027", "2026-11-23T12:00"):
        with pytest.raises(NotYet) as refused:
            past_end(office, text)
        assert refused.value.hint.startswith("--as-of")
    with pytest.raises(InvalidValue):
        past_end(office, "some day")


def test_every_expression_and_association_is_of_then(office):
    acme = made(office, "company", "name=Acme")
    ada = made(on(office, 1), "contact", "firstname=Ada", "email=ada@acme.com")
    link(on(office, 2), LinkRequest(ada, acme))
    changed(on(office, 3), acme, "name=Apex")
    delete(on(office, 4), Targets((ada,)))

    asked = [then(office, day, "contact", "email", "company.name") for day in range(5)]

    assert asked == [
        [],
        [("ada@acme.com", None)],
        [("ada@acme.com", "Acme")],
        [("ada@acme.com", "Apex")],
        [],
    ]
    found = past(office, 2)
    assert rows(found, "company", "name", "count(contacts)", where="any(contacts, email is known)") == [("Acme", 1)]
    assert [str(resolve(found, "ada@acme.com")), count_records(found, "contact")] == ["contact:1", 1]
    assert rows(found, "company", "now", "today")[0] == ("2026-11-25T09:30:00Z", "2026-11-25")
    with pytest.raises(UnknownReference):
        resolve(past(office, 0), "ada@acme.com")
    assert rows(office, "contact", "email") == []


def test_what_went_or_was_merged_is_at_the_other_end_again(office):
    acme, apex = made(office, "company", "name=Acme"), made(office, "company", "name=Apex")
    ada, ben = made(office, "contact", "firstname=Ada"), made(office, "contact", "firstname=Ben")
    link(office, LinkRequest(ada, acme))
    link(office, LinkRequest(ben, apex))
    delete(on(office, 2), Targets((acme,)), force=True)
    restore(on(office, 4), ["company:1"])
    merge(on(office, 6), MergeRecords(acme, (apex,)))

    asked = [then(office, day, "contact", "company.name") for day in (1, 3, 5, 7)]

    assert asked == [[("Acme",), ("Apex",)], [(None,), ("Apex",)], [("Acme",), ("Apex",)], [("Acme",), ("Acme",)]]


def test_stages_and_histories_end_then(office):
    deal = made(office, "deal", "dealname=Engines", "dealstage=contractsent")
    changed(on(office, 10), deal, "dealstage=closedwon")
    found = past(office, 4)
    times = calculated_values(found, found.model.objects["deal"], deal.id, ["hs_v2_time_in_current_stage"])
    assert times == {"hs_v2_time_in_current_stage": 4 * 86_400_000}
    assert rows(found, "deal", "dealstage", "entered(closedwon)") == [("contractsent", None)]
    assert [line.event for line in record_history(found, deal)] == ["created"]
    assert rows(found, "deal", "name", where="stage was closedwon") == []


def test_what_was_told_later_counts_from_when_it_was_true(office):
    deal = made(office, "deal", "dealname=Engines", "dealstage=contractsent", "amount=5")
    changed(on(office, 20), deal, "dealstage=closedwon", at="2026-12-01")
    changed(on(office, 21), deal, "amount=7")
    asked = [then(office, day, "deal", "dealstage", "amount") for day in (7, 9, 20, 21)]
    assert asked == [[("contractsent", "5")], [("closedwon", "5")], [("closedwon", "5")], [("closedwon", "7")]]
    undo(on(office, 22), office.store.log.operations()[1].id)
    assert then(office, 20, "deal", "dealstage") == [("contractsent",)]


def test_a_record_with_an_imported_history_was_there_from_its_first_date(office):
    late = on(office, 30)
    acme = made(office, "company", "name=Acme")
    deal = made(late, "deal", "dealname=Engines", "dealstage=contractsent", "amount=5")
    made(late, "deal", "dealname=Looms")
    link(late, LinkRequest(deal, acme))
    march, june = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    with late.store.write(late.intent()) as change:
        told = [(march, "qualifiedtobuy"), (june, "contractsent")]
        change.record_past("deal", deal.id, "dealstage", told)
        change.commit()

    found = workspace_at(on(office, 60), datetime(2026, 5, 1, tzinfo=UTC))
    assert rows(found, "deal", "dealname", "dealstage", "amount") == [("Engines", "qualifiedtobuy", "5")]
    assert rows(found, "deal", "entered()", "company.name") == [("2026-03-01T00:00:00Z", None)]
    assert found.store.warnings[1].startswith("deal:1: here by a history that was told later")
    assert rows(workspace_at(on(office, 60), datetime(2026, 2, 1, tzinfo=UTC)), "deal", "dealname") == []


def test_what_an_undo_took_back_does_not_count(office):
    deal = made(office, "deal", "dealname=Engines")
    wrong = changed(on(office, 1), deal, "dealname=Enigmas")
    mistake = made(on(office, 2), "deal", "dealname=Mistake")
    undo(on(office, 5), wrong.operation.id)
    undo(on(office, 6), office.store.log.operations()[1].id)
    found = past(office, 4)
    assert rows(found, "deal", "dealname") == [("Engines",)]
    assert rows(found, "deal", "dealname", where='dealname was "Enigmas"') == []
    assert mistake == Ref("deal", 2)
    assert found.store.warnings == []


def test_what_came_and_went_before_an_undo_is_not_taken_for_a_change_outside(office):
    deal = made(office, "deal", "dealname=Engines", "amount=1")
    wrong = changed(on(office, 1), deal, "amount=2").operation.id
    more = changed(on(office, 3), deal, "amount=3").operation.id
    undo(on(office, 4), more)
    undo(on(office, 5), wrong)
    found = past(office, 2)
    assert (rows(found, "deal", "amount"), found.store.warnings) == ([("1",)], [])


def test_what_was_changed_outside_is_named(office, tmp_path):
    deal = made(office, "deal", "dealname=Engines")
    shard = tmp_path / "office" / "data" / "deal" / "00000.json"
    shard.write_text(shard.read_text().replace("Engines", "Looms"))
    elsewhere = reopened(tmp_path, moment=MOMENT + 2 * DAY)
    changed(elsewhere, deal, "dealname=Mills")
    shard.write_text(shard.read_text().replace("Mills", "Tills"))
    elsewhere = reopened(tmp_path, moment=MOMENT + 3 * DAY)
    found = workspace_at(elsewhere, MOMENT + DAY)
    assert rows(found, "deal", "dealname") == [("Looms",)]
    (said,) = found.store.warnings
    assert said.startswith("Deal Name of deal:1: changed outside crm since, at a time that nobody knows")


def test_before_the_first_operation_nothing_is_known(office):
    made(office, "deal", "dealname=Engines")
    found = past(office, -1)
    assert rows(found, "deal", "dealname") == []
    assert found.store.warnings == [
        "nothing is known of this CRM then, before its first operation, of 2026-11-23 10:30"
    ]


def test_a_large_import_is_turned_back_and_a_small_part_of_it_early(office):
    with on(office, 1).store.write(on(office, 1).intent()) as change:
        names = [f"Deal {number}" for number in range(1500)]
        change.create_many("deal", ["dealname"], [names])
        change.record_past("deal", 700, "dealstage", [(MOMENT - 9 * DAY, "closedwon")])
        change.commit()
    assert then(office, 0, "deal", "dealname", "dealstage") == [("Deal 699", "closedwon")]
    assert len(then(office, 1, "deal", "id")) == 1500
    undo(on(office, 2))
    assert then(office, 1, "deal", "id") == rows(office, "deal", "id") == []


def test_what_was_done_again_counts_all_along(office):
    with on(office, 1).store.write(on(office, 1).intent()) as change:
        change.create_many("deal", ["dealname"], [[f"Deal {number}" for number in range(1500)]])
        change.commit()
    gone = undo(on(office, 3)).operation
    undo(on(office, 5), gone.id)
    counts = [len(then(office, day, "deal", "id")) for day in (0, 2, 4, 5)]
    assert counts == [0, 1500, 1500, 1500]


def test_what_cannot_be_brought_back_is_said(office, tmp_path):
    with on(office, 1).store.write(on(office, 1).intent()) as change:
        change.create_many("deal", ["dealname"], [["Engines"] * 999])
        change.commit()
    with on(office, 3).store.write(on(office, 3).intent()) as change:
        change.remove_range("deal", 1, 999)
        change.commit()
    assert len(then(office, 2, "deal", "id")) == 999
    shutil.rmtree(tmp_path / "office" / "journal" / "removed")
    found = past(office, 2)
    assert rows(found, "deal", "id") == []
    assert found.store.warnings == ["erased since, and not known any more: 999 of the records of that time"]


def test_who_was_erased_is_not_there_and_counted(terminal):
    inside = Inside(terminal.folder, terminal)
    inside.done("init", ".", "--name", "Office")
    inside.done("create", "contact", "firstname=Ada", "email=ada@example.com")
    inside.done("create", "contact", "firstname=Ben")
    Inside(terminal.folder, replace(terminal, now="2026-03-03T09:00:00Z")).done("erase", "contact:1", "--yes")
    at_last = Inside(terminal.folder, replace(terminal, now="2026-03-05T09:00:00Z"))
    was = at_last.done("list", "contacts", "--as-of", "2026-03-02", "-o", "ids")
    assert was.stdout == "contact:2\n"
    assert "erased since, and not known any more: 1 of the records of that time" in was.stderr


def test_values_are_those_of_todays_schema(terminal):
    inside = Inside(terminal.folder, terminal)
    inside.done("init", ".", "--name", "Kiln")
    schema = terminal.folder / "schemas" / "deal.yaml"
    schema.write_text("properties:\n  weight: {label: Weight, type: string}\n")
    inside.done("create", "deal", "name=Vase", "weight=1.25")
    later_on = [Inside(terminal.folder, replace(terminal, now=f"2026-03-{day:02}T09:00:00Z")) for day in range(3, 9)]
    later_on[0].done("set", "deal:1", "weight=2.5")
    schema.write_text("properties:\n  kilos: {label: Kilos, type: number, was: weight}\n")
    later_on[1].done("schema", "apply", "--yes")
    later_on[2].done("set", "deal:1", "kilos=3")
    asked = [
        later_on[5].done("list", "deals", "--columns", "kilos", "--as-of", f"2026-03-{day:02}", "-o", "csv")
        for day in (2, 3, 5)
    ]
    assert [answer.stdout.split()[-1] for answer in asked] == ["deal:1,1.25", "deal:1,2.5", "deal:1,3"]
    said = "the schema was changed since: values are shown by the one of today"
    assert [said in answer.stderr for answer in asked] == [True, True, False]


def test_the_past_is_fixed_and_the_present_as_it_was(office, tmp_path):
    deal = made(office, "deal", "dealname=Engines")
    changed(on(office, 1), deal, "dealname=Looms")
    found = past(office, 0)
    for dry_run in (False, True):
        with pytest.raises(PastIsFixed):
            found.store.write(found.intent(), dry_run=dry_run)
    assert [hit.id for hit in found.store.search("engi", ["deal"], 5)] == [deal.id]
    with pytest.raises(sqlite3.DatabaseError):
        found.store.index.connection.execute("COMMIT")
    assert rows(found, "deal", "dealname") == [("Engines",)]
    assert values(reopened(tmp_path), deal)["dealname"] == "Looms"
    found.store.close()
    assert [hit.id for hit in reopened(tmp_path).store.search("looms", ["deal"], 5)] == [deal.id]


def test_two_pasts_at_once_and_one_beside_a_writer(office):
    deal = made(office, "deal", "dealname=Engines")
    changed(on(office, 1), deal, "dealname=Looms")
    changed(on(office, 2), deal, "dealname=Mills")
    first, second = past(office, 0), past(office, 1)
    assert rows(first, "deal", "dealname") + rows(second, "deal", "dealname") == [("Engines",), ("Looms",)]
    first.store.close()
    assert rows(second, "deal", "dealname") == [("Looms",)]


def test_an_index_in_memory_alone_is_turned_back_as_well(office):
    """One is made where the folder of caches cannot be written."""
    deal = made(office, "deal", "dealname=Engines")
    changed(on(office, 1), deal, "dealname=Looms")
    memory = sqlite3.connect(":memory:", isolation_level=None)
    office.store.index.connection.backup(memory)
    office.store.index = Index(memory)
    assert then(office, 0, "deal", "dealname") == [("Engines",)]
    assert rows(office, "deal", "dealname") == [("Looms",)]


def test_the_log_that_it_wrote_is_given_back(office, tmp_path):
    with office.store.write(office.intent()) as change:
        change.create_many("deal", ["dealname"], [["x" * 900] * 60_000])
        change.commit()
    found = past(office, -1)
    assert count_records(found, "deal") == 0
    found.store.close()
    log = tmp_path / "cache"
    assert not [path for path in log.rglob(f"{FILE}-wal") if path.stat().st_size > 8 << 20]
