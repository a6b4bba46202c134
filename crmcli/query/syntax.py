"""The syntax tree of an expression: frozen values with their places in the source."""

from __future__ import annotations

from typing import TypeAlias

from crmcli.frozen import frozen


@frozen
class Node:
    """Anything in the tree; `start` and `end` count characters of the source from 0."""

    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands: first character and the one after the last."""
        return self.start, self.end


@frozen
class Text(Node):
    """A text in quotes."""

    value: str


@frozen
class Number(Node):
    """A number as written, with a sign or a percent sign: 10, 1.5, -3, 25%."""

    text: str


@frozen
class Span(Node):
    """A length of time as written: 30d, 1y, 1h30m; `sign` is 1 or -1 where one stands before it."""

    text: str
    sign: int = 1


@frozen
class PeriodName(Node):
    """A day or a longer period, lower-case: today, last 7 days, 2026-q4, 2026-11-03."""

    text: str


@frozen
class Moment(Node):
    """A date with a time as written, or "now"."""

    text: str


@frozen
class Truth(Node):
    """The words true and false."""

    value: bool


@frozen
class Step(Node):
    """One name of a path, with the association label in brackets behind it."""

    name: str
    label: str | None = None


@frozen
class Path(Node):
    """A name, or names joined by dots: amount, company.industry, contacts[Manager]."""

    steps: tuple[Step, ...]

    @property
    def word(self) -> str | None:
        """The name when it is a single bare word, else None."""
        return self.steps[0].name if len(self.steps) == 1 and self.steps[0].label is None else None


@frozen
class Logic(Node):
    """Two or more conditions joined by `operator`: "and" or "or"."""

    operator: str
    operands: tuple[Node, ...]


@frozen
class Not(Node):
    """The opposite of a condition."""

    operand: Node


@frozen
class Compare(Node):
    """A comparison by `operator`: = != > >= < <=. `in PERIOD` is "=" with a period."""

    operator: str
    left: Node
    right: Node


@frozen
class Among(Node):
    """`operand in (choice, …)`."""

    operand: Node
    choices: tuple[Node, ...]


@frozen
class Known(Node):
    """`operand is known`."""

    operand: Node


@frozen
class Match(Node):
    """A test of text by `operator`: contains, starts, ends or ~."""

    operator: str
    operand: Node
    pattern: Node


@frozen
class Often(Node):
    """How often something happened, as in `more than 2 times`: `operator` is one of > >= < <=."""

    operator: str
    count: int


@frozen
class Was(Node):
    """Whether a property has, or ever had, a value: so `often`, and between two times or within one period."""

    operand: Node
    value: Node
    often: Often | None = None
    during: tuple[Node, ...] = ()


@frozen
class Member(Node):
    """Whether a record is in a segment: itself, or the associated one that the path leads to."""

    operand: Node | None
    segment: Text


@frozen
class Arithmetic(Node):
    """Two values joined by `operator`: + - * /."""

    operator: str
    left: Node
    right: Node


@frozen
class Choice(Node):
    """`if condition then value else otherwise`; without `else` it is unset otherwise."""

    condition: Node
    then: Node
    otherwise: Node | None


@frozen
class Call(Node):
    """A function, lower-case, with its arguments."""

    name: str
    arguments: tuple[Node, ...]


@frozen
class Expression:
    """A whole expression: its text and its tree."""

    source: str
    root: Node


Literal: TypeAlias = "Text | Number | Span | PeriodName | Moment | Truth"
LITERALS = (Text, Number, Span, PeriodName, Moment, Truth)
