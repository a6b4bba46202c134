"""What is wrong with the expressions of the schema files: formulas, checks, conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.query.mistakes import FormulaCircle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.declarations import Declarations
    from crmcli.model.nodes import Block
    from crmcli.model.objects import Model
    from crmcli.query.checking import Flaw
    from crmcli.types.base import Context, User


def formula_problems(declared: Declarations, users: Sequence[User] = ()) -> list[Problem]:
    """Check every expression of complete declarations without other problems, by file, line and column.

    `users` are those that an expression may name.
    """
    from crmcli.query.checking import flaws

    return [
        _problem(flaw, declared.objects[flaw.object_name])
        for flaw in flaws(declared_model(declared), somebodys_context(users))
    ]


def _problem(flaw: Flaw, tree: Block) -> Problem:
    *way, last = flaw.place
    block = tree
    for key in way:
        block = block.block(key)
    mistake = flaw.mistake
    message = f"`{last}` of {flaw.place[1]}, column {mistake.column}: {mistake.summary}"
    return Problem(block.place(last), mistake.summary if isinstance(mistake, FormulaCircle) else message, mistake.hint)


def declared_model(declared: Declarations, root: str = "") -> Model:
    """Make the model of complete declarations without problems; `root` is the workspace's folder, of its segments."""
    from crmcli.model.build import build_object, build_pairs
    from crmcli.model.objects import Model

    objects = {name: build_object(name, tree) for name, tree in declared.objects.items()}
    return Model(objects, {(pair.owner, pair.other): pair for pair in build_pairs(declared.objects)}, "", root=root)


def somebodys_context(users: Sequence[User]) -> Context:
    """Give circumstances in which everything can be compiled: somebody is `me`, and it is some day."""
    from datetime import UTC, datetime

    from crmcli.types.base import Context, User

    known = tuple(users) or (User("me"),)
    return Context(datetime(2026, 1, 1, tzinfo=UTC), UTC, "", "EUR", known, known[0].id)
