"""How records move: what pipelines allow, whom, and what stages require."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.frozen import replace
from crmcli.model.objects import ObjectType, Pipeline, Property, Stage
from crmcli.services.stages import Place, move_problems, place, stage_requires
from crmcli.types.base import User
from declared import CONTEXT

PROPERTIES = {name: Property(name, name.title(), "string", "text") for name in ("line", "step", "price", "why")}
STAGES = (
    Stage("new", "New"),
    Stage("talk", "Talks"),
    Stage("offer", "Offer", required=("price", "why")),
    Stage("won", "Won", closed=True),
    Stage("lost", "Lost", closed=True),
)
SALES = Pipeline("sales", "Sales", STAGES, "schemas/bid.yaml:7")
OTHER = Pipeline("other", "Other", (Stage("in", "In"), Stage("out", "Out", closed=True)))
ROLES = {"pipeline": "line", "stage": "step"}
BID = ObjectType("bid", "Bid", "Bids", PROPERTIES, pipelines=(SALES, OTHER), roles=ROLES)
ADA, BEN = User("ada", "Ada King"), User("ben", "Ben Nevis")
CLOSED = {number for number, stage in enumerate(STAGES) if stage.closed}


def problems(pipeline, before, after, *, me="ben", users=(ADA, BEN)):
    """The sentences that speak against a move between stages, by number; from None is creation."""
    context = replace(CONTEXT, users=users, me=me)
    start = None if before is None else Place(pipeline, before)
    return [broken.sentence for broken in move_problems(BID, start, Place(pipeline, after), context)]


def test_a_pipeline_without_rules_allows_everything():
    assert [problems(SALES, before, after) for before in (None, 0, 4) for after in range(5)] == [[]] * 15


def test_a_record_with_a_stage_and_no_pipeline_stands_in_the_pipeline_of_its_stage():
    assert place(BID, {"step": "out"}) == Place(OTHER, 1)
    assert place(BID, {"line": "sales", "step": "out"}) is None
    assert place(BID, {}) is None


@given(st.integers(0, 4), st.integers(0, 4))
def test_skipping_is_leaving_out_a_stage_on_the_way_forward_but_to_close(before, after):
    strict = replace(SALES, skipping=False)
    skips = after > before + 1 and after not in CLOSED
    assert bool(problems(strict, before, after)) == skips


@given(st.integers(0, 4), st.integers(0, 4))
def test_going_back_is_to_an_earlier_stage_but_between_closed_ones(before, after):
    strict = replace(SALES, going_back=False)
    assert bool(problems(strict, before, after)) == (after < before and not {before, after} <= CLOSED)


def test_a_refusal_names_the_rule_its_place_and_the_way_out():
    strict = replace(SALES, skipping=False, going_back=False)
    (broken,) = move_problems(BID, Place(strict, 0), Place(strict, 2), CONTEXT)
    assert broken.sentence == (
        'Sales lets no stage be skipped, from "New" to "Offer": its rule `skipping` (schemas/bid.yaml:7)'
    )
    assert broken.hint == 'The next stage is "Talks", or add --force'
    assert broken.forcible
    assert problems(strict, 2, 0) == [
        'Sales lets nothing go back from "Offer" to "New": its rule `going_back` (schemas/bid.yaml:7)'
    ]


def test_records_begin_where_the_pipeline_lets_them():
    strict = replace(SALES, creation_stages=("new", "talk"))
    assert problems(strict, None, 1) == []
    assert problems(strict, None, 2) == [
        'Sales lets no bid begin at "Offer": its rule `creation_stages` (schemas/bid.yaml:7)'
    ]
    assert problems(strict, 1, 2) == []


def test_coming_from_another_pipeline_is_beginning():
    strict = replace(SALES, creation_stages=("new",), skipping=False)
    found = list(move_problems(BID, Place(OTHER, 0), Place(strict, 2), CONTEXT))
    assert [each.sentence.partition(":")[0] for each in found] == ['Sales lets no bid begin at "Offer"']


@pytest.mark.parametrize(
    ("me", "users", "refused"),
    [
        ("ada", (ADA, BEN), False),
        ("ben", (ADA, BEN), True),
        ("ben", (ADA, replace(BEN, admin=True)), False),  # a Super Admin may always
        ("", (ADA, BEN), True),  # who acts is no user
    ],
)
def test_only_movers_move(me, users, refused):
    strict = replace(SALES, movers=("ada",))
    expected = ["Sales lets only Ada King move bids: its rule `movers` (schemas/bid.yaml:7)"] if refused else []
    assert problems(strict, 0, 1, me=me, users=users) == expected
    assert problems(strict, None, 1, me=me, users=users) == []


def test_a_stage_says_what_a_record_lacks_to_stand_there():
    broken = stage_requires(BID, Place(SALES, 2), {"step": "offer"})
    assert broken.sentence == '"Offer" of Sales needs Price (price), Why (why)'
    assert broken.hint == "Give it: price=… why=…, or add --force"
    assert stage_requires(BID, Place(SALES, 2), {"price": "1", "why": "2"}) is None
    assert stage_requires(BID, Place(SALES, 1), {}) is None
