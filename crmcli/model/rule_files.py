"""The rules that reports go by: service.yaml, hygiene.yaml and goals.yaml of a workspace, over what is shipped.

What an entry means is told by the services that go by it; here stands its grammar.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.model.files import BUILT_IN, SchemaFile, built_in_folder
from crmcli.model.load import read_yaml
from crmcli.model.nodes import Block
from crmcli.model.shape import Each, Fields, Number, Several, Text

if TYPE_CHECKING:
    from crmcli.errors import Problem
    from crmcli.model.shape import Shape

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
GOAL = ("user", "team", "object", "pipeline", "period", "amount")
_TEXT = Text()
_FLAG = Text(("true", "false"))

# The one table of these files: what each is called without .yaml, and what stands in it.
RULE_FILES: dict[str, Shape] = {
    "service": Fields(
        {
            "object": _TEXT,
            "hours": Fields(dict.fromkeys(DAYS, _TEXT)),
            "holidays": Several(_TEXT),
            "targets": Each(Fields({"first_reply": _TEXT, "close": _TEXT})),
            "pause": Several(_TEXT),
        }
    ),
    "hygiene": Each(
        Fields(
            {
                "object": _TEXT,
                "where": _TEXT,
                "stage_age": Number(0, 1_000, whole=False),
                "stays": Number(1, 1_000_000),
                "unassociated": _FLAG,
                "off": _FLAG,
            }
        )
    ),
    "goals": Fields({"goals": Several(Fields(dict.fromkeys(GOAL, _TEXT)))}),
}


def read_rules(root: str, name: str) -> tuple[Block, list[Problem]]:
    """Read one of RULE_FILES: what is shipped, with the workspace's entries in the place of those of the same key.

    The problems are all that the files' grammar finds wrong; what they concern is left out.
    """
    shipped, problems = _read(shipped_path(name), name, built_in=True)
    own, more = _read(os.path.join(root, f"{name}.yaml"), name, built_in=False)
    return shipped.having(**own.entries), problems + more


def shipped_path(name: str) -> str:
    """Give where one of RULE_FILES stands as it is shipped."""
    return os.path.join(built_in_folder("defaults"), f"{name}.yaml")


def is_shipped(where: str) -> bool:
    """Say whether a place is in a file that comes with the program, which may name what a workspace does not have."""
    return where.startswith(BUILT_IN)


def _read(path: str, name: str, *, built_in: bool) -> tuple[Block, list[Problem]]:
    where = f"{BUILT_IN if built_in else ''}{name}.yaml"
    if not os.path.exists(path):
        return Block({}, where), []
    content, problems = SchemaFile(path, built_in=built_in).read()
    if problems:
        return Block({}, where), [replace(problem, where=where) for problem in problems]
    top, problems = read_yaml(content, where)
    fitting = RULE_FILES[name].fit(top, where, problems)
    return (fitting if isinstance(fitting, Block) else Block({}, where)), problems
