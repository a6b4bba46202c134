"""The files of dashboards: where they lie, and what may stand in them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import Problem
from crmcli.frozen import frozen, replace
from crmcli.model.files import SchemaFile
from crmcli.model.load import read_yaml
from crmcli.model.nodes import Block, Items
from crmcli.model.report_files import CHARTS, DEFINITION
from crmcli.model.shape import Fields, Number, Several, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "dashboards"
MOST_COLUMNS = 4
_TEXT = Text()
# A report of a dashboard: one by its name with what is asked of it, or one over an object's records, as reports/*.yaml.
_ENTRY = Fields({"report": _TEXT, **DEFINITION, "by": _TEXT, "pipeline": _TEXT, "title": _TEXT, "chart": Text(CHARTS)})
_SHAPE = Fields({"title": _TEXT, "description": _TEXT, "columns": Number(1, MOST_COLUMNS), "reports": Several(_ENTRY)})


@frozen
class DashboardFile:
    """A file of a dashboard, as far as it can be read; `where` is "dashboards/NAME.yaml"."""

    name: str
    where: str
    block: Block
    problems: tuple[Problem, ...] = ()

    @property
    def entries(self) -> tuple[Block, ...]:
        """What it says of each of its reports, in order."""
        reports = self.block.entries.get("reports")
        found = reports.items if isinstance(reports, Items) else ()
        return tuple(entry for entry in found if isinstance(entry, Block))


def dashboard_files(root: str) -> tuple[DashboardFile, ...]:
    """Read the files in the folder dashboards/ of a workspace, by name."""
    return tuple(_read(root, name) for name in dashboard_names(root))


def dashboard_names(root: str) -> tuple[str, ...]:
    """Give the names of the dashboards, in order, without reading them."""
    return tuple(name.removesuffix(".yaml") for name in _listed(root) if name.endswith(".yaml"))


def misnamed_dashboards(root: str) -> tuple[Problem, ...]:
    """Name the files that are meant for dashboards and would be passed over."""
    return tuple(
        Problem(f"{FOLDER}/{name}", "is not read: its name must end in .yaml", f"rename it to {name[:-4]}.yaml")
        for name in _listed(root)
        if name.endswith(".yml")
    )


def _listed(root: str) -> list[str]:
    """Give the names of all files in the folder but hidden ones, which editors leave there."""
    try:
        return sorted(name for name in os.listdir(os.path.join(root, FOLDER)) if not name.startswith("."))
    except OSError:
        return []


def find_dashboard(root: str, name: str) -> DashboardFile | None:
    """Read the dashboard of a name; None where there is none."""
    return _read(root, name) if name in dashboard_names(root) else None


def _read(root: str, name: str) -> DashboardFile:
    where = f"{FOLDER}/{name}.yaml"
    content, problems = SchemaFile(os.path.join(root, FOLDER, f"{name}.yaml"), built_in=False).read()
    if problems:
        return DashboardFile(name, where, Block({}, where), tuple(replace(each, where=where) for each in problems))
    top, problems = read_yaml(content, where)
    fitting = _SHAPE.fit(top, "dashboard", problems)
    read = DashboardFile(name, where, fitting if isinstance(fitting, Block) else Block({}, where))
    problems += _missing(read) if not problems else ()
    return replace(read, problems=tuple(problems))


def _missing(read: DashboardFile) -> Iterator[Problem]:
    """Find what a dashboard must say and does not."""
    if not read.entries:
        hint = "below `reports:` a line `- report: counts` for each"
        yield Problem(read.block.place("reports") or f"{read.where}:1", "names no reports", hint)
    for entry in read.entries:
        if "report" not in entry.entries and "object" not in entry.entries:
            hint = "`report: NAME`, or `object: …` with what is measured of it"
            yield Problem(entry.where, "does not say which report it is", hint)
