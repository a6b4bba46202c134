"""The files of this CRM's own reports: where they lie, and what may stand in them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.frozen import frozen, replace
from crmcli.model.files import SchemaFile, yaml_names
from crmcli.model.load import read_yaml
from crmcli.model.nodes import Block
from crmcli.model.shape import Fields, Number, Several, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.model.shape import Shape

FOLDER = "reports"
CHARTS = ("bar", "stacked", "line", "funnel", "none")
_TEXT = Text()
_FLAG = Text(("true", "false"))

# What a report over an object's records is made of, wherever it is written down.
DEFINITION: Mapping[str, Shape] = {
    "object": _TEXT,
    "group_by": Several(_TEXT),
    "columns_by": _TEXT,
    "measure": Several(_TEXT),
    "where": _TEXT,
    "having": _TEXT,
    "sort": Several(_TEXT),
    "period": _TEXT,
    "date": _TEXT,
    "compare": _TEXT,
    "top": Number(1, 10_000),
    "other": _FLAG,
    "cumulative": _FLAG,
}
_SHAPE = Fields({**DEFINITION, "title": _TEXT, "description": _TEXT, "chart": Text(CHARTS)})


@frozen
class ReportFile:
    """A file of a report, as far as it can be read; `where` is "reports/NAME.yaml"."""

    name: str
    where: str
    block: Block
    problems: tuple[Problem, ...] = ()


def report_files(root: str) -> tuple[ReportFile, ...]:
    """Read the files in the folder reports/ of a workspace, by name."""
    return tuple(read_report(root, name) for name in yaml_names(os.path.join(root, FOLDER)))


def read_report(root: str, name: str) -> ReportFile:
    """Read the file of a report."""
    where = f"{FOLDER}/{name}.yaml"
    content, problems = SchemaFile(os.path.join(root, FOLDER, f"{name}.yaml"), built_in=False).read()
    if problems:
        return ReportFile(name, where, Block({}, where), tuple(replace(each, where=where) for each in problems))
    top, problems = read_yaml(content, where)
    fitting = _SHAPE.fit(top, "report", problems)
    block = fitting if isinstance(fitting, Block) else Block({}, where)
    if "object" not in block.entries and not problems:
        problems.append(Problem(f"{where}:1", "does not say of which object it is", "begin with `object: …`"))
    return ReportFile(name, where, block, tuple(problems))
