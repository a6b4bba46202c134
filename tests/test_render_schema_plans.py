"""The plan of a schema's changes in words, and as the JSON that is promised."""

from __future__ import annotations

import io
import json

import pytest

from crmcli.model.differences import Difference, What
from crmcli.render.output import Output
from crmcli.render.schema_plans import write_plan
from crmcli.services.references import Ref
from crmcli.services.schema_plan import Planned, SchemaPlan
from crmcli.services.schema_values import Example
from test_render_json_shapes import SHAPES, agree, shape

TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def said(*changes, form="table"):
    out = io.StringIO()
    write_plan(Output(out, io.StringIO(), format=form), SchemaPlan(changes, {"deal": "Deal"}))
    return out.getvalue()


def difference(what, name="score", **more):
    return Difference("deal", what, name, **{"old": TEXT, "new": NUMBER, **more})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Planned(difference(What.TYPE), 42, 0), "~ score  string → number: 42 values can be kept"),
        (
            Planned(difference(What.TYPE), 42, 2, loses=True),
            "! score  string → number: 40 of 42 values can be kept, 2 cannot",
        ),
        (Planned(difference(What.TYPE), 0), "~ score  string → number: no record has a value"),
        (
            Planned(difference(What.TYPE, old={**NUMBER, "scale": 2}), 1),
            "~ score  number with 2 decimals → number with 6 decimals: 1 value can be kept",
        ),
        (Planned(difference(What.RENAMED, was="points", old=NUMBER), 3), "~ score  was points: 3 values move"),
        (Planned(difference(What.RENAMED, was="points"), 1), "~ score  was points, string → number: 1 value moves"),
        (Planned(difference(What.PROPERTY_REMOVED), 0), "- score  taken out; no record has a value"),
        (
            Planned(difference(What.PROPERTY_REMOVED), 2),
            "- score  taken out; 2 values stay in the files, unknown (--allow-loss drops them)",
        ),
        (Planned(difference(What.UNIQUE), 5), "~ score  unique: 5 records, each with another value"),
        (
            Planned(difference(What.UNIQUE), 5, 1, refused=True),
            "! score  unique, but 1 value stands in several records",
        ),
        (Planned(difference(What.NOT_UNIQUE)), "~ score  no longer unique"),
        (
            Planned(difference(What.OPTIONS, values=("a", "b")), 3, 3, values=(("a", 3),), loses=True),
            "! score  loses options that 3 records have (and b, in no record):",
        ),
        (Planned(difference(What.OPTIONS, values=("a",))), "~ score  loses the options a; no record has one of them"),
        (
            Planned(difference(What.OBJECT_REMOVED, ""), 1),
            "- the object is taken out; 1 record stays in its data files, out of sight",
        ),
        (
            Planned(difference(What.ASSOCIATION_REMOVED, "contact"), 1, 1, loses=True),
            "! contact  no longer associated: 1 association to take away",
        ),
        (
            Planned(difference(What.LABELS, "contact", values=("Boss",)), 2, 2, loses=True),
            "! contact  loses the labels Boss: 2 associations with them",
        ),
        (Planned(difference(What.STAGES_ADDED, "default", values=("new",))), "+ new stages in default: new"),
        (Planned(difference(What.PROPERTY_ADDED)), "+ score  new, number"),
    ],
)
def test_each_change_in_words(change, words):
    assert said(change).splitlines()[1].strip() == words


def test_examples_and_the_end():
    one = Example((Ref("deal", 3),), "a lot", '"a lot" is not a number')
    text = said(Planned(difference(What.TYPE), 42, 2, (one,), loses=True))
    assert '      deal:3  "a lot" is not a number' in text
    assert "and 1 more" in text
    assert text.endswith("This would lose 2 values. Mend them, or: crm schema apply --allow-loss\n")
    assert said(Planned(difference(What.TYPE), 4, waits=True)).endswith("To do it: crm schema apply\n")
    assert said(Planned(difference(What.PROPERTY_ADDED))).endswith("it is in force already\n")
    assert said() == "The data follows the schema files: there is nothing to apply\n"


def test_the_json_is_as_promised():
    one = Example((Ref("deal", 3),), "a lot", "why")
    change = Planned(difference(What.TYPE, values=("a",)), 42, 2, (one,), (("a", 3),), loses=True)
    assert agree(shape(json.loads(said(change, form="json"))), shape(SHAPES["plan"]))
