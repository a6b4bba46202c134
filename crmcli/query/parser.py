"""Tokens to a syntax tree, by recursive descent: one method per level of binding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query import syntax
from crmcli.query.mistakes import QuerySyntaxError, TooComplex
from crmcli.query.rarer_tests import known, member, was
from crmcli.query.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

_COMPARISONS = ("=", "!=", ">", ">=", "<", "<=")
_RESERVED = (
    "and", "or", "not", "in", "between", "is", "contains", "was", "then", "else",
)  # fmt: skip
_DAYS = ("today", "yesterday", "tomorrow")
_UNITS = ("day", "week", "month", "quarter", "year")
_DEEPEST = 24  # levels of brackets, or operators in a chain: SQLite's own parser takes no more
_LONGEST = 100_000


def parse(text: str) -> syntax.Expression:
    """Read an expression; raises QuerySyntaxError that points at the first mistake."""
    if len(text) > _LONGEST:
        raise TooComplex(f"the expression is longer than {_LONGEST} characters", text, (_LONGEST, _LONGEST + 1))
    return syntax.Expression(text, _Parser(text).whole())


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.place = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.next
        self.place += 1
        return token

    def take_if(self, *words: str) -> Token | None:
        return self.take() if self.next.keyword(*words) else None

    def expect(self, word: str, after: str) -> Token:
        token = self.take_if(word)
        if token is None:
            raise self.unexpected(f'"{word}" is missing {after}')
        return token

    def unexpected(self, message: str, hint: str = "") -> QuerySyntaxError:
        return QuerySyntaxError(message, self.source, self.next.span, hint)

    def whole(self) -> syntax.Node:
        if self.next.kind == "end":
            raise self.unexpected("the expression is empty", "for example: amount > 1000")
        root = self.expression()
        if self.next.kind != "end":
            raise self.unexpected(
                f'"{self.next.text}" is one too many here',
                "join conditions by and, or; put a text with blanks in quotes",
            )
        return root

    def expression(self) -> syntax.Node:
        self.deeper()
        node = self.joined("or", lambda: self.joined("and", self.negation))
        self.depth -= 1
        return node

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise TooComplex(f"nested more than {_DEEPEST} deep", self.source, self.next.span)

    def joined(self, operator: str, operand: Callable[[], syntax.Node]) -> syntax.Node:
        operands = [operand()]
        while self.take_if(operator):
            operands.append(operand())
        if len(operands) == 1:
            return operands[0]
        return syntax.Logic(operands[0].start, operands[-1].end, operator, tuple(operands))

    def negation(self) -> syntax.Node:
        token = self.take_if("not")
        if token is None:
            return self.comparison()
        self.deeper()
        operand = self.negation()
        self.depth -= 1
        return syntax.Not(token.start, operand.end, operand)

    def comparison(self) -> syntax.Node:
        if self.next.keyword("in") and self.tokens[self.place + 1].keyword("segment"):
            return member(self, None, self.take().start)
        left = self.sum()
        token = self.take_if(*_COMPARISONS)
        if token:
            right = self.sum()
            return syntax.Compare(left.start, right.end, token.text, left, right)
        if self.take_if("is"):
            return known(self, left)
        negated = self.take_if("not")
        node = self.test(left)
        if node is not None:
            return syntax.Not(left.start, node.end, node) if negated else node
        if negated:
            raise self.unexpected(
                'after "not" a test is missing', "in (…), between … and …, contains, starts with, ends with, was"
            )
        return left

    def test(self, left: syntax.Node) -> syntax.Node | None:
        token = self.take_if("in", "between", "contains", "starts", "ends", "was", "~")
        if token is None:
            return None
        word = token.text.lower()
        if word == "in":
            return self.membership(left)
        if word == "between":
            return self.between(left)
        if word in {"starts", "ends"}:
            self.expect("with", f'after "{word}"')
        if word == "was":
            return was(self, left)
        right = self.sum()
        return syntax.Match(left.start, right.end, word, left, right)

    def membership(self, left: syntax.Node) -> syntax.Node:
        if self.next.keyword("segment") and self.tokens[self.place + 1].keyword("("):
            return member(self, left, left.start)
        if not self.take_if("("):
            right = self.sum()
            return syntax.Compare(left.start, right.end, "=", left, right)
        choices = [self.sum()]
        while self.take_if(","):
            choices.append(self.sum())
        end = self.expect(")", "after the last choice").end
        return syntax.Among(left.start, end, left, tuple(choices))

    def between(self, left: syntax.Node) -> syntax.Node:
        low, high = self.ends()
        bounds = (
            syntax.Compare(left.start, low.end, ">=", left, low),
            syntax.Compare(left.start, high.end, "<=", left, high),
        )
        return syntax.Logic(left.start, high.end, "and", bounds)

    def ends(self) -> tuple[syntax.Node, syntax.Node]:
        low = self.sum()
        self.expect("and", 'between the two ends of "between"')
        return low, self.sum()

    def sum(self) -> syntax.Node:
        return self.chain(("+", "-"), lambda: self.chain(("*", "/"), self.signed))

    def chain(self, operators: tuple[str, ...], operand: Callable[[], syntax.Node]) -> syntax.Node:
        node = operand()
        length = 0
        while token := self.take_if(*operators):
            length += 1
            if length > _DEEPEST:
                raise TooComplex(f"more than {_DEEPEST} of {' '.join(operators)} in a row", self.source, token.span)
            right = operand()
            node = syntax.Arithmetic(node.start, right.end, token.text, node, right)
        return node

    def signed(self) -> syntax.Node:
        sign = self.take_if("+", "-")
        if sign is None:
            return self.primary()
        token = self.next
        if token.kind == "duration":
            self.take()
            return syntax.Span(sign.start, token.end, token.text, -1 if sign.text == "-" else 1)
        self.deeper()
        operand = self.signed()
        self.depth -= 1
        if sign.text == "+":
            return operand
        if isinstance(operand, syntax.Number) and not operand.text.startswith("-"):
            return syntax.Number(sign.start, operand.end, f"-{operand.text}")
        zero = syntax.Number(sign.start, sign.end, "0")
        return syntax.Arithmetic(sign.start, operand.end, "-", zero, operand)

    def primary(self) -> syntax.Node:
        token = self.next
        if self.take_if("("):
            node = self.expression()
            self.expect(")", "to close the bracket")
            return node
        if self.take_if("if"):
            return self.choice(token)
        if token.kind == "word" and not token.keyword(*_RESERVED):
            return self.named()
        node_type = _LITERALS.get(token.kind)
        if node_type is None:
            raise self.unexpected(
                "a value is missing here" if token.kind == "end" else f'"{token.text}" stands where a value should be'
            )
        self.take()
        return node_type(token)

    def choice(self, start: Token) -> syntax.Node:
        condition = self.expression()
        self.expect("then", 'after the condition of "if"')
        then = self.expression()
        otherwise = self.expression() if self.take_if("else") else None
        return syntax.Choice(start.start, (otherwise or then).end, condition, then, otherwise)

    def named(self) -> syntax.Node:
        token = self.take()
        word = token.text.lower()
        if self.next.keyword("("):
            return self.call(token)
        if word in {"true", "false"}:
            return syntax.Truth(*token.span, word == "true")
        if word == "now":
            return syntax.Moment(*token.span, word)
        if word in _DAYS:
            return syntax.PeriodName(*token.span, word)
        if word in {"this", "last", "next", "fiscal"}:
            period = self.fiscal(token) or self.period(token)
            if period:
                return period
        return self.path(token)

    def call(self, name: Token) -> syntax.Node:
        self.take()
        arguments: list[syntax.Node] = []
        if not self.next.keyword(")"):
            arguments.append(self.expression())
            while self.take_if(","):
                arguments.append(self.expression())
        end = self.expect(")", f'to close "{name.text}("').end
        return syntax.Call(name.start, end, name.text.lower(), tuple(arguments))

    def fiscal(self, token: Token) -> syntax.Node | None:
        """Read `last fiscal year`, `fiscal 2026`, `fiscal 2026-Q2`; None where the word is a name after all."""
        rest = self.tokens[self.place : self.place + 2]
        if token.keyword("fiscal"):
            rest = rest[:1]
            wanted = rest[0].kind in {"number", "period"}
        else:
            wanted = rest[0].keyword("fiscal") and rest[1].keyword("year", "quarter")
        if not wanted:
            return None
        self.place += len(rest)
        return syntax.PeriodName(token.start, rest[-1].end, " ".join(t.text.lower() for t in (token, *rest)))

    def period(self, token: Token) -> syntax.Node | None:
        """Read `this month`, `last 7 days`; None where the word is a name after all."""
        word = token.text.lower()
        if self.next.keyword(*_UNITS):
            unit = self.take()
            return syntax.PeriodName(token.start, unit.end, f"{word} {unit.text.lower()}")
        count, unit = self.tokens[self.place : self.place + 2] if self.next.kind == "number" else (token, token)
        if word == "this" or not unit.keyword(*_UNITS, *(f"{u}s" for u in _UNITS)):
            return None
        self.place += 2
        return syntax.PeriodName(token.start, unit.end, f"{word} {count.text} {unit.text.lower().rstrip('s')}")

    def path(self, first: Token) -> syntax.Node:
        steps = [self.step(first)]
        while self.take_if("."):
            if self.next.kind != "word":
                raise self.unexpected("after the dot a name is missing")
            steps.append(self.step(self.take()))
        return syntax.Path(first.start, steps[-1].end, tuple(steps))

    def step(self, name: Token) -> syntax.Step:
        if not self.take_if("["):
            return syntax.Step(*name.span, name.text)
        if self.next.kind not in {"word", "text"}:
            raise self.unexpected("in [ ] stands a label", 'in quotes where it has blanks: ["Decision maker"]')
        label = self.take().text
        end = self.expect("]", "after the label").end
        return syntax.Step(name.start, end, name.text, label)


_LITERALS: dict[str, Callable[[Token], syntax.Node]] = {
    "text": lambda t: syntax.Text(*t.span, t.text),
    "number": lambda t: syntax.Number(*t.span, t.text.replace("_", "")),
    "duration": lambda t: syntax.Span(*t.span, t.text),
    "period": lambda t: syntax.PeriodName(*t.span, t.text.lower()),
    "moment": lambda t: syntax.Moment(*t.span, t.text.upper()),
}
