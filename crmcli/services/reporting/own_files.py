"""This CRM's own reports, each a file of the folder reports/: reading them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.model.report_files import FOLDER, read_report
from crmcli.services.reporting.definition import Definition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.errors import Problem
    from crmcli.model.nodes import Block
    from crmcli.services.workspace import Workspace


class ReportRefused(CrmError):
    """A report whose file is not in order; the first of what is wrong with it."""

    exit_code = ExitCode.USAGE

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{problems[0].where}: {problems[0].message}", problems[0].hint)


def own_definition(workspace: Workspace, name: str) -> Definition | None:
    """Read a report of this CRM's own; None where there is none of the name. Raises ReportRefused."""
    if not name.replace("-", "").replace("_", "").isalnum():
        return None
    if not os.path.exists(os.path.join(workspace.root, FOLDER, f"{name}.yaml")):
        return None
    file = read_report(workspace.root, name)
    if file.problems:
        raise ReportRefused(file.problems)
    return definition_of(file.block, name)


def definition_of(block: Block, name: str = "") -> Definition:
    """Give the definition that a block of YAML is, one that fits model.report_files.DEFINITION."""
    texts = {key: block.text(key) for key in _TEXTS if key in block.entries}
    return Definition(
        block.text("object"),
        group_by=block.texts("group_by"),
        measures=block.texts("measure"),
        sort=block.texts("sort"),
        top=int(block.text("top", "0")),
        other=block.flag("other"),
        cumulative=block.flag("cumulative"),
        name=name,
        **texts,
    )


_TEXTS = ("columns_by", "where", "having", "period", "date", "compare", "title", "description", "chart")
