"""Segments: made, changed, taken back; who is in them through merges and erasure, why, and who came and left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.query import compile_value
from crmcli.query.fragments import Fragment
from crmcli.query.mistakes import QueryError, UnknownName
from crmcli.render.segments import segment_text
from crmcli.services.diff import diff
from crmcli.services.erasing.erase import erase
from crmcli.services.merging.merging import merge
from crmcli.services.merging.plans import MergeRecords
from crmcli.services.merging.unmerging import Unmerge, unmerge
from crmcli.services.records import Targets, restore
from crmcli.services.records import delete as delete_records
from crmcli.services.references import Ref, UnknownReference, resolve
from crmcli.services.segments import edits
from crmcli.services.segments.changes import chosen, look
from crmcli.services.segments.check import segment_problems
from crmcli.services.segments.found import (
    NoSuchSegment,
    SegmentRefused,
    ids_of,
    segment_lines,
    segment_of,
    segment_page,
)
from crmcli.services.segments.naming import refs_of
from crmcli.services.segments.why import why
from crmcli.services.undo import undo
from office import changed, made, make_office, reopened

HEAD = "# Who was in it when somebody last looked: crm segment changes"
ANN, BEN, CAS, DEE = (Ref("contact", number) for number in range(1, 5))


@pytest.fixture
def office(tmp_path):
    workspace = make_office(tmp_path)
    for name, city in (("Ann", "Ghent"), ("Ben", "Delft"), ("Cas", "Ghent"), ("Dee", "Paris")):
        made(workspace, "contact", f"firstname={name}", f"city={city}")
    return workspace


def create(workspace, name, where="", *refs, **more):
    return edits.create(workspace, edits.NewSegment(name, "contacts", where, refs=refs, **more), segment_text)


def members(workspace, name):
    return ids_of(workspace, segment_of(workspace, name))


def lines(workspace, name):
    """The files beside a segment's, as they stand."""
    stem = segment_of(workspace, name).stem
    return [
        path.read_text().split() if path.exists() else None
        for path in (folder_of(workspace) / f"{stem}.members", folder_of(workspace) / f"{stem}.seen")
    ]


def folder_of(workspace):
    return Path(workspace.root) / "segments"


def test_an_active_segment_is_asked_at_every_look(office):
    create(office, "In Ghent", 'city = "Ghent"', description="Of the fair", follow_up="30d")
    assert (folder_of(office) / "in-ghent.yaml").read_text() == (
        'name: In Ghent\nobject: contact\ndescription: Of the fair\nwhere: "city = \\"Ghent\\""\nfollow_up: 30d\n'
    )
    assert members(office, "in ghent") == [1, 3]
    changed(office, BEN, "city=Ghent")
    assert members(office, "In Ghent") == [1, 2, 3]
    assert segment_of(office, "In Ghent").follow_up == "30d"


def test_a_static_segment_is_a_file_of_lines(office):
    create(office, "Fair", "", CAS, ANN)
    assert lines(office, "Fair")[0] == ["contact:1", "contact:3"]
    edits.add(office, "Fair", Targets((BEN,), where='city = "Paris"'))
    assert lines(office, "Fair")[0] == ["contact:1", "contact:2", "contact:3", "contact:4"]
    edits.remove(office, "Fair", Targets((ANN, DEE)))
    assert members(office, "Fair") == [2, 3]
    edits.remove(office, "Fair", Targets((BEN, CAS)))
    assert lines(office, "Fair") == [None, None]
    assert members(office, "Fair") == []


def test_in_one_with_an_expression_the_hand_wins(office):
    create(office, "In Ghent", 'city = "Ghent"', DEE)
    edits.remove(office, "In Ghent", Targets((ANN, BEN)))
    assert lines(office, "In Ghent")[0] == ["-contact:1", "-contact:2", "+contact:4"]
    assert members(office, "In Ghent") == [3, 4]
    edits.add(office, "In Ghent", Targets((ANN,)))
    assert lines(office, "In Ghent")[0] == ["+contact:1", "-contact:2", "+contact:4"]
    assert members(office, "In Ghent") == [1, 3, 4]
    page = segment_page(office, "In Ghent")
    assert (page.members, page.by_hand, page.kept_out, page.uses) == (3, 2, 1, ())


