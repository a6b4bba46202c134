"""Refusals: the message with its caret, and the way out."""

from __future__ import annotations

import pytest

from crmcli.frozen import replace
from crmcli.query import TooComplex, compile_condition
from crmcli.query.mistakes import pointed
from querying import CONTEXT, MODEL, refused

# Filter of people → class, first line, what the carets stand under, hint.
REFUSED = {
    "visit > 5": ("UnknownName", '"visit" is not a property of Person', "visit", "did you mean visits?"),
    "scroe > 5": ("UnknownName", '"scroe" is not a property of Person', "scroe", "did you mean score or share?"),
    "firstname = nick": (
        "UnknownName",
        '"nick" is not a property of Person',
        "nick",
        'a text stands in quotes: "nick"',
    ),
    "firstname = firstnam": (
        "UnknownName",
        '"firstnam" is not a property of Person',
        "firstnam",
        'did you mean firstname or First name? a text stands in quotes: "firstnam"',
    ),
    "frm.name = 'x'": ("UnknownName", '"frm" is not associated with people', "frm", "did you mean firm or firms?"),
    "firm.nme = 'x'": ("UnknownName", '"nme" is not a property of Firm', "nme", "did you mean name?"),
    "firm[Infomant].name = 'x'": (
        "UnknownName",
        '"Infomant" is not a label of this association',
        "firm[Infomant]",
        "did you mean Informant?",
    ),
    "any(people[Boss])": (
        "UnknownName",
        '"Boss" is not a label of this association',
        "people[Boss]",
        "one of: Employee, Friend, Manager",
    ),
    "cuont(sales) > 1": ("UnknownName", '"cuont" is not a function', "cuont", "did you mean count or concat or month?"),
    "phase = leed": ("WrongType", '"leed" is not an option', "leed", "did you mean lead?"),
    "topics in (a, z)": ("WrongType", '"z" is not an option', "z", None),
    "email > 5": ("WrongType", '"5" is not an e-mail address', "5", None),
    "score > 'abc'": ("WrongType", '"abc" is not a number', "'abc'", None),
    "score > abc": ("UnknownName", '"abc" is not a property of Person', "abc", None),
    "score > 99999999999999999999": (
        "WrongType",
        '"99999999999999999999" has too many digits',
        "99999999999999999999",
        None,
    ),
    "score = firstname": (
        "WrongType",
        "number cannot be compared with string",
        "firstname",
        "a text stands in quotes, a number or a date without",
    ),
    "score = 30d": ("WrongType", "number cannot be compared with duration", "30d", "put a text in quotes"),
    "calls = score": (
        "WrongType",
        "duration cannot be compared with number",
        "score",
        "write a length of time like 30d",
    ),
    "calls > 1y": ("WrongType", '"1y" is not a length of time', "1y", None),
    "calls * 1y > 5": ("WrongType", '"1y" is not a length of time', "1y", None),
    "firstname = ''": ("WrongType", "an empty text equals nothing", "''", "ask for what is not set by: is unknown"),
    "phase > lead": ("WrongType", "option has no order", "lead", "compare it with =, != or in (…)"),
    "active > false": ("WrongType", "bool has no order", "false", "compare it with =, != or in (…)"),
    "topics > a": ("WrongType", "several values have no order", "a", "ask whether it has one with = or in (…)"),
    "firstname = 2026-11-03": (
        "WrongType",
        "string cannot be compared with date",
        "2026-11-03",
        "put a text in quotes",
    ),
    "birthday = 2026-02-30": ("WrongType", '"2026-02-30" is not in the calendar', "2026-02-30", None),
    "birthday = '30 feb 2026'": ("WrongType", '"30 feb 2026" is not a date', "'30 feb 2026'", None),
    "joined = '2026-02-30 10:00'": (
        "WrongType",
        '"2026-02-30 10:00" is not a date and time',
        "'2026-02-30 10:00'",
        None,
    ),
    "joined > 2026-02-30T10:00": ("WrongType", '"2026-02-30T10:00" is not in the calendar', "2026-02-30T10:00", None),
    "birthday = '9999-12-31'": (
        "WrongType",
        "this leaves the calendar",
        "'9999-12-31'",
        "the years 1 to 9999 have dates",
    ),
    "birthday = '2026-13-01'": ("WrongType", '"2026-13-01" is not a date', "'2026-13-01'", None),
    "joined > -9000y": ("WrongType", "this leaves the calendar", "-9000y", "the years 1 to 9999 have dates"),
    "joined > today - 9000y": (
        "WrongType",
        "this leaves the calendar",
        "today - 9000y",
        "the years 1 to 9999 have dates",
    ),
    "joined + 999999999y > now": ("WrongType", '"999999999y" is longer than any calendar', "999999999y", ""),
    "birthday + 3h > now": ("WrongType", "a day has no hours to add to", "birthday + 3h", None),
    "birthday + calls > now": ("WrongType", "a day has no hours to add to", "birthday + calls", None),
    "birthday = fridy": ("WrongType", '"fridy" is not a date', "fridy", None),
    "birthday * 2 > 1": ("WrongType", "date * number means nothing", "birthday * 2", ""),
    "firstname + 'x' = 'y'": (
        "WrongType",
        "string + string means nothing",
        "firstname + 'x'",
        "texts are joined by concat(…)",
    ),
    "firstname ~ '(?=a)'": (
        "WrongType",
        "this regular expression is refused: invalid perl operator: (?=",
        "'(?=a)'",
        None,
    ),
    "score contains 5": ("WrongType", "number is not a text", "score", None),
    "firstname contains lastname": ("WrongType", "here stands a text", "lastname", 'put it in quotes: "lastname"'),
    "firstname contains (1 + 2)": ("WrongType", "here stands a text", "1 + 2", "put it in quotes"),
    "score": ("WrongType", "this is number, not a condition", "score", "compare it, for example with = or is known"),
    "phase and active": ("WrongType", "this is option, not a condition", "phase", None),
    "sales > 5": ("WrongType", '"sales" stands for associated records, not for a value', "sales", None),
    "sales.amount > 5": ("WrongType", '"sales" are many: say which', "sales", None),
    "firstname[x] = 'y'": (
        "WrongType",
        '"firstname" is a property: a label in [ ] belongs to an association',
        "firstname[x]",
        "",
    ),
    "all(sales)": ("WrongType", "all needs a condition", "all(sales)", "all(sales, CONDITION)"),
    "any()": ("WrongType", "any needs associated records first", "any()", "any(PLURAL, …)"),
    "count(5) > 1": ("WrongType", "count needs associated records first", "5", None),
    "any(sales, amount > 5, 3)": ("WrongType", "any takes 2 arguments here", "3", ""),
    "sum(sales) > 5": ("WrongType", "sum needs to know of what", "sum(sales)", "sum(sales, PROPERTY)"),
    "sum(firm.sales) > 5": ("WrongType", "sum needs to know of what", "sum(firm.sales)", "sum(firm.sales, PROPERTY)"),
    "sum(sales, title) > 5": ("WrongType", "sum of string means nothing", "sum(sales, title)", None),
    "sum(sales, amount, amount > 1, 2) > 5": ("WrongType", "sum takes 3 arguments here", "2", ""),
    "max(sales, stage) = new": ("WrongType", "max of option means nothing", "max(sales, stage)", None),
    "coalesce(score) > 1": ("WrongType", "coalesce needs two values or more", "coalesce(score)", "coalesce(amount, 0)"),
    "coalesce(score, 'x') > 1": ("WrongType", '"x" is not a number', "'x'", None),
    "coalesce(score, firstname) > 1": (
        "WrongType",
        "this is string, beside it stands number",
        "firstname",
        "give both one type",
    ),
    "concat() = 'x'": ("WrongType", "concat needs a value or more", "concat()", None),
    "round() > 1": ("WrongType", "round takes a number and how many decimals", "round()", None),
    "round(firstname) > 1": ("WrongType", "string cannot be rounded", "firstname", None),
    "round(score, 1.5) > 1": ("WrongType", "how many decimals is a whole number up to 9", "1.5", None),
    "5 was 3": ("WrongType", "before was stands a property", "5", None),
    "double was 3": ("WrongType", '"double" is calculated and has no history', "double", ""),
    "firstname was email": ("WrongType", "after was stands one value", "email", None),
    "firstname was (1 + 1)": ("WrongType", "after was stands one value", "1 + 1", None),
    "joined was 2026-11-03": ("WrongType", "after was stands one value", "2026-11-03", None),
    "mistyped = 1": ("WrongType", "its formula gives string, it is declared as number", "mistyped", ""),
}


