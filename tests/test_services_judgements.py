"""What people say of pairs of records that may be one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crmcli.cli.place import cache_folder
from crmcli.services.diff import diff
from crmcli.services.duplicates.judgements import (
    DIFFERENT,
    SAME,
    UNSURE,
    NoPair,
    NotJudged,
    UnknownVerdict,
    forget,
    judge,
    judged,
    judged_apart,
    judgements,
)
from crmcli.services.history import operations, record_history
from crmcli.services.merging.merging import merge
from crmcli.services.merging.plans import MergeRecords
from crmcli.services.merging.unmerging import Unmerge, unmerge
from crmcli.services.references import Ref
from crmcli.services.undo import LaterChanges, undo
from office import later, made, make_office, reopened

ADA, BYRON, GRACE, KING = (Ref("contact", number) for number in (1, 2, 3, 4))


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    for name in ("Ada Byron", "A. Byron", "Grace Hopper", "Ada King"):
        made(workspace, "contact", f"name={name}")
    return workspace


def said(workspace):
    """The judgements in short: who is what to whom."""
    return [(each.a.id, each.b.id, each.verdict) for each in judgements(workspace, "contact")]


def test_each_two_of_the_records_are_judged(office):
    written = judge(office, [BYRON, ADA, GRACE], DIFFERENT)
    assert written.counts == {("pair", "judged"): 3}
    assert said(office) == [(1, 2, "different"), (1, 3, "different"), (2, 3, "different")]
    assert judged(office, "contact").different == {(1, 2), (1, 3), (2, 3)}


def test_those_that_were_judged_apart_are_found_among_others(office):
    judge(office, [ADA, BYRON], UNSURE)
    judge(office, [ADA, GRACE], DIFFERENT)
    judge(office, [BYRON, KING], DIFFERENT)
    assert judged_apart(office, (KING, ADA, GRACE)) == judgements(office, "contact", GRACE)
    assert judged_apart(office, (ADA, BYRON)) == ()


def test_a_judgement_says_who_and_when(office):
    written = judge(later(office, minutes=5, actor="bob"), [ADA, BYRON], UNSURE)
    [found] = judgements(office, "contact", BYRON)
    assert (found.actor, found.operation, found.titles) == ("bob", written.short_id, ("Ada Byron", "A. Byron"))
    assert found.at == later(office, minutes=5).context.moment
    assert judgements(office, "contact", GRACE) == ()


def test_the_last_word_counts(office):
    judge(office, [ADA, BYRON], UNSURE)
    judge(office, [GRACE, BYRON], DIFFERENT)
    judge(later(office), [BYRON, ADA], SAME)
    assert said(office) == [(2, 3, "different"), (1, 2, "same")]
    assert judge(office, [ADA, BYRON], SAME).operation is None


def test_a_judgement_is_undone_and_done_again(office):
    judge(office, [ADA, BYRON], UNSURE)
    second = judge(later(office), [ADA, BYRON], DIFFERENT)
    back = undo(office, second.operation.id)
    assert said(office) == [(1, 2, "unsure")]
    undo(office, back.operation.id)
    assert said(office) == [(1, 2, "different")]


def test_a_judgement_that_was_changed_since_is_undone_by_force_alone(office):
    first = judge(office, [ADA, BYRON], UNSURE)
    judge(later(office), [ADA, BYRON], DIFFERENT)
    with pytest.raises(LaterChanges, match="contact:1 and contact:2 were judged anew"):
        undo(office, first.operation.id)
    undo(office, first.operation.id, force=True)
    assert said(office) == []


def test_a_forgotten_judgement_is_gone_and_comes_back_by_undo(office):
    judge(office, [ADA, BYRON], DIFFERENT)
    written = forget(later(office), BYRON, ADA)
    assert written.counts == {("judgement", "forgotten"): 1}
    assert said(office) == []
    undo(office, written.operation.id)
    assert said(office) == [(1, 2, "different")]


def test_history_tells_judgements(office):
    judge(office, [ADA, BYRON], DIFFERENT)
    forget(later(office), ADA, BYRON)
    told = [(line.event, line.note) for line in record_history(office, BYRON)]
    assert told == [
        ("created", ""),
        ("judged", "Ada Byron (contact:1) [different]"),
        ("judgement forgotten", "Ada Byron (contact:1)"),
    ]
    assert [line.summary for line in operations(office, 2)] == ["1 judgement forgotten", "1 pair judged"]


def test_undoing_what_made_a_judged_record_is_no_loss(office):
    written = made(office, "contact", "name=Charles Babbage")
    created = operations(office, 1)[0]
    judge(later(office), [ADA, written], DIFFERENT)
    undo(office, created.id)
    assert judged(office, "contact").different == frozenset()
    assert said(office) == []


def test_a_merged_record_stands_for_its_survivor(office):
    judge(office, [ADA, GRACE], DIFFERENT)
    judge(office, [ADA, KING], UNSURE)
    merge(office, MergeRecords(BYRON, (ADA,)))
    assert said(office) == [(2, 3, "different"), (2, 4, "unsure")]
    assert judgements(office, "contact")[0].said_of == (ADA, GRACE)
    merge(later(office), MergeRecords(KING, (BYRON,)))
    assert said(office) == [(3, 4, "different")]


def test_a_record_that_is_unmerged_is_itself_again(office):
    judge(office, [ADA, GRACE], DIFFERENT)
    merge(office, MergeRecords(BYRON, (ADA,)))
    judge(later(office), [BYRON, KING], DIFFERENT)
    unmerge(later(office), Unmerge(ADA))
    assert said(office) == [(1, 3, "different"), (2, 4, "different"), (1, 2, "different")]


def test_what_is_said_of_an_absorbed_record_is_forgotten_with_its_survivor(office):
    judge(office, [ADA, GRACE], DIFFERENT)
    judge(office, [BYRON, GRACE], UNSURE)
    merge(office, MergeRecords(BYRON, (ADA,)))
    assert forget(office, GRACE, BYRON).counts == {("judgement", "forgotten"): 2}
    assert said(office) == []


def test_of_two_merged_records_the_last_word_counts(office):
    judge(office, [ADA, GRACE], DIFFERENT)
    judge(later(office), [BYRON, GRACE], SAME)
    merge(office, MergeRecords(BYRON, (ADA,)))
    found = judged(office, "contact")
    assert (found.same, found.different) == ({(2, 3)}, frozenset())


def test_judgements_stand_in_the_journal(office, tmp_path):
    judge(office, [ADA, BYRON], DIFFERENT)
    before = judgements(office, "contact")
    office.store.close()
    shutil.rmtree(cache_folder(office.root))
    assert judgements(reopened(tmp_path), "contact") == before
    for journal in (Path(office.root) / "journal").iterdir():
        journal.unlink()
    office = reopened(tmp_path)
    assert judgements(office, "contact") == ()
    assert office.store.index.connection.execute("SELECT count(*) FROM _judgement").fetchone() == (0,)


def test_a_dry_run_judges_nothing(office):
    written = judge(office, [ADA, BYRON], DIFFERENT, dry_run=True)
    assert (written.counts, written.operation) == ({("pair", "judged"): 1}, None)
    assert said(office) == []


def test_what_cannot_be_judged_is_refused(office):
    with pytest.raises(UnknownVerdict, match="maybe"):
        judge(office, [ADA, BYRON], "maybe")
    with pytest.raises(NoPair):
        judge(office, [ADA, ADA], SAME)
    with pytest.raises(NoPair):
        forget(office, ADA, made(office, "company", "name=Acme"))
    with pytest.raises(NotJudged):
        forget(office, ADA, BYRON)


def test_the_difference_of_an_operation_tells_judgements(office):
    judge(office, [ADA, BYRON], UNSURE)
    written = judge(later(office), [ADA, BYRON], DIFFERENT)
    [line] = diff(office, operation=written.operation.id).lines
    assert (line.ref, line.verb, line.label) == (ADA, "judged", "A. Byron")
    assert (line.old_text, line.new_text) == ("unsure", "different")
