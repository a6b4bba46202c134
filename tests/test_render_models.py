"""The data model as text, data and picture."""

from __future__ import annotations

import io
import json
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from crmcli.model.names import UnknownObject
from crmcli.render.models import write_model
from crmcli.render.output import Output
from crmcli.services.data_model import DataModel, ObjectBox, PairLine, data_model
from office import made, make_office
from svg_texts import SPACE, lie_on_another, texts_of

MODEL = DataModel(
    (
        ObjectBox("contact", "Contact", "Contacts", "people", 12, 1204),
        ObjectBox("company", "Company", "Companies", "people", 1, 1),
        ObjectBox("deal", "Deal", "Deals", "sales", 9, 0),
    ),
    (
        PairLine("contact", "company", ("one company is primary",)),
        PairLine("contact", "contact", ("Manager / Employee (at most 1 / any)",)),
        PairLine("deal", "contact", ()),
    ),
)


def written(model=MODEL, **more):
    out = io.StringIO()
    write_model(Output(out, io.StringIO(), **more), model)
    return out.getvalue()


def test_text_says_what_is_particular_and_the_rest_together():
    assert written().splitlines() == [
        "People",
        "  Contacts  contact  12 properties, 1,204 records",
        "    Companies: one company is primary",
        "    Contacts: Manager / Employee (at most 1 / any)",
        "    Deals",
        "  Companies  company  1 property, 1 record",
        "    Contacts",
        "",
        "Sales",
        "  Deals  deal  9 properties, 0 records",
        "    Contacts",
    ]


def test_text_fits_a_terminal():
    wide = DataModel(MODEL.objects, tuple(PairLine("contact", "company", ("x" * 30,) * 5) for _ in range(2)))
    lines = written(wide, terminal=True, width=40).splitlines()
    assert max(len(line) for line in lines if line.startswith("    ")) <= 40
    assert sum(line.count("x" * 30) for line in lines) == 10


def test_json_is_whole():
    value = json.loads(written(format="json"))
    assert value["objects"][0] == {
        "object": "contact", "label": "Contact", "plural": "Contacts", "category": "people",
        "properties": 12, "records": 1204,
    }  # fmt: skip
    assert value["associations"][1] == {
        "from": "contact", "to": "contact", "marks": ["Manager / Employee (at most 1 / any)"]
    }  # fmt: skip


@pytest.mark.parametrize("form", ["dot", "mermaid", "csv"])
def test_each_association_is_in_every_form(form):
    text = written(format=form)
    assert text.count("one company is primary") == 1
    assert "Manager / Employee" in text


def test_the_picture_has_a_mark_for_each_association_and_tells_of_those_that_are_numbered():
    texts = texts_of(written(format="svg"))
    # In the order of the chart: by rows, then by columns.
    assert [words for words, _ in texts][-4:] == [
        "1",
        "Contacts – Contacts: Manager / Employee (at most 1 / any)",
        "2",
        "Contacts – Companies: one company is primary",
    ]
    circles = ET.fromstring(written(format="svg")).findall(f"{SPACE}circle")
    assert sorted(circle.get("class") for circle in circles) == ["badge", "badge", "dot"]


@pytest.mark.parametrize("name", ["Deals", "W" * 60, "漢字" * 40, 'A "b" <i>\x1b[31m &'])
def test_no_text_of_the_picture_lies_on_another(name):
    model = DataModel((*MODEL.objects, ObjectBox("x", name, name, "sales", 9_999_999, 9_999_999)), MODEL.pairs)
    picture = written(model, format="svg")
    areas = [area for _, area in texts_of(picture)]
    assert not [(a, b) for a, b in combinations(areas, 2) if lie_on_another(a, b)]
    root = ET.fromstring(picture)
    assert max(right for _, _, right, _ in areas) <= float(root.get("width"))
    assert max(bottom for *_, bottom in areas) <= float(root.get("height"))


def test_the_model_of_a_workspace(tmp_path):
    office = make_office(tmp_path)
    made(office, "contact", "firstname=Ada")
    model = data_model(office)
    boxes = {one.name: one for one in model.objects}
    assert boxes["contact"].records == 1
    assert boxes["deal"].properties > 10
    parent = next(pair for pair in model.pairs if (pair.a, pair.b) == ("company", "company"))
    assert parent.marks == ("Parent Company / Child Company (any / at most 1)",)
    employer = next(pair for pair in model.pairs if (pair.a, pair.b) == ("contact", "company"))
    assert employer.marks[0] == "one company is primary"
    assert all({pair.a, pair.b} <= set(boxes) for pair in model.pairs)
    assert {name for name, one in office.model.words.items() if not one.active}.isdisjoint(boxes)


def test_a_part_of_the_model(tmp_path):
    office = make_office(tmp_path)
    model = data_model(office, ("tickets",))
    assert all("ticket" in (pair.a, pair.b) for pair in model.pairs)
    assert {"ticket", "contact", "company"} <= {one.name for one in model.objects}
    with pytest.raises(UnknownObject):
        data_model(office, ("ships",))