@pytest.mark.parametrize("text", REFUSED)
def test_says_what_where_and_what_to_do(text):
    name, message, place, hint = REFUSED[text]
    found, shown, suggested = refused("person", text)
    start = text.rindex(place)
    assert (found, shown) == (name, f"{message}\n  {text}\n  {' ' * start}{'^' * len(place)}")
    assert suggested == hint if hint is not None else suggested


def test_a_formula_is_pointed_into():
    broken = (
        "BrokenFormula",
        'in the formula of person.broken: "scor" is not a property of Person\n  scor + 1\n  ^^^^',
        "did you mean score?",
    )
    assert refused("person", "broken > 5") == broken
    assert refused("person", "1 < circle") == (
        "FormulaCircle",
        "a schema cycle: person.circle → person.spiral → person.circle\n  circle + 1\n  ^^^^^^",
        "a formula cannot need its own result",
    )


def levels(count):
    """A model whose person has so many calculated properties, each from the one before."""
    person = MODEL.objects["person"]
    base = person.properties["double"]
    made = {
        f"l{n}": replace(base, name=f"l{n}", label=f"L{n}", formula=f"l{n - 1}" if n else "score") for n in range(count)
    }
    return replace(person, properties={**person.properties, **made})


def test_calculated_properties_nest_16_deep():
    assert compile_condition("l15 > 1", levels(17), MODEL, CONTEXT).parameters == (1_000_000,)
    with pytest.raises(TooComplex) as refusal:
        compile_condition("l16 > 1", levels(17), MODEL, CONTEXT)
    assert "more than 16 levels of calculated properties" in refusal.value.message