def test_a_snapshot_stays_until_it_is_taken_anew(office):
    create(office, "Were in Ghent", 'city = "Ghent"', static=True)
    edits.add(office, "Were in Ghent", Targets((DEE,)))
    edits.remove(office, "Were in Ghent", Targets((CAS,)))
    changed(office, (ANN,), "city=Paris")
    changed(office, (BEN,), "city=Ghent")
    assert members(office, "Were in Ghent") == [1, 4]
    edits.refresh(office, [segment_of(office, "Were in Ghent")])
    assert lines(office, "Were in Ghent")[0] == ["contact:2", "-contact:3", "+contact:4"]
    assert members(office, "Were in Ghent") == [2, 4]


def test_every_write_is_taken_back_alone_and_in_any_order(office):
    create(office, "Fair", "", ANN)
    first = edits.add(office, "Fair", Targets((BEN,)))
    edits.add(office, "Fair", Targets((CAS,)))
    undone = undo(office, first.short_id)
    assert members(office, "Fair") == [1, 3]
    undo(office, undone.short_id)
    assert members(office, "Fair") == [1, 2, 3]
    gone = edits.delete(office, segment_of(office, "Fair"))
    with pytest.raises(NoSuchSegment, match='There is no segment "Fair"'):
        segment_of(office, "Fair")
    assert list(folder_of(office).iterdir()) == []
    undo(office, gone.short_id)
    assert members(office, "Fair") == [1, 2, 3]


def test_the_difference_names_the_lines(office):
    create(office, "Fair", "", ANN)
    edits.add(office, "Fair", Targets((BEN,)))
    edits.remove(office, "Fair", Targets((ANN, BEN)))
    written = edits.add(office, "Fair", Targets((CAS,)))
    found = diff(office, operation=written.short_id)
    assert [(line.title, line.old_text, line.new_text) for line in found.lines] == [
        ("segments/fair.members", "", "contact:3\n")
    ]


def test_members_follow_merges_and_unmerges_as_their_union(office):
    create(office, "Fair", "", BEN, CAS)
    create(office, "Not Ann", 'city = "Ghent"')
    edits.remove(office, "Not Ann", Targets((ANN,)))
    merge(office, MergeRecords(ANN, (BEN,)))
    assert members(office, "Fair") == [1, 3]
    merge(office, MergeRecords(DEE, (ANN,)))
    assert members(office, "Fair") == [3, 4]
    assert members(office, "Not Ann") == [3]  # who was kept out stays out under another name
    unmerge(office, Unmerge(BEN))
    assert members(office, "Fair") == [2, 3]
    unmerge(office, Unmerge(ANN))
    assert members(office, "Fair") == [2, 3]


def test_one_that_was_merged_is_taken_out_by_its_new_name(office):
    create(office, "Fair", "", BEN, CAS)
    merge(office, MergeRecords(ANN, (BEN,)))
    edits.remove(office, "Fair", Targets((ANN,)))
    assert members(office, "Fair") == [3]


def test_a_deleted_member_is_one_again_when_it_is_restored(office):
    create(office, "Fair", "", BEN, CAS)
    delete_records(office, Targets((BEN,)))
    assert members(office, "Fair") == [3]
    restore(office, ["contact:2"])
    assert members(office, "Fair") == [2, 3]


def test_the_erased_go_out_of_every_file_and_the_journal(office, tmp_path):
    create(office, "Fair", "", ANN, BEN, DEE)
    create(office, "Ghent", 'city = "Ghent"', BEN)
    edits.remove(office, "Ghent", Targets((ANN, DEE)))
    create(office, "Alone", "", BEN)
    look(office, chosen(office, ()))
    written = edits.remove(office, "Fair", Targets((ANN, BEN)))
    erase(office, BEN)

    office = reopened(tmp_path)
    assert all("contact:2" not in path.read_text() for path in folder_of(office).iterdir())
    lines_of_journal = "".join(path.read_text() for path in journals(office)).splitlines()
    (_, *of_segments) = [line for line in lines_of_journal if '{"lines":' in line]
    assert len(of_segments) == 7
    assert "contact:2" not in "".join(of_segments)
    assert members(office, "Fair") == [4]
    assert members(office, "Alone") == []
    undo(office, written.short_id)
    assert members(office, "Fair") == [1, 4]


def journals(workspace):
    return (folder_of(workspace).parent / "journal").glob("*.jsonl")


