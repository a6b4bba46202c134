"""What is wrong with the rules that reports go by: service.yaml and hygiene.yaml."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.model.rule_files import RULE_FILES
from crmcli.services.formulas import declared_model, somebodys_context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.errors import Problem
    from crmcli.model.declarations import Declarations
    from crmcli.types.base import User


def rule_problems(root: str, declared: Declarations, users: Sequence[User]) -> list[Problem]:
    """Check the files of a workspace, where it has any, against its declarations; every problem, with file and line."""
    if not any(os.path.exists(os.path.join(root, f"{name}.yaml")) for name in RULE_FILES):
        return []
    from crmcli.services.reporting.hygiene_rules import read_hygiene
    from crmcli.services.reporting.service_rules import read_service

    model, context = declared_model(declared, root), somebodys_context(users)
    return [problem for read in (read_service, read_hygiene) for problem in read(root, model, context)[1]]
