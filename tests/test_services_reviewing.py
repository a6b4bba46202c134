"""A review of duplicates without its screen: the order of groups, decisions, and the way back."""

from __future__ import annotations

import pytest

from crmcli.frozen import replace
from crmcli.services.duplicates.finding import DuplicateGroup, FindDuplicates, GroupLink, find
from crmcli.services.duplicates.judgements import DIFFERENT, UNSURE, judge, judged
from crmcli.services.duplicates.reviewing import MERGED, SPLIT, begin_review
from crmcli.services.history import operations
from crmcli.services.merging.plans import MergeRecords
from crmcli.services.merging.refusals import MergeRefused
from crmcli.services.records import Targets, delete
from crmcli.services.references import Ref
from crmcli.services.undo import LaterChanges
from office import made, make_office

REFS = tuple(Ref("contact", number) for number in range(1, 8))


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    for name in ("Ada Byron", "A. Byron", "Ada King", "Grace Hopper", "G. Hopper", "Alan Turing", "A. Turing"):
        made(workspace, "contact", f"name={name}")
    return workspace


def group(*numbers, probability=0.9):
    refs = tuple(REFS[number - 1] for number in numbers)
    links = tuple(GroupLink(ref, refs[0], probability, 3.0) for ref in refs[1:])
    return DuplicateGroup(refs, probability, links)


@pytest.fixture
def review(office):
    """The review of three groups, as if they had been found."""
    found = find(office, FindDuplicates("contact"))
    groups = (group(1, 2, 3, probability=0.999), group(4, 5), group(6, 7, probability=0.8))
    return begin_review(office, replace(found, groups=groups))


def ids(office, review):
    shown = review.group(office)
    return tuple(ref.id for ref in shown.refs) if shown else None


def test_what_somebody_was_unsure_of_comes_last(office, review):
    judge(office, REFS[:3], UNSURE)
    again = begin_review(office, review.duplicates)
    assert [each.refs[0].id for each in again.groups] == [4, 6, 1]
    judge(office, REFS[1:3], DIFFERENT)  # one pair of it is settled: it is no question of before
    assert begin_review(office, review.duplicates).groups[0].refs[0].id == 1


def test_each_decision_is_an_operation_and_the_next_group_comes(office, review):
    review.merge(office, MergeRecords(REFS[0], REFS[1:3]))
    assert ids(office, review) == (4, 5)
    review.judge(office, REFS[3:5], DIFFERENT)
    review.judge(office, REFS[5:7], UNSURE)
    assert ids(office, review) is None
    assert review.counts() == {MERGED: 1, DIFFERENT: 1, UNSURE: 1}
    assert [line.summary for line in operations(office, 3)] == [
        "1 pair judged",
        "1 pair judged",
        "1 contact updated, 2 contacts merged",
    ]


def test_decisions_are_taken_back_one_after_the_other(office, review):
    before = {record.id: record.values for record in office.store.stream("contact")}
    review.merge(office, MergeRecords(REFS[0], REFS[1:3]))
    review.judge(office, REFS[3:5], DIFFERENT)
    assert review.back(office).what == DIFFERENT
    assert ids(office, review) == (4, 5)
    assert review.back(office).what == MERGED
    assert ids(office, review) == (1, 2, 3)
    assert review.back(office) is None
    assert {record.id: record.values for record in office.store.stream("contact")} == before
    assert judged(office, "contact").different == frozenset()


def test_parts_of_a_group_come_next(office, review):
    review.split(office, [REFS[0], REFS[2]], [REFS[1]])
    assert judged(office, "contact").different == {(1, 2), (2, 3)}
    assert ids(office, review) == (1, 3)
    assert [each.ref.id for each in review.because(review.group(office))] == [3]
    assert review.back(office).what == SPLIT
    assert ids(office, review) == (1, 2, 3)


def test_a_refused_merge_leaves_the_group(office, review):
    with pytest.raises(MergeRefused):
        review.merge(office, MergeRecords(REFS[0], (REFS[0],)))
    assert ids(office, review) == (1, 2, 3)
    assert review.decisions == []


def test_records_that_went_meanwhile_are_left_out(office, review):
    delete(office, Targets((REFS[1],)))
    assert ids(office, review) == (1, 3)
    delete(office, Targets((REFS[2], REFS[3])))
    assert ids(office, review) == (6, 7)


def test_a_decision_that_was_built_upon_is_not_taken_back(office, review):
    review.merge(office, MergeRecords(REFS[5], (REFS[6],)))
    review.judge(office, REFS[3:5], UNSURE)
    judge(office, REFS[3:5], DIFFERENT)
    with pytest.raises(LaterChanges):
        review.back(office)
    assert review.counts() == {MERGED: 1, UNSURE: 1}


def test_a_verdict_that_stands_already_is_no_operation(office, review):
    judge(office, REFS[:3], UNSURE)
    again = begin_review(office, review.duplicates)
    again.place = 2
    assert again.judge(office, REFS[:3], UNSURE).operation is None
    assert again.back(office).what == UNSURE
    assert judged(office, "contact").unsure == {(1, 2), (1, 3), (2, 3)}
