"""`in segment("…")`: expressions, members by hand, merged ones, circles and mistakes."""

from __future__ import annotations

import pytest

from crmcli.frozen import replace
from crmcli.model.members import Members, in_order, member_lines, read_members
from crmcli.model.segments import Segments, stem_of
from crmcli.query import compile_condition
from crmcli.query.lasting import compile_lasting
from crmcli.query.mistakes import BrokenSegment, QueryError, SegmentCircle, TooComplex, UnknownName
from querying import CONTEXT, MODEL, database, prop

ROWS = (
    ("person", 1, {"firstname": "Ann", "visits": 10}),
    ("person", 2, {"firstname": "Ben", "visits": 20}),
    ("person", 3, {"firstname": "Cas"}),
    ("person", 4, {"firstname": "Dan", "visits": 40}),
    ("firm", 1, {"name": "Loom"}),
    ("firm", 2, {"name": "Mill"}),
)
LINKS = (
    ("person", 1, "firm", 1, 1, None),
    ("person", 2, "firm", 2, 1, None),
    ("person", 3, "firm", 1, 0, None),
)
FILES = {
    "busy.yaml": "name: Busy people\nobject: person\nwhere: visits > 15\n",
    "busy.members": "+person:3\n-person:4\n",
    "few.yaml": 'name: Few visits\nobject: person\nwhere: not in segment("Busy people")\n',
    "list.yaml": "object: person\nstatic: true\n",
    "list.members": "person:1\nperson:8\nperson:99\n",
    "key.yaml": "name: Key firms\nobject: firm\nstatic: true\n",
    "key.members": "firm:1\n",
    "a.yaml": 'name: A\nobject: person\nwhere: in segment("B")\n',
    "b.yaml": 'name: B\nobject: person\nwhere: in segment("C") or visits > 5\n',
    "c.yaml": 'name: C\nobject: person\nwhere: not in segment("A")\n',
    "broken.yaml": "object: person\ndescription: Of no use\nwhere: visit > 5\n",
    "lines.yaml": "object: person\nstatic: true\n",
    "lines.members": "person:1\nfirm:2\n",
}


@pytest.fixture
def crm(tmp_path):
    (tmp_path / "segments").mkdir()
    for name, text in FILES.items():
        (tmp_path / "segments" / name).write_text(text)
    connection = database(ROWS, LINKS)
    # 8 was merged into 9, and that into 2.
    connection.executemany("INSERT INTO _tombstone VALUES ('person', ?, ?)", [(8, 9), (9, 2), (50, None)])
    return connection, replace(MODEL, root=str(tmp_path))


def matching(crm, name, text):
    connection, model = crm
    found = compile_condition(text, model.objects[name], model, CONTEXT)
    query = f'SELECT t.id FROM "{name}" t WHERE {found.sql} ORDER BY 1'
    return [row[0] for row in connection.execute(query, found.parameters)]


CASES = {
    'in segment("Busy people")': [2, 3],
    'in segment("busy PEOPLE")': [2, 3],
    'in segment("busy")': [2, 3],
    'not in segment("Busy people")': [1, 4],
    'in segment("Few visits")': [1, 4],
    'in segment("list")': [1, 2],
    'in segment("list") and visits > 15': [2],
    'firm in segment("Key firms")': [1],
    'firm not in segment("Key firms")': [2, 3, 4],
    'any(firms, in segment("Key firms"))': [1, 3],
    'if in segment("list") then true else false': [1, 2],
}


@pytest.mark.parametrize("text", CASES)
def test_who_is_in_it(crm, text):
    assert matching(crm, "person", text) == CASES[text]


def test_it_is_asked_of_associated_records(crm):
    assert matching(crm, "firm", 'any(people, in segment("list"))') == [1, 2]


