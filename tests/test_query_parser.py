"""The grammar: what is read, and where the caret stands when it cannot be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.query import syntax
from crmcli.query.mistakes import QueryError
from crmcli.query.parser import parse
from crmcli.query.tokens import tokens


def said(node):
    """A tree written with every bracket."""
    return SAID[type(node)](node)


def steps(path):
    return ".".join(s.name + (f"[{s.label}]" if s.label else "") for s in path.steps)


def two(node):
    return f"({said(node.left)} {node.operator} {said(node.right)})"


SAID = {
    syntax.Path: steps,
    syntax.Text: lambda n: repr(n.value),
    syntax.Span: lambda n: ("-" if n.sign < 0 else "") + n.text,
    syntax.Number: lambda n: n.text,
    syntax.PeriodName: lambda n: n.text,
    syntax.Moment: lambda n: n.text,
    syntax.Truth: lambda n: str(n.value),
    syntax.Logic: lambda n: "(" + f" {n.operator} ".join(map(said, n.operands)) + ")",
    syntax.Not: lambda n: f"not {said(n.operand)}",
    syntax.Compare: two,
    syntax.Arithmetic: two,
    syntax.Among: lambda n: f"({said(n.operand)} in {[said(c) for c in n.choices]})",
    syntax.Known: lambda n: f"{said(n.operand)} known",
    syntax.Match: lambda n: f"({said(n.operand)} {n.operator} {said(n.pattern)})",
    syntax.Was: lambda n: f"({said(n.operand)} was {said(n.value)})",
    syntax.Choice: lambda n: (
        f"({said(n.condition)} ? {said(n.then)}{f' : {said(n.otherwise)}' if n.otherwise else ''})"
    ),
    syntax.Call: lambda n: f"{n.name}({', '.join(map(said, n.arguments))})",
}


READ = {
    "a = 1 or b = 2 and not c = 3": "((a = 1) or ((b = 2) and not (c = 3)))",
    "(a = 1 or b = 2) and c != 3": "(((a = 1) or (b = 2)) and (c != 3))",
    "NOT a IS Known AND b Is NOT known": "(not a known and not b known)",
    "a is unknown or b is not unknown": "(not a known or b known)",
    "a + b * c - d / 2 >= -3": "(((a + (b * c)) - (d / 2)) >= -3)",
    "(a + b) * +c < --3": "(((a + b) * c) < (0 - -3))",
    "-a <= 1_000.50": "((0 - a) <= 1000.50)",
    "a in (x, 'y', 3)": """(a in ['x', "'y'", '3'])""",
    "a not in (1)": "not (a in ['1'])",
    "a in last month": "(a = last month)",
    "a in LAST 7 Days": "(a = last 7 day)",
    "a = next 2 quarters": "(a = next 2 quarter)",
    "a in 2026-Q4": "(a = 2026-q4)",
    "a = 2026-11 or a = 2026-11-03": "((a = 2026-11) or (a = 2026-11-03))",
    "a = 2026-11-03t09:30:00.5z": "(a = 2026-11-03T09:30:00.5Z)",
    "a > now and b < Today": "((a > now) and (b < today))",
    "a between 1 and 2 and b = 3": "(((a >= 1) and (a <= 2)) and (b = 3))",
    "a not between 1 and 2": "not ((a >= 1) and (a <= 2))",
    'a contains "x"': "(a contains 'x')",
    "a not contains 'x'": "not (a contains 'x')",
    "a starts with 'x' and b ends with 'y'": "((a starts 'x') and (b ends 'y'))",
    r'a ~ "^\d+\"\\$"': r"""(a ~ '^\\d+"\\$')""",
    r"a = 'tab\tline\nq\''": """(a = "tab\\tline\\nq'")""",
    "a was 'x' or a not was 'y'": "((a was 'x') or not (a was 'y'))",
    "firm.people[Head].name = 'x'": "(firm.people[Head].name = 'x')",
    "firm['Head of'].name = 'x'": "(firm[Head of].name = 'x')",
    "today - 30d < a + 1h30m": "((today - 30d) < (a + 1h30m))",
    "a > -30d or a < +2w": "((a > -30d) or (a < 2w))",
    "if a then b else if c then 1 else 2": "(a ? b : (c ? 1 : 2))",
    "if a then if b then 1 else 2": "(a ? (b ? 1 : 2))",
    "COUNT(deals, a = true) > 25%": "(count(deals, (a = True)) > 25%)",
    "f()": "f()",
    "last = 5 and this = 6 and next.a = 7": "((last = 5) and (this = 6) and (next.a = 7))",
    "größe = 1": "(größe = 1)",
}


@pytest.mark.parametrize(("text", "tree"), READ.items())
def test_reads(text, tree):
    assert said(parse(text).root) == tree


def test_nodes_know_their_place():
    text = "amount + 1 > 2"
    root = parse(text).root
    assert [text[slice(*node.span)] for node in (root, root.left, root.right)] == [text, "amount + 1", "2"]


REFUSED = {
    "": ("the expression is empty", "", "^"),
    "   ": ("the expression is empty", "", "   ^"),
    "a = ": ("a value is missing here", "", "    ^"),
    "a = 1 b": ('"b" is one too many here', "", "      ^"),
    'a = "x': ("the quote is not closed", 'end the text with "', "    ^"),
    "a == 1": ('"==" is not an operator here', "write =", "  ^^"),
    "a <> 1": ('"<>" is not an operator here', "write !=", "  ^^"),
    "a && b": ('"&&" is not an operator here', "write and", "  ^^"),
    "!a": ('"!" is not an operator here', "write not", "^"),
    "a = 1x-y.": ('"1x-y." cannot be read', 'put a text in quotes: "…"', "    ^^^^^"),
    "a = €5": ('"€5" cannot be read', 'put a text in quotes: "…"', "    ^^"),
    "(a = 1": ('")" is missing to close the bracket', "", "      ^"),
    "a = )": ('")" stands where a value should be', "", "    ^"),
    "and a": ('"and" stands where a value should be', "", "^^^"),
    "a in (1, 2": ('")" is missing after the last choice', "", "          ^"),
    "a between 1": ('"and" is missing between the two ends of "between"', "", "           ^"),
    "a starts 'x'": ('"with" is missing after "starts"', "", "         ^^^"),
    "a is 5": ('after "is" stands known or unknown', "compare values by =", "     ^"),
    "a not 5": ('after "not" a test is missing', "in (…)", "      ^"),
    "a. = 5": ("after the dot a name is missing", "", "   ^"),
    "a[5].b": ("in [ ] stands a label", "in quotes", "  ^"),
    "a[x.b": ('"]" is missing after the label', "", "   ^"),
    "f(a, b": ('")" is missing to close "f("', "", "      ^"),
    "if a b": ('"then" is missing after the condition of "if"', "", "     ^"),
    "last 3 > 4": ('"3" is one too many here', "", "     ^"),
    "a = '日本' 日本": ('"日本" is one too many here', "", "           ^^^^"),
    "a =\n5 \x07": ('"\x07" cannot be read', "", "      ^"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_points_at_the_mistake(text):
    message, hint, carets = REFUSED[text]
    with pytest.raises(QueryError) as refusal:
        parse(text)
    first, shown, under = refusal.value.message.rsplit("\n", 2)
    assert first == message
    assert shown == "  " + "".join(c if c.isprintable() else " " for c in text)
    assert under == "  " + carets
    assert refusal.value.hint.startswith(hint)
    assert refusal.value.column == refusal.value.span[0] + 1
    assert refusal.value.exit_code == 2


def test_shows_only_the_surroundings_in_a_long_expression():
    text = " or ".join(f"a = {n}" for n in range(100)) + " or ? or " + " or ".join(["b = 1"] * 30)
    with pytest.raises(QueryError) as refusal:
        parse(text)
    _, shown, under = refusal.value.message.split("\n")
    assert shown.startswith("  …")
    assert shown.endswith("…")
    assert shown[under.index("^")] == "?"
    assert len(shown) < 85


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(" * 30 + "a" + ")" * 30, "nested more than 24 deep"),
        ("not " * 30 + "a", "nested more than 24 deep"),
        ("-" * 30 + "a", "nested more than 24 deep"),
        ("a" + "+ 1" * 30, "more than 24 of + - in a row"),
        ("a" * 100_001, "the expression is longer than 100000 characters"),
    ],
)
def test_bounds_what_it_reads(text, message):
    with pytest.raises(QueryError) as refusal:
        parse(text)
    assert refusal.value.summary == message


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_its_place(text):
    try:
        place = len(parse(text).source)
    except QueryError as refusal:
        place = refusal.span[0]
    assert 0 <= place <= len(text)


@given(st.text(max_size=40))
def test_any_text_can_be_quoted(text):
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert parse(quoted).root == syntax.Text(0, len(quoted), text)


@given(st.text(alphabet="ab1.5%-+() \"'=><!,[]dmy_Q2026", max_size=30))
def test_tokens_cover_the_text_in_order(text):
    try:
        found = tokens(text)
    except QueryError:
        return
    places = [place for token in found for place in token.span]
    assert places == sorted(places)
    gaps = [text[a:b] for a, b in zip([0, *places[1::2]], [*places[0::2], len(text)], strict=True)]
    assert not "".join(gaps).strip()
