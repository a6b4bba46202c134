"""Pipelines as they stand, as a board, and changed: in the schema file and the records, as one operation."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.render.schema_text import with_entry
from crmcli.services import pipeline_edits as edits
from crmcli.services.board import board
from crmcli.services.lists import ListRequest
from crmcli.services.pipelines import funnel, pipelines
from crmcli.services.schema_edit import SchemaRefused
from crmcli.services.stage_words import NoPipelines, UnknownPipeline
from crmcli.services.undo import undo
from office import made, make_office, reopened, values


@pytest.fixture
def office(tmp_path):
    return make_office(tmp_path)


def where(word="deals", pipeline="", **more):
    return edits.Where(word, pipeline, with_entry, **more)


def labels(workspace, pipeline=""):
    return [total.stage.label for total in funnel(workspace, "deal", pipeline).stages]


SALES = [
    "Appointment Scheduled",
    "Qualified To Buy",
    "Presentation Scheduled",
    "Decision Maker Bought-In",
    "Contract Sent",
    "Closed Won",
    "Closed Lost",
]


def test_every_pipeline_is_listed_with_its_records(office):
    made(office, "deal", "name=X")
    (line,) = pipelines(office, "deals")
    assert (line.object_plural, line.pipeline.label, line.records) == ("Deals", "Sales Pipeline", 1)
    assert {"Deals", "Tickets"} <= {each.object_plural for each in pipelines(office)}
    with pytest.raises(NoPipelines):
        pipelines(office, "contacts")


def test_a_stage_has_its_count_and_its_amounts_by_currency(office):
    made(office, "deal", "name=A", "amount=0.10", "currency=EUR", "stage=contractsent")
    made(office, "deal", "name=B", "amount=0.20", "stage=contractsent")
    made(office, "deal", "name=C", "amount=7", "currency=USD", "stage=contractsent")
    made(office, "deal", "name=D", "stage=contractsent")
    totals = {total.stage.id: total for total in funnel(office, "deals").stages}
    sent = totals["contractsent"]
    assert (sent.count, dict(sent.sums), sent.shown) == (4, {"USD": "7", "EUR": "0.3"}, ("7.00 USD", "0.30 EUR"))
    assert (totals["closedwon"].count, totals["closedwon"].shown) == (0, ())


def test_a_pipeline_without_amounts_counts_alone(office):
    made(office, "ticket", "name=Broken")
    (first, *_) = funnel(office, "tickets").stages
    assert (first.count, first.sums, first.shown) == (1, {}, ())


@pytest.mark.parametrize(
    ("text", "label", "probability", "closed"),
    [
        ("Review", "Review", None, False),
        ("Review: 40%", "Review", 0.4, False),
        ("Done:closed", "Done", None, True),
        ("Won:WON", "Won", 1.0, True),
        ("Lost:lost", "Lost", 0.0, True),
        ("Step 2: talks", "Step 2: talks", None, False),
        ("Odd:140%", "Odd:140%", None, False),
        (":won", ":won", None, False),
    ],
)
def test_a_stage_as_it_is_typed(text, label, probability, closed):
    read = edits.stage_request(text)
    assert (read.label, read.probability, read.closed) == (label, probability, closed)


def test_a_stage_comes_before_the_closed_ones_or_where_it_is_told(office, tmp_path):
    edits.add_stage(office, where(), edits.StageRequest("Legal review", 0.85))
    office = reopened(tmp_path)
    assert labels(office) == [*SALES[:5], "Legal review", *SALES[5:]]
    edits.add_stage(office, where(), edits.StageRequest("Demo"), after="qualified")
    edits.add_stage(reopened(tmp_path), where(), edits.StageRequest("Gone quiet", closed=True))
    office = reopened(tmp_path)
    assert labels(office) == [*SALES[:2], "Demo", *SALES[2:5], "Legal review", *SALES[5:], "Gone quiet"]
    stage = office.object("deal").stage("legalreview")
    assert (stage.label, stage.probability, stage.closed) == ("Legal review", 0.85, False)


def test_what_the_other_stages_say_stays(office, tmp_path):
    before = {stage.id: stage for stage in office.object("deal").pipelines[0].stages}
    edits.add_stage(office, where(), edits.StageRequest("Demo"))
    after = {stage.id: stage for stage in reopened(tmp_path).object("deal").pipelines[0].stages}
    assert before.items() <= after.items()


COMMENTED = """\
# Ours.
pipelines:
  default:
    stages:
      # What the sales meeting agreed on in May.
      new:    New  # nobody has called yet
      # Needs a visit.
      seen:   {label: Seen, probability: 0.4}  # in person
      won:    {label: Won, probability: 1, closed: true}
      # No answer in six weeks.
      lost:
        label: Lost
        probability: 0
        closed: true
    # Ask Ada before you change the order.
    label: Sales