def test_a_look_tells_who_came_and_who_left(office):
    create(office, "Ghent", 'city = "Ghent"')
    create(office, "Paris", 'city = "Paris" and firstname = "Nobody"')
    (ghent, paris) = look(office, chosen(office, ())).looked
    assert (ghent.first, ghent.members, paris.first, paris.members) == (True, 2, True, 0)
    assert (folder_of(office) / "paris.seen").read_text() == f"{HEAD}\n"

    changed(office, BEN, "city=Ghent")
    changed(office, ANN, "city=Delft")
    delete_records(office, Targets((CAS,)))
    seen = look(office, chosen(office, ["ghent"]), dry_run=True)
    assert seen.written.operation is None
    found = look(office, chosen(office, ["ghent"]))
    assert found.changes == seen.changes
    assert [(str(c.ref), c.title, c.new, c.note) for c in found.changes] == [
        ("contact:2", "Ben", True, ""),
        ("contact:1", "Ann", False, ""),
        ("contact:3", "contact:3", False, "deleted"),
    ]
    assert (folder_of(office) / "ghent.seen").read_text() == f"{HEAD}\ncontact:2\n"
    again = look(office, chosen(office, ["ghent"]))
    assert (again.changes, again.written.operation) == ((), None)
    undo(office, found.written.short_id)
    assert look(office, chosen(office, ["ghent"]), dry_run=True).changes == found.changes


def test_who_was_merged_into_a_member_has_not_left(office):
    create(office, "Fair", "", ANN, BEN)
    create(office, "Ghent", 'city = "Ghent"')
    look(office, chosen(office, ()))
    merge(office, MergeRecords(CAS, (ANN,)))
    assert look(office, chosen(office, ())).changes == ()
    merge(office, MergeRecords(DEE, (CAS,)))
    (change,) = look(office, chosen(office, ["Ghent"])).changes
    assert (str(change.ref), change.new, change.note) == ("contact:3", False, "merged into contact:4")


REFUSALS = {
    ("Ghent", "", ()): edits.SegmentExists,
    ("GHENT!", "firstname is known", ()): edits.SegmentExists,
    ("..", "firstname is known", ()): edits.BadSegmentName,
    ("x" * 101, "firstname is known", ()): edits.BadSegmentName,
    ("New", "", ()): edits.NobodyMeant,
    ("New", "fistname is known", ()): UnknownName,
    ("New", 'in segment("New")', ()): UnknownName,
    ("New", "", (Ref("company", 1),)): edits.OtherMember,
}


@pytest.mark.parametrize("asked", REFUSALS, ids=str)
def test_what_cannot_be_made_is_refused(office, asked):
    create(office, "Ghent", 'city = "Ghent"')
    name, where, refs = asked
    before = sorted(folder_of(office).iterdir())
    with pytest.raises(REFUSALS[asked]):
        create(office, name, where, *refs)
    with pytest.raises(edits.BadFollowUp):
        create(office, "New", "firstname is known", follow_up="monthly")
    assert sorted(folder_of(office).iterdir()) == before


def test_one_that_is_used_says_so_before_it_goes(office):
    create(office, 'The "big" ones', 'city = "Ghent"')
    create(office, "Rest", "not in segment('the \"big\" ones')")
    for folder, text in {
        "views": 'object: contact\ncolumns: [city]\nwhere: "in segment(\\"The \\\\\\"big\\\\\\" ones\\")"\n',
        "reports": "object: company\nmeasures:\n  - any(contacts, in segment('the \"big\" ones'))\n",
    }.items():
        (folder_of(office).parent / folder).mkdir(exist_ok=True)
        (folder_of(office).parent / folder / "one.yaml").write_text(text)
    (folder_of(office).parent / "hygiene.yaml").write_text("leads: in segment('the-big-ones')\n")
    with pytest.raises(edits.SegmentInUse) as refusal:
        edits.deletable(office, 'the "big" ones')
    uses = ("segments/rest.yaml:3", "views/one.yaml:3", "reports/one.yaml:3", "hygiene.yaml:1")
    assert refusal.value.uses == uses
    assert segment_page(office, 'The "big" ones').uses == refusal.value.uses
    written = edits.delete(office, edits.deletable(office, 'the "big" ones', force=True))
    assert written.notes == tuple(f"{use} names it still" for use in refusal.value.uses)
    (problem,) = segment_problems(office)
    assert problem.where == "segments/rest.yaml:3"
    assert problem.message == '"the "big" ones" is not a segment'