REFUSALS = {
    'in segment("Busy peple")': (UnknownName, "did you mean Busy people?"),
    'in segment("Key firms")': (QueryError, "is a segment of firms, and this is about people"),
    'visits in segment("list")': (UnknownName, "associated with people"),
    '(visits + 1) in segment("list")': (QueryError, "before in segment(…) stands an associated record"),
    'in segment("A")': (SegmentCircle, 'segments in a circle: "A" → "B" → "C" → "A"'),
    'in segment("broken")': (BrokenSegment, 'in the segment "broken" (segments/broken.yaml:3): "visit" is not'),
    'in segment("lines")': (BrokenSegment, 'in the segment "lines" (segments/lines.members:2): "firm:2" is no member'),
    "in segment(list)": (QueryError, "here stands the name of a segment, in quotes"),
    'in segment "list"': (QueryError, '"(" is missing after segment'),
    'in segment("list"': (QueryError, '")" is missing'),
    'segment("list")': (QueryError, 'in segment("list")'),
}


@pytest.mark.parametrize("text", REFUSALS)
def test_what_is_refused(crm, text):
    kind, said = REFUSALS[text]
    with pytest.raises(kind) as refusal:
        matching(crm, "person", text)
    assert said in f"{refusal.value.message} {refusal.value.hint}"


def test_segments_within_one_another_are_bounded(crm, tmp_path):
    for number in range(20):
        text = f'object: person\nwhere: in segment("n{number + 1}")\n'
        (tmp_path / "segments" / f"n{number}.yaml").write_text(text)
    (tmp_path / "segments" / "n20.yaml").write_text("object: person\nwhere: visits > 1\n")
    with pytest.raises(TooComplex, match="more than 16 segments within one another"):
        matching(crm, "person", 'in segment("n0")')
    assert matching(crm, "person", 'in segment("n8")') == [1, 2, 4]


def test_a_property_that_asks_for_members_is_not_kept_for_the_day(crm):
    _, model = crm
    person = model.objects["person"]
    asking = prop("here", "bool", "booleancheckbox", formula='in segment("list")')
    found = replace(person, properties={**person.properties, "here": asking})
    assert compile_lasting(["here"], found, model, CONTEXT) is None
    assert compile_lasting(["fine"], found, model, CONTEXT) is not None


def test_what_is_wrong_with_the_files_is_told_with_its_line(tmp_path):
    folder = tmp_path / "segments"
    folder.mkdir()
    texts = {
        "none.yaml": "description: Nothing\n",
        "both.yaml": "object: person\nwhere: visits > 1\nstatic: true\n",
        "taken.yaml": "object: person\nwhere: visits > 1\nsnapshot: visits > 1\n",
        "key.yaml": "object: person\nwere: visits > 1\n",
        "one.yaml": "name: Same\nobject: person\nstatic: true\n",
        "two.yaml": "object: person\nname: same\nstatic: true\n",
        "torn.yaml": "object: [\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    segments = Segments(str(tmp_path))

    assert [each.stem for each in segments.all()] == ["one", "two"]
    assert sorted((problem.where, problem.message) for problem in segments.problems) == [
        ("segments/both.yaml:3", "it says both `where` and `static`"),
        ("segments/key.yaml:2", '"were" is no key of "segment"'),
        ("segments/none.yaml:1", "a segment needs `object`"),
        ("segments/none.yaml:1", "it says neither `where` nor `static: true`"),
        ("segments/taken.yaml:3", "`snapshot` is of a static segment"),
        ("segments/torn.yaml:2", segments.problems[-2].message),
        ("segments/two.yaml:2", 'a second segment is called "same"'),
    ]


def test_members_are_lines_in_the_order_of_their_ids():
    members = Members((1, 20, 300), (7,), (19,))
    lines = member_lines("person", members)
    assert lines == ["person:1", "+person:7", "-person:19", "person:20", "person:300"]
    assert read_members("\n".join(lines) + "\n", "person", "x") == (members, [])
    assert read_members("person:1\nperson:20\n", "person", "x") == (Members((1, 20)), [])
    assert in_order([*reversed(lines), "what"]) == ["what", *lines]
    assert read_members("", "person", "x") == (Members(), [])


@pytest.mark.parametrize(
    ("name", "stem"),
    [("Hot leads", "hot-leads"), (" A/B & C! ", "a-b-c"), ("Größe", "grösse"), ("王", "王"), ("..", "")],
)
def test_a_file_is_named_by_the_segment(name, stem):
    assert stem_of(name) == stem
