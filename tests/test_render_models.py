"""The data model as text, data and picture."""

from __future__ import annotations

import io
import json
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from crmcli.model.names import UnknownObject
from crmcli.render.models import write_model
from crmcli.render.output import Output
from crmcli.services.data_model import DataModel, ObjectBox, PairLine, data_model
from office import made, make_office

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


def test_no_text_of_the_picture_lies_on_another():
    root = ET.fromstring(written(format="svg"))
    space = "{http://www.w3.org/2000/svg}"
    lines = [(float(text.get("y")), int(text.get("font-size"))) for text in root.iter(f"{space}text")]
    assert len(lines) == 2 + 2 * 3 + 2
    ys = sorted(lines)
    assert all(below - size >= above for (above, _), (below, size) in pairwise(ys))
    assert len(list(root.iter(f"{space}path"))) == 3
    assert ys[-1][0] < float(root.get("height"))


def test_the_model_of_a_workspace(tmp_path):
    office = make_office(tmp_path)
    made(office, "contact", "firstname=Ada")
    model = data_model(office)
    boxes = {one.name: one for one in model.objects}
    assert boxes["contact"].records == 1
    assert boxes["deal"].properties > 10
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