def test_the_check_finds_everything_with_its_line(office):
    folder_of(office).mkdir()
    for name, text in {
        "a.yaml": "object: contact\nwhere: not in segment('b')\n",
        "b.yaml": "object: contact\nwhere: in segment('a')\n",
        "c.yaml": "object: contact\nwhere: in segment('a') or in segment('wrong')\n",
        "wrong.yaml": "object: contact\nfollow_up: soon\nwhere: fistname is known\n",
        "other.yaml": "object: kontact\nwhere: firstname is known\n",
        "plural.yaml": "object: contacts\nstatic: true\n",
        "empty.yaml": "object: contact\n",
        "list.yaml": "object: contact\nstatic: true\nsnapshot: fistname = 'x'\n",
        "list.members": "contact:1\ndeal:1\n",
        "gone.members": "contact:1\n",
        "late.yml": "object: contact\n",
    }.items():
        (folder_of(office) / name).write_text(text)
    assert [(problem.where, problem.message) for problem in segment_problems(office)] == [
        ("segments/a.yaml:2", 'segments in a circle: "b" → "a" → "b"'),
        ("segments/b.yaml:2", 'segments in a circle: "a" → "b" → "a"'),
        ("segments/empty.yaml:1", "it says neither `where` nor `static: true`"),
        ("segments/gone.members:1", "these are members of no segment"),
        ("segments/late.yml:1", "is not read: its name must end in .yaml"),
        ("segments/list.members:2", '"deal:1" is no member'),
        ("segments/list.yaml:3", '"fistname" is not a property of Contact'),
        ("segments/other.yaml:1", 'there is no object "kontact"'),
        ("segments/plural.yaml:1", '"contacts" is not the internal name of an object'),
        ("segments/wrong.yaml:2", '"soon" is no length of time'),
        ("segments/wrong.yaml:3", '"fistname" is not a property of Contact'),
    ]
    with pytest.raises(SegmentRefused, match="segments/empty"):
        segment_of(office, "empty")
    with pytest.raises(SegmentRefused):
        edits.add(office, "list", Targets((ANN,)))
    with pytest.raises(SegmentRefused):
        segment_lines(office)


def test_the_list_says_what_cannot_be_counted(office):
    create(office, "Fair", "", ANN)
    (folder_of(office) / "wrong.yaml").write_text("object: contact\nwhere: fistname is known\n")
    found = [(line.segment.name, line.members, line.reason) for line in segment_lines(office)]
    assert found[0] == ("Fair", 1, "")
    assert found[1][:2] == ("wrong", None)
    assert "fistname" in found[1][2]
    assert [each.name for each in chosen(office, ())] == ["Fair", "wrong"]


def test_references_are_looked_up_together(office):
    texts = ["contact:3", "contact:1", "contact:3", "contact:99", "Contact:2"]
    asked = []

    def settle(text):
        asked.append(text)
        return resolve(office, text)

    with pytest.raises(UnknownReference):
        refs_of(office, texts, settle)
    assert refs_of(office, [*texts[:3], "Contact:2", "contact:Dee"], settle) == (CAS, ANN, BEN, DEE)
    assert asked == ["contact:99", "Contact:2", "contact:Dee"]


def told(reason, deep=0):
    """A tree of reasons as lines."""
    yield deep, reason.text, reason.truth, {each.name: each.shown for each in reason.values}
    for part in reason.parts:
        yield from told(part, deep + 1)


def test_why_is_the_expression_as_a_tree(office):
    create(office, "Fair", "", BEN)
    create(
        office,
        "Some",
        '(city in ("Ghent", "Delft") and not in segment("Fair"))'
        " or closedate > today or createdate between 2020 and 2021",
    )
    edits.remove(office, "Some", Targets((CAS,)))
    found = why(office, "some", BEN)
    assert (found.member, found.title) == (False, "Ben")
    assert [line for part in found.parts for line in told(part)] == [
        (0, found.parts[0].text, None, {}),
        (1, 'city in ("Ghent", "Delft") and not in segment("Fair")', False, {}),
        (2, 'city in ("Ghent", "Delft")', True, {"City": "Delft"}),
        (2, 'not in segment("Fair")', False, {}),
        (3, 'in segment("Fair")', True, {}),
        (4, "in its list", True, {}),
        (1, "closedate > today", None, {"Close Date": ""}),
        (1, "createdate between 2020 and 2021", False, {"Create Date": "2026-11-23 10:30"}),
        (0, "kept out by hand", False, {}),
    ]
    assert why(office, "some", CAS).member is False
    assert why(office, "Some", ANN).member is True
    with pytest.raises(edits.OtherMember):
        why(office, "Some", Ref("company", 1))


def test_why_counts_associated_records_and_tells_unknown_from_no(office):
    create(office, "Asked", "any(deals, amount > 5) and jobtitle != 'Clerk' and firstname was 'Ann' in today")
    made(office, "deal", "dealname=Books", "amount=9", links=((ANN, None),))
    made(office, "deal", "dealname=Pens", "amount=2", links=((ANN, None),))
    found = list(told(why(office, "Asked", ANN).parts[0]))
    assert [line[1:] for line in found[1:]] == [
        ("any(deals, amount > 5)", True, {"deals that meet it": "1", "deals in all": "2"}),
        ("jobtitle != 'Clerk'", None, {"Job Title": ""}),
        ("firstname was 'Ann' in today", True, {"First Name": "Ann"}),
    ]