def test_doubling_formulas_are_bounded():
    person = levels(0)
    base = person.properties["double"]
    made = {f"l{n}": replace(base, name=f"l{n}", formula=f"l{n - 1} + l{n - 1}" if n else "score") for n in range(17)}
    with pytest.raises(TooComplex) as refusal:
        compile_condition("l15 > 1", replace(person, properties={**person.properties, **made}), MODEL, CONTEXT)
    assert "more than 60000 parts" in refusal.value.message


def test_nobody_is_not_me():
    found, message, hint = refused("person", "owner = me", replace(CONTEXT, me=""))
    assert (found, message.split("\n")[2]) == ("WrongType", "          ^^")
    assert "--actor" in hint


def test_several_meanings_are_refused_where_one_is_needed():
    found, message, hint = refused("sale", "(if amount > 1 then stage else 'closed won') = new")
    assert (found, message.split("\n")[0]) == ("WrongType", "this means several values")
    assert hint == "write the one that is meant by its internal name"


@pytest.mark.parametrize(
    ("source", "span", "shown"),
    [
        ("a\tb = 1", (2, 3), "  a b = 1\n    ^"),
        ("日本 = 1", (0, 2), "  日本 = 1\n  ^^^^"),
        ("e\u0301 = x", (5, 6), "  e\u0301 = x\n      ^"),
        ("abc", (3, 3), "  abc\n     ^"),
    ],
)
def test_carets_stand_under_the_place(source, span, shown):
    assert pointed(source, *span) == shown
