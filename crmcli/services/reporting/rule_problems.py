"""What is wrong with a workspace's own reports, and with the rules that reports go by: service, hygiene and goals."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.model.report_files import FOLDER
from crmcli.model.rule_files import RULE_FILES
from crmcli.services.formulas import declared_model, somebodys_context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.errors import Problem
    from crmcli.model.declarations import Declarations
    from crmcli.types.base import User


def rule_problems(root: str, declared: Declarations, users: Sequence[User]) -> list[Problem]:
    """Check the files of a workspace, where it has any, against its declarations; every problem, with file and line."""
    if not any(os.path.exists(os.path.join(root, name)) for name in (FOLDER, *(f"{name}.yaml" for name in RULE_FILES))):
        return []
    from crmcli.services.reporting.goal_rules import read_goals
    from crmcli.services.reporting.hygiene_rules import read_hygiene
    from crmcli.services.reporting.own_problems import own_problems
    from crmcli.services.reporting.service_rules import read_service

    model, context = declared_model(declared, root), somebodys_context(users)
    rules = [problem for read in (read_service, read_hygiene, read_goals) for problem in read(root, model, context)[1]]
    return rules + own_problems(root, model, context)
