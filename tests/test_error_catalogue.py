"""Every refusal, as a person reads it: one made of each class, kept in a catalogue."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from datetime import date
from pathlib import Path

import pytest
import typer

import crmcli
from crmcli.errors import CrmError, ExitCode, Problem
from crmcli.formats.table import Fault
from crmcli.frozen import replace
from crmcli.model.compiled import load_model
from crmcli.model.differences import Difference, What
from crmcli.model.matrix import Cell
from crmcli.model.segments import Segment
from crmcli.query.mistakes import QuerySyntaxError
from crmcli.services.importing.formats import Question
from crmcli.services.importing.result import ColumnKind, MappedColumn
from crmcli.services.merging.merged import MergedRecord
from crmcli.services.references import Ref
from crmcli.services.rules import Broken
from crmcli.services.schema_plan import Planned
from crmcli.services.templates import Template
from crmcli.store.values import KeyHit
from crmcli.types.base import User

MODEL = load_model("", "/nowhere")
PERSON = MODEL.objects["contact"]
EMAIL = PERSON.properties["email"]
_READINGS = {"dmy": "2024-04-03", "mdy": "2024-03-04"}
OPEN = Question("--dates", "The dates", "leads.csv", "Close Date", 2, "03/04/2024", _READINGS)
ADA = User("ada", "Ada King", "ada@king.example")
# What a parameter of that name, or else of that type, is given.
BY_NAME = {
    "a": "contact",
    "b": "company",
    "broken": [Broken('"5" is less than 10', "Give 10 or more", about="Discount (discount)")],
    "candidates": [(Ref("contact", 1), "Ada King"), (Ref("contact", 2), "Ada Lovelace")],
    "cell": "company:7*[",
    "changes": ["contact:1 Ada King: City, by 9f3a on 2026-11-02"],
    "delimiter": "ab",
    "ends": ("contact", "company"),
    "end": ("contact", 1),
    "expected": "a whole number",
    "header": ["Naam", "Stad"],
    "headings": ["Name", "City"],
    "holder": KeyHit("contact", 7, "email", primary=True),
    "key": "format",
    "known": ["contact", "company"],
    "limit": -1,
    "losses": [Planned(Difference("deal", What.TYPE, "score"), records=42, failing=2)],
    "refusals": [Planned(Difference("deal", What.UNIQUE, "code"), records=42, failing=2)],
    "line": 3,
    "names": ["contact", "deal"],
    "near": ["show"],
    "numbers": [2, 5],
    "options": EMAIL.options or MODEL.objects["deal"].properties["dealtype"].options,
    "others": [(Ref("company", 7), "Acme")],
    "possible": ["company", "deal"],
    "readings": [date(2026, 2, 1), date(2026, 1, 2)],
    "row": 4,
    "scale": 6,
    "seconds": 30.0,
    "span": (8, 10),
    "source": "amount >> 5",
    "thing": PERSON,
    "found": PERSON,
    "total": 3,
    "users": (ADA,),
    "words": ["-"],
    "exit_code": ExitCode.USAGE,
    "problems": [Problem("schemas/deal.yaml:7", 'there is no type "strin"', "write string")],
}
BY_TYPE = {
    "str": "abc",
    "int": 42,
    "bool": True,
    "object": "abc",
    "Stored": "abc",
    "Cell": Cell("no", "guess"),
    "Ref": Ref("contact", 42),
    "Property": EMAIL,
    "ObjectType": PERSON,
    "User": ADA,
    "OSError": OSError(28, "No space left on device", "data/contact/00000.json"),
    "OSError | sqlite3.Error": OSError(28, "No space left on device", "data/contact/00000.json"),
    "Pipeline": MODEL.objects["deal"].pipelines[0],
    "Stage": MODEL.objects["deal"].pipelines[0].stages[4],
    "CrmError": QuerySyntaxError("here a value is missing", "amount >", (8, 8)),
    "Exception": ValueError("disk I/O error"),
    "Segment": Segment("Hot leads", "hot-leads", "contact"),
    "QueryError": QuerySyntaxError("here a value is missing", "amount >", (8, 8)),
    "Fault": Fault(3, "COULD_NOT_PARSE_ROW", "a quote is left open", ['"Ada']),
    "MappedColumn": MappedColumn(2, "Mail", ColumnKind.PROPERTY, "email"),
    "typer.TyperException": typer.BadParameter("abc"),
    "Sequence[str]": ["abc", "abd"],
    "Template": Template("coffee-roaster", "Coffee roaster", "", {}),
    "list[str]": ["9f3a", "9f3b"],
    "tuple[str, ...]": (),
}
SPECIAL = {
    "CellTooLong": {"place": "Contacts, line 7, column 3", "length": 40_000},
    "ColumnsGiven": {"form": "vcard"},
    "DoesNotFit": {"plural": "Deals", "form": "vCards", "takes": "people and organisations"},
    "NoBackup": {"reason": "it ends too early"},
    "NotAsItWas": {"what": "workspace/data/contact/00000.json is damaged or missing, or was added"},
    "NotEmpty": {"path": "data/contact/00000.json"},
    "NeverAssociated": {"plural": "Contacts", "others": "Products"},
    "NoPair": {"a": Ref("contact", 1), "b": Ref("company", 7)},
    "NotJudged": {"a": Ref("contact", 1), "b": Ref("contact", 7)},
    "MergedAlready": {"into": Ref("contact", 7)},
    "DifferentObjects": {"keep": Ref("contact", 1), "other": Ref("company", 7)},
    "DifferentPipelines": {
        "keep": (Ref("deal", 1), "Sales Pipeline"),
        "other": (Ref("deal", 7), "Renewals"),
        "word": "default",
    },
    "RelatedRecords": {
        "above": Ref("company", 1),
        "below": Ref("company", 7),
        "label": "Parent Company",
        "direct": True,
    },
    "SeveralMerged": {
        "survivor": Ref("contact", 1),
        "records": [
            MergedRecord(Ref("contact", 7), "Ada King", Ref("contact", 1)),
            MergedRecord(Ref("contact", 9), "A. Lovelace", Ref("contact", 1)),
        ],
    },
    "UnknownPreference": {"word": "mine"},
    "ChangedSinceMerge": {"changes": ['Phone Number, "+3212345" then, is "+3254321" now']},
    "NotGivenBack": {"survivor": Ref("contact", 1)},
    "NotTaken": {"refs": [Ref("contact", 1), Ref("contact", 7)]},
    "NotAProbability": {"given": 90.0},
    "NoMeaning": {"text": "ssn"},
    "RowLooksLike": {"why": "same name and city", "look": "crm dedupe contacts --file leads.csv"},
    "LooksLike": {"known_as": "Ada King", "why": "same phone number"},
    "OnlyFiles": {"flag": "--id-column"},
    "OnlyRecords": {"flag": "--explain"},
    "UnknownMeaning": {"word": "mail"},
    "NotTwoOfOne": {
        "object_name": "contact",
        "texts": ("contact:1", "contact:7"),
        "a": Ref("contact", 1),
        "b": Ref("contact", 1),
    },
    "BadGroup": {"path": "plan.json", "number": 3, "why": 'there is no property "shoesize"'},
    "NoTerminal": {"plural": "contacts"},
    "NotOfLayout": {"part": "month", "layout": "table"},
    "NoDates": {"plural": "products", "options": "--from PROPERTY --to PROPERTY"},
    "OneWayOnly": {"flags": ("--review", "--auto")},
    "NothingToExport": {"form": "ics"},
    "NotReadable": {"form": "xlsx", "ending": ".xlsx"},
    "OneObjectOnly": {"form": "csv", "several": ["xlsx", "html"]},
    "OtherForm": {"name": "xlsx"},
    "UnknownForm": {"word": "xls", "known": ["csv", "xlsx"]},
    "MixedFormat": {"question": OPEN, "other": replace(OPEN, line=20, text="12/25/2024")},
    "OtherMark": {"text": "1,234.50", "form": "1.234,56"},
    "OtherOrder": {"text": "12/25/2024", "order": "dmy"},
    "UnclearFormat": {"question": OPEN},
    "UnknownFormat": {"flag": "--dates", "word": "dym", "known": ["dmy", "mdy", "ymd"]},
    "UnknownZone": {"word": "Mars/Base"},
    "BadQuote": {"flag": "--quote", "text": "abc", "allowed": "\", ' or none"},
    "NothingToImport": {"word": "leads.csv"},
    "Circle": {"names": ["Acme", "Acme Benelux", "Acme"]},
    "ParentNeeded": {"what": "line_item:1 (Bolt)", "parents": "deal or quote"},
    "PartnerNeeded": {"what": "lead:1 (Bulk order)", "needs": ["contact", "company"]},
    "PlanOutdated": {"path": "plan.json", "since": "the CRM has changed: 3 operations since"},
    "PropertyKept": {
        "one": (Ref("deal", 1), "deal:1 (Engines)"),
        "needs": "Amount (amount)",
        "other": (Ref("quote", 3), "quote:3 (Offer)"),
    },
    "PropertyNeeded": {"known_as": "deal:1 (Engines)", "needs": "Amount (amount)", "partner": "quote"},
    "StillNeeded": {"what": "quote:1 (Offer)", "needs": "deal:1 (Engines)"},
    "TooMany": {"known_as": "company:42 (Zeta)", "does": "is Child Company of", "most": 1},
    "AdminNeeded": {"actor": "ben", "deed": "activate objects", "admins": ["ada"]},
    "ChangedSince": {"label": "Deal stage", "last": "2026-05-01 09:00"},
    "FormulaCircle": {"chain": ("deal.a", "deal.b", "deal.a")},
    "OtherMember": {"ref": Ref("company", 7)},
    "SegmentInUse": {"uses": ["views/mine.yaml:3", "segments/busy.yaml:4"]},
    "SegmentCircle": {"chain": ("Hot leads", "Busy", "Hot leads")},
    "UnclearObject": {"candidates": ["contact", "company"]},
    "AmbiguousOperation": {"candidates": ["9f3a", "9f3b"]},
    "DuplicateInBlock": {"prop": EMAIL},
    "KeyHeld": {"holder": Ref("contact", 7)},
    "NameTaken": {"meaning": "the object deal"},
    "NoInternalName": {"label": "Партия", "how": "--name roast_batch"},
    "OptionsNeeded": {"label": "Roast", "word": "choice"},
    "SchemaFileExists": {"path": "schemas/cup.yaml"},
    "NewerWorkspace": {"found": 9},
    "OldSqlite": {"found": "3.20.0"},
    "UnknownObject": {"word": "contcat"},
    "ReportTakesNo": {"name": "counts", "words": ["period"], "takes": ["object_name", "by"]},
    "UnknownReport": {"name": "pipline", "known": ["pipeline", "counts"]},
    "NoSuchRow": {"word": "Berlin", "known": ["Bern", "Rome"]},
    "NotTogether": {"one": "--columns-by", "other": "--compare", "hint": "Take one of the two"},
    "UnknownColumn": {"word": "amuont", "known": ["amount", "count"]},
    "TooManyColumns": {"text": "email", "count": 48000, "limit": 60},
    "NoPeriodToCompare": {"compare": "previous"},
    "NoDate": {"plural": "Parcels"},
    "UnknownPeriod": {"text": "last moon"},
    "NoSnapshotOf": {"name": "pipeline"},
    "DamagedSnapshot": {"where": "forecasts/deal-2026-11-23.jsonl:7"},
    "NoRole": {"role": "due", "what": "date at which they are due"},
    "NoWonStage": {"word": "won", "probability": 1},
    "NoRate": {"currencies": ["GBP", "USD"], "home": "EUR"},
    "NoActivityHas": {"by": "colour", "known": ["owner", "month", "direction"]},
    "ObjectNeeded": {"name": "fill-rates", "plural": "Contacts"},
    "UnknownProperty": {"word": "emial"},
}


def refusals() -> list[type[CrmError]]:
    for module in pkgutil.walk_packages(crmcli.__path__, "crmcli."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, more = set(), [CrmError]
    while more:
        more = [below for kind in more for below in kind.__subclasses__()]
        found.update(more)
    own = [kind for kind in found if kind.__module__.startswith("crmcli.")]
    return sorted(own, key=lambda kind: (kind.__module__, kind.__name__))


def example(kind: type[CrmError]) -> CrmError:
    given = {}
    for parameter in inspect.signature(kind).parameters.values():
        special = SPECIAL.get(kind.__name__, {})
        if parameter.name in special:
            given[parameter.name] = special[parameter.name]
        elif parameter.default is not inspect.Parameter.empty:
            continue
        elif parameter.name in BY_NAME:
            given[parameter.name] = BY_NAME[parameter.name]
        else:
            given[parameter.name] = BY_TYPE[parameter.annotation.strip("'\"")]
    return kind(**given)


def test_the_catalogue_has_every_refusal(snapshot):
    lines = []
    for kind in refusals():
        error = example(kind)
        lines += [f"{kind.__module__.removeprefix('crmcli.')}.{kind.__name__}, exit {int(error.exit_code)}"]
        lines += [f"  {line}" for line in [*error.message.splitlines(), *error.hint.splitlines()]] + [""]
    snapshot.snapshot_dir = Path(__file__).parent / "snapshots"
    snapshot.assert_match("\n".join(lines), "errors.txt")


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: kind.__name__)
def test_a_refusal_says_what_is_wrong_and_names_its_exit_code(kind):
    error = example(kind)
    assert error.message.strip()
    assert error.exit_code in set(ExitCode) - {ExitCode.DONE}
    assert kind.__doc__