CONDITIONS = st.recursive(
    st.sampled_from(
        [
            'city = "Ghent"',
            "city is known",
            "jobtitle != 'Clerk'",
            "visits > 3",
            "visits between 1 and 5",
            "firstname was ever 'Ann'",
            "changes(city) > 0",
            "any(deals, amount > 5)",
            "count(deals) < 2",
            'in segment("Fair")',
            'not in segment("Busy")',
            'company in segment("Firms")',
            'if visits > 3 then true else city = "Paris"',
        ]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda part: f"not ({part})"),
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def populated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("populated")
    visits = "properties:\n  visits: {label: Visits, type: number, fieldType: number}\n"
    (Path(make_office(folder).root) / "schemas" / "contact.yaml").write_text(visits)
    workspace = reopened(folder)
    firm = made(workspace, "company", "name=Loom")
    for number in range(1, 9):
        values = [f"firstname={'Ann' if number % 3 else 'Ben'}"]
        values += [f"visits={number}"] if number % 2 else []
        values += [f"city={('Ghent', 'Paris')[number % 2]}"] if number % 4 else []
        made(workspace, "contact", *values, links=((firm, None),) if number < 4 else ())
    changed(workspace, (Ref("contact", 2), Ref("contact", 5)), "city=Ghent", "firstname=Cas")
    made(workspace, "deal", "dealname=Books", "amount=9", links=((Ref("contact", 1), None),))
    create(workspace, "Fair", "", Ref("contact", 3), Ref("contact", 8))
    create(workspace, "Busy", "visits > 4", Ref("contact", 2))
    edits.remove(workspace, "Busy", Targets((Ref("contact", 7),)))
    edits.create(workspace, edits.NewSegment("Firms", "company", refs=(firm,)), segment_text)
    merge(workspace, MergeRecords(Ref("contact", 1), (Ref("contact", 8),)))
    return workspace


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CONDITIONS, st.sets(st.integers(1, 7)), st.sets(st.integers(1, 7)))
def test_members_are_who_meets_the_expression_and_why_agrees(populated, where, put_in, kept_out):
    """By its own list, the expression's truth for each record, and the parts of why by the rules of three values."""
    path = folder_of(populated) / "any.yaml"
    path.write_text(f"object: contact\nwhere: {json.dumps(where)}\n")
    by_hand = [f"+contact:{i}" for i in sorted(put_in)] + [f"-contact:{i}" for i in sorted(kept_out - put_in)]
    (folder_of(populated) / "any.members").write_text("".join(f"{line}\n" for line in by_hand))
    everybody = list(range(1, 8))
    meeting = {i for i in everybody if truth(populated, where, i) is True}

    assert members(populated, "any") == sorted((meeting - (kept_out - put_in)) | put_in)
    for i in everybody:
        found = why(populated, "any", Ref("contact", i))
        assert found.member == (i in members(populated, "any"))
        assert found.parts[0].truth is truth(populated, where, i)
        assert all(map(consistent, found.parts))


def truth(workspace, where, record_id):
    """What an expression is for one record: compiled alone."""
    found = compile_value(where, workspace.model.objects["contact"], workspace.model, workspace.context)
    sql = f'SELECT {found.sql} FROM "contact" t WHERE t.id = ?'
    ((value,),) = workspace.store.rows(Fragment(sql, (*found.parameters, record_id)))
    return None if value is None else bool(value)


def consistent(reason):
    """Whether a condition is what its parts make it, as three-valued logic says."""
    truths = [part.truth for part in reason.parts]
    expected = {
        "and": False if False in truths else None if None in truths else True,
        "or": True if True in truths else None if None in truths else False,
        "not": None if truths == [None] else truths != [True],
    }.get(reason.joined, reason.truth)  # of a segment the hand wins
    return all(map(consistent, reason.parts)) and reason.truth is expected


def test_a_mistake_in_a_segment_is_told_where_it_is_used(office):
    (folder_of(office)).mkdir()
    (folder_of(office) / "wrong.yaml").write_text("object: contact\nwhere: fistname is known\n")
    with pytest.raises(QueryError, match=r'in the segment "wrong" \(segments/wrong.yaml:2\)'):
        members(office, "wrong")


def test_it_costs_a_workspace_without_segments_nothing(office):
    assert segment_lines(office) == ()
    assert segment_problems(office) == []