"""


SEEN = "      # Needs a visit.\n      seen:   {label: Seen, probability: 0.4}  # in person\n"
LOST = (
    "      # No answer in six weeks.\n      lost:\n        label: Lost\n        probability: 0\n        closed: true\n"
)


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (
            lambda office: edits.add_stage(office, where(), edits.StageRequest("Talks", 0.6)),
            SEEN,
            SEEN + "      talks:  {label: Talks, probability: 0.6}\n",
        ),
        (lambda office: edits.rename(office, where(), "Met", "seen"), "label: Seen,", "label: Met,"),
        (lambda office: edits.remove_stage(office, where(), "seen"), SEEN, ""),
        (lambda office: edits.move_stage(office, where(), "lost", "seen"), SEEN, SEEN + LOST),
    ],
    ids=["added", "renamed", "removed", "moved"],
)
def test_what_people_wrote_beside_the_stages_stays(tmp_path, change, old, new):
    make_office(tmp_path)
    path = tmp_path / "office" / "schemas" / "deal.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(COMMENTED)
    change(reopened(tmp_path))
    before = COMMENTED.replace(LOST, "") if LOST in new else COMMENTED
    assert path.read_text() == before.replace(old, new)


def test_two_stages_of_one_name_are_refused(office):
    with pytest.raises(edits.LabelTaken, match='Sales Pipeline has a "closed won" already'):
        edits.add_stage(office, where(), edits.StageRequest("closed won"))
    with pytest.raises(edits.LabelTaken):
        edits.rename(office, where(), "Closed Won", "contractsent")


def test_a_stage_moves_within_its_pipeline(office, tmp_path):
    edits.move_stage(office, where(), "contractsent", "qualifiedtobuy")
    edits.move_stage(reopened(tmp_path), where(), "closedlost", first=True)
    assert labels(reopened(tmp_path)) == [SALES[6], *SALES[:2], SALES[4], *SALES[2:4], SALES[5]]
    with pytest.raises(edits.NoPlace):
        edits.move_stage(office, where(), "contractsent")


def test_a_pipeline_and_a_stage_get_other_names_and_keep_their_ids(office, tmp_path):
    edits.rename(office, where(), "New business")
    edits.rename(reopened(tmp_path), where(), "Contract out", "contract sent")
    pipeline = reopened(tmp_path).object("deal").pipelines[0]
    assert (pipeline.id, pipeline.label) == ("default", "New business")
    assert [stage.label for stage in pipeline.stages if stage.id == "contractsent"] == ["Contract out"]


def test_a_stage_that_goes_takes_its_records_along_and_undo_brings_both_back(office, tmp_path):
    deals = [made(office, "deal", f"name=D{n}", "stage=contractsent") for n in range(3)]
    with pytest.raises(edits.StageInUse, match='3 deals stand at "Contract Sent"'):
        edits.remove_stage(office, where(), "contractsent")
    assert not Path(office.root, "schemas", "deal.yaml").exists()
    written = edits.remove_stage(office, where(), "contractsent", "decisionmaker")
    assert written.counts == {("deal", "updated"): 3, ("file", "written"): 1}
    office = reopened(tmp_path)
    assert labels(office) == [*SALES[:4], *SALES[5:]]
    assert {values(office, deal)["dealstage"] for deal in deals} == {"decisionmakerboughtin"}
    undo(office, written.short_id)
    office = reopened(tmp_path)
    assert labels(office) == SALES
    assert {values(office, deal)["dealstage"] for deal in deals} == {"contractsent"}


def test_a_stage_without_records_goes_alone_but_not_the_last_one(office, tmp_path):
    edits.remove_stage(office, where(), "closedlost")
    assert labels(reopened(tmp_path)) == SALES[:6]
    edits.add_pipeline(office, where(pipeline="One"), [edits.StageRequest("Only")])
    with pytest.raises(edits.LastStage):
        edits.remove_stage(reopened(tmp_path), where(pipeline="one"), "only")


def test_a_new_pipeline_has_ids_of_its_own(office, tmp_path):
    asked = [edits.stage_request(text) for text in ("Due:50%", "Closed Won:won", "Prüfung", "契約")]
    edits.add_pipeline(office, where(pipeline="Renewals"), asked)
    pipeline = reopened(tmp_path).object("deal").pipelines[1]
    assert (pipeline.id, [stage.id for stage in pipeline.stages]) == (
        "renewals",
        ["due", "closedwon2", "prufung", "stage"],
    )
    with pytest.raises(UnknownPipeline, match="Sales Pipeline or Renewals"):
        edits.rename(reopened(tmp_path), where(), "X")
    with pytest.raises(edits.LabelTaken):
        edits.add_pipeline(reopened(tmp_path), where(pipeline="renewals"), asked)


def test_a_pipeline_without_stages_is_refused_with_nothing_written(office):
    with pytest.raises(SchemaRefused):
        edits.add_pipeline(office, where(pipeline="Empty"), [])
    assert not Path(office.root, "schemas", "deal.yaml").exists()


def test_a_dry_run_writes_nothing(office):
    written = edits.remove_stage(office, where(dry_run=True), "closedlost")
    assert written.counts == {("file", "written"): 1}
    assert not Path(office.root, "schemas", "deal.yaml").exists()


def test_a_board_has_a_column_for_each_stage_the_dearest_cards_first(office):
    made(office, "deal", "name=Small", "amount=5", "owner=me")
    made(office, "deal", "name=Large", "amount=50", "currency=USD")
    made(office, "deal", "name=None")
    shown = board(office, ListRequest("deals", limit=2))
    first, *rest = shown.columns
    assert [(card.title, card.amount, card.owner) for card in first.cards] == [
        ("Large", "50.00 USD", ""),
        ("Small", "5.00 EUR", "Ada King"),
    ]
    assert first.total.count == 3
    assert [column.cards for column in rest] == [()] * 6


def test_a_board_of_what_meets_a_condition(office):
    made(office, "deal", "name=Small", "amount=5")
    made(office, "deal", "name=Large", "amount=50")
    first = board(office, ListRequest("deals", where="amount > 10 or amount < 1", sort=("dealname",))).columns[0]
    assert ([card.title for card in first.cards], first.total.count, first.total.sums[0].shown) == (
        ["Large"],
        1,
        ("50.00 EUR",),
    )
