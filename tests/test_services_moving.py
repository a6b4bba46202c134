"""Moving records through the stages of their pipelines, against a real workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.services.assignments import parse_assignments
from crmcli.services.history import record_history
from crmcli.services.moving import MoveRecords, NoReason, asked_for, move
from crmcli.services.past import ChangedSince, NotYet
from crmcli.services.rules import RuleBroken
from crmcli.services.stage_words import NoPipelines, UnknownPipeline, UnknownStage
from crmcli.services.undo import undo
from office import changed, later, made, make_office, values
from test_services_conditions import with_schema

RULED = """\
pipelines:
  default:
    rules: {skipping: false, going_back: false}
    stages:
      first: {label: First}
      second: {label: Second, required: [amount]}
      third: {label: Third}
      won: {label: Closed Won, probability: 1, closed: true}
      lost: {label: Closed Lost, probability: 0, closed: true, required: [closed_lost_reason]}
  renewals:
    label: Renewals
    stages:
      due: {label: Due}
      done: {label: Closed Won, probability: 1, closed: true}
"""


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


@pytest.fixture
def ruled(tmp_path):
    return with_schema(tmp_path, RULED)


def moved(workspace, *refs_and_stage, **more):
    *refs, stage = refs_and_stage
    more["assignments"] = parse_assignments(more.get("assignments", ()))
    return move(workspace, MoveRecords(tuple(refs), stage, **more))


def stage_of(workspace, ref):
    return values(workspace, ref)["dealstage"]


@pytest.mark.parametrize("word", ["contractsent", "Contract Sent", "contract sent", "contractS", "Contr", "sent"])
def test_a_stage_by_id_label_or_beginning(office, word):
    deal = made(office, "deal", "name=X")
    moved(office, deal, word)
    assert stage_of(office, deal) == "contractsent"


def test_an_ambiguous_or_unknown_stage_names_the_candidates(office):
    deal = made(office, "deal", "name=X")
    with pytest.raises(UnknownStage) as error:
        moved(office, deal, "closed")
    assert error.value.message == '"closed" may mean Closed Won or Closed Lost'
    with pytest.raises(UnknownStage) as error:
        moved(office, deal, "contractsend")
    assert error.value.message == 'Sales Pipeline has no stage "contractsend"'
    assert error.value.hint.startswith("did you mean contractsent")


def test_what_has_no_pipeline_is_not_moved(office):
    with pytest.raises(NoPipelines):
        moved(office, made(office, "company", "name=Acme"), "won")


def test_several_records_move_as_one_operation_or_not_at_all(ruled):
    one, other = made(ruled, "deal", "name=X", "amount=1"), made(ruled, "deal", "name=Y")
    with pytest.raises(RuleBroken, match="needs Amount"):
        moved(ruled, one, other, "second")
    assert {stage_of(ruled, one), stage_of(ruled, other)} == {"first"}
    written = moved(ruled, one, other, "second", force=True)
    assert written.counts == {("deal", "updated"): 2}
    undo(ruled, written.short_id)
    assert {stage_of(ruled, one), stage_of(ruled, other)} == {"first"}


def test_what_a_stage_requires_may_be_given_with_the_move(ruled):
    deal = made(ruled, "deal", "name=X")
    moved(ruled, deal, "second", assignments=["amount=5"])
    assert values(ruled, deal)["amount"] == "5"
    with pytest.raises(RuleBroken, match=r'"Second" of Sales Pipeline needs Amount \(amount\)'):
        changed(ruled, deal, clears=("amount",))


def test_skipping_and_going_back_are_refused_but_for_closing(ruled):
    deal = made(ruled, "deal", "name=X", "amount=5")
    with pytest.raises(RuleBroken, match="lets no stage be skipped"):
        moved(ruled, deal, "third")
    moved(ruled, deal, "second")
    with pytest.raises(RuleBroken, match="lets nothing go back"):
        moved(ruled, deal, "first")
    moved(ruled, deal, "closed won")
    assert stage_of(ruled, deal) == "won"


def test_force_is_kept_in_the_journal(ruled):
    deal = made(ruled, "deal", "name=X", "amount=5")
    moved(ruled, deal, "third", force=True)
    (journal,) = Path(ruled.root, "journal").glob("*.jsonl")
    assert '"force":true' in journal.read_text(encoding="utf-8")


def test_closing_sets_the_close_date_and_takes_the_reason(office):
    deal = made(office, "deal", "name=X", "closed=2030-01-01")
    moved(office, deal, "closedlost", reason="too dear")
    held = values(office, deal)
    assert (held["closedate"], held["closed_lost_reason"]) == ("2026-11-23T09:30:00Z", "too dear")
    other = made(office, "deal", "name=Y")
    moved(office, other, "closedwon", reason="we know them", assignments=["closed=2026-11-01"])
    held = values(office, other)
    assert (held["closedate"], held["closed_won_reason"]) == ("2026-10-31T23:00:00Z", "we know them")


def test_a_reason_for_what_is_not_closed_is_refused(office):
    deal = made(office, "deal", "name=X")
    with pytest.raises(NoReason, match='"Contract Sent" is not closed'):
        moved(office, deal, "contractsent", reason="because")


def test_a_note_is_told_once_in_the_history(office):
    deal = made(office, "deal", "name=X")
    moved(later(office), deal, "closedwon", note="They signed")
    told = [(line.property, line.note) for line in record_history(office, deal)]
    assert told == [("", ""), ("dealstage", "They signed"), ("closedate", "")]


def test_a_move_of_the_past_has_its_moment(office):
    deal = made(office, "deal", "name=X")
    days = later(office, minutes=60 * 24 * 10)
    moved(days, deal, "closedwon", at="2026-11-25")
    assert values(office, deal)["closedate"] == "2026-11-24T23:00:00Z"
    assert [line.at.isoformat() for line in record_history(office, deal, "dealstage")] == ["2026-11-24T23:00:00+00:00"]
    with pytest.raises(ChangedSince):
        moved(days, deal, "closedlost", at="2026-11-24")
    with pytest.raises(NotYet):
        moved(days, deal, "closedlost", at="+3d")


def test_another_pipeline(ruled):
    deal = made(ruled, "deal", "name=X")
    moved(ruled, deal, "", pipeline="renew")
    assert (values(ruled, deal)["pipeline"], stage_of(ruled, deal)) == ("renewals", "due")
    moved(ruled, deal, "Closed Won")  # a label that both have means that of its own
    assert stage_of(ruled, deal) == "done"
    moved(ruled, deal, "first")  # which only the other has
    assert (values(ruled, deal)["pipeline"], stage_of(ruled, deal)) == ("default", "first")
    with pytest.raises(UnknownPipeline):
        moved(ruled, deal, "due", pipeline="nowhere")


def test_a_person_is_asked_for_what_the_stage_requires_and_the_reason(ruled):
    deal = made(ruled, "deal", "name=X")

    def asked(stage, **more):
        return [prop.name for prop in asked_for(ruled, MoveRecords((deal,), stage, **more))]

    assert asked("second") == ["amount"]
    assert asked("second", assignments=parse_assignments(["amount=1"])) == []
    assert asked("Closed Lost") == ["closed_lost_reason"]
    assert asked("Closed Lost", reason="dear") == []
    assert asked("won") == ["closed_won_reason"]


def test_a_dry_run_moves_nothing(office):
    deal = made(office, "deal", "name=X")
    written = moved(office, deal, "closedwon", dry_run=True)
    assert [change.property for change in written.changes] == ["dealstage", "closedate"]
    assert stage_of(office, deal) == "appointmentscheduled"
