"""Graphs as trees, data and pictures; what records hold never becomes syntax."""

from __future__ import annotations

import io
import json
import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from crmcli.render.drawings import Drawing, Line, Shape, dot, mermaid
from crmcli.render.graphs import write_graph
from crmcli.render.output import OtherForm, Output
from crmcli.services.graph import Edge, Fold, Graph, Node
from crmcli.services.references import Ref
from svg_texts import SPACE, lie_on_another, texts_of

ODD = 'A "b" <i>\x1b[31m\\ [x] & #1;'
ACME, ADA, BEN, DEAL = Ref("company", 1), Ref("contact", 1), Ref("contact", 2), Ref("deal", 1)


def graph(title="Ada"):
    nodes = {
        ref: Node(ref, name, "Record") for ref, name in ((ACME, "Acme"), (ADA, title), (BEN, "Ben"), (DEAL, "Order"))
    }
    edges = (
        Edge(ACME, ADA, (), (), primary=True, again=False),
        Edge(ACME, BEN, (), ("Adviser",), primary=False, again=False),
        Edge(ADA, DEAL, (), (), primary=False, again=False),
        Edge(ADA, BEN, ("Manager",), ("Employee",), primary=False, again=True),
    )
    return Graph(ACME, nodes, edges, (Fold(ACME, "contact", "contacts", 9998),))


def written(shape, **more):
    out = io.StringIO()
    write_graph(Output(out, io.StringIO(), **more), shape)
    return out.getvalue()


def test_a_tree_in_a_pipe_is_plain_and_whole():
    assert written(graph("A" * 300)).splitlines() == [
        "Acme  company:1",
        f"├── {'A' * 300}  contact:1  Primary",
        "│   ├── Order  deal:1",
        "│   └── ↩ Ben  contact:2  Employee",
        "├── Ben  contact:2  Adviser",
        "└── and 9,998 contacts more",
    ]


def test_a_tree_on_a_terminal_has_colours_and_no_foreign_sequence():
    text = written(graph(ODD), terminal=True, colour=True)
    assert "\x1b[31m" not in text
    assert "\x1b[" in text
    assert "[x]" in text


def test_json_and_csv_hold_every_edge():
    value = json.loads(written(graph(), format="json"))
    assert value["root"] == "company:1"
    assert value["nodes"][1] == {"id": "contact:1", "object": "contact", "title": "Ada"}
    assert value["edges"][3] == {
        "from": "contact:1", "to": "contact:2", "from_is": ["Manager"], "to_is": ["Employee"], "primary": False
    }  # fmt: skip
    assert value["more"] == [{"id": "company:1", "object": "contact", "count": 9998}]
    assert written(graph(), format="csv").splitlines()[1] == "company:1,contact:1,Primary,Ada"


def test_dot_quotes_what_records_hold():
    text = dot(Drawing([Shape("a", ODD, 'x"'), Shape("b", "B", "")], [Line("a", "b", '"', dashed=True)]))
    assert r'"a" [label="A \"b\" <i>' in text
    assert r'"a" -- "b" [label="\"", style=dashed, constraint=false];' in text
    assert "\x1b" not in text
    # Every quote that is not escaped opens or closes a text.
    assert all(len(re.findall(r'(?<!\\)(?:\\\\)*"', line)) % 2 == 0 for line in text.splitlines())


def test_mermaid_escapes_what_records_hold():
    text = mermaid(Drawing([Shape("a", ODD, ""), Shape("b", "B", "")], [Line("a", "b", "x|y")]))
    assert text.splitlines()[0] == "graph LR"
    assert 'n0 ---|"x#124;y"| n1' in text
    assert "<i>" not in text
    assert '"A #34;b#34; #60;i#62;' in text
    text = mermaid(Drawing([Shape("a", "$$x$$ fa:fa-car \\n", "company:1")], []))
    assert '["#36;#36;x#36;#36; fa#58;fa-car #92;#8203;n<br>company:1"]' in text


def boxes_and_texts(picture):
    root = ET.fromstring(picture)
    space = "{http://www.w3.org/2000/svg}"
    boxes = [
        tuple(float(box.get(key)) for key in ("x", "y", "width", "height"))
        for box in root.iter(f"{space}rect") if box.get("x")
    ]  # fmt: skip
    return root, boxes, list(root.iter(f"{space}text"))


@pytest.mark.parametrize("title", ["Ada", ODD, "W" * 200, "漢字" * 60])
def test_a_picture_is_sound_xml_and_no_box_lies_on_another(title):
    root, boxes, texts = boxes_and_texts(written(graph(title), format="svg"))
    assert len(boxes) == 4
    for place, (x, y, wide, tall) in enumerate(boxes):
        assert x + wide <= float(root.get("width"))
        assert y + tall <= float(root.get("height"))
        for other_x, other_y, other_wide, other_tall in boxes[place + 1 :]:
            assert x + wide <= other_x or other_x + other_wide <= x or y + tall <= other_y or other_y + other_tall <= y
    areas = [area for _, area in texts_of(written(graph(title), format="svg"))]
    assert not [(a, b) for a, b in combinations(areas, 2) if lie_on_another(a, b)]
    shown = ["".join(text.itertext()) for text in texts]
    assert "and 9,998 contacts more" in shown
    assert "contact:1 · Primary" in shown
    assert "→ Ben: Employee" in shown[-1]
    joints = [dot for dot in root.iter(f"{SPACE}circle") if dot.get("class") == "joint"]
    assert len(joints) == 2
    # Beside both of the boxes, and on none.
    assert all(float(dot.get("cx")) > x + wide for dot in joints for x, _, wide, _ in boxes[1:3])


def test_a_picture_holds_no_script_and_nothing_from_outside():
    text = written(graph('<script>alert(1)</script><image href="https://x"/>'), format="svg")
    assert "<script" not in text
    assert "<image" not in text
    assert re.findall(r'https?://[^" ]+', text.replace("https://x", "")) == ["http://www.w3.org/2000/svg"]


def test_other_results_have_no_picture():
    from crmcli.render.sheets import Column, Sheet, write_sheet

    with pytest.raises(OtherForm):
        write_sheet(Output(io.StringIO(), io.StringIO(), format="svg"), Sheet((Column("a", "A"),), []))
